"""What a sweep would cost, before it is begun: counted in the library, without a request."""

from collections.abc import Sequence
from dataclasses import dataclass

from reka_notebook.jobs.ask import Ask
from reka_notebook.jobs.controller import Controller
from reka_notebook.jobs.states import State


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


def sweep_plan(controller: Controller, asks: Sequence[Ask]) -> SweepPlan:
    """Count what is there already of what is wanted. Nothing is sent, nothing is written."""
    wanted = {one.request.content_key: one for one in asks}
    stand = [controller.standing(one) for one in wanted.values()]
    begins = (None, State.FAILED, State.CANCELLED)
    return SweepPlan(
        count=len(wanted),
        kept=stand.count(State.KEPT),
        underway=sum(state not in (*begins, State.KEPT) for state in stand),
    )
