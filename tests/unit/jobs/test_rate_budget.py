"""Test the request budget: all processes keep to it together, and it never holds up a cancellation."""

import math
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from reka_notebook.jobs import JobCancelled, JobExpired, State
from reka_notebook.jobs.gate import RequestGate, TeamGate
from reka_notebook.key import Key
from reka_notebook.library.rate_budget import Turn
from reka_notebook.sandbox import Fault, Sandbox
from tests.processes import Process, make_quick, processes


@pytest.mark.parametrize("libraries", [1, 2])
def test_processes_with_one_key_keep_to_it_together(
    libraries: int, sandboxes, tmp_path: Path, monkeypatch
) -> None:
    make_quick(monkeypatch)
    with ExitStack() as stack:
        begin = [
            stack.enter_context(processes(tmp_path / f"library {number % libraries}", monkeypatch))
            for number in range(2)
        ]
        _keep_to_it(sandboxes(seconds=0), begin)


def _keep_to_it(sandbox: Sandbox, begin: list[Callable[..., Process]]) -> None:
    per_minute = 600.0
    both = [start(sandbox.url, requests_per_minute=per_minute) for start in begin]
    began = time.time()
    jobs = [process.submit(f"{number} {place}") for place, process in enumerate(both) for number in range(25)]
    for job in jobs:
        job.result(60)
    counted = sorted(seen.at for seen in sandbox.log if seen.step != "media")
    assert len(counted) >= 150, "each is submitted, asked for and fetched"
    took = time.time() - began
    allowed = per_minute / 6 + per_minute / 60 * took
    assert len(counted) <= allowed + 1
    assert len(sandbox.ledger) == 50


def test_each_key_has_a_budget_of_its_own_and_is_not_written_down(tmp_path: Path) -> None:
    gates = [RequestGate("https://service.test:443", 60) for _ in range(3)]
    for gate, key in zip(gates, ("rk-one", "rk-two", "rk-one"), strict=True):
        gate.use_key(Key(key))
    assert [gates[0].reserve(math.inf) for _ in range(11)][-1] > 0.5
    assert gates[1].reserve(math.inf) == 0
    assert gates[2].reserve(math.inf) > 1.5
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("budget*"))
    assert b"service.test" in written
    assert b"rk-" not in written


def test_where_the_budgets_file_cannot_be_used_requests_are_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder would be")
    gate = RequestGate("https://service.test:443", 60)
    assert [gate.reserve(0.0) for _ in range(30)] == [0.0] * 30


@pytest.mark.anyio
async def test_who_loses_patience_while_others_have_the_budget_makes_no_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last wait is short, and comes after the others: together they are longer than there is patience."""
    gate = TeamGate("https://service.test:443", 6000, tmp_path)
    monkeypatch.setattr(gate, "_take", lambda longest: Turn(0.04, False))
    assert await gate.enter(0.1) > 0.1
    monkeypatch.setattr(gate, "_take", lambda longest: Turn(0.04, True))
    assert await gate.enter(0.1) == 0.04


def at_the_gate(job) -> bool:
    return job.status.state is State.SUBMITTING and "budget" in (job.status.note or "")


def test_what_waits_for_its_turn_can_be_cancelled_and_was_never_sent(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=60)
    process = start(sandbox.url, requests_per_minute=30)
    jobs = [process.submit(str(number)) for number in range(12)]
    end = time.monotonic() + 10
    while len(waiting := [job for job in jobs if at_the_gate(job)]) < 3:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert "; trying again in" in waiting[0].status.stage
    for job in waiting:
        job.cancel()
    for job in waiting:
        with pytest.raises(JobCancelled, match="nothing was charged"):
            job.result(5)
    time.sleep(2.5)  # the turn of one of them would have come
    rows = process.controller.library.jobs
    sent = {charge.idempotency_key for charge in sandbox.ledger}
    assert not sent & {rows.get(job.id).idempotency_key for job in waiting}


def test_a_pause_that_is_longer_than_the_deadline_ends_the_job_and_nothing_was_sent(sandboxes, start) -> None:
    sandbox = sandboxes()
    process = start(sandbox.url, requests_per_minute=60, deadline=11)
    assert process.controller.has_key()
    process.controller._worker.access.gate.pause(600)
    job = process.submit()
    with pytest.raises(
        JobExpired, match=r"asked to wait until \S+.* with every request.*nothing was charged"
    ) as ended:
        job.result(5)
    assert "budget" not in str(ended.value)
    assert sandbox.ledger == []
    assert len(sandbox.log) == 0


def test_one_wish_for_a_pause_is_told_as_such_to_every_kernel(sandboxes, start) -> None:
    sandbox = sandboxes()
    sandbox.faults.add(Fault("submit", "status", status=429, headers={"Retry-After": "3600"}))
    first, second = (start(sandbox.url, requests_per_minute=600, deadline=60) for _ in range(2))
    with pytest.raises(JobExpired):
        first.submit("one").result(10)
    for process, prompt in ((first, "two"), (second, "three")):
        with pytest.raises(
            JobExpired, match=r"The service asked to wait until \d+.* with every request"
        ) as ended:
            process.submit(prompt).result(10)
        assert "budget" not in str(ended.value)
    assert sandbox.ledger == []
    assert len(sandbox.log) == 1


def test_a_wait_for_the_budget_is_not_said_to_be_the_services_wish(sandboxes, start) -> None:
    sandbox = sandboxes()
    process = start(sandbox.url, requests_per_minute=1, deadline=200)
    assert process.controller.has_key()
    while not process.controller._worker.access.gate.reserve(math.inf):
        pass
    job = process.submit()
    end = time.monotonic() + 10
    while not job.status.note:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert job.status.note == "The budget of requests a minute is used up."
    assert re.fullmatch(
        r"Held back by the budget of requests a minute; trying again in \d+ s", job.status.stage
    )
    job.cancel()
    with pytest.raises(JobCancelled):
        job.result(5)


def test_a_long_wait_that_the_service_wants_is_said_and_the_deadline_holds(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=30)
    process = start(sandbox.url, requests_per_minute=6000, deadline=1.5)
    fault = Fault("status", "status", status=429, headers={"Retry-After": "600"}, every=1, times=99)
    sandbox.faults.add(fault)
    job = process.submit()
    began = time.monotonic()
    while "asked to wait until" not in (job.status.note or "") and time.monotonic() - began < 5:
        time.sleep(0.01)
    until = [time.strftime("%H:%M", time.localtime(time.time() + seconds)) for seconds in (540, 600)]
    said = re.search(r"The service asked to wait until (?:\d+ \w+, )?(\d\d:\d\d)", job.status.note or "")
    assert said is not None, job.status.note
    assert said[1] in until  # with the day before it where it is tomorrow's
    with pytest.raises(JobExpired, match=r"Timed out.*The service asked to wait until \d"):
        job.result(10)
    assert process.controller.library.jobs.get(job.id).state == State.EXPIRED
