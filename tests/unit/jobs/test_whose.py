"""Test two API keys on one library: a job is done with the key that it was asked with, and no other."""

import os
import sqlite3
import sys
import time
from contextlib import closing
from functools import partial

import msgspec
import pytest

from reka_notebook.jobs import JobError, JobExpired, State
from reka_notebook.key import Key
from reka_notebook.library import JobRecord
from reka_notebook.sandbox import Fault
from tests import forked_processes
from tests.processes import MODEL, PIXELS, SECRET, wait_until

OTHER = "rk-another-persons-77120"
MINE = Key(SECRET).fingerprint


until = partial(wait_until, seconds=60)


def with_key(start, sandbox, key: str = OTHER, **settings):
    return start(sandbox.url, api_key=Key(key), **settings)


def test_the_row_and_its_copy_name_the_account_before_anything_is_sent(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=1.0)
    sandbox.faults.add(Fault("submit", "delay", "before", seconds=0.3))
    process = start(sandbox.url)
    job = process.submit()
    assert process.controller.library.jobs.get(job.id).account == MINE
    (copy,) = (process.controller.library.home / "pending").iterdir()
    assert msgspec.json.decode(copy.read_bytes(), type=JobRecord).account == MINE
    assert not sandbox.ledger
    assert SECRET not in copy.read_text()


WHERE = {
    "while posting": (Fault("submit", "delay", "after", seconds=0.4), State.SUBMITTING),
    "in the queue": (None, State.QUEUED),
    "at work": (None, State.RUNNING),
}


@pytest.mark.parametrize("where", WHERE)
def test_a_job_of_a_killed_process_is_left_to_its_key(sandboxes, start, where) -> None:
    fault, state = WHERE[where]
    sandbox = sandboxes(seconds=0.5)
    if fault:
        sandbox.faults.add(fault)
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: sandbox.ledger and job.status.state is state)
    first.kill()
    other = with_key(start, sandbox)
    assert other.controller.take_over() == []
    waiting = other.submit()
    until(lambda: "another API key" in (waiting.status.note or ""))
    assert waiting.id == job.id
    assert MINE[:8] in waiting.status.note
    assert OTHER not in waiting.status.note
    assert SECRET not in waiting.status.note
    time.sleep(0.6)  # longer than the service works on it: a question would be answered now
    assert len(sandbox.ledger) == 1
    assert all(seen.step in ("submit", "status") for seen in sandbox.log)
    assert other.controller.library.jobs.get(job.id).state == state
    # The one with the key goes on, and the other sees what comes of it.
    again = start(sandbox.url)
    take = again.submit().result(10)
    assert waiting.result(10).id == take.id == job.id
    assert other.submit().result(0).id == job.id, "what is kept is everybody's to see"
    assert len(sandbox.ledger) == 1


def test_a_row_left_prepared_by_a_crash_is_sent_by_its_key_alone(sandboxes, start) -> None:
    sandbox = sandboxes()
    first = start(sandbox.url)
    wanted = first.prepare()
    first.controller.has_key()
    first.controller.library.images.keep(wanted.sources[0].digest, wanted.sources[0].data)
    first.controller.library.jobs.add(
        first.controller.service, wanted.request, 1, time.time() + 30, account=MINE
    )
    first.kill()
    other = with_key(start, sandbox)
    assert other.controller.take_over() == []
    waiting = other.submit()
    until(lambda: "another API key" in (waiting.status.note or ""))
    assert sandbox.ledger == []
    (again,) = start(sandbox.url).controller.take_over()
    assert again.result(10).id == waiting.result(10).id
    assert len(sandbox.ledger) == 1


def test_while_its_process_lives_the_other_says_whose_it_is_and_shows_the_end(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.6)
    doing, looking = start(sandbox.url), with_key(start, sandbox)
    job = doing.submit()
    until(lambda: sandbox.ledger)
    same = looking.submit()
    until(lambda: "Your key is not charged" in (same.status.note or ""))
    assert same.result(10).id == job.result(10).id
    assert len(sandbox.ledger) == 1


