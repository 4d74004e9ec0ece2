"""One request of a sweep, from not being sent to its end."""

from dataclasses import dataclass

from reka_notebook.jobs.ask import Ask
from reka_notebook.jobs.job import Job
from reka_notebook.jobs.states import State
from reka_notebook.jobs.sweep_status import SweepPlace


@dataclass
class Entry:
    """A request, its job once it has one, and the words of why it cannot have one.

    :param sending: it is being submitted just now.
    """

    wanted: Ask
    job: Job | None = None
    refused: str | None = None
    sending: bool = False

    @property
    def waiting(self) -> bool:
        """Whether it has still to be submitted."""
        return self.job is None and self.refused is None

    @property
    def busy(self) -> bool:
        """Whether its job is at work."""
        return self.job is not None and not self.job.status.done

    def place(self, *, paused: bool, cancelled: bool) -> SweepPlace:
        """What is shown of it, in a sweep that is paused or cancelled."""
        if self.job is not None:
            status = self.job.status
            return SweepPlace(status.state, status.stage, self.job.id, self.job.take, status.error)
        if self.refused is not None:
            return SweepPlace(State.FAILED, "Failed", error=self.refused)
        if cancelled and not self.sending:
            return SweepPlace(State.CANCELLED, "Not sent")
        return SweepPlace(None, "Not sent yet, paused" if paused else "Not sent yet")
