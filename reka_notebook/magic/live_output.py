"""Show a job, or several, in a cell's output: the progress, then what stays."""

import asyncio
import contextvars
import secrets
import sys
import threading
from collections.abc import Callable
from typing import Any

from IPython import display as ipython
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.jobs import Job, Sweep, controller
from reka_notebook.jobs.take import ArrivedTake
from reka_notebook.magic.output_widget import replace, taking_outputs
from reka_notebook.output.embed import is_to_embed
from reka_notebook.output.final_output import NOTHING, detached_sweep, ended, final_bundle, unfinished
from reka_notebook.output.html import bundle
from reka_notebook.text import date_and_time
from reka_notebook.widgets.widget_view import widget_view


class LiveOutput:
    """Show one job or sweep in a cell's output, even after its cell has ended.

    While it runs there are two outputs: a widget with its progress, and ordinary words that a saved notebook
    shows without a kernel. When a cell that waited ends, what stays is published as an output of its own,
    because some hosts lose every update of an output. The other two are cleared if the cell has no outputs
    but these; otherwise they are emptied, and if that does not arrive either, the words are still true. Only
    work that no cell waits for has to update an output: its words.

    A film that is a cell's whole output is shown as soon as it has arrived, before it is decoded to its end
    and kept. Where that finds nothing odd, it is what stays.

    Args:
        alone: Whether no cell waits for it.
        whole: Whether the cell is nothing but this, so that its outputs may be cleared.
        embed: Whether its files go into the notebook; if not given, their size decides.
        hint: What was said on stderr before it, and stays when the outputs are cleared.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        work: Job | Sweep,
        *,
        alone: bool = False,
        whole: bool = False,
        embed: bool | None = None,
        hint: str | None = None,
    ) -> None:
        self._shell = shell
        self._work = work
        self._words = _new_display_id()
        self._bar = _new_display_id()
        self._said: dict[str, Any] = {}
        self._progress: Any = None
        self._model = ""
        self._within: Any = None
        self._open = False
        self._arrived: ArrivedTake | None = None
        self._end_viewing: Callable[[], None] = lambda: None
        self._alone = alone
        self._whole = whole
        self._embed = embed
        self._hint = hint
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Show its progress, or what is kept."""
        if settled(self._work):
            ipython.display(self._left(), raw=True)
            return
        self._open = True
        self._progress = _progress(self._work)
        self._model = self._progress.model_id
        self._within = taking_outputs(self._shell)
        self._show_progress()
        if isinstance(self._work, Job) and self._whole and not self._alone and self._within is None:
            self._end_viewing = self._view_arrival(self._work)

    def _show_progress(self) -> None:
        view, metadata = widget_view(self._progress)
        ipython.display(view, metadata=metadata, raw=True, display_id=self._bar)
        if self._alone or self._within is None:
            self._said = unfinished(self._work, alone=self._alone)
            ipython.display(self._said, raw=True, display_id=self._words)

    def _view_arrival(self, job: Job) -> Callable[[], None]:
        """Show what has arrived in the cell that runs now, and return a function that ends this."""
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()

        def view(take: ArrivedTake | None) -> None:
            if take is None:
                loop.call_soon_threadsafe(self._take_back, context=context)
            elif is_to_embed([take], self._embed):
                data = bundle(take, job.title, self._shell.user_ns, embed=True)
                loop.call_soon_threadsafe(self._show_arrived, take, data, context=context)

        return job.view_arrival(view)

    def _show_arrived(self, take: ArrivedTake, data: dict[str, Any]) -> None:
        if self._open and not self._alone:
            self._arrived = take
            self._clear()
            ipython.display(data, raw=True)

    def _take_back(self) -> None:
        """Show the progress again: what has arrived was not whole, or cannot be kept now."""
        if self._arrived is not None and self._open:
            self._arrived = None
            self._clear()
            self._show_progress()

    def leave(self, _: object = None) -> None:
        """Show what stays of it, once nothing more happens in it, and nothing of its progress."""
        with self._lock:
            if not self._open or not (settled(self._work) or (self._alone and _quiet(self._work))):
                return
            self._open = False
        self._end_viewing()
        try:
            if self._is_shown():
                return
            left = self._left()
            if self._alone:
                _from_any_thread(left, self._words)
            else:
                self._publish(left)
            if self._within is not None:
                replace(self._within, self._model, self._said.get("text/html", ""), left)
        finally:
            self._end_progress(_from_any_thread if self._alone else _update)

    def _is_shown(self) -> bool:
        """Return whether what has arrived is shown, and is what stays."""
        if self._arrived is None or not isinstance(self._work, Job) or self._work.take is None:
            return False
        shown, kept = self._arrived.record, self._work.take.record
        files = [file.without_digests for file in shown.files]
        return (files, shown.remarks, shown.took, date_and_time(shown.kept)) == (
            [file.without_digests for file in kept.files],
            kept.remarks,
            kept.took,
            date_and_time(kept.kept),
        )

    def _clear(self) -> None:
        """Clear the cell's outputs once the next one comes, but for what was said before them."""
        ipython.clear_output(wait=True)
        if self._hint:
            print(self._hint, file=sys.stderr, flush=True)

    def _publish(self, data: dict[str, Any], display_id: str | None = None) -> None:
        """Show something as a new output of the cell that runs, in the place of the two that stand there."""
        if self._whole:
            self._clear()
        ipython.display(data, raw=True, **({"display_id": display_id} if display_id else {}))
        if not self._whole:
            _update(NOTHING, self._words)
        self._end_progress(_update)

    def _end_progress(self, update: Callable[[dict[str, Any], str], None]) -> None:
        if (progress := self._progress) is not None:
            self._progress = None
            if self._alone or not self._whole:
                update(NOTHING, self._bar)
            progress.close()

    def _left(self) -> dict[str, Any]:
        return final_bundle(self._work, self._shell.user_ns, alone=self._alone, embed=self._embed)

    def go_on_alone(self) -> None:
        """Let the cell end; the output is filled later on, and says why where it cannot be."""
        self._alone = True
        self._work.subscribe(self.leave)
        self.leave()  # it may have ended before anybody listened

    def detach(self, cancels: bool) -> None:
        """Say that waiting has stopped; what is being made appears in the place of these words."""
        if settled(self._work):
            return
        if not self._open:  # the interrupt came before it was shown
            self.begin()
        data = (
            ended(self._work, cancels) if isinstance(self._work, Job) else detached_sweep(self._work, cancels)
        )
        display_id = _new_display_id()
        self._end_viewing()
        self._arrived = None
        self._publish(data, display_id)
        self._words, self._said = display_id, data
        self.go_on_alone()


