"""Run one cell of a magic, from its line and body to what stays in its output."""

import asyncio
import sys
from collections.abc import Awaitable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.errors import RekaError
from reka_notebook.errors.advice import for_options
from reka_notebook.errors.frames import in_words
from reka_notebook.jobs import Controller, Job, Sweep, Take, Takes, controller
from reka_notebook.jobs.models.default import FIRST
from reka_notebook.key import ask_for_key
from reka_notebook.magic.first_list import needs_list, wait_for_list
from reka_notebook.magic.live_output import LiveOutput, settled
from reka_notebook.magic.request import check_count, read
from reka_notebook.magic.running_cell import is_magic_alone
from reka_notebook.nested_loop import loop as nested_loop
from reka_notebook.output import formatters
from reka_notebook.output.dry_run import dry_run
from reka_notebook.output.front_end import has_front_end
from reka_notebook.output.notebook_file import notebook_file
from reka_notebook.output.terminal import TextBar, said
from reka_notebook.widgets.judging import register as judging

formatters.register()
judging.register()

T = TypeVar("T")


class CellError(RekaError):
    """Report an error of a cell by its words alone: the traceback of the inside helps nobody."""

    def __str__(self) -> str:
        return str(self.args[0])  # words for a cell, whoever reads them

    def _render_traceback_(self) -> list[str]:
        return in_words(self, type(self.__cause__ or self))


class Cell:
    """Make what a cell asks for, once or several times.

    Args:
        body: The prompt; ``None`` for a line, which has its prompt among its words.
        output: What the magic makes.
        whole: Whether the notebook's cell is nothing but this.
    """

    def __init__(
        self, shell: InteractiveShell, line: str, body: str | None, output: str, *, whole: bool = False
    ) -> None:
        self._shell = shell
        self._whole = whole
        self._front = has_front_end()
        self.request = read(line, body, shell.user_ns, controller(), output)
        self.arguments = self.request.arguments
        if self.request.hint:
            print(self.request.hint, file=sys.stderr)

    def plan(self) -> str:
        """Return what ``--dry-run`` prints."""
        asked = self.request
        return dry_run(asked.controller, asked.sweep, asked.plan, fresh=self.arguments.fresh)

    def submit(self) -> Job | Sweep:
        """Submit what the cell asks for, or find the takes that are kept.

        Raises:
            RekaError: It cannot be done. Nothing was sent.
        """
        asked, control, fresh = self.request, self.request.controller, self.arguments.fresh
        if len(asked.sweep.requests) == 1:
            return control.submit(
                asked.sweep.requests[0],
                fresh=fresh,
                prompt_for_key=ask_for_key,
                notebook_file=notebook_file(),
            )
        check_count(asked)
        if asked.plan.kept < asked.plan.count:
            control.require_key(ask_for_key)
        control.check_budget(asked.sweep.requests, fresh=fresh)
        return Sweep(control, asked.sweep, fresh=fresh, notebook_file=notebook_file()).start()

    def bind(self, value: object) -> None:
        """Bind the name that ``--as`` gave."""
        if self.arguments.bind:
            self._shell.user_ns[self.arguments.bind] = value

    def place(self, work: Job | Sweep) -> tuple["LiveOutput | None", AbstractContextManager[Any]]:
        """Return where its progress is shown: in the output, or as a bar in a terminal while somebody waits."""
        if not self._front:
            quiet = settled(work) or self.arguments.background
            return None, nullcontext() if quiet else TextBar(work)
        shown = LiveOutput(
            self._shell,
            work,
            alone=self.arguments.background,
            whole=self._whole,
            embed=self.arguments.embed,
            hint=self.request.hint,
        )
        return shown, nullcontext()

    def interrupted(self, work: Job | Sweep | None, shown: "LiveOutput | None") -> CellError:
        """Return the error that gives the prompt back; the job goes on, and its take still appears here."""
        if work is None:
            return CellError(
                "Interrupted while it was being submitted. Run the cell again: it joins what was begun, so that "
                "nothing is charged twice."
            )
        cancels = self.arguments.cancel_on_interrupt
        if cancels:
            work.cancel()
        elif isinstance(work, Sweep):
            work.pause()
        if shown is not None:
            shown.detach(cancels)
        if isinstance(work, Sweep):
            goes_on = "asked to cancel what it has begun" if cancels else "going on with what it has begun"
            return CellError(f"Interrupted. The service is {goes_on}; nothing more is sent.")
        if cancels:
            return CellError(f"Interrupted. Cancelling job {work.id}…")
        return CellError(f"Interrupted. Job {work.id} goes on; %reka cancel {work.id} cancels it.")


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Raise this package's errors as a `CellError`, which has the words of cells."""
    with for_options():
        try:
            yield
        except CellError:
            raise
        except RekaError as error:
            raise CellError(str(error)) from error


