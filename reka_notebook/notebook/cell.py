"""One ``%%reka_video`` cell, from its line and body to what stays in its output."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from IPython import display as ipython
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Ask, Job, Take, ask, controller
from reka_notebook.jobs.kept_image import kept_or_given
from reka_notebook.key import ask_for_key
from reka_notebook.notebook.arguments import UsageError, parse, split
from reka_notebook.notebook.framing_options import framed
from reka_notebook.notebook.output import bundle, detached_html, ended_html
from reka_notebook.notebook.place import asked_from
from reka_notebook.notebook.textbar import TextBar


class CellError(RekaError):
    """An error of a cell, shown as its words alone: the traceback of the inside helps nobody."""

    def _render_traceback_(self) -> list[str]:
        return [f"\x1b[31m{type(self.__cause__ or self).__name__}\x1b[0m: {self}"]


class Cell:
    """A cell that makes a video."""

    def __init__(self, shell: InteractiveShell, line: str, body: str) -> None:
        self._shell = shell
        self._prompt = body.strip()
        now = settings()
        control = controller()
        self._arguments = parse(split(line), control.catalogue, now.model)
        if self._arguments.words:
            raise UsageError(
                f"{' '.join(self._arguments.words)!r} is no option. The prompt goes into the cell's body."
            )
        self._place = f"reka-{secrets.token_hex(8)}"
        self._progress: Any = None

    def submit(self) -> Job:
        """Submit it, or find the take that is kept."""
        return controller().submit(
            self._asked(), fresh=self._arguments.fresh, ask=ask_for_key, notebook=asked_from()
        )

    def bind(self, take: Take) -> None:
        """Bind the name that ``--as`` gave."""
        if self._arguments.bind:
            self._shell.user_ns[self._arguments.bind] = take

    def _asked(self) -> Ask:
        arguments = self._arguments
        images = {
            slot: framed(self._image(text), arguments.framings.get(slot))
            for slot, text in arguments.images.items()
        }
        return ask(
            controller().catalogue,
            self._prompt,
            images,
            model=arguments.model,
            values=arguments.values,
            undeclared=arguments.undeclared,
            take=arguments.take,
        )

    def _image(self, text: str) -> Any:
        namespace: Mapping[str, Any] = self._shell.user_ns
        if text in namespace:
            return namespace[text]
        if text.isidentifier() and not Path(text).exists():
            near = get_close_matches(text, [name for name in namespace if not name.startswith("_")], 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise UsageError(f"There is no variable and no file called {text!r}.{hint}")
        return kept_or_given(text, controller().library)

    # --- what is shown ------------------------------------------------------------------------------------------

    def show(self, job: Job) -> None:
        """Show its progress, or the take that is kept."""
        if job.take is not None:
            ipython.display(bundle(job.take, job.title, self._shell.user_ns), raw=True)
        elif _has_front_end(self._shell):
            from reka_notebook.notebook.progress import Progress

            self._progress = Progress(job, controller().library)
            ipython.display(self._progress, display_id=self._place)

    def leave(self, job: Job) -> None:
        """Put what stays of an ended job in the place of its progress."""
        if self._progress is None or not job.status.done:
            return
        if job.take is not None:
            left = bundle(job.take, job.title, self._shell.user_ns)
        else:
            left = {"text/html": ended_html(job), "text/plain": repr(job)}
        ipython.update_display(left, raw=True, display_id=self._place)
        self._progress.close()

    def interrupted(self, job: Job) -> CellError:
        """Give the prompt back: waiting has stopped, the job goes on, and what it leaves appears here all the same."""
        cancels = self._arguments.cancel_on_interrupt
        if cancels:
            job.cancel()
        if self._progress is not None and not job.status.done:
            left = {"text/html": detached_html(job, cancels), "text/plain": repr(job)}
            ipython.update_display(left, raw=True, display_id=self._place)
            job.subscribe(self.leave)
        if cancels:
            return CellError(f"Interrupted. The service is asked to cancel job {job.id}.")
        return CellError(f"Interrupted. Job {job.id} goes on; reka_notebook.cancel({job.id!r}) cancels it.")


def _has_front_end(shell: InteractiveShell) -> bool:
    return getattr(shell, "kernel", None) is not None


def _bar(shell: InteractiveShell, job: Job) -> AbstractContextManager[Any]:
    return nullcontext() if _has_front_end(shell) or job.status.done else TextBar(job)


async def run(shell: InteractiveShell, line: str, body: str) -> None:
    """Run a cell while the kernel's loop stays free.

    :raises CellError: in words.
    """
    with _in_words():
        cell = Cell(shell, line, body)
        job = cell.submit()
        try:
            cell.show(job)
            with _bar(shell, job):
                take = await _interruptibly(job)
        except asyncio.CancelledError:
            raise cell.interrupted(job) from None
        finally:
            cell.leave(job)
        cell.bind(take)


async def _interruptibly(job: Job) -> Take:
    """Wait for a job so that an interrupt is noticed at once.

    ipykernel cancels the awaiting task from a signal handler, which does not wake a loop that sleeps: the cancellation
    would wait for whatever wakes it next. So the loop is woken a few times a second.
    """
    waiting = asyncio.ensure_future(job)
    try:
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=0.1)
        return waiting.result()
    finally:
        waiting.cancel()


def run_and_block(shell: InteractiveShell, line: str, body: str) -> None:
    """Run a cell where nothing can be awaited: in ``run_cell_magic``, or with autoawait off.

    :raises CellError: in words.
    """
    with _in_words():
        cell = Cell(shell, line, body)
        job = cell.submit()
        try:
            cell.show(job)
            with _bar(shell, job):
                take = job.result()
        except KeyboardInterrupt:
            raise cell.interrupted(job) from None
        finally:
            cell.leave(job)
        cell.bind(take)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except CellError:
        raise
    except RekaError as error:
        raise CellError(str(error)) from error
