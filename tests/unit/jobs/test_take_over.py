"""Test that when a process dies in the middle, the next one ends with the video, for the one charge."""

import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from reka_notebook import config, media
from reka_notebook.jobs import JobExpired, State
from reka_notebook.jobs.steps import wording
from reka_notebook.sandbox import Fault
from tests import forked_processes
from tests.processes import PIXELS, SECRET, wait_until

until = partial(wait_until, every=0.002)


WHERE = {
    "before it was sent": (Fault("submit", "delay", "before", seconds=0.3), State.SUBMITTING),
    "taken, its answer on the way": (Fault("submit", "delay", "after", seconds=0.3), State.SUBMITTING),
    "in the queue": (None, State.QUEUED),
    "at work": (None, State.RUNNING),
    "its result on the way": (Fault("result", "delay", seconds=0.3), State.RUNNING),
    "its file on the way": (Fault("media", "delay", seconds=0.3), State.FETCHING),
}


@pytest.mark.parametrize("where", WHERE)
def test_killed_at_any_stage_the_next_process_ends_with_the_video(sandboxes, start, where) -> None:
    fault, state = WHERE[where]
    sandbox = sandboxes(seconds=0.3)
    if fault:
        sandbox.faults.add(fault)
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: job.status.state is state)
    if where in ("its result on the way", "taken, its answer on the way"):
        step = "result" if "result" in where else "submit"
        until(lambda: sandbox.ledger and (step == "submit" or sandbox.requests[0].status == "COMPLETED"))
        time.sleep(0.1)
    first.kill()
    second = start(sandbox.url)
    (again,) = second.controller.take_over()
    take = again.result(10)
    assert (take.id, media.probe(take.path).kind) == (job.id, "video")
    assert take.record.requests is None  # some were made by another process
    assert len(sandbox.ledger) == 1
    assert second.controller.library.jobs.unfinished(second.controller.service) == []
    assert second.controller.take_over() == []


def test_killed_over_and_over_every_job_is_ended_with_its_video(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.4)
    process = start(sandbox.url)
    for number in range(12):
        process.submit(f"number {number}")
    for pause in (0.03, 0.05, 0.1, 0.15, 0.2, 0.3):
        time.sleep(pause)
        process.kill()
        process = start(sandbox.url)
        process.controller.take_over()
    for job in process.controller.active:
        job.result(20)
    assert len(process.controller.takes()) == 12
    assert len({charge.idempotency_key for charge in sandbox.ledger}) == len(sandbox.ledger) == 12


def test_half_a_file_is_gone_on_with_by_the_next_process(sandboxes, start, film) -> None:
    sandbox = sandboxes()
    sandbox.faults.add(Fault("media", "truncate", keep=0.5), Fault("media", "delay", seconds=0.4))
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: [seen.status for seen in sandbox.log if seen.step == "media"] == [200])
    time.sleep(0.1)
    first.kill()
    (again,) = start(sandbox.url).controller.take_over()
    assert again.result(10).path.read_bytes() == film.read_bytes()
    assert again.id == job.id
    assert [seen.status for seen in sandbox.log if seen.step == "media"].count(200) == 1


def test_the_same_cell_in_the_next_process_joins_what_was_left(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.4)
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: job.status.state is State.QUEUED)
    first.kill()
    second = start(sandbox.url)
    again = second.submit()
    assert second.submit() is again
    assert second.controller.take_over() == []
    assert again.result(10).id == job.id
    assert len(sandbox.ledger) == 1


def test_one_job_that_cannot_be_taken_over_does_not_keep_the_others_from_it(
    sandboxes, start, tmp_path
) -> None:
    own = tmp_path / "catalogue.json"
    own.write_text(
        '{"endpoints": {"mine/image-to-dance": {"title": "Mine", "path": "/v2/inference/kling-v3-pro/image-to-video",'
        ' "output": "video", "images": {"start": {"field": "start_image_url", "required": true}},'
        ' "input": {"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}}}}'
    )
    sandbox = sandboxes(seconds=0.3)
    first = start(sandbox.url, catalogue=own)
    lost, found = first.submit(model="mine/image-to-dance"), first.submit()
    until(lambda: {lost.status.state, found.status.state} <= {State.QUEUED, State.RUNNING})
    first.kill()
    second = start(sandbox.url)
    assert [job.id for job in second.controller.take_over()] == [found.id]
    found_again = second.controller.resume(found.id)
    assert found_again.result(10).id == found.id
    second.kill()
    third = start(sandbox.url, catalogue=own)
    (again,) = third.controller.take_over()
    assert again.result(10).id == lost.id
    assert len(sandbox.ledger) == 2


def test_an_image_that_has_vanished_does_not_undo_what_may_have_been_charged(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.3)
    sandbox.faults.add(Fault("submit", "delay", "after", seconds=0.3))
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: sandbox.ledger)
    first.kill()
    second = start(sandbox.url)
    (use,) = job.request.images["start"]
    image = second.controller.library.images.path(use.digest)
    image.unlink()
    wording._data_uri.cache_clear()
    (again,) = second.controller.take_over()
    with pytest.raises(JobExpired, match=r"There is no file .* cannot be charged twice"):
        again.result(10)
    assert second.submit().result(10).id == job.id, "the person has the image still"
    assert len(sandbox.ledger) == 1


def test_a_rebuilt_library_does_not_take_what_may_have_been_charged_for_unsent(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.3)
    sandbox.faults.add(Fault("submit", "delay", "after", seconds=0.3), Fault("submit", status=401, times=1))
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: sandbox.ledger)
    first.kill()
    library = first.controller.library.home
    for log in library.glob("library.sqlite3-*"):
        log.unlink()
    (library / "library.sqlite3").write_bytes(b"no database" * 1000)
    second = start(sandbox.url)
    (again,) = second.controller.take_over()
    with pytest.raises(JobExpired, match="cannot be charged twice"):
        again.result(10)
    assert second.submit().result(10).id == job.id
    assert len(sandbox.ledger) == 1


SUBMIT = """
import sys
from reka_notebook import submit
job = submit("a slow dolly in", bytes.fromhex(sys.argv[1]), model="kling-v3-pro")
print(job.id, flush=True)
try:
    job.result()
finally:
    print("done", flush=True)
"""


@pytest.mark.parametrize("step", ["submit", "status", "media"])
def test_a_real_process_killed_while_it_waits_for_an_answer(sandboxes, start, tmp_path, step) -> None:
    sandbox = sandboxes(seconds=0.1)
    sandbox.faults.add(Fault(step, "delay", "after", seconds=3))
    env = os.environ | {
        "REKA_API_KEY": SECRET,
        "REKA_BASE_URL": sandbox.url,
        "REKA_NOTEBOOK_HOME": str(tmp_path / "library"),
    }
    with forked_processes.Popen(
        [sys.executable, "-c", SUBMIT, PIXELS.hex()], env=env, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        job = child.stdout.readline().strip()
        until(lambda: not sandbox.faults.active, 30)
        os.kill(child.pid, signal.SIGKILL)
        assert child.stdout.read() == ""
    (again,) = start(sandbox.url).controller.take_over()
    assert again.result(10).id == job
    assert len(sandbox.ledger) == 1


def test_nothing_on_disk_has_the_key(sandboxes, start, tmp_path) -> None:
    sandbox = sandboxes()
    process = start(sandbox.url)
    process.submit().result(10)
    process.kill()
    config.configure()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 4
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]
