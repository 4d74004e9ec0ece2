"""One key's budget of requests, shared by machines with files of their own: kept to, and fair."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import literal_column

from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.server import ServerDatabase
from reka_notebook.library.team import rates
from reka_notebook.library.team.rates import TeamRates

ACCOUNT = "https://service.test:443 0123456789abcdef"

Machine = Callable[..., TeamRates]


@pytest.fixture
def machine(team_database: str, tmp_path: Path) -> Iterator[Machine]:
    """Return a machine of a person, which has a file of its own: ``machine("ada")``."""
    opened: list[tuple[ServerDatabase, TeamRates]] = []

    def start(person: str = "ada", url: str = team_database) -> TeamRates:
        database = ServerDatabase(DatabaseAddress(url))
        opened.append((database, TeamRates(tmp_path / f"machine {len(opened)}", database, person)))
        return opened[-1][1]

    yield start
    for database, made in opened:
        made.close()
        database.close()


def use_up(machines: dict[str, TeamRates], per_minute: float, seconds: float) -> dict[str, list[float]]:
    """Make as many requests as can be had for some seconds, and return when each was made."""
    end, made = time.monotonic() + seconds, {name: list[float]() for name in machines}

    def run(name: str) -> None:
        while (now := time.monotonic()) < end:
            turn = machines[name].take(ACCOUNT, per_minute, waiting=4)
            time.sleep(min(turn.wait, max(0.0, end - now)))
            if turn.reserved and time.monotonic() < end:
                made[name].append(time.monotonic())

    threads = [threading.Thread(target=run, args=(name,)) for name in machines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made


def test_eight_machines_keep_to_one_budget_to_within_a_percent(
    machine: Machine, request: pytest.FixtureRequest
) -> None:
    per_minute, seconds = 1200.0, 60.0 if request.config.getoption("--soak") else 6.0
    began = time.monotonic()
    made = use_up({str(number): machine() for number in range(8)}, per_minute, seconds)
    moments = sorted(moment - began for moments in made.values() for moment in moments)
    burst = per_minute / 6
    allowed = burst + per_minute / 60 * seconds
    assert len(moments) <= allowed * 1.01
    assert len(moments) >= allowed * 0.9, "what is allowed can be had, on a busy machine too"
    # Never more than that, from whichever moment on.
    for first in range(0, len(moments), 20):
        window = [moment for moment in moments if moments[first] <= moment <= moments[first] + 2]
        assert len(window) <= (burst + per_minute / 60 * 2) * 1.01 + 1
    assert min(map(len, made.values())) > 0


def test_what_machines_missed_while_they_stood_still_is_gone(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is as much to be had anew by then: a busy machine that made both would go over the budget."""
    per_minute, seconds = 600.0, 10
    now = time.time()
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: now, monotonic=time.monotonic))

    def at(moment: float) -> None:
        nonlocal now
        now = moment
        monkeypatch.setattr(rates, "NOW", literal_column(f"CAST({moment!r} AS double precision)"))

    at(now)
    machines = [machine() for _ in range(4)]
    for one in machines:
        one.take(ACCOUNT, per_minute, waiting=40)  # and has many more given in advance
    at(now + 4.5)
    made = 0
    for _ in range(4 * seconds):
        for one in machines:
            while one.take(ACCOUNT, per_minute, longest=0, waiting=40).reserved:
                made += 1
        at(now + 0.25)
    allowed = per_minute / 6 + per_minute / 60 * seconds
    assert 0.95 * allowed <= made <= 1.01 * allowed


def test_who_has_many_machines_gets_no_more_than_who_has_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "AHEAD", 1.0)
    machines = {
        "ada 1": machine("ada"),
        "ada 2": machine("ada"),
        "ada 3": machine("ada"),
        "ben": machine("ben"),
    }
    use_up(machines, 600, 1.0)  # the burst at first is anybody's
    got = Counter[str]()
    for name, moments in use_up(machines, 600, 6.0).items():
        got[name.partition(" ")[0]] += len(moments)
    assert got["ben"] == pytest.approx(got["ada"], rel=0.35)


def test_most_requests_ask_nobody(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    one = machine()
    real, asked = rates._give, []
    monkeypatch.setattr(rates, "_give", lambda *given: asked.append(1) or real(*given))
    turns = [one.take(ACCOUNT, 600, waiting=1) for _ in range(60)]
    assert all(turn.reserved for turn in turns)
    assert len(asked) < 12


def test_a_pause_is_told_to_all_and_ends(machine: Machine) -> None:
    one, two = machine("ada"), machine("ben")
    two.take(ACCOUNT, 600, waiting=5)
    one.pause(ACCOUNT, 30)
    assert two.paused(ACCOUNT) == 0
    two.hear_of_pause(ACCOUNT)  # which the changes tell of
    assert 25 < two.paused(ACCOUNT) <= 30
    turn = two.take(ACCOUNT, 600, longest=10)
    assert (turn.reserved, turn.pause > 25, turn.wait > 25) == (False, True, True)
    fresh = machine("eve").take(ACCOUNT, 600, longest=10)
    assert (fresh.reserved, fresh.pause > 25) == (False, True), "who comes new hears of it as it asks"


def test_what_is_not_used_goes_back(machine: Machine) -> None:
    one, two = machine("ada"), machine("ben")
    while one.take(ACCOUNT, 60, waiting=4).wait < 1:
        pass
    waits = two.take(ACCOUNT, 60, longest=0).wait
    assert one.give_back(ACCOUNT) > 0
    assert two.take(ACCOUNT, 60, longest=0).wait < waits
    assert one.give_back(ACCOUNT) == 0


def test_without_the_database_each_machine_keeps_to_its_part(
    machine: Machine, team_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = machine(), machine()
    one.take(ACCOUNT, 60)
    two.take(ACCOUNT, 60)  # hears that there are two
    away = ServerDatabase(DatabaseAddress("postgresql://team:x@127.0.0.1:1/none"), checked=False)
    monkeypatch.setattr(two, "_database", away)
    waits = []
    while len(waits) < 8 and (not waits or waits[-1] < 9):
        waits.append(two.take(ACCOUNT, 60).wait)
    assert waits[0] == pytest.approx(2.0, abs=0.2), "no burst beside the one that the database has counted"
    assert waits[-1] - waits[-2] == pytest.approx(2.0, abs=0.2), "half of one a second"
