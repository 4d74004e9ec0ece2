"""Run ``reka-notebook suggest``: ask a chat model for rewritings of a prompt, and print each on a line of its own."""

from collections.abc import Sequence

from reka_notebook import media
from reka_notebook.chat.suggesting import ask_suggestions, describe_plan, plan_suggestions
from reka_notebook.commands.chat.asking import ask_aloud
from reka_notebook.commands.generate import as_typed
from reka_notebook.commands.terminal import print_json
from reka_notebook.jobs import controller
from reka_notebook.jobs.prepared import kept_or_given
from reka_notebook.options.parser import Parser
from reka_notebook.options.prompting import add_options
from reka_notebook.text import printable


def run(words: Sequence[str]) -> int:
    """Print rewritings of a prompt on stdout, and on stderr what is sent and what it cost.

    Raises:
        RekaError: If there is no answer; the message says whether anything was charged.
    """
    parser = Parser("suggest", "Ask a chat model for rewritings of a prompt. Nothing is generated.")
    parser.add_argument("prompt", nargs="+", metavar="PROMPT", help="the prompt")
    add_options(parser)
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    given = parser.read(words)
    control = controller()
    image = media.load(kept_or_given(given.image, control.library)) if given.image else None
    asked = plan_suggestions(
        control,
        as_typed(" ".join(given.prompt)),
        image,
        model=given.model,
        goal=given.goal,
        count=given.count,
    )
    plan = describe_plan(control, asked)
    if given.dry_run:
        print(f"{plan} Nothing was sent.")
        return 0
    found = ask_aloud(control, asked.model, plan, lambda: ask_suggestions(control, asked))
    if given.json:
        print_json({
            "prompt": found.prompt,
            "suggestions": list(found),
            "sweep": found.sweep_if_any,
            "model": found.asked.model,
            "cost": found.asked.cost,
        })  # fmt: skip
        return 0
    for text in found:
        print(printable(text))
    return 0
