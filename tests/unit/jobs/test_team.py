"""Several machines, each with a home of its own, share a library on a real PostgreSQL server."""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from reka_notebook.jobs import JobError, State, worker
from reka_notebook.jobs.measuring import background
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.team import leases
from reka_notebook.sandbox import Sandbox
from tests.processes import Process, make_quick, processes
from tests.processes import wait_until as until
from tests.servers.postgresql import PASSWORD, OwnServer, own_server

Sandboxes = Callable[..., Sandbox]
Machines = Callable[..., Process]


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    """Start a machine with a home of its own: ``machines(database, url)``."""
    make_quick(monkeypatch)
    numbers = itertools.count()
    (tmp_path / "media").mkdir()
    with ExitStack() as stack:

        def start(database: str, url: str, home: str | None = None, **settings: object) -> Process:
            place = tmp_path / (home or f"machine {next(numbers)}")
            begin = stack.enter_context(processes(place, monkeypatch))
            media = str(tmp_path / "media")
            return begin(url, database=DatabaseAddress(database), media=media, **settings)

        yield start


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a silent process for dead after a second."""
    monkeypatch.setattr(leases, "STALLED", 1.0)
    monkeypatch.setattr(leases, "TWICE", 0.3)
    monkeypatch.setattr(worker, "LOOK_UNHEARD", 0.2)
    monkeypatch.setattr(worker, "BEAT", 0.2)


def in_threads(*functions: Callable[[], object]) -> None:
    begin = threading.Barrier(len(functions))

    def run(function: Callable[[], object]) -> None:
        begin.wait()
        function()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_what_one_machine_makes_another_joins_or_shows_and_it_is_charged_once(
    sandboxes: Sandboxes, machines: Machines, team_database: str
) -> None:
    sandbox = sandboxes(seconds=0.5)
    one, two = (machines(team_database, sandbox.url) for _ in range(2))
    made = one.submit()
    joined = two.submit()
    assert joined.id == made.id
    assert made.result(20).path.read_bytes() == joined.result(20).path.read_bytes()
    again = machines(team_database, sandbox.url).submit()
    assert again.take is not None
    assert again.take.path.stat().st_size > 0
    assert len(sandbox.ledger) == 1


def test_who_asks_for_the_same_in_the_same_instant_is_charged_once(
    sandboxes: Sandboxes, machines: Machines, team_database: str, request: pytest.FixtureRequest
) -> None:
    sandbox = sandboxes(seconds=0)
    both = [machines(team_database, sandbox.url) for _ in range(2)]
    times = 1000 if request.config.getoption("--soak") else 12
    for number in range(times):
        asked = [lambda one=one, words=f"the same {number}": one.submit(words) for one in both]
        in_threads(*asked)
    takes = [both[1].submit(f"the same {number}").result(60) for number in range(times)]
    assert len({take.id for take in takes}) == len(sandbox.ledger) == times


@pytest.mark.usefixtures("impatient")
def test_a_dead_machines_job_is_taken_over_with_its_idempotency_key(
    sandboxes: Sandboxes, machines: Machines, team_database: str
) -> None:
    sandbox = sandboxes(seconds=2.5)
    one = machines(team_database, sandbox.url)
    job = one.submit()
    until(lambda: job.status.state is State.QUEUED)
    two = machines(team_database, sandbox.url)
    assert two.controller.has_key()
    row = two.controller.library.jobs.get(job.id)
    one.kill()
    # Nobody asks the second one: it has heard of the job, and looks after it.
    until(lambda: two.controller.library.jobs.get(job.id).state == "kept", 30)
    after = two.controller.library.jobs.get(job.id)
    assert (after.idempotency_key, after.request_id) == (row.idempotency_key, row.request_id)
    assert after.owner == two.controller.library.leases.name
    assert len(sandbox.ledger) == 1


@pytest.mark.usefixtures("impatient")
def test_a_machine_that_wakes_up_writes_over_nothing(
    sandboxes: Sandboxes, machines: Machines, team_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = sandboxes(seconds=4)
    asleep, awake = (machines(team_database, sandbox.url) for _ in range(2))
    monkeypatch.setattr(asleep.controller.library.leases, "renew", lambda: None)
    job = asleep.submit()
    until(lambda: job.status.state is State.QUEUED)
    followed = awake.submit()
    until(lambda: awake.controller.library.jobs.get(job.id).epoch >= 1, 20)
    assert job.result(30).id == followed.result(30).id
    row = awake.controller.library.jobs.get(job.id)
    assert (row.state, row.epoch) == ("kept", 1)
    assert row.owner == awake.controller.library.leases.name
    assert len(sandbox.ledger) == 1


def test_a_wish_to_cancel_reaches_the_machine_that_makes_it(
    sandboxes: Sandboxes, machines: Machines, team_database: str
) -> None:
    sandbox = sandboxes(seconds=60)
    one, two = (machines(team_database, sandbox.url) for _ in range(2))
    job = one.submit()
    until(lambda: job.status.state is State.QUEUED)
    began = time.monotonic()
    two.submit().cancel()
    until(lambda: job.status.done, 10)
    assert job.status.state is State.CANCELLED
    assert time.monotonic() - began < 4, "it hears of it, and does not only find it at its next beat"


def test_a_colleague_who_joined_a_job_does_not_cancel_it(
    sandboxes: Sandboxes, machines: Machines, team_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = sandboxes(seconds=3)
    one, two = (machines(team_database, sandbox.url, person=name) for name in ("ana", "ben"))
    two.controller.library.__dict__["is_administrator"] = False
    job = one.submit()
    until(lambda: job.status.state is State.QUEUED)
    joined = two.submit()
    joined.cancel()
    until(lambda: joined.status.done)
    words = f"Job {job.id} is ana's. It goes on; only they or an administrator"
    assert words in str(joined.status.error)
    with pytest.raises(JobError, match=re.escape(words)):
        two.controller.cancel(job.id)
    assert job.result(20).path.stat().st_size > 0
    assert "cancel" not in [seen.step for seen in sandbox.log]


def test_a_clock_that_is_wrong_by_an_hour_changes_nothing(
    sandboxes: Sandboxes, machines: Machines, team_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox, real = sandboxes(seconds=0.3), time.time
    right = machines(team_database, sandbox.url)
    for hours in (-1, 1):
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda hours=hours: real() + hours * 3600)
            wrong = machines(team_database, sandbox.url)
            job = wrong.submit(f"{hours} hours")
            take = job.result(20)
            assert 0 <= job.status.elapsed < 30
            day = wrong.controller.today()
        row = right.controller.library.jobs.get(job.id)
        assert row.submitted is not None
        for moment in (row.created, row.submitted, row.ended, take.record.kept, row.deadline - 30):
            assert moment is not None
            assert abs(moment - real()) < 30
        assert day == right.controller.today()
    assert [take.request.prompt for take in right.controller.takes()] == ["1 hours", "-1 hours"]


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as started:
        yield started


def test_what_is_made_goes_on_while_the_database_is_away(
    sandboxes: Sandboxes, machines: Machines, server: OwnServer
) -> None:
    """It is killed at its hardest, in the middle of everything, and comes back after some seconds."""
    from reka_notebook.library.rows.server import ServerDatabase

    database = server.url(server.create())
    empty = ServerDatabase(DatabaseAddress(database), checked=False)
    assert empty.make() == []
    empty.close()
    sandbox = sandboxes(seconds=2)
    one, two = (machines(database, sandbox.url) for _ in range(2))
    jobs = [
        process.submit(f"{place} {number}") for place, process in enumerate((one, two)) for number in range(3)
    ]
    until(lambda: all(job.status.state in (State.QUEUED, State.RUNNING) for job in jobs), 20)
    server.kill()
    until(lambda: any("cannot be reached" in (job.status.note or "") for job in jobs), 20)
    assert PASSWORD not in str([job.status.note for job in jobs])
    time.sleep(2)
    server.start()
    takes = [job.result(60) for job in jobs]
    assert len({take.id for take in takes}) == len(sandbox.ledger) == 6
    assert all(take.path.stat().st_size for take in takes)
    assert {record.state for record in one.controller.library.jobs.all()} == {"kept"}


def test_all_machines_keep_to_one_budget_of_requests(
    sandboxes: Sandboxes, machines: Machines, team_database: str
) -> None:
    sandbox, per_minute = sandboxes(seconds=0), 600.0
    both = [machines(team_database, sandbox.url, requests_per_minute=per_minute) for _ in range(2)]
    began = time.time()
    jobs = [process.submit(f"{place} {number}") for place, process in enumerate(both) for number in range(20)]
    for job in jobs:
        job.result(60)
    counted = sorted(seen.at for seen in sandbox.log if seen.step != "media")
    assert len(counted) >= 120, "each is submitted, asked for and fetched"
    assert len(counted) <= per_minute / 6 + per_minute / 60 * (time.time() - began) + 1
    assert len(sandbox.ledger) == 40


def test_each_machine_measures_what_it_has_made_and_the_rest_when_somebody_asks(
    sandboxes: Sandboxes, machines: Machines, team_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "FIRST", 0.0)
    url = sandboxes().url
    two = machines(team_database, url)
    theirs = two.submit("by two").result(20).id
    one = machines(team_database, url, measure=True)
    library, measuring = one.controller.library, one.controller.measuring
    own = one.submit("by one").result(20).id
    measuring.add(theirs)
    until(lambda: library.measures.some([own]) and not measuring._running, 30)
    assert library.measures.some([own, theirs]) == two.controller.library.measures.some([own])
    (file,) = library.take(theirs).files
    assert not library.media.path(file.name).exists()
    measuring.measure_older()
    until(lambda: not measuring.standing.running, 60)
    assert measuring.standing[2:] == (1, 1, None)
    assert two.controller.library.measures.some([theirs])[theirs].motion
