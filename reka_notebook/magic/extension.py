"""Load the IPython extension: its magics, the cells that are awaited, and the jobs that an earlier kernel left.

Loading it imports nothing heavy: a thread does that afterwards.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, line_cell_magic, magics_class, no_var_expand

from reka_notebook.config import settings
from reka_notebook.library.peek import has_unfinished
from reka_notebook.magic import preload
from reka_notebook.magic.awaiting import AwaitedLine, awaited
from reka_notebook.magic.matching import matcher
from reka_notebook.options.magics import MAGICS, PROMPT

log = logging.getLogger("reka_notebook")

LOOK_IN = 30.0
"""Seconds between two looks into the library for jobs that another kernel left when it died."""

_unloaded = threading.Event()


@magics_class
class RekaMagics(Magics):
    """Hold the magics."""

    shell: InteractiveShell

    # Not by IPython, which would fill in single braces and evaluate what is in them.
    @no_var_expand
    @line_cell_magic
    def reka_video(self, line: str, cell: str | None = None) -> Any:
        """Make a video from an image and a prompt, or from a prompt alone; it's saved in the output."""
        return self._run_and_block("reka_video", line, cell)

    @no_var_expand
    @line_cell_magic
    def reka_image(self, line: str, cell: str | None = None) -> Any:
        """Make an image from a prompt, or edit the one that is given; it's saved in the output."""
        return self._run_and_block("reka_image", line, cell)

    @no_var_expand
    @line_cell_magic
    def reka_speech(self, line: str, cell: str | None = None) -> Any:
        """Speak a text; the sound is saved in the output."""
        return self._run_and_block("reka_speech", line, cell)

    @no_var_expand
    @line_cell_magic
    def reka_boxes(self, line: str, cell: str | None = None) -> Any:
        """Find what is in an image, and draw boxes around it; they're saved in the output."""
        return self._run_and_block("reka_boxes", line, cell)

    @no_var_expand
    @cell_magic
    def reka_prompt(self, line: str, cell: str) -> None:
        """Ask a chat model for rewritings of a prompt, shown as differences. Nothing is generated."""
        from reka_notebook.magic.prompt_cell import run_and_block

        run_and_block(self.shell, line, cell)

    def _run_and_block(self, name: str, line: str, cell: str | None) -> Any:
        from reka_notebook.magic.cell import run_and_block

        made = run_and_block(self.shell, line, cell, MAGICS[name])
        return made if cell is None else None

    async def run_cell(self, name: str, line: str, cell: str) -> None:
        """Do the same, awaited: a cell that begins with ``%%reka_video`` is turned into this."""
        if name == PROMPT:
            from reka_notebook.magic import prompt_cell

            await prompt_cell.run(self.shell, line, cell)
            return
        from reka_notebook.magic.cell import run

        await run(self.shell, line, cell, MAGICS[name])

    async def run_line(self, name: str, line: str) -> None:
        """Make what a line asks for; ``%reka_video …`` is turned into this."""
        await self.run_take(name, line)

    async def run_take(self, name: str, line: str) -> Any:
        """Return the take or takes of ``take = %reka_video …``, which is turned into this; with ``--bg`` the job."""
        from reka_notebook.magic.cell import run

        return await run(self.shell, line, None, MAGICS[name])


def _help_of(name: str) -> Callable[[], str]:
    def help_of() -> str:
        from reka_notebook.magic.help import help_text

        return help_text(name)

    return help_of


for _name in MAGICS:
    # IPython asks for the documentation of a magic by this, where there is more to say than a docstring can.
    getattr(RekaMagics, _name).getdoc = _help_of(_name)


def _help_of_prompt() -> str:
    from reka_notebook.magic.prompt_cell import help_text

    return help_text()


setattr(RekaMagics.reka_prompt, "getdoc", _help_of_prompt)  # noqa: B010 (mypy knows no attributes of functions)


def add_matcher(shell: InteractiveShell, made: Any) -> None:
    """Let a matcher complete in a shell, in place of one of the same name."""
    remove_matcher(shell, made.matcher_identifier)
    shell.Completer.custom_matchers.append(made)


def remove_matcher(shell: InteractiveShell, name: str) -> None:
    """Remove the matcher of this name."""
    matchers = shell.Completer.custom_matchers
    matchers[:] = [one for one in matchers if getattr(one, "matcher_identifier", None) != name]


def load(shell: InteractiveShell) -> None:
    """Load the extension."""
    shell.register_magics(RekaMagics)
    add_matcher(shell, matcher(shell))
    if awaited not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(awaited)
    lines = shell.input_transformer_manager.token_transformers
    if AwaitedLine not in lines:
        lines.append(AwaitedLine)
    _unloaded.clear()
    with suppress(RuntimeError):  # no more threads to be had: the first cell looks itself
        threading.Thread(target=_look_in, name="reka-notebook-look-in", daemon=True).start()
    preload.start(_unloaded)


def unload(shell: InteractiveShell) -> None:
    """Unload the extension; jobs go on."""
    _unloaded.set()
    for ours, theirs in (
        (awaited, shell.input_transformers_cleanup),
        (AwaitedLine, shell.input_transformer_manager.token_transformers),
    ):
        if ours in theirs:
            theirs.remove(ours)
    remove_matcher(shell, "reka_video")
    shell.magics_manager.registry.pop("RekaMagics", None)
    for kind in ("cell", "line"):
        for name in (*MAGICS, PROMPT):
            shell.magics_manager.magics[kind].pop(name, None)


def _look_in() -> None:
    """Take over what other kernels left when they died, now and later on; load nothing while there is nothing."""
    while True:
        try:
            chosen = settings()
            if chosen.database is not None or has_unfinished(chosen.home):
                from reka_notebook.jobs import controller

                controller().take_over()
        except Exception as error:  # said by the first cell that needs the library; this goes on looking
            log.info("jobs that another kernel left cannot be looked for now: %r", error)
        if _unloaded.wait(LOOK_IN):
            return
