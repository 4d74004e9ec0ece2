"""Say where a sweep stands at a moment, in frozen values and in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from reka_notebook.jobs.controller import Controller
from reka_notebook.jobs.job import JobStatus
from reka_notebook.jobs.sweep_request import SweepRequest
from reka_notebook.jobs.take import Take
from reka_notebook.library.states import ENDED, State, is_asked_anew
from reka_notebook.text import many

MANY = 8
"""New takes that are made at once without asking whether they are meant."""


@dataclass(frozen=True)
class SweepPlan:
    """Say how many takes are wanted in all, each request counted once.

    Args:
        kept: How many of them are kept already.
        underway: How many are being made, or were begun and can go on without a second charge.
    """

    count: int
    kept: int = 0
    underway: int = 0

    @property
    def new(self) -> int:
        """Return how many would be asked for, and charged."""
        return self.count - self.kept - self.underway


def plan_sweep(controller: Controller, sweep: SweepRequest) -> SweepPlan:
    """Count how much of a sweep exists already. Nothing is sent, nothing is written."""
    return count_states([controller.standing(one) for one in sweep.distinct.values()])


def count_states(states: Sequence[State | None]) -> SweepPlan:
    """Count how much there is of requests whose last attempts are in these states."""
    return SweepPlan(
        count=len(states),
        kept=states.count(State.KEPT),
        underway=sum(state is not State.KEPT and not is_asked_anew(state) for state in states),
    )


@dataclass(frozen=True)
class SweepPosition:
    """Say where the request at one position of a sweep stands.

    Args:
        state: Its job's state; ``None`` while it has not been submitted.
        stage: The state in words.
        job: The job's ID, which is the take's too.
        status: Where that job stands, while it is at work.
    """

    state: State | None
    stage: str
    job: str | None = None
    take: Take | None = None
    error: str | None = None
    status: JobStatus | None = None

    @property
    def done(self) -> bool:
        """Return whether nothing more will happen in it by itself."""
        return self.state in ENDED


@dataclass(frozen=True)
class SweepStatus:
    """Hold every position, in the order in which the sweep was asked for.

    Args:
        paused: Whether nothing new is submitted.
        cancelled: Whether a person ended it.
        note: Why it paused by itself, and what to do.
    """

    positions: tuple[SweepPosition, ...]
    paused: bool = False
    cancelled: bool = False
    note: str | None = None

    @property
    def done(self) -> bool:
        """Return whether every position has come to its end."""
        return all(position.done for position in self.positions)

    @property
    def finished(self) -> int:
        """Return how many positions have come to their end, good or bad."""
        return sum(position.done for position in self.positions)

    @property
    def words(self) -> str:
        """Return in words where it stands: ``3 of 6 done, 1 failed``."""
        states = [position.state for position in self.positions]
        parts = [f"{states.count(State.KEPT)} of {len(states)} done"]
        for state, word in _ENDS.items():
            if count := states.count(state):
                parts.append(f"{count} {word}")
        if self.paused and not self.done:
            parts.append("paused")
        return ", ".join(parts)

    @property
    def busy(self) -> bool:
        """Return whether something is being made."""
        return any(position.state is not None and not position.done for position in self.positions)


_ENDS = {State.FAILED: "failed", State.EXPIRED: "timed out", State.CANCELLED: "cancelled"}


def describe_failure(status: SweepStatus) -> str:
    """Say why some takes of a sweep are missing, and what to do."""
    reasons = list(dict.fromkeys(position.error for position in status.positions if position.error))
    why = f" {reasons[0]}" if reasons else f" {status.note}" if status.note else ""
    more = f" ({many(len(reasons) - 1, 'other reason')} in the grid.)" if reasons[1:] else ""
    unsent = sum(position.state is None for position in status.positions)
    left = f" {many(unsent, 'request')} not sent, and not charged." if unsent else ""
    return (
        f"{status.words[:1].upper()}{status.words[1:]}.{why}{more}{left} Run the cell again to go on: what is kept is "
        "shown, and only what is missing is asked for."
    )
