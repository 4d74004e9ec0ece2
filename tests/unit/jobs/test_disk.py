"""Test a disk that refuses in the middle of a job: the job is kept, and goes on when the cause is gone."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from reka_notebook import media
from reka_notebook.jobs import Job, JobExpired, State, Take
from reka_notebook.library import LibraryError
from reka_notebook.sandbox import Sandbox
from tests.processes import PIXELS, Process
from tests.processes import wait_until as until

FULL = Path("/dev/full")


def is_at_work(job: Job) -> bool:
    return job.status.state in (State.QUEUED, State.RUNNING)


def assert_kept(take: Take, job: Job, process: Process, sandbox: Sandbox) -> None:
    """Check that the take is the video of the only request."""
    (charge,) = sandbox.ledger
    record = process.controller.library.jobs.get(job.id)
    assert (take.id, record.state, record.request_id) == (job.id, State.KEPT, charge.request_id)
    assert media.probe(take.path).kind == "video"
    assert list((process.controller.library.home / "incoming").iterdir()) == []


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Any]:
    """Make a folder read-only for a while, also for root: ``with read_only(folder):``."""

    @contextmanager
    def refused(folder: Path) -> Iterator[None]:
        def refuse(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(path: Any, *args: Any, **options: Any) -> Any:
                writes = function is not os.open or args[0] & (os.O_WRONLY | os.O_RDWR)
                if writes and str(path).startswith(str(folder)):
                    raise OSError(30, "Read-only file system", str(path))
                return function(path, *args, **options)

            return call

        with monkeypatch.context() as patch:
            for name in ("open", "mkdir", "replace", "rename", "unlink"):
                patch.setattr(os, name, refuse(getattr(os, name)))
            yield

    return refused


@pytest.fixture
def fill(tmp_path: Path) -> Callable[[Job], Path]:
    """Let a job's file arrive on a disk that is full; what has to be removed for there to be room."""
    if not FULL.exists():
        pytest.skip("this system has no /dev/full")

    def full(job: Job) -> Path:
        part = tmp_path / "library" / "incoming" / f"{job.id}-0-0.part"
        part.symlink_to(FULL)
        return part

    return full


def test_a_disk_that_is_full_for_a_moment_is_said_and_waited_for(sandboxes, start, fill) -> None:
    sandbox = sandboxes(seconds=0.3)
    process = start(sandbox.url)
    notes: list[str | None] = []
    job = process.submit()
    part = fill(job)
    job.subscribe(lambda job: notes.append(job.status.note))
    until(lambda: any("No space left on device. Make room" in (note or "") for note in notes))
    part.unlink()
    assert_kept(job.result(10), job, process, sandbox)


def test_a_disk_that_stays_full_ends_the_wait_and_the_next_run_goes_on(sandboxes, start, fill) -> None:
    sandbox = sandboxes(seconds=0.3)
    process = start(sandbox.url)
    job = process.submit()
    part = fill(job)
    with pytest.raises(JobExpired, match="No space left on device"):
        job.result(10)
    part.unlink()
    assert_kept(process.submit().result(10), job, process, sandbox)


def test_a_folder_that_is_read_only_before_anything_is_sent(process, sandbox, read_only) -> None:
    with (
        read_only(process.controller.library.home),
        pytest.raises(LibraryError, match="Read-only file system"),
    ):
        process.submit()
    assert sandbox.log == []
    job = process.submit()
    assert_kept(job.result(10), job, process, sandbox)


def test_a_folder_that_becomes_read_only_keeps_the_job(sandboxes, start, read_only) -> None:
    sandbox = sandboxes(seconds=0.3)
    process = start(sandbox.url)
    job = process.submit()
    until(lambda: is_at_work(job))
    with (
        read_only(process.controller.library.home / "media"),
        pytest.raises(JobExpired, match="Read-only file system"),
    ):
        job.result(10)
    assert_kept(process.submit().result(10), job, process, sandbox)


