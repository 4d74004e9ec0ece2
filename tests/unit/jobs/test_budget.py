"""The request budget: kept to by all processes together, said, and never in the way of a cancellation."""

import time

import pytest

from reka_notebook.jobs import JobCancelled, JobExpired, State
from reka_notebook.sandbox import Fault


def test_processes_that_share_a_library_keep_to_it_together(sandboxes, start, monkeypatch) -> None:
    sandbox = sandboxes(seconds=0)
    per_minute = 600.0
    both = [start(sandbox.url, requests_per_minute=per_minute) for _ in range(2)]
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
    assert "Asking again in" in waiting[0].status.note
    for job in waiting:
        job.cancel()
    for job in waiting:
        with pytest.raises(JobCancelled, match="nothing was charged"):
            job.result(5)
    time.sleep(2.5)  # the turn of one of them would have come
    rows = process.controller.library.jobs
    sent = {charge.idempotency_key for charge in sandbox.ledger}
    assert not sent & {rows.get(job.id).idempotency_key for job in waiting}


def test_a_wait_that_is_longer_than_the_deadline_ends_and_nothing_was_sent(sandboxes, start) -> None:
    sandbox = sandboxes()
    process = start(sandbox.url, requests_per_minute=60, deadline=11)
    process.controller.library.budget.pause(process.controller.service, 600)
    job = process.submit()
    with pytest.raises(JobExpired, match=r"budget of requests a minute is used up.*nothing was charged"):
        job.result(5)
    assert sandbox.ledger == []
    assert len(sandbox.log) == 0


def test_a_long_wait_that_the_service_wants_is_said_and_the_deadline_holds(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=30)
    process = start(sandbox.url, requests_per_minute=6000, deadline=1.5)
    fault = Fault("status", "status", status=429, headers={"Retry-After": "600"}, every=1, times=99)
    sandbox.faults.add(fault)
    job = process.submit()
    began = time.monotonic()
    while "600 s" not in (job.status.note or "") and time.monotonic() - began < 5:
        time.sleep(0.01)
    assert "Asking again in 600 s" in (job.status.note or "")
    with pytest.raises(JobExpired, match="not done at its deadline"):
        job.result(10)
    assert process.controller.library.jobs.get(job.id).state == State.EXPIRED
