"""Test the deadline: no try outlives it, and the end names what stood in the way."""

import re
import time

import pytest

from reka_notebook.api.connections import Connection
from reka_notebook.jobs import JobCancelled, JobExpired, State
from reka_notebook.sandbox import Fault

ENDLESS = 100_000


@pytest.fixture
def patient(monkeypatch):
    """Let silences last as long as outside tests, so that only the deadline ends a slow answer."""
    monkeypatch.setattr("reka_notebook.api.connections.Connection.ask", _whole_ask)


_whole_ask = Connection.ask


def always(step: str, **fault) -> Fault:
    return Fault(step, times=ENDLESS, **fault)


def expired(job, deadline: float) -> str:
    began = time.monotonic()
    with pytest.raises(JobExpired) as caught:
        job.result(30)
    assert time.monotonic() - began < deadline + 8.0
    return str(caught.value)


def test_what_is_not_done_is_said_to_be_so(sandboxes, start) -> None:
    process = start(sandboxes(seconds=30, queue_share=0.0).url, deadline=0.6)
    words = expired(process.submit(), 0.6)
    assert "was not done at its deadline" in words
    assert "'IN_PROGRESS'" in words
    assert "Last problem" not in words


@pytest.mark.draw
@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"status": 503}, "HTTP 503"),
        ({"status": 500, "body": '{"error": {"message": "The tape is full"}}'}, "The tape is full"),
        ({"kind": "html"}, "HTML page"),
        ({"status": 403, "body": "<h1>Blocked</h1>"}, "web page"),
        ({"kind": "drop"}, "broke before the answer"),
        ({"kind": "delay", "seconds": 30}, "did not"),
        ({"kind": "trickle", "seconds": 0.2}, "did not arrive in full"),
        ({"status": 429, "headers": {"Retry-After": "3600"}}, "The service asked to wait until"),
    ],
)
@pytest.mark.parametrize("step", ["status", "result"])
def test_what_stood_in_the_way_last_is_named(sandbox, start, patient, step, fault, named) -> None:
    for broken in {step, "result"}:  # where the result can be had, it tells what the status does not
        sandbox.faults.add(always(broken, **fault))
    process = start(sandbox.url, deadline=1.6)
    job = process.submit()
    words = expired(job, 1.6)
    assert named in words
    assert "budget" not in words
    assert ("is done, but its result could not be had" in words) is (step == "result")
    assert ("whether request" in words) is (step == "status")
    assert "without a second charge" in words
    sandbox.faults.clear()
    assert process.submit().result(10).id == job.id
    assert len(sandbox.ledger) == 1


def test_an_output_that_never_comes_is_not_called_undone(process, sandbox, start, monkeypatch) -> None:
    monkeypatch.setattr("reka_notebook.sandbox.service.Service._output", lambda *_: None)
    process = start(sandbox.url, deadline=2)
    words = expired(process.submit(), 2)
    assert "is done, but its result could not be had in time" in words
    assert "gives no output" in words


@pytest.mark.parametrize("step", ["submit", "status", "result", "cancel", "media"])
def test_no_try_outlives_the_deadline(sandboxes, start, patient, step) -> None:
    sandbox = sandboxes(seconds=30 if step == "cancel" else 0.05)
    sandbox.faults.add(always(step, kind="trickle", seconds=0.3))
    process = start(sandbox.url, deadline=1.5)
    job = process.submit()
    if step == "cancel":
        while job.status.state not in (State.QUEUED, State.RUNNING):
            time.sleep(0.005)
        job.cancel()
    words = expired(job, 1.5)
    if step == "submit":
        assert re.search("is not known.*cannot be charged twice", words)
    assert process.controller.library.jobs.get(job.id).state == State.EXPIRED


BEFORE = {"submit": State.SUBMITTING, "status": State.QUEUED, "result": State.QUEUED, "media": State.FETCHING}


@pytest.mark.parametrize("step", BEFORE)
def test_cancelling_ends_the_wait_for_a_slow_answer(sandboxes, start, patient, monkeypatch, step) -> None:
    for module in ("inquiry", "submission", "keeping"):
        monkeypatch.setattr(f"reka_notebook.jobs.steps.{module}.GRACE", 0.3)
    sandbox = sandboxes(seconds=30 if step == "status" else 0.05)
    sandbox.faults.add(always(step, kind="trickle", seconds=0.5))
    process = start(sandbox.url, deadline=60)
    job = process.submit()
    until = time.monotonic() + 10
    while job.status.state != BEFORE[step]:
        assert time.monotonic() < until
        time.sleep(0.01)
    time.sleep(0.2)  # so that the answer has begun
    began = time.monotonic()
    job.cancel()
    if step == "result":  # the answer to the cancellation is the whole result
        assert job.result(10).file.kind == "video"
    else:
        with pytest.raises(JobCancelled if step == "status" else JobExpired) as caught:
            job.result(10)
        if step == "submit":
            assert "you cancelled" in str(caught.value)
            assert "is not known" in str(caught.value)
    assert time.monotonic() - began < 4
    assert len(sandbox.ledger) == 1


def test_a_long_wait_that_the_service_asks_for_is_told_with_its_end(sandbox, start) -> None:
    sandbox.faults.add(Fault("submit", status=429, headers={"Retry-After": "3600"}, times=9))
    until = time.strftime("%H:%M", time.localtime(time.time() + 3600))
    words = expired(start(sandbox.url, deadline=60).submit(), 5)
    assert f"The service asked to wait until {until}" in words or "asked to wait until" in words
    assert "budget" not in words
    assert "nothing was charged" in words


def test_a_day_is_named_where_the_wait_ends_on_another(monkeypatch) -> None:
    from reka_notebook.jobs.steps.moments import wish_in_words

    assert re.search(r"until \d\d:\d\d\.$", wish_in_words(61.0)) or time.localtime().tm_hour == 23
    assert re.search(r"until \d\d [A-Z][a-z]{2}, \d\d:\d\d\.$", wish_in_words(2 * 86400.0))
    assert wish_in_words(30.0) == wish_in_words(None) == ""


def test_a_file_host_that_wants_to_be_left_alone_is_asked_once_more_in_time(sandbox, start) -> None:
    wait = {"status": 429, "headers": {"Retry-After": "3600"}}
    sandbox.faults.add(Fault("media", times=1, **wait))
    process = start(sandbox.url, deadline=3.0)
    assert process.submit().result(10).file.kind == "video"
    sandbox.faults.add(always("media", **wait))
    words = expired(process.submit("another"), 3.0)
    assert "HTTP 429" in words
    assert "asked to wait until" in words
    assert "not charged again" in words