def test_to_cancel_the_job_of_another_key_ends_the_wait_alone(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.8)
    doing, looking = start(sandbox.url), with_key(start, sandbox)
    job = doing.submit()
    until(lambda: sandbox.ledger)
    same = looking.submit()
    until(lambda: same.status.note)
    with pytest.raises(JobError, match="only a kernel with that key can cancel it"):
        looking.controller.cancel(job.id)
    same.cancel()
    with pytest.raises(JobExpired, match="It goes on"):
        same.result(5)
    assert doing.controller.library.jobs.get(job.id).cancel_wanted is None
    assert job.result(10).id == job.id
    assert "cancel" not in [seen.step for seen in sandbox.log]


def test_a_job_that_expired_is_resumed_by_its_key_alone(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=30)
    first = start(sandbox.url, deadline=0.5)
    job = first.submit()
    with pytest.raises(JobExpired):
        job.result(5)
    first.kill()
    other = with_key(start, sandbox)
    asked = len(sandbox.log)
    for go_on in (other.submit, lambda: other.controller.resume(job.id)):
        with pytest.raises(JobError, match=r"another API key .* set that key .*Nothing was sent"):
            go_on()
    assert len(sandbox.log) == asked
    assert other.controller.library.jobs.get(job.id).state == State.EXPIRED
    take = other.submit(fresh=True)
    until(lambda: len(sandbox.ledger) == 2)
    assert other.controller.library.jobs.get(take.id).account == Key(OTHER).fingerprint


def test_nobody_is_waited_for_longer_than_the_jobs_own_deadline(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=30)
    first = start(sandbox.url, deadline=1.0)
    job = first.submit()
    until(lambda: job.status.state is State.QUEUED)
    first.kill()
    waiting = with_key(start, sandbox).submit()
    with pytest.raises(JobExpired, match="was asked with another API key"):
        waiting.result(10)


def test_a_row_without_an_account_is_anybodys_as_before(sandboxes, start, tmp_path) -> None:
    sandbox = sandboxes(seconds=0.3)
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: job.status.state is State.QUEUED)
    first.kill()
    with closing(sqlite3.connect(tmp_path / "library" / "library.sqlite3")) as connection:
        connection.execute("UPDATE jobs SET account = NULL")
        connection.commit()
    (again,) = start(sandbox.url).controller.take_over()
    assert again.result(10).id == job.id


def test_without_a_key_a_sandboxs_job_has_no_account_and_is_taken_over(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.3)
    first = start(sandbox.url, api_key=None)
    job = first.submit()
    until(lambda: job.status.state is State.QUEUED)
    assert first.controller.library.jobs.get(job.id).account is None
    first.kill()
    (again,) = start(sandbox.url, api_key=None).controller.take_over()
    assert again.result(10).id == job.id
    assert len(sandbox.ledger) == 1


def test_a_key_that_changes_in_the_environment_leaves_what_is_under_way_to_the_first(
    sandboxes, start, monkeypatch
) -> None:
    sandbox = sandboxes(seconds=0.6)
    monkeypatch.setenv("REKA_API_KEY", SECRET)
    process = start(sandbox.url, api_key=None)
    first = process.submit("one")
    until(lambda: sandbox.ledger)
    monkeypatch.setenv("REKA_API_KEY", OTHER)
    second = process.submit("two")
    assert process.submit("one") is first
    assert first.result(10).id != second.result(10).id
    rows = process.controller.library.jobs
    assert [rows.get(job.id).account for job in (first, second)] == [MINE, Key(OTHER).fingerprint]
    assert all(seen.status < 400 for seen in sandbox.log), "each was asked for with its own key"
    assert len(sandbox.ledger) == 2


