"""Test cancelling at every stage: asked once, uncharged where that is certain, kept where it finished anyway."""

import re
import time

import anyio
import pytest

from reka_notebook.api import Client
from reka_notebook.jobs import JobCancelled, JobExpired, State
from reka_notebook.sandbox import Fault
from reka_notebook.sandbox.inference import Inference
from tests.processes import wait_until as until


def cancels(sandbox) -> int:
    return sum(seen.step == "cancel" for seen in sandbox.log)


def test_before_the_service_can_be_reached(start, monkeypatch) -> None:
    process = start("http://127.0.0.1:9", deadline=30)
    monkeypatch.setattr("reka_notebook.jobs.steps.submission.UNREACHABLE", 10_000)
    job = process.submit()
    until(lambda: job.status.note)
    assert "No connection to http://127.0.0.1:9" in job.status.note
    assert re.fullmatch(r"No connection; trying again in \d+ s", job.status.stage)
    job.cancel()
    with pytest.raises(JobCancelled, match="nothing was charged"):
        job.result(10)
    assert process.controller.library.jobs.get(job.id).state == State.CANCELLED


def test_while_the_service_wants_a_wait(process, sandbox) -> None:
    sandbox.faults.add(Fault("submit", "status", status=429, headers={"Retry-After": "20"}, times=9))
    job = process.submit()
    until(lambda: job.status.trouble)
    assert job.status.stage.startswith("The service asks to wait; trying again in 2")
    job.cancel()
    with pytest.raises(JobCancelled, match="nothing was charged"):
        job.result(2)
    assert sandbox.ledger == []
    sandbox.faults.clear()
    process.submit().result(10)
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("submit", "delay", "before", seconds=0.2),
        Fault("submit", "delay", "after", seconds=0.2),
        Fault("submit", "drop", "after", times=3),
        Fault("submit", "html", "after", times=3),
        Fault("submit", "status", "after", times=3),
    ],
)
def test_while_the_service_may_have_taken_it_the_service_is_asked(sandboxes, start, fault) -> None:
    sandbox = sandboxes(seconds=20)
    sandbox.faults.add(fault)
    process = start(sandbox.url)
    job = process.submit()
    until(lambda: job.status.state is State.SUBMITTING and (sandbox.log or not sandbox.faults.active))
    job.cancel()
    assert job.status.stage == "Cancelling"
    with pytest.raises(JobCancelled, match=r"Cancelled \(job"):
        job.result(60)
    assert (len(sandbox.ledger), cancels(sandbox)) == (1, 1)
    assert [timing.status for timing in sandbox.requests] == ["CANCELLED"]


@pytest.mark.parametrize(("share", "state"), [(1.0, State.QUEUED), (0.0, State.RUNNING)])
def test_while_the_service_has_it(sandboxes, start, share, state) -> None:
    sandbox = sandboxes(seconds=20, queue_share=share)
    job = start(sandbox.url).submit()
    until(lambda: job.status.state is state)
    sandbox.faults.add(Fault("cancel", "delay", seconds=1.5))
    began = time.monotonic()
    job.cancel()
    assert time.monotonic() - began < 1.2, "it waits for no answer"
    with pytest.raises(JobCancelled):
        job.result(10)
    assert cancels(sandbox) == 1


def test_pressed_again_and_again_it_is_asked_once(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.6)
    sandbox.finish_next()
    process = start(sandbox.url)
    job = process.submit()
    until(lambda: job.status.state in (State.QUEUED, State.RUNNING))
    for _ in range(20):
        job.cancel()
        process.controller.cancel(job.id)
        time.sleep(0.01)
    job.result(10)
    assert cancels(sandbox) == 1


def test_what_finished_all_the_same_was_paid_for_and_is_kept(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.4)
    sandbox.finish_next()
    process = start(sandbox.url)
    job = process.submit()
    until(lambda: job.status.state in (State.QUEUED, State.RUNNING))
    job.cancel()
    until(lambda: job.status.note)
    assert "the service says 'IN_" in job.status.note
    assert "the result is kept" in job.status.note
    take = job.result(10)
    assert take.raw["cancel"]["status"] in ("IN_QUEUE", "IN_PROGRESS")
    assert process.submit().result(0).id == take.id


