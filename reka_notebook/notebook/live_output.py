"""What is seen of a job, or of several, in a cell's output: its progress, then what stays."""

import contextvars
import secrets
import threading
from typing import Any

from IPython import display as ipython
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.jobs import Job, controller
from reka_notebook.notebook.batch import Batch
from reka_notebook.notebook.leaving import detached_batch, ended, left_by


class LiveOutput:
    """One place in the notebook that a job or a batch fills, also after its cell has ended.

    :param alone: no cell waits for it.
    :param embed: whether its files go into the notebook, whatever their size; else that decides.
    """

    def __init__(
        self, shell: InteractiveShell, work: Job | Batch, *, alone: bool = False, embed: bool | None = None
    ) -> None:
        self._namespace = shell.user_ns
        self._work = work
        self._place = f"reka-{secrets.token_hex(8)}"
        self._progress: Any = None
        self._alone = alone
        self._embed = embed
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Show its progress, or what is kept."""
        if settled(self._work):
            ipython.display(self._left(), raw=True)
            return
        self._progress = _progress(self._work)
        ipython.display(self._progress, display_id=self._place)

    def leave(self, _: object = None) -> None:
        """Put what stays of it in the place of its progress, once nothing more happens in it."""
        with self._lock:
            progress = self._progress
            if progress is None or not (settled(self._work) or (self._alone and _quiet(self._work))):
                return
            self._progress = None
        _update(self._left(), self._place)
        progress.close()

    def _left(self) -> dict[str, Any]:
        return left_by(self._work, self._namespace, alone=self._alone, embed=self._embed)

    def go_on_alone(self) -> None:
        """The cell ends now; the place is filled all the same, and says why where it cannot be."""
        self._alone = True
        self._work.subscribe(self.leave)
        self.leave()  # it may have ended before anybody listened

    def detach(self, cancels: bool) -> None:
        """Say that waiting has stopped; what is being made appears here all the same."""
        if settled(self._work):
            return
        if self._progress is None:  # the interrupt came before it was shown
            self.begin()
        data = (
            ended(self._work, cancels) if isinstance(self._work, Job) else detached_batch(self._work, cancels)
        )
        _update(data, self._place)
        self.go_on_alone()


def _update(data: dict[str, Any], place: str) -> None:
    """Put something else in a place of the notebook, as a message of whichever cell runs now.

    A thread's context keeps the cell that it was started in, and nbclient drops what belongs to a cell that has ended.
    """

    def update() -> None:
        ipython.update_display(data, raw=True, display_id=place)

    try:
        contextvars.Context().run(update)
    except LookupError:  # ipykernel 7.0 sends nothing outside of a cell's context
        update()


def settled(work: Job | Batch) -> bool:
    """Whether nothing more will happen in it by itself."""
    return work.status.done if isinstance(work, Job) else work.settled


def _quiet(work: Job | Batch) -> bool:
    """Whether nothing of it is being made: what a pause has held back is not waited for."""
    if isinstance(work, Job):
        return work.status.done
    status = work.status  # one that is not paused and has sent nothing yet is about to
    return status.paused and not any(place.state is not None and not place.done for place in status.places)


def _progress(work: Job | Batch) -> Any:
    if isinstance(work, Job):
        from reka_notebook.notebook.progress import Progress

        return Progress(work, controller().library)
    from reka_notebook.notebook.batch_progress import BatchProgress

    return BatchProgress(work)
