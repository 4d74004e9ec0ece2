"""The IPython extension: its magics, the cells that are awaited, and the jobs that an earlier kernel left.

Loading it imports nothing heavy; that waits for the first cell.
"""

import asyncio
import sys
import threading
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, magics_class

from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.library.peek import has_unfinished

MAGIC = "%%reka_video"

LOOK_IN = 30.0
"""Seconds between two looks into the library for jobs that another kernel left when it died."""

_unloaded = threading.Event()


@magics_class
class RekaMagics(Magics):
    """The magics."""

    shell: InteractiveShell

    @cell_magic
    def reka_video(self, line: str, cell: str) -> None:
        """Make a video of an image and the prompt in the cell's body; the video stays in the output.

        %%reka_video --image photo.jpg --model kling-v3-pro --duration 5 --as shot
        A slow dolly in over the water at dawn
        """
        from reka_notebook.notebook.cell import run_and_block

        run_and_block(self.shell, line, cell)

    async def reka_video_cell(self, line: str, cell: str) -> None:
        """The same, awaited: what a cell that begins with ``%%reka_video`` is turned into."""
        from reka_notebook.notebook.cell import run

        await run(self.shell, line, cell)


def awaited(lines: list[str]) -> list[str]:
    """Turn a ``%%reka_video`` cell into an ``await`` of the same call.

    A cell magic that is a plain function blocks the cell, and with it every click; IPython does not await one that
    is a coroutine function. So the cell itself becomes an awaiting one; not so a cell within a cell, which nobody
    awaits: the magic itself runs there.
    """
    shell = _shell()
    if not lines or shell is None or not shell.autoawait:
        return lines
    first = lines[0].rstrip("\r\n")
    name, _, line = first.partition(" ")
    if name.rstrip() != MAGIC or first.rstrip().endswith("?"):
        return lines
    if _nested():
        return lines
    body = "".join(lines[1:])
    call = f'get_ipython().magics_manager.registry["RekaMagics"].reka_video_cell({line.strip()!r}, {body!r})'
    return [f"await {call}\n"]


def load(shell: InteractiveShell) -> None:
    """Load the extension."""
    shell.register_magics(RekaMagics)
    if awaited not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(awaited)
    _unloaded.clear()
    threading.Thread(target=_look_in, name="reka-notebook-look-in", daemon=True).start()


def unload(shell: InteractiveShell) -> None:
    """Unload it; jobs go on."""
    _unloaded.set()
    if awaited in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(awaited)
    shell.magics_manager.registry.pop("RekaMagics", None)
    shell.magics_manager.magics["cell"].pop("reka_video", None)


def _nested() -> bool:
    """Whether the cell is in another one: under ``%%time`` and the like, or by ``run_cell`` where a loop runs."""
    by = [InteractiveShell.run_cell_magic.__code__]
    if asyncio._get_running_loop() is not None:
        by.append(InteractiveShell.run_cell.__code__)
    frame = sys._getframe()
    while frame.f_code not in by and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code in by


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()


def _look_in() -> None:
    """Take up what other kernels left when they died, now and later on; nothing is loaded while there is nothing."""
    while True:
        try:
            if has_unfinished(settings().home):
                from reka_notebook.jobs import controller

                controller().take_up()
        except RekaError:  # said by the first cell that needs the library
            pass
        if _unloaded.wait(LOOK_IN):
            return