def test_a_result_that_comes_with_a_cancelled_request_is_kept(sandboxes, start, monkeypatch) -> None:
    told = Inference.status_json

    def status_json(self, now, epoch, *, logs):
        return told(self, now, epoch, logs=logs) | {"status": "CANCELLED"}

    monkeypatch.setattr(Inference, "status_json", status_json)
    process = start(sandboxes(seconds=0).url)
    assert process.submit().result(10).file.kind == "video"


def test_while_the_file_is_fetched(process, sandbox) -> None:
    sandbox.faults.add(Fault("media", "delay", seconds=0.3))
    job = process.submit()
    until(lambda: job.status.state is State.FETCHING)
    job.cancel()
    assert job.result(10).file.kind == "video"
    assert cancels(sandbox) == 0


def test_when_it_is_over_nothing_happens(process, sandbox) -> None:
    job = process.submit()
    job.result(10)
    job.cancel()
    process.controller.cancel(job.id)
    assert (job.status.state, cancels(sandbox)) == (State.KEPT, 0)


@pytest.mark.parametrize("status", [400, 404, 409, 500])
def test_a_cancellation_that_is_not_taken_is_said_and_can_be_asked_again(sandboxes, start, status) -> None:
    sandbox = sandboxes(seconds=20)
    sandbox.faults.add(Fault("cancel", "status", status=status, every=1, times=1000))
    process = start(sandbox.url)
    job = process.submit()
    until(lambda: job.status.state in (State.QUEUED, State.RUNNING))
    job.cancel()
    until(lambda: job.status.note and not job.status.cancelling)
    assert "did not take the cancellation" in job.status.note
    assert "charged" not in job.status.note
    assert not job.status.done
    sandbox.faults.clear()
    job.cancel()
    with pytest.raises(JobCancelled):
        job.result(10)


@pytest.mark.parametrize("kind", ["drop", "html", "nonsense", "status"])
def test_a_cancellation_whose_answer_is_lost_is_noticed(sandboxes, start, kind) -> None:
    sandbox = sandboxes(seconds=20)
    sandbox.faults.add(Fault("cancel", kind, "after", times=1000))
    job = start(sandbox.url).submit()
    until(lambda: job.status.state in (State.QUEUED, State.RUNNING))
    job.cancel()
    with pytest.raises(JobCancelled):
        job.result(10)


def test_a_wish_to_cancel_outlives_the_process(sandboxes, start, monkeypatch) -> None:
    sandbox = sandboxes(seconds=20)
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: job.status.state in (State.QUEUED, State.RUNNING))
    with monkeypatch.context() as patch:
        patch.setattr(Client, "cancel", lambda *_, **__: anyio.sleep(60))
        job.cancel()
        until(lambda: first.controller.library.jobs.get(job.id).cancel_asked)
        first.kill()
    assert cancels(sandbox) == 0
    (again,) = start(sandbox.url).controller.take_over()
    assert again.status.cancelling
    with pytest.raises(JobCancelled):
        again.result(10)
    assert cancels(sandbox) == 1


def test_an_expired_job_can_be_cancelled(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=20)
    process = start(sandbox.url, deadline=0.2)
    job = process.submit()
    with pytest.raises(JobExpired):
        job.result(10)
    with pytest.raises(JobCancelled):
        process.controller.cancel(job.id).result(10)
    assert len(sandbox.ledger) == 1


def test_after_a_cancellation_the_next_run_is_a_new_attempt(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.4)
    process = start(sandbox.url)
    job = process.submit()
    until(lambda: job.status.state in (State.QUEUED, State.RUNNING))
    job.cancel()
    with pytest.raises(JobCancelled):
        job.result(10)
    process.submit().result(10)
    assert [charge.idempotency_key[-2:] for charge in sandbox.ledger] == ["-1", "-2"]
