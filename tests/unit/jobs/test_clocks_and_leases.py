"""Test clocks that are set, processes wrongly taken for dead, and errors in the heartbeat."""

import os
import signal
import subprocess
import sys
import threading
import time

import anyio
import pytest

from reka_notebook import media
from reka_notebook.errors import RekaError
from reka_notebook.jobs import JobExpired, State
from reka_notebook.jobs.context import JobContext
from reka_notebook.jobs.polling import History
from reka_notebook.jobs.steps import fetch as fetching
from reka_notebook.jobs.steps import keeping
from reka_notebook.sandbox import Fault
from tests import forked_processes
from tests.processes import MODEL, PIXELS, SECRET
from tests.processes import wait_until as until


def test_a_clock_that_is_set_back_does_not_put_the_deadline_off(sandboxes, start, monkeypatch) -> None:
    process = start(sandboxes(seconds=60).url, deadline=1.0)
    job = process.submit()
    until(lambda: job.status.state is State.QUEUED)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 86400)
    with pytest.raises(JobExpired, match="not done at its deadline"):
        job.result(5)


@pytest.mark.parametrize("hours", [-48, -2, -0.2])
def test_a_job_taken_over_after_the_clock_was_set_back_has_no_more_time_than_it_was_given(
    sandboxes, start, monkeypatch, hours: float
) -> None:
    sandbox = sandboxes(seconds=60)
    first = start(sandbox.url, deadline=1.0)
    job = first.submit()
    until(lambda: job.status.state is State.QUEUED)
    first.kill()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + hours * 3600)
    (again,) = start(sandbox.url).controller.take_over()
    with pytest.raises(JobExpired):
        again.result(5)


def test_a_job_from_the_future_is_listed_and_ends(sandboxes, start, monkeypatch) -> None:
    process = start(sandboxes(seconds=0.3).url)
    real = time.time
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: real() + 7200)
        job = process.submit()
        until(lambda: job.status.state is State.QUEUED)
    assert job.status.elapsed == 0.0
    assert job.result(10).id == job.id
    assert [take.id for take in process.controller.takes()] == [job.id]


@pytest.mark.parametrize("asking", [False, True])
def test_a_wish_to_cancel_by_a_clock_that_is_ahead_is_sent_once(sandboxes, start, asking: bool) -> None:
    sandbox = sandboxes(seconds=1.0)
    sandbox.finish_next()
    if asking:  # a question is under way when the wish is heard
        sandbox.faults.add(Fault("status", "delay", seconds=0.3))
    process = start(sandbox.url)
    job = process.submit()
    until(lambda: job.status.state is State.QUEUED)
    if asking:
        until(lambda: process.controller._worker._runners[job.id]._context._asking)
    process.controller.library.jobs.update(job.id, cancel_wanted=time.time() + 60)
    process.on_engine(process.controller._worker._hear)
    assert job.result(10).file.kind == "video", "it finished all the same"
    assert sum(seen.step == "cancel" for seen in sandbox.log) == 1


def test_what_a_living_process_does_is_left_to_it(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=1.0)
    doing, looking = start(sandbox.url), start(sandbox.url)
    first = doing.submit()
    until(lambda: first.status.state is State.QUEUED)
    second = looking.submit()
    until(lambda: "Another kernel" in (second.status.note or ""))
    row = looking.controller.library.jobs.get(second.id)
    assert (row.owner, row.epoch) == (doing.controller.library.leases.me, 0)
    assert second.result(10).id == first.result(10).id
    steps = [seen.step for seen in sandbox.log]
    assert (steps.count("submit"), steps.count("result"), steps.count("media")) == (1, 1, 1)


def test_what_expired_in_one_living_kernel_is_resumed_in_another(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=1.5)
    first, second = start(sandbox.url, deadline=0.5), start(sandbox.url)
    job = first.submit()
    with pytest.raises(JobExpired):
        job.result(5)
    assert first.alive
    assert second.submit().result(10).id == job.id
    assert len(sandbox.ledger) == 1


