"""Ask a chat model from a terminal: what is sent and what it cost goes to stderr."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from reka_notebook.catalogue.chat.model import ChatModel
from reka_notebook.chat import Description, Suggestions
from reka_notebook.chat.call import run
from reka_notebook.chat.model import line_to
from reka_notebook.commands.terminal import say
from reka_notebook.jobs import Controller
from reka_notebook.key import ask_for_key
from reka_notebook.output.compared.suggested import describe_asked

T = TypeVar("T", Suggestions, Description)


def ask_aloud(control: Controller, model: ChatModel, plan: str, ask: Callable[[], Awaitable[T]]) -> T:
    """Return what a chat model answers.

    Args:
        plan: What is sent and what it will cost, in words.

    Raises:
        RekaError: If there is no answer.
        KeyboardInterrupt: If the person does not want to wait.
    """
    line_to(control, model, ask_for_key)
    say(plan)
    try:
        found: T = run(ask)
    except KeyboardInterrupt:
        say("Interrupted. What was sent may be charged.")
        raise
    say(describe_asked(found.asked))
    return found
