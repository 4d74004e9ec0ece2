"""Where a sweep stands at a moment: frozen values, and their words."""

from dataclasses import dataclass

from reka_notebook.jobs.controller import Controller
from reka_notebook.jobs.states import State
from reka_notebook.jobs.sweep_request import SweepRequest
from reka_notebook.jobs.take import Take
from reka_notebook.text import many


@dataclass(frozen=True)
class SweepPlan:
    """How many takes are wanted in all, each request counted once.

    :param kept: of them, those that are kept already.
    :param underway: those that are being made, or were begun and can go on without a second charge.
    """

    count: int
    kept: int = 0
    underway: int = 0

    @property
    def new(self) -> int:
        """Those that would be asked for, and charged."""
        return self.count - self.kept - self.underway


def plan_sweep(controller: Controller, sweep: SweepRequest) -> SweepPlan:
    """Count what is there already of a sweep. Nothing is sent, nothing is written."""
    stand = [controller.standing(one) for one in sweep.distinct.values()]
    begins = (None, State.FAILED, State.CANCELLED)
    return SweepPlan(
        count=len(stand),
        kept=stand.count(State.KEPT),
        underway=sum(state not in (*begins, State.KEPT) for state in stand),
    )


@dataclass(frozen=True)
class SweepPosition:
    """One position of a sweep: where its request stands.

    :param state: its job's; ``None`` while it has not been submitted.
    :param stage: the state in words.
    :param job: the job's id, which is the take's too.
    """

    state: State | None
    stage: str
    job: str | None = None
    take: Take | None = None
    error: str | None = None

    @property
    def done(self) -> bool:
        """Whether nothing more will happen in it by itself."""
        return self.state in (State.KEPT, State.FAILED, State.CANCELLED, State.EXPIRED)


@dataclass(frozen=True)
class SweepStatus:
    """Every position, in the order in which the sweep was asked for.

    :param paused: nothing new is submitted.
    :param cancelled: a person ended it.
    :param note: why it paused by itself, and what to do.
    """

    positions: tuple[SweepPosition, ...]
    paused: bool = False
    cancelled: bool = False
    note: str | None = None

    @property
    def done(self) -> bool:
        """Whether every position has come to its end."""
        return all(position.done for position in self.positions)

    @property
    def finished(self) -> int:
        """How many positions have come to their end, good or bad."""
        return sum(position.done for position in self.positions)

    @property
    def words(self) -> str:
        """Where it stands, in words: ``3 of 6 done, 1 failed``."""
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
        """Whether something is being made."""
        return any(position.state is not None and not position.done for position in self.positions)


_ENDS = {State.FAILED: "failed", State.EXPIRED: "timed out", State.CANCELLED: "cancelled"}


def describe_failure(status: SweepStatus) -> str:
    """Say why some takes of a sweep are missing, and what to do."""
    reasons = list(dict.fromkeys(position.error for position in status.positions if position.error))
    why = f" {reasons[0]}" if reasons else ""
    more = f" ({many(len(reasons) - 1, 'other reason')} in the grid.)" if reasons[1:] else ""
    unsent = sum(position.state is None for position in status.positions)
    left = f" {many(unsent, 'request')} not sent, and not charged." if unsent else ""
    return (
        f"{status.words[:1].upper()}{status.words[1:]}.{why}{more}{left} Run the cell again to go on: what is kept is "
        "shown, and only what is missing is asked for."
    )