def _new_display_id() -> str:
    """Return an id by which an output is updated."""
    return f"reka-{secrets.token_hex(8)}"


def _update(data: dict[str, Any], display_id: str) -> None:
    """Put something else in an output of the cell that runs."""
    ipython.update_display(data, raw=True, display_id=display_id)


def _from_any_thread(data: dict[str, Any], display_id: str) -> None:
    """Put something else in an output, as a message of whichever cell runs now.

    A thread's context keeps the cell that it was started in, and nbclient drops what belongs to a cell that has ended.
    """
    try:
        contextvars.Context().run(_update, data, display_id)
    except LookupError:  # ipykernel 7.0 sends nothing outside of a cell's context
        _update(data, display_id)


def settled(work: Job | Sweep) -> bool:
    """Return whether nothing more will happen in it by itself."""
    return work.status.done if isinstance(work, Job) else work.settled


def _quiet(work: Job | Sweep) -> bool:
    """Return whether nothing of it is being made; what a pause has held back is not waited for."""
    if isinstance(work, Job):
        return work.status.done
    status = work.status  # one that is not paused and has sent nothing yet is about to
    return status.paused and not status.busy


def _progress(work: Job | Sweep) -> Any:
    if isinstance(work, Job):
        from reka_notebook.widgets.progress import Progress

        return Progress(work, controller().library)
    from reka_notebook.widgets.progress import SweepProgress

    return SweepProgress(work)