def test_two_kernels_that_resume_at_once_do_it_once(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=1.5)
    first = start(sandbox.url, deadline=0.5)
    job = first.submit()
    with pytest.raises(JobExpired):
        job.result(5)
    others = [start(sandbox.url) for _ in range(4)]
    barrier, found = threading.Barrier(4), []

    def go(process) -> None:
        barrier.wait()
        found.append(process.controller.resume(job.id))

    threads = [threading.Thread(target=go, args=(process,)) for process in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {again.result(10).id for again in found} == {job.id}
    steps = [seen.step for seen in sandbox.log]
    assert (steps.count("submit"), steps.count("media")) == (1, 1)


def test_the_sidecar_too_is_written_by_the_owner_alone(sandboxes, start, monkeypatch) -> None:
    sandbox = sandboxes()
    other = start(sandbox.url).controller.library.leases.me
    process = start(sandbox.url)
    library = process.controller.library
    files = keeping._files
    stolen = []

    async def steal(work, *what):
        found = await files(work, *what)
        if not stolen:
            stolen.append(library.jobs.acquire(work.record, other))
        return found

    monkeypatch.setattr(keeping, "_files", steal)
    process.submit()
    until(lambda: stolen)
    time.sleep(0.3)
    assert [path.name for path in library.media.path(".").rglob("*.json")] == []


def test_a_state_that_may_not_follow_is_never_written(process) -> None:
    kept = process.submit().result(10)
    controller = process.controller
    record, endpoint = kept.record.job, controller.catalogue.endpoint(kept.request.endpoint)
    past = History(controller.library, controller.service)
    job = controller.resume(kept.id)
    work = JobContext(job, record, endpoint, controller.library, past, None, lambda: None)
    with pytest.raises(RekaError, match="cannot become queued"):
        anyio.run(work.move, State.QUEUED)
    assert controller.library.jobs.get(kept.id).state == State.KEPT


def test_a_process_that_was_taken_for_dead_writes_no_file(sandboxes, start, monkeypatch) -> None:
    sandbox = sandboxes()
    other = start(sandbox.url).controller.library.leases.me
    process = start(sandbox.url)
    library = process.controller.library
    examine = media.examine
    stolen = []

    def steal(path):
        found = examine(path)
        if not stolen:  # the lease goes between the last byte and the move
            (record,) = library.jobs.unfinished(process.controller.service)
            stolen.append(library.jobs.acquire(record, other))
        return found

    monkeypatch.setattr(fetching.media, "examine", steal)
    process.submit()
    until(lambda: stolen)
    time.sleep(0.3)
    files = [path.name for path in library.media.path(".").rglob("*") if path.suffix in (".mp4", ".json")]
    assert files == []


def test_an_error_in_the_heartbeat_does_not_end_it(sandboxes, start, monkeypatch, caplog) -> None:
    monkeypatch.setattr("reka_notebook.jobs.worker.BEAT", 0.02)
    process = start(sandboxes(seconds=0.5).url)
    leases = process.controller.library.leases
    beat, beats = leases.renew, []

    def troubled() -> None:
        beats.append(time.monotonic())
        if len(beats) == 1:
            raise OSError(5, "Input/output error")
        beat()

    monkeypatch.setattr(leases, "renew", troubled)
    process.submit().result(10)
    assert len(beats) > 3
    assert "heartbeat" in caplog.text


STOPPED = f"""
import os, signal
import reka_notebook
from reka_notebook.api import Client
posting = Client.submit

async def stopped(*asked, **more):
    os.kill(os.getpid(), signal.SIGSTOP)
    return await posting(*asked, **more)

Client.submit = stopped
job = reka_notebook.submit("a slow dolly in", bytes.fromhex({PIXELS.hex()!r}), model={MODEL!r})
print(job.result(60).id, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot stop a process")
def test_a_process_that_was_stopped_before_its_post_and_wakes_up_charges_nothing(
    sandboxes, start, tmp_path, monkeypatch
) -> None:
    sandbox = sandboxes()
    env = os.environ | {
        "REKA_API_KEY": SECRET,
        "REKA_BASE_URL": sandbox.url,
        "REKA_NOTEBOOK_HOME": str(tmp_path / "library"),
    }
    with forked_processes.Popen(
        [sys.executable, "-c", STOPPED], env=env, stdout=subprocess.PIPE, text=True
    ) as child:
        assert os.WIFSTOPPED(os.waitpid(child.pid, os.WUNTRACED)[1])
        monkeypatch.setattr("reka_notebook.library.leases.STALLED", 0.3)
        taken = start(sandbox.url).submit().result(20)
        assert len(sandbox.ledger) == 1
        asked = len(sandbox.log)
        child.send_signal(signal.SIGCONT)
        assert child.stdout.read().strip() == taken.id
    assert len(sandbox.ledger) == 1
    assert "submit" in [seen.step for seen in sandbox.log[asked:]], (
        "it did post, and was given the first answer"
    )
