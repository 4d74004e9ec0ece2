"""Test the budget of requests: one for all processes, whatever their clocks do."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reka_notebook.library.rate_budget import LONGEST_PAUSE, RateBudget

SERVICE = "https://service.test:443"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("reka_notebook.library.rate_budget.time.time", lambda: made.now)
    return made


@pytest.fixture
def budget(tmp_path: Path) -> Callable[[], RateBudget]:
    """Return one process more that uses the same file."""
    return lambda: RateBudget(tmp_path / "state")


def test_it_is_one_for_all_processes(budget, clock: Clock) -> None:
    one, two = budget(), budget()
    waits = [each.reserve(SERVICE, 60) for each in (one, two) * 6]
    assert waits[:10] == [0.0] * 10
    assert waits[10:] == pytest.approx([1.0, 2.0])
    assert one.reserve("another", 60) == 0.0
    clock.now += 60
    assert two.reserve(SERVICE, 60) == 0.0


def test_after_a_pause_a_burst_goes_and_then_one_by_one(budget, clock: Clock) -> None:
    one, two = budget(), budget()
    one.pause(SERVICE, 120)
    waits = [two.reserve(SERVICE, 60) for _ in range(12)]
    assert waits == pytest.approx([120.0] * 10 + [121.0, 122.0])
    assert one.paused(SERVICE) == pytest.approx(120)
    clock.now += 121
    assert one.paused(SERVICE) == 0


BACK = [1.0, 30.0, 600.0, 3_000.0, 3_599.0, 7_200.0, 86_400.0, 1e6]


@pytest.mark.parametrize("seconds", BACK)
def test_a_clock_that_is_set_back_makes_no_debt(budget, clock: Clock, seconds: float) -> None:
    one = budget()
    assert [one.reserve(SERVICE, 60) for _ in range(10)] == [0.0] * 10
    clock.now -= seconds
    assert one.reserve(SERVICE, 60) == pytest.approx(1.0)
    clock.now += 60
    assert budget().reserve(SERVICE, 60) == 0.0


@pytest.mark.parametrize("seconds", BACK)
def test_a_clock_that_was_ahead_for_a_while_makes_no_debt(budget, clock: Clock, seconds: float) -> None:
    one = budget()
    one.reserve(SERVICE, 60)
    clock.now += seconds
    assert [one.reserve(SERVICE, 60) for _ in range(10)] == [0.0] * 10
    clock.now -= seconds
    assert one.reserve(SERVICE, 60) == pytest.approx(1.0)


@pytest.mark.parametrize("seconds", BACK)
def test_a_clock_that_is_set_back_makes_no_pause_longer(budget, clock: Clock, seconds: float) -> None:
    one = budget()
    one.pause(SERVICE, 40)
    clock.now -= seconds
    assert one.paused(SERVICE) == pytest.approx(40)
    clock.now += 39
    assert 0 < one.reserve(SERVICE, 60) <= 1
    clock.now += 2
    assert budget().reserve(SERVICE, 60) == 0.0


def test_who_does_not_want_to_wait_so_long_owes_nothing(budget, clock: Clock) -> None:
    one = budget()
    for _ in range(10):
        one.reserve(SERVICE, 60)
    assert [one.reserve(SERVICE, 60, longest=0.5) for _ in range(5)] == pytest.approx([1.0] * 5)


def test_a_pause_of_any_length_ends_within_the_hour(budget, clock: Clock) -> None:
    one = budget()
    one.pause(SERVICE, 1e9)
    assert one.paused(SERVICE) == LONGEST_PAUSE


def test_the_file_of_an_earlier_version_can_be_used(budget, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    with closing(sqlite3.connect(tmp_path / "state" / "budget.sqlite3")) as old:
        old.execute("CREATE TABLE budgets (account TEXT PRIMARY KEY, even REAL NOT NULL)")
        old.execute("INSERT INTO budgets VALUES (?, ?)", (SERVICE, clock.now + 3000))
        old.commit()
    assert budget().reserve(SERVICE, 60) == 0.0
