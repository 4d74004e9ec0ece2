"""Run one ``%%reka_prompt`` cell: rewritings of its prompt, and nothing generated."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from IPython import display as ipython
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook import media, prompts
from reka_notebook.chat import Suggestions
from reka_notebook.chat.call import run as wait_for
from reka_notebook.chat.memory import remembered
from reka_notebook.chat.model import line_to
from reka_notebook.chat.suggesting import (
    SuggestRequest,
    ask_suggestions,
    describe_plan,
    plan_suggestions,
)
from reka_notebook.jobs import Controller, controller
from reka_notebook.jobs.engine import engine
from reka_notebook.key import ask_for_key
from reka_notebook.magic.cell import CellError, errors_in_words, interruptibly
from reka_notebook.magic.request import NamedImages, fill_word
from reka_notebook.options.known import UsageError
from reka_notebook.options.line import split
from reka_notebook.options.prompting import cell_parser

INTERRUPTED = (
    "Interrupted. An answer that still comes is kept: run the cell again, and it is not asked a second time."
)


class PromptCell:
    """Read what a cell asks for."""

    def __init__(self, line: str, body: str, namespace: Mapping[str, Any]) -> None:
        self.options = cell_parser().read([fill_word(word, namespace) for word in split(line)])
        bind = self.options.bind
        if bind is not None and not bind.isidentifier():
            raise UsageError(f"--as wants a variable's name, and {bind!r} is none.")
        self.control: Controller = controller()
        image = self.options.image and NamedImages(namespace, self.control).load([self.options.image], None)
        if isinstance(image, list):
            raise UsageError("One image goes with a prompt that is to be rewritten. Nothing was sent.")
        self.asked: SuggestRequest = plan_suggestions(
            self.control,
            _filled(body, namespace),
            media.load(image) if image else None,
            model=self.options.model,
            goal=self.options.goal,
            count=self.options.count,
        )

    def plan(self) -> str:
        """Return what ``--dry-run`` prints."""
        return f"{describe_plan(self.control, self.asked, fresh=self.options.fresh)} Nothing was sent."

    def require_key(self) -> None:
        """Ask for a key where one is needed and none is found, in the thread that may ask."""
        if self.options.fresh or remembered(self.asked.key) is None:
            line_to(self.control, self.asked.model, ask_for_key)

    async def ask(self) -> Suggestions:
        """Return the rewritings; on the engine."""
        return await ask_suggestions(self.control, self.asked, fresh=self.options.fresh)

    def leave(self, shell: InteractiveShell, made: Suggestions) -> None:
        """Show the rewritings in the cell's output, and bind them."""
        ipython.display(made)
        if self.options.bind:
            shell.user_ns[self.options.bind] = made


def _ready(shell: InteractiveShell, line: str, body: str) -> PromptCell | None:
    """Return the cell, ready to be asked; None where it only wanted to know what would be sent."""
    cell = PromptCell(line, body, shell.user_ns)
    if cell.options.dry_run:
        print(cell.plan())
        return None
    cell.require_key()
    return cell


async def run(shell: InteractiveShell, line: str, body: str) -> None:
    """Run a cell while the kernel's loop stays free.

    Raises:
        CellError: If it fails; the message says why.
    """
    with errors_in_words():
        cell = _ready(shell, line, body)
        if cell is None:
            return
        try:
            made = await interruptibly(asyncio.shield(asyncio.wrap_future(engine().task(cell.ask))))
        except (asyncio.CancelledError, KeyboardInterrupt):
            raise CellError(INTERRUPTED) from None
        cell.leave(shell, made)


def run_and_block(shell: InteractiveShell, line: str, body: str) -> None:
    """Run a cell where nothing can be awaited.

    Raises:
        CellError: If it fails; the message says why.
    """
    with errors_in_words():
        cell = _ready(shell, line, body)
        if cell is None:
            return
        try:
            made = wait_for(cell.ask)
        except KeyboardInterrupt:
            raise CellError(INTERRUPTED) from None
        cell.leave(shell, made)


def help_text() -> str:
    """Return what ``%%reka_prompt?`` shows."""
    return (
        "Ask a chat model for rewritings of a prompt, shown as differences. Nothing is generated.\n\n"
        "    %%reka_prompt --image photo.jpg --for kling-v3-pro --as ideas\n"
        "    A slow dolly in over the water at dawn\n\n"
        "ideas[0] is the first, ideas.sweep all of them as {{a|b|c}}. --dry-run says what is sent, and what it costs.\n"
        "What the model is told stands in a file: %reka config says where.\n\n"
        f"{cell_parser().format_help().partition(chr(10) * 2)[2]}"
    )


def _filled(body: str, namespace: Mapping[str, Any]) -> str:
    """Return the prompt with its variables filled in; alternatives stay as they are written."""
    parts: Sequence[prompts.Part] = prompts.fill(prompts.parse(body), namespace)
    return "".join(_written(part) for part in parts)


def _written(part: prompts.Part) -> str:
    return "{{" + "|".join(part.values) + "}}" if isinstance(part, prompts.Alternatives) else str(part)
