"""Test the job as a person holds it: waited for from any thread and loop, looked at, listened to."""

import asyncio
import threading
import time

import pytest

from reka_notebook.jobs import JobFailed, State
from reka_notebook.jobs.job import JobStatus
from reka_notebook.sandbox import Fault
from reka_notebook.text import format_duration


def test_a_wait_that_ends_early_leaves_the_job_alone(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.4)
    job = start(sandbox.url).submit()
    with pytest.raises(TimeoutError):
        job.result(0.05)
    assert job.take is None
    assert job.result(10) is job.take
    assert not [seen for seen in sandbox.log if seen.step == "cancel"]


def test_it_can_be_awaited_on_several_loops_at_once(sandboxes, start) -> None:
    job = start(sandboxes(seconds=0.3).url).submit()
    found = []

    async def wait():
        return await job

    threads = [threading.Thread(target=lambda: found.append(asyncio.run(wait()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [take.id for take in found] == [job.id] * 3
    assert asyncio.run(wait()).id == job.id


def test_a_waiter_that_is_cancelled_does_not_cancel_the_job(sandboxes, start) -> None:
    job = start(sandboxes(seconds=0.3).url).submit()

    async def wait() -> None:
        await asyncio.wait_for(job, 0.05)

    with pytest.raises(TimeoutError):
        asyncio.run(wait())
    assert job.result(10).id == job.id


def test_who_is_interrupted_while_waiting_is_told_that_the_job_goes_on(sandboxes, start, monkeypatch) -> None:
    job = start(sandboxes(seconds=30).url).submit()
    said = [f"Job {job.id} goes on; reka_notebook.cancel('{job.id}') cancels it."]

    async def wait() -> None:
        task = asyncio.ensure_future(_awaited(job))
        await asyncio.sleep(0.05)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError) as cancelled:
        asyncio.run(wait())
    assert cancelled.value.__notes__ == said

    def interrupt(timeout: float | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(job._end, "result", interrupt)
    with pytest.raises(KeyboardInterrupt) as interrupted:
        job.result()
    assert interrupted.value.__notes__ == said


async def _awaited(job) -> object:
    return await job


def test_events_go_from_now_to_the_end(sandboxes, start) -> None:
    job = start(sandboxes(seconds=0.3).url).submit()

    async def states() -> list[State]:
        return [status.state async for status in job.events()]

    seen = asyncio.run(states())
    assert seen[-1] is State.KEPT
    assert set(seen) >= {State.FETCHING, State.KEPT}
    assert asyncio.run(states()) == [State.KEPT]


def test_a_listener_that_fails_or_whose_loop_is_gone_does_not_harm_the_job(process, sandbox, caplog) -> None:
    job = process.submit()

    def fail(job) -> None:
        raise ValueError("a person's own mistake")

    job.subscribe(fail)
    process.controller.subscribe(fail)

    async def leave() -> None:
        events = job.events()
        await anext(events)

    asyncio.run(leave())
    assert job.result(10).file.kind == "video"
    assert "a person's own mistake" in caplog.text
    assert process.submit("another").result(10).file.kind == "video"


def test_who_has_left_is_not_told_any_more(process) -> None:
    told = []
    stop = process.controller.subscribe(told.append)
    process.submit("a").result(10)
    stop()
    stop()
    before = len(told)
    process.submit("b").result(10)
    assert len(told) == before > 0


def test_a_failure_reaches_every_waiter(process, sandbox) -> None:
    sandbox.fail_next(error={"message": "no"})
    job = process.submit()
    for _ in range(2):
        with pytest.raises(JobFailed, match="no"):
            job.result(10)
    assert job.take is None
    assert (job.status.state, job.status.done) == (State.FAILED, True)
    assert "no" in (job.status.error or "")


def test_its_repr_says_what_it_is_doing(sandboxes, start) -> None:
    job = start(sandboxes(seconds=0.3, queue_share=1.0).url).submit()
    while job.status.state is not State.QUEUED:
        time.sleep(0.005)
    assert repr(job).startswith(f"<Job {job.id} Kling v3 Pro: Waiting in the queue")
    job.result(10)
    assert "Kept" in repr(job)


def test_what_is_expected_comes_from_earlier_jobs(process) -> None:
    assert process.submit("a").status.expected is None
    process.controller.active[0].result(10) if process.controller.active else None
    process.submit("a").result(10)
    expected = process.submit("b").status.expected
    assert expected == pytest.approx(0.1, abs=0.5)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0 s"), (59.4, "59 s"), (72, "1 min 12 s"), (3900, "1 h 5 min")]
)
def test_durations_are_said_as_people_say_them(seconds, words) -> None:
    assert format_duration(seconds) == words


def test_the_stage_is_said_in_words() -> None:
    status = JobStatus(State.QUEUED, started=time.time(), queue_position=2)
    assert status.stage == "Waiting in the queue, 2 ahead"
    assert JobStatus(State.QUEUED, started=0, cancelling=True).stage == "Cancelling"
    assert JobStatus(State.KEPT, started=10, ended=14.5, cancelling=True).elapsed == 4.5
    assert JobStatus(State.RUNNING, started=time.time() + 60).elapsed == 0, "the clock was set back"
    assert all(JobStatus(state, started=0).stage for state in State)
    assert JobStatus(State.RUNNING, started=0, kind="image").stage == "Making the image"
    assert JobStatus(State.RUNNING, started=0, kind="smell").stage == "Working"


def test_trouble_of_the_service_is_said_as_what_it_is_and_never_as_queueing(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.3)
    sandbox.faults.add(Fault("status", "status", status=503, times=2))
    sandbox.faults.add(Fault("status", "drop", times=1))
    job, stages = start(sandbox.url).submit(), []
    job.subscribe(lambda job: stages.append(job.status.stage))
    job.result(20)
    assert "The service returned an error; retrying" in stages
    assert "The service returned an error; retrying, 2nd time" in stages
    lost = next(stage for stage in stages if stage.startswith("No answer from the service; trying again in"))
    queueing = [at for at, stage in enumerate(stages) if stage == "Waiting in the queue"]
    assert not [
        at
        for at in queueing
        if stages.index("The service returned an error; retrying") < at < stages.index(lost)
    ]
    assert stages[-1] == "Kept"
