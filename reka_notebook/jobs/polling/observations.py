"""Hold what is known before a job, and what its answers so far have told."""

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Known:
    """Hold the seconds that earlier jobs of the kind took in all, and of work, where its start was seen."""

    durations: tuple[float, ...] = ()
    work: tuple[float, ...] = ()


@dataclass(frozen=True)
class Observations:
    """Say where a job stood when the service was asked; times are seconds since its submission."""

    asked: float = 0.0  # the last answer with which it was not done
    queued: float | None = None  # the last answer with which it was still in the queue
    running: float | None = None  # the first answer with which it was being worked on
    position: int | None = None  # how many were ahead of it at the last answer, where the service says so
    entered: tuple[float, int] | None = None  # when a position was first told, and which
    moved: float = 0.0  # when the position was first seen to be what it is
    failures: int = 0  # questions in a row that have met an error since
    retry_after: float | None = None  # seconds for which the service wants to be left alone then

    def add(self, elapsed: float, *, running: bool | None, position: int | None = None) -> "Observations":
        """Return these and one more; `running` is ``None`` where the answer does not tell the queue from the work."""
        answered = replace(self, asked=elapsed, failures=0, retry_after=None)
        if running is None:
            return answered
        if running:
            return replace(answered, running=self.running or elapsed, position=None)
        entered = self.entered or (None if position is None else (elapsed, position))
        moved = self.moved if position == self.position else elapsed
        return Observations(elapsed, elapsed, None, position, entered, moved)  # it may also be put back there

    def fail(self, retry_after: float | None = None) -> "Observations":
        """Return these and one more question that met an error."""
        return replace(self, failures=self.failures + 1, retry_after=retry_after)

    @property
    def started(self) -> tuple[float, float] | None:
        """Return when the work started, and the standard deviation of that; ``None`` if that was not seen."""
        if self.running is None:
            return None
        before = self.queued or 0.0
        return (before + self.running) / 2, (self.running - before) / math.sqrt(12)

    @property
    def place_takes(self) -> float | None:
        """Return the seconds in which the queue moves by one; ``None`` if it has not been seen to move."""
        if self.position is None or self.entered is None or self.entered[1] <= self.position:
            return None
        return (self.moved - self.entered[0]) / (self.entered[1] - self.position)

    def took(self, done: float) -> tuple[float, float | None]:
        """Return how long the job took and was worked on, if the answer at `done` was the first to say that it is."""
        took = (self.asked + done) / 2
        return took, None if self.started is None else took - self.started[0]