@contextmanager
def locked(process: Process) -> Iterator[None]:
    """Let another process write to the database for longer than one waits for it."""
    database = process.controller.library.database
    with database._writing:
        database._writer.sqlite.execute("PRAGMA busy_timeout = 20")
    path = process.controller.library.home / "library.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_database_that_is_locked_before_anything_is_sent(process, sandbox) -> None:
    with (
        locked(process),
        pytest.raises(LibraryError, match=r"database is locked\. Nothing was lost or charged"),
    ):
        process.submit()
    assert sandbox.log == []
    job = process.submit()
    assert_kept(job.result(10), job, process, sandbox)


def test_a_database_that_is_locked_for_a_while_is_said_and_waited_for(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.2)
    process = start(sandbox.url)
    job = process.submit()
    until(lambda: is_at_work(job))
    with locked(process):
        until(lambda: "database is locked" in (job.status.note or ""))
        assert "Trying again" in (job.status.note or "")
    assert_kept(job.result(10), job, process, sandbox)


def damage(home: Path) -> None:
    """Overwrite the database and what SQLite has beside it."""
    for path in home.glob("library.sqlite3*"):
        with path.open("rb+") as file:  # the same file, as a disk that rots
            file.write(b"no database" * (path.stat().st_size // 11 + 1))


def test_a_database_damaged_between_two_processes_loses_no_job(sandboxes, start, caplog) -> None:
    sandbox = sandboxes(seconds=0.3)
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: is_at_work(job))
    first.kill()
    damage(first.controller.library.home)
    second = start(sandbox.url)
    assert "It was rebuilt: 0 takes, 1 unfinished jobs" in caplog.text
    (again,) = second.controller.take_over()
    assert_kept(again.result(10), job, second, sandbox)


def test_a_database_damaged_under_a_job_is_said_and_the_next_process_goes_on(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.3)
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: is_at_work(job))
    damage(first.controller.library.home)
    until(lambda: "is damaged" in (job.status.note or ""))
    assert "Restart the kernel" in (job.status.note or "")
    first.kill()
    second = start(sandbox.url)
    (again,) = second.controller.take_over()
    assert_kept(again.result(10), job, second, sandbox)


def test_a_job_goes_on_in_the_database_that_another_process_has_rebuilt(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.3)
    first = start(sandbox.url)
    job = first.submit()
    until(lambda: is_at_work(job))
    damage(first.controller.library.home)
    until(lambda: "is damaged" in (job.status.note or ""))
    second = start(sandbox.url)
    again = second.submit()
    assert_kept(again.result(10), job, second, sandbox)
    assert job.result(10).id == job.id


COLD = """
import sys
from reka_notebook import submit
seen = []

def hear(event, args):
    if event in ("open", "sqlite3.connect", "socket.connect"):
        seen.append(f"{event}: {args[1 if event == 'socket.connect' else 0]}")

sys.addaudithook(hear)
submit("a slow dolly in", bytes.fromhex(sys.argv[1]), model="kling-v3-pro").result(20)
print(*list(seen), sep="\\n")
"""


def test_a_new_process_shows_the_kept_take_without_a_request_and_opens_little(sandbox, tmp_path) -> None:
    library = tmp_path / "library"
    env = os.environ | {"REKA_BASE_URL": sandbox.url, "REKA_NOTEBOOK_HOME": str(library)}
    once, again = (
        subprocess.run(
            [sys.executable, "-c", COLD, PIXELS.hex()],
            env=env,
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout
        for _ in range(2)
    )
    assert "socket.connect: " in once
    assert "socket.connect: " not in again
    assert len(sandbox.ledger) == 1
    own = {line for line in again.splitlines() if str(library) in line}
    database = library / "library.sqlite3"
    models = f"open: {library / 'models'}"
    assert {line for line in own if not line.startswith(models)} == {
        f"open: {database}",
        f"sqlite3.connect: {database}",
    }
    assert len(own) <= 3
