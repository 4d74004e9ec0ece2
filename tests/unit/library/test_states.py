"""Test the table of states: what may follow what, and that an end can always be reached."""

from itertools import product

import pytest

from reka_notebook.errors import RekaError
from reka_notebook.library.states import ENDED, FINAL, NEXT, State, check_transition

ALLOWED = {
    "prepared": "submitting failed cancelled expired",
    "submitting": "prepared queued running failed cancelled expired",
    "queued": "running fetching failed cancelled expired",
    "running": "queued fetching failed cancelled expired",
    "fetching": "queued running kept failed cancelled expired",
    "kept": "",
    "failed": "",
    "cancelled": "",
    "expired": "submitting queued",
}


@pytest.mark.parametrize(("before", "after"), [*product(State, State)])
def test_every_transition_is_allowed_or_refused(before: State, after: State) -> None:
    if after is before or after in ALLOWED[before].split():
        assert check_transition(before, after) is after
    else:
        with pytest.raises(RekaError, match=f"A job that is {before} cannot become {after}"):
            check_transition(before, after)


def test_the_ends_are_ends() -> None:
    assert {state for state in State if not NEXT[state]} == FINAL
    assert sorted(ENDED - FINAL) == [State.EXPIRED]
    assert NEXT.keys() == set(State)


def test_nothing_is_kept_that_was_not_fetched() -> None:
    assert [state for state in State if State.KEPT in NEXT[state]] == [State.FETCHING]


@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_from_everywhere_there_is_a_way_to_a_kept_take(state: State) -> None:
    reached, edge = {state}, {state}
    while edge:
        edge = set().union(*(NEXT[one] for one in edge)) - reached
        reached |= edge
    assert State.KEPT in reached
