"""What the answers so far have told about one job. Frozen values; times are seconds since its submission."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Seen:
    """Where a job stood when the service was asked.

    :param asked: the last answer, with which the job was not done.
    :param queued: the last answer with which it was still in the queue.
    :param running: the first answer with which it was being worked on.
    :param position: how many were ahead of it in the queue at the last answer, where the service says.
    :param entered: the first position that was told, and when.
    :param moved: when the position was first seen to be what it is.
    """

    asked: float = 0.0
    queued: float | None = None
    running: float | None = None
    position: int | None = None
    entered: tuple[float, int] | None = None
    moved: float = 0.0

    def told(self, elapsed: float, *, running: bool | None, position: int | None = None) -> "Seen":
        """This, and one more answer.

        :param running: whether the job is being worked on, or else waits; ``None`` where the answer says neither.
        """
        if running is None:
            return replace(self, asked=elapsed)
        if running:
            first = elapsed if self.running is None else self.running
            return replace(self, asked=elapsed, running=first, position=None)
        return replace(  # a job may also be put back into the queue
            self,
            asked=elapsed,
            queued=elapsed,
            running=None,
            position=position,
            entered=self.entered or (None if position is None else (elapsed, position)),
            moved=self.moved if position == self.position else elapsed,
        )

    @property
    def started(self) -> tuple[float, float] | None:
        """Between which two moments the work started; ``None`` where it is not seen to have started."""
        return None if self.running is None else (self.queued or 0.0, self.running)

    @property
    def place_takes(self) -> float | None:
        """Seconds that the queue takes to move by one; ``None`` where it has not been seen to move."""
        if self.position is None or self.entered is None:
            return None
        since, ahead = self.entered
        return (self.moved - since) / (ahead - self.position) if self.position < ahead else None

    def took(self, done: float) -> float:
        """How long the job took, if an answer at `done` was the first to say that it is: half-way to the one before."""
        return (self.asked + done) / 2

    def worked(self, done: float) -> float | None:
        """How long it was worked on, if an answer at `done` was the first to say that it is done."""
        if self.started is None:
            return None
        return self.took(done) - sum(self.started) / 2
