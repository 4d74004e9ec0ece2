"""Define a job's life: its states, and which may follow which. Everything else asks here."""

from collections.abc import Mapping
from enum import StrEnum

from reka_notebook.errors import RekaError


class State(StrEnum):
    """Say where a job stands."""

    PREPARED = "prepared"
    SUBMITTING = "submitting"
    QUEUED = "queued"
    RUNNING = "running"
    FETCHING = "fetching"
    KEPT = "kept"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_ENDS = frozenset({State.FAILED, State.CANCELLED, State.EXPIRED})
_AT_THE_SERVICE = frozenset({State.QUEUED, State.RUNNING, State.FETCHING})

NEXT: Mapping[State, frozenset[State]] = {
    # back to prepared: the connection was never made, so the service saw nothing
    State.PREPARED: _ENDS | {State.SUBMITTING},
    State.SUBMITTING: _ENDS | {State.PREPARED, State.QUEUED, State.RUNNING},
    State.QUEUED: _ENDS | _AT_THE_SERVICE,
    State.RUNNING: _ENDS | _AT_THE_SERVICE,
    State.FETCHING: _ENDS | _AT_THE_SERVICE | {State.KEPT},
    State.KEPT: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
    # its deadline passed, not its life: it can be taken over where it stood
    State.EXPIRED: frozenset({State.SUBMITTING, State.QUEUED}),
}

FINAL = frozenset({State.KEPT, State.FAILED, State.CANCELLED})
"""States that never change again."""

ENDED = FINAL | {State.EXPIRED}
"""States in which nothing is being done."""


def is_asked_anew(state: str | None) -> bool:
    """Return whether a request is sent anew, and charged, if its last job is in this state; ``None`` if it had none."""
    return state in (None, State.FAILED, State.CANCELLED)


def check_transition(before: State, after: State) -> State:
    """Return ``after`` if it may follow ``before``.

    Raises:
        RekaError: If it may not.
    """
    if after is not before and after not in NEXT[before]:
        raise RekaError(f"A job that is {before} cannot become {after}.")
    return after