def test_a_lost_database_does_not_forget_whose_a_job_is(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.5)
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: job.status.state is State.QUEUED)
    first.kill()
    home = first.controller.library.home
    for log in home.glob("library.sqlite3-*"):
        log.unlink()
    (home / "library.sqlite3").write_bytes(b"no database" * 1000)
    other = with_key(start, sandbox)
    assert other.controller.take_over() == []
    (again,) = start(sandbox.url).controller.take_over()
    assert again.result(10).id == job.id
    assert len(sandbox.ledger) == 1


def test_after_the_service_has_refused_its_key_another_goes_on_and_is_not_believed_that_it_is_gone(
    sandboxes, start
) -> None:
    sandbox = sandboxes(seconds=0.5)
    sandbox.faults.add(Fault("status", "status", status=401, every=1, times=1000))
    first = start(sandbox.url)
    job = first.submit()
    with pytest.raises(JobExpired, match="without a second charge"):
        job.result(20)
    assert first.controller.library.jobs.get(job.id).key_refused is not None
    first.kill()
    sandbox.faults.clear()
    body = {"error": {"type": "not_found_error", "message": "There is no such request"}}
    gone = {"status": 404, "every": 1, "times": 1000, "body": body}
    sandbox.faults.add(Fault("status", "status", **gone), Fault("result", "status", **gone))
    other = with_key(start, sandbox)
    with pytest.raises(JobExpired, match=r"With this API key the service does not know .* not charged again"):
        other.submit().result(20)
    assert other.controller.library.jobs.get(job.id).state == State.EXPIRED
    assert {seen.step for seen in sandbox.log} == {"submit", "status", "result"}
    sandbox.faults.clear()
    take = start(sandbox.url).submit().result(20)
    assert take.id == job.id
    assert take.record.job.key_refused is None
    assert len(sandbox.ledger) == 1


def test_a_new_key_that_the_service_knows_the_request_by_ends_with_the_take(
    sandboxes, start, monkeypatch
) -> None:
    sandbox = sandboxes(seconds=0.5)
    sandbox.faults.add(Fault("status", "status", status=401, every=1, times=1000))
    monkeypatch.setenv("REKA_API_KEY", SECRET)
    process = start(sandbox.url, api_key=None)
    job = process.submit()
    with pytest.raises(JobExpired, match="without a second charge"):
        job.result(20)
    sandbox.faults.clear()
    monkeypatch.setenv("REKA_API_KEY", OTHER)
    assert process.submit().result(20).id == job.id
    assert len(sandbox.ledger) == 1


CONFIGURED = f"""
import time
import reka_notebook
from reka_notebook.jobs import controller
PIXELS = bytes.fromhex({PIXELS.hex()!r})

def submit(**more):
    return reka_notebook.submit("a slow dolly in", PIXELS, model={MODEL!r}, **more)

reka_notebook.configure(api_key={SECRET!r})
first = submit()
while first.status.state != "queued":
    time.sleep(0.005)
reka_notebook.configure(api_key={OTHER!r})
same = submit()
while "another API key" not in (same.status.note or ""):
    time.sleep(0.005)
fresh = submit(fresh=True)
assert same.id == first.id == same.result(30).id == first.result(30).id
print(*(controller().library.jobs.get(job.id).account for job in (first, fresh)), fresh.result(30).request.take)
"""


def test_a_key_that_is_configured_anew_in_one_kernel_is_for_what_is_asked_from_then_on(
    sandboxes, tmp_path
) -> None:
    sandbox = sandboxes(seconds=1.0)
    env = os.environ | {"REKA_BASE_URL": sandbox.url, "REKA_NOTEBOOK_HOME": str(tmp_path / "library")}
    ran = forked_processes.run(
        [sys.executable, "-c", CONFIGURED], env=env, capture_output=True, text=True, timeout=100, check=True
    )
    assert ran.stdout.split() == [MINE, Key(OTHER).fingerprint, "2"]
    assert ran.stderr == ""
    assert len(sandbox.ledger) == 2