def _lacking_list(shell: InteractiveShell, line: str, body: str | None, output: str) -> Controller | None:
    """Return the controller where the account's first list of models is to be waited for."""
    try:
        control = controller()
        lacks = needs_list(line, body, shell.user_ns, control, output)
    except RekaError:  # said by the cell itself
        return None
    return control if lacks else None


@contextmanager
def _running(
    shell: InteractiveShell, line: str, body: str | None, output: str, *, whole: bool = False
) -> Iterator[tuple[Cell, Any, list[Any]]]:
    """Frame a cell's run: yield what is asked, its work, and a list that receives the outcome."""
    with errors_in_words():
        cell = Cell(shell, line, body, output, whole=whole)
        result: list[Any] = []
        if cell.arguments.dry_run:
            print(cell.plan())
            yield cell, None, result
            return
        work: Job | Sweep | None = None
        shown: LiveOutput | None = None
        try:
            work = cell.submit()
            if not settled(work):
                cell.request.controller.models.ask_soon()
            shown, bar = cell.place(work)
            if shown is not None:
                shown.begin()
            if cell.arguments.background:
                if shown is not None:
                    shown.go_on_alone()
                result.append(work)
                yield cell, None, result
            else:
                with bar:
                    yield cell, work, result
        except (asyncio.CancelledError, KeyboardInterrupt):
            raise cell.interrupted(work, shown) from None
        finally:
            if not cell.arguments.background:
                if shown is not None:
                    shown.leave()
                elif work is not None and settled(work):
                    said(work)
        cell.bind(result[0])


async def run(shell: InteractiveShell, line: str, body: str | None, output: str) -> Any:
    """Run a cell while the kernel's loop stays free, and return what ``--as`` would bind.

    Raises:
        CellError: If it fails; the message says why.
    """
    whole, control = is_magic_alone(shell), _lacking_list(shell, line, body, output)
    if control is not None:
        try:
            await wait_for_list(control)
        except (asyncio.CancelledError, KeyboardInterrupt):
            raise CellError("Interrupted. Nothing was sent.") from None
    with _running(shell, line, body, output, whole=whole) as (_, work, result):
        if work is not None:
            result.append(await interruptibly(_awaited(work)))
    return result[0] if result else None


async def interruptibly(work: Awaitable[T]) -> T:
    """Wait so that an interrupt is noticed at once.

    ipykernel cancels the awaiting task from a signal handler, which does not wake a loop that sleeps: the cancellation
    would wait for whatever wakes it next. So the loop is woken a few times a second.
    """
    waiting = asyncio.ensure_future(work)
    try:
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=0.1)
        return waiting.result()
    finally:
        waiting.cancel()


async def _awaited(work: Job | Sweep) -> Take | Takes:
    return await work


def run_and_block(shell: InteractiveShell, line: str, body: str | None, output: str) -> Any:
    """Run a cell where nothing can be awaited: in ``run_cell_magic``, or with autoawait off.

    The loop stands still until the cell is done, unless ``%reka config nested_loop on`` was said.

    Raises:
        CellError: If it fails; the message says why.
    """
    control = _lacking_list(shell, line, body, output)
    if control is not None:
        try:
            control.models.wait(FIRST)
        except KeyboardInterrupt:
            raise CellError("Interrupted. Nothing was sent.") from None
    with _running(shell, line, body, output) as (_, work, result):
        if work is not None:
            loop = nested_loop.loop_to_turn()
            result.append(work.result() if loop is None else nested_loop.turn(loop, _awaited(work)))
    return result[0] if result else None
