"""Test that waits end, and no sooner than they must: unknown words, lost requests, deadlines, resuming."""

import time

import pytest

from reka_notebook.jobs import JobExpired, JobFailed, State
from reka_notebook.jobs.polling import delay as schedule
from reka_notebook.sandbox import Fault


def asked(sandbox, step: str) -> int:
    return sum(seen.step == step for seen in sandbox.log)


def test_an_unknown_status_is_shown_and_asked_again(process, sandbox) -> None:
    sandbox.faults.add(Fault("status", "unknown_status", body="PONDERING", times=3))
    notes = []
    job = process.submit()
    job.subscribe(lambda job: notes.append((job.status.status, job.status.note)))
    job.result(10)
    assert ("PONDERING", "The service says 'PONDERING', which is no status known here.") in notes


def test_an_unknown_status_for_ever_ends_at_the_deadline_and_can_be_gone_on_from(sandbox, start) -> None:
    for step in ("status", "result"):
        sandbox.faults.add(Fault(step, "unknown_status", every=1, times=100_000))
    sandbox.fail_next()
    process = start(sandbox.url, deadline=1.5)
    job = process.submit()
    began = time.monotonic()
    with pytest.raises(JobExpired, match=r"last word was 'PONDERING'.*without a second charge"):
        job.result(10)
    assert time.monotonic() - began < 5
    sandbox.faults.clear()
    with pytest.raises(JobFailed):
        process.controller.resume(job.id).result(10)
    assert len(sandbox.ledger) == 1
    assert asked(sandbox, "submit") == 1


def test_a_take_says_how_many_requests_it_took(process, sandbox) -> None:
    sandbox.faults.add(Fault("status", "status", status=500, times=2), Fault("media", "drop", times=1))
    take = process.submit().result(20)
    assert take.record.requests == len(sandbox.log) >= 7
    assert process.controller.library.takes.get(take.id).requests == take.record.requests
    another = process.submit(fresh=True).result(20)
    assert another.record.requests == len(sandbox.log) - take.record.requests  # its own alone


@pytest.mark.draw(5)
@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", "status", status=404, times=4),
        Fault("status", "status", status=410, times=4),
        Fault("status", "status", status=404, body="<h1>404</h1>", times=9),
        Fault("status", "status", status=401, times=2),
        Fault("status", "status", status=403, times=2),
        Fault("status", "status", status=403, body="<h1>Blocked</h1>", times=9),
        Fault("status", "status", status=400, times=9),
        Fault("status", "status", status=429, body='{"error": {"message": "no credits"}}', times=2),
        Fault("status", "status", status=500, times=9),
        Fault("status", "drop", times=9),
        Fault("status", "html", times=9),
        Fault("status", "nonsense", body="{}", times=9),
        Fault("status", "truncate", times=9),
    ],
)
def test_a_poll_survives_any_answer(process, sandbox, fault) -> None:
    sandbox.faults.add(fault)
    assert process.submit().result(20).file.kind == "video"
    assert (len(sandbox.ledger), asked(sandbox, "submit")) == (1, 1)


def test_a_request_that_the_service_does_not_know_any_more_ends_it_in_words(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=30)
    process = start(sandbox.url)
    job = process.submit()
    while job.status.state is not State.QUEUED:
        time.sleep(0.005)
    sandbox.forget(sandbox.ledger[0].request_id)
    with pytest.raises(JobFailed, match="does not know request") as caught:
        job.result(10)
    words = str(caught.value)
    assert sandbox.ledger[0].request_id in words
    assert "does not know request" in words
    assert "Nothing was charged" not in words
    assert len(sandbox.ledger) == 1


def test_a_request_that_is_not_known_for_a_moment_is_not_given_up(sandboxes, start, monkeypatch) -> None:
    sandbox = sandboxes(seconds=0.1)
    process = start(sandbox.url)
    monkeypatch.setattr("reka_notebook.jobs.runner.LOST_FOR", 60.0)
    sandbox.faults.add(Fault("status", "status", status=404, times=8))
    assert process.submit().result(10).file.kind == "video"
    assert len(sandbox.ledger) == 1


def test_a_few_times_not_known_are_not_believed(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.1)
    sandbox.faults.add(Fault("status", "status", status=404, times=4))
    assert start(sandbox.url).submit().result(10).file.kind == "video"


def test_at_the_deadline_it_is_kept_and_the_next_run_goes_on(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=1.0)
    process = start(sandbox.url, deadline=0.3)
    job = process.submit()
    with pytest.raises(JobExpired, match="run it again, or resume it"):
        job.result(10)
    assert process.controller.library.jobs.get(job.id).state == State.EXPIRED
    assert process.controller.take_over() == [], "waiting has ended, and is begun again by a person"
    while True:
        again = process.submit()
        assert again.id == job.id
        try:
            assert again.result(10).file.kind == "video"
            break
        except JobExpired:
            continue
    assert (len(sandbox.ledger), asked(sandbox, "submit")) == (1, 1)


