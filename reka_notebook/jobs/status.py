"""What a person is shown of a job: a frozen value, and its words."""

import time
from dataclasses import dataclass, field

from reka_notebook.jobs.states import ENDED, State


@dataclass(frozen=True)
class JobStatus:
    """Where a job stands at a moment.

    :param status: the service's own status word, untouched.
    :param queue_position: how many requests are ahead, where the service says.
    :param started: seconds since the epoch when it was asked for.
    :param expected: seconds that it will take in all, from earlier jobs; ``None`` where none are known.
    :param note: what is out of the ordinary just now (a service that does not answer, a long wait).
    :param error: how it ended, where it ended badly.
    :param logs: the service's own log lines, where it gave any.
    """

    state: State
    started: float
    status: str = ""
    queue_position: int | None = None
    expected: float | None = None
    note: str | None = None
    error: str | None = None
    cancelling: bool = False
    ended: float | None = None
    logs: tuple[str, ...] = field(default=(), repr=False)

    @property
    def done(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in ENDED

    @property
    def elapsed(self) -> float:
        """Seconds since it was asked for, or that it took."""
        return max(0.0, (self.ended or time.time()) - self.started)

    @property
    def stage(self) -> str:
        """The state, in words."""
        if self.cancelling and not self.done:
            return "Cancelling"
        if self.state is State.QUEUED and self.queue_position:
            return f"Waiting in the queue, {self.queue_position} ahead"
        return _STAGES[self.state]


_STAGES = {
    State.PREPARED: "Preparing",
    State.SUBMITTING: "Submitting",
    State.QUEUED: "Waiting in the queue",
    State.RUNNING: "Making the video",
    State.FETCHING: "Fetching the result",
    State.KEPT: "Kept",
    State.FAILED: "Failed",
    State.CANCELLED: "Cancelled",
    State.EXPIRED: "Stopped waiting",
}


def duration_words(seconds: float) -> str:
    """A duration as a person says it: ``8 s``, ``1 min 12 s``, ``1 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