def test_a_job_left_lying_past_its_deadline_is_asked_for_all_the_same(sandboxes, start) -> None:
    """The notebook was closed over night: the video has long been made."""
    sandbox = sandboxes(seconds=0.6)
    first = start(sandbox.url, deadline=0.4)
    job = first.submit()
    while job.status.state is not State.QUEUED:
        time.sleep(0.005)
    first.kill()
    time.sleep(0.8)
    (again,) = start(sandbox.url).controller.take_over()
    assert again.result(10).id == job.id
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize(
    ("fault", "kept_in"),
    [
        (Fault("submit", "drop", "after", every=1, times=9999), State.EXPIRED),
        (Fault("submit", "drop", "before", every=1, times=9999), State.EXPIRED),
        (Fault("submit", "html", "before", every=1, times=9999), State.EXPIRED),
        (Fault("submit", "status", "before", status=503, every=1, times=9999), State.EXPIRED),
        (Fault("submit", "status", "before", status=429, every=1, times=9999), State.EXPIRED),
        (Fault("submit", "status", "before", status=409), State.EXPIRED),
        (Fault("submit", "status", "before", status=400), State.FAILED),
        (Fault("submit", "status", "before", status=401), State.FAILED),
        (Fault("submit", "status", "before", status=404), State.FAILED),
    ],
)
def test_a_submission_that_is_not_answered_is_never_given_up_for_another(
    sandbox, start, fault, kept_in
) -> None:
    sandbox.faults.add(fault)
    process = start(sandbox.url, deadline=0.6)
    job = process.submit()
    with pytest.raises((JobExpired, JobFailed)) as caught:
        job.result(10)
    assert process.controller.library.jobs.get(job.id).state == kept_in
    assert ("Nothing was charged" in str(caught.value)) is (kept_in is State.FAILED)
    sandbox.faults.clear()
    process.submit().result(10)
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("refusal", [400, 401, 402, 403, 404, 409, 422])
def test_a_refusal_after_a_lost_answer_does_not_undo_what_may_have_been_charged(
    sandbox, start, refusal
) -> None:
    sandbox.faults.add(Fault("submit", "drop", "after"), Fault("submit", "status", status=refusal, times=2))
    process = start(sandbox.url)
    job = process.submit()
    with pytest.raises(JobExpired, match=r"is not known.*cannot be charged twice") as caught:
        job.result(10)
    assert "Nothing was charged" not in str(caught.value)
    assert len(sandbox.ledger) == 1
    with pytest.raises(JobExpired):
        process.submit().result(10)
    process.submit().result(10)
    assert [charge.replays for charge in sandbox.ledger] == [1]


@pytest.mark.parametrize("refusal", [401, 404])
def test_a_refusal_after_a_crash_in_the_middle_of_the_submission_does_not_either(
    sandbox, start, refusal
) -> None:
    sandbox.faults.add(Fault("submit", "delay", "after", seconds=0.3))
    first = start(sandbox.url)
    job = first.submit()
    while not sandbox.ledger:
        time.sleep(0.005)
    first.kill()
    sandbox.faults.add(Fault("submit", "status", status=refusal))
    second = start(sandbox.url)
    (again,) = second.controller.take_over()
    with pytest.raises(JobExpired):
        again.result(10)
    assert second.submit().result(10).id == job.id
    assert len(sandbox.ledger) == 1


def test_a_wait_that_goes_past_the_deadline_is_not_begun(sandbox, start) -> None:
    sandbox.faults.add(Fault("submit", "status", status=429, headers={"Retry-After": "3600"}, times=9))
    process = start(sandbox.url, deadline=60)
    began = time.monotonic()
    with pytest.raises(JobExpired, match=r"was not accepted, and nothing was charged"):
        process.submit().result(10)
    assert time.monotonic() - began < 5


def test_a_service_that_is_away_ends_a_job_it_never_saw_and_keeps_one_that_it_may_have_seen(
    sandboxes, start, take_away
) -> None:
    sandbox = sandboxes()
    sandbox.faults.add(Fault("submit", "drop", "after", times=9999))
    process = start(sandbox.url, deadline=1.5)
    seen = process.submit("seen")
    while not sandbox.ledger:
        time.sleep(0.005)
    take_away(sandbox)
    with pytest.raises(JobFailed, match=r"No connection.*Nothing was charged"):
        process.submit("unseen").result(10)
    with pytest.raises(JobExpired, match="No connection"):
        seen.result(10)


@pytest.mark.parametrize("status", [429, 503])
def test_a_poll_waits_as_long_as_the_service_wants_and_a_person_need_not(
    sandboxes, start, monkeypatch, status
) -> None:
    sandbox = sandboxes(seconds=0)
    sandbox.faults.add(Fault("status", "status", status=status, headers={"Retry-After": "1"}))
    process = start(sandbox.url)
    monkeypatch.setattr("reka_notebook.jobs.polling.poller.next_delay", schedule.next_delay)
    process.submit().result(10)
    first, second = [seen.at for seen in sandbox.log if seen.step == "status"]
    assert 1.0 <= second - first < 3.0
    sandbox.faults.add(Fault("status", "status", status=status, headers={"Retry-After": "30"}))
    job = process.submit("another")
    while not job.status.note:
        time.sleep(0.005)
    began = time.monotonic()
    job.cancel()
    assert job.result(10).file.kind == "video", "it was done already, and is kept"
    assert time.monotonic() - began < 10
