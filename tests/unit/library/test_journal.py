"""Test the copy of every unfinished job, and restoring a library from it."""

import sys
from pathlib import Path

import msgspec
import pytest

from reka_notebook.library import GenerationRequest, JobRecord, Library, LibraryError, TakeRecord
from reka_notebook.library.journal import Journal
from reka_notebook.library.rebuild import rebuild
from reka_notebook.library.rows.sqlite_file import SqliteFile
from reka_notebook.library.rows.tables import jobs
from tests import forked_processes

SERVICE = "https://service.test:443"


def asked(prompt: str = "dolly in") -> GenerationRequest:
    return GenerationRequest(endpoint="m/image-to-video", input={"prompt": prompt})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def library(home: Path) -> Library:
    return Library(home)


def add(library: Library, prompt: str = "dolly in") -> JobRecord:
    return library.jobs.add(SERVICE, asked(prompt), 1, deadline=9.0)[0]


def journalled(home: Path) -> list[str]:
    return [path.stem for path in (home / "pending").iterdir()]


def damage(home: Path) -> None:
    for suffix in ("-wal", "-shm"):
        (home / f"library.sqlite3{suffix}").unlink(missing_ok=True)
    (home / "library.sqlite3").write_bytes(b"no database" * 1000)


@pytest.mark.parametrize("state", ["prepared", "submitting"])
def test_a_job_that_may_have_been_sent_is_one_that_may_be_charged_after_a_rebuild(
    library: Library, home: Path, state: str
) -> None:
    job = add(library)
    library.jobs.update(job.id, state=state)
    library.close()
    damage(home)
    (again,) = Library(home).jobs.unfinished(SERVICE)
    assert (again.id, again.state) == (job.id, "submitting")
    assert again.idempotency_key == job.idempotency_key


def test_an_expired_job_can_be_resumed_after_a_rebuild(library: Library, home: Path) -> None:
    job = add(library)
    library.jobs.update(job.id, state="queued", request_id="r1")
    library.jobs.update(job.id, state="expired", ended=5.0, error="too late")
    library.close()
    damage(home)
    again = Library(home).jobs.get(job.id)
    assert (again.state, again.request_id, again.ended) == ("expired", "r1", 5.0)


@pytest.mark.parametrize("state", ["kept", "failed", "cancelled"])
def test_a_job_that_is_over_leaves_the_journal(library: Library, home: Path, state: str) -> None:
    job = add(library)
    library.jobs.update(job.id, state=state, ended=5.0)
    assert journalled(home) == []


def test_a_job_that_cannot_be_journalled_is_not_there(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LibraryError("No space left on device")

    monkeypatch.setattr(Journal, "begin", full)
    with pytest.raises(LibraryError, match="No space left"):
        add(library)
    assert library.jobs.all() == []


def test_a_job_whose_row_was_never_committed_is_not_restored(library: Library, home: Path) -> None:
    """Its process died before anything was sent; restored, it would go round the budget."""
    job = add(library)
    Journal(home).begin(msgspec.structs.replace(job, id="0123456789", request=asked("never sent")))
    (home / "pending" / f"{job.id}.json").rename(home / "pending" / f"{job.id}.new")  # died after the commit
    library.close()
    again = Library(home)
    assert [record.id for record in again.jobs.all()] == [job.id]
    assert journalled(home) == [job.id]
    again.close()
    damage(home)
    assert [record.id for record in Library(home).jobs.all()] == [job.id]


def test_a_job_that_has_no_row_is_not_journalled(library: Library, home: Path) -> None:
    with library.database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(LibraryError, match="readonly"):
        add(library)
    assert journalled(home) == []


def test_the_same_attempt_by_two_is_journalled_once(library: Library, home: Path) -> None:
    job = add(library)
    assert Library(home).jobs.add(SERVICE, asked(), 1, deadline=9.0) == (job, False)
    assert journalled(home) == [job.id]


def test_a_job_that_is_only_in_the_journal_is_there_when_the_library_is_opened(
    library: Library, home: Path
) -> None:
    known = library.jobs.update(add(library).id, state="running")
    lost = add(library, "lost")
    with library.database.transaction() as connection:
        connection.execute(jobs.delete().where(jobs.c.id == lost.id))
    again = Library(home)
    assert again.jobs.get(lost.id).state == "submitting"
    assert again.jobs.get(known.id) == known


def test_a_library_goes_over_to_the_database_that_another_kernel_has_rebuilt(
    library: Library, home: Path
) -> None:
    me = library.leases.me
    before = library.jobs.acquire(add(library, "before"), me)
    path = home / "library.sqlite3"
    other = rebuild(home, path, lambda: library.media, LibraryError("It is damaged."))
    late = add(Library(home), "of the other kernel")
    assert library.jobs.get(late.id) == late
    assert library.jobs.get(before.id).state == "submitting"
    library.leases.renew()
    assert Library(home).leases.is_alive(me)
    other.close()


def test_a_job_added_while_another_kernel_rebuilds_is_in_the_new_database(
    library: Library, home: Path
) -> None:
    path = home / "library.sqlite3"
    path.rename(home / "away")  # the moment in which neither file is there
    job = add(library)
    SqliteFile(path).close()
    again = library.jobs.get(job.id)
    assert (again.idempotency_key, again.state) == (job.idempotency_key, "submitting")
    assert Library(home).jobs.get(job.id) == again


def test_a_rebuilt_database_takes_the_damaged_ones_place_with_all_that_is_in_it(
    library: Library, home: Path
) -> None:
    job = msgspec.structs.replace(add(library), state="kept", ended=1.0)
    library.close()
    damage(home)
    again = Library(home)
    assert again.jobs.latest(SERVICE, asked()).id == job.id
    again.close()
    assert {path.name for path in home.glob("*.sqlite3*")} == {
        "library.sqlite3",
        next(home.glob("damaged-*")).name,
    }


def test_a_take_is_kept_though_its_journal_entry_cannot_be_removed(
    library: Library, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = msgspec.structs.replace(add(library), state="kept", ended=1.0)

    def held(*_: object, **__: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "unlink", held)
    take = library.takes.add(TakeRecord(job=job, files=[], kept=1.0))
    monkeypatch.undo()
    assert Library(home).takes.get(job.id) == take


OPEN_AND_CLOSE = """
import sys
from pathlib import Path
from reka_notebook.library import Library
Library(Path(sys.argv[1])).close()
"""


def test_two_libraries_of_one_process_keep_their_locks(library: Library, home: Path) -> None:
    add(library)
    Library(home)
    forked_processes.run([sys.executable, "-c", OPEN_AND_CLOSE, str(home)], check=True, timeout=60)
    assert (home / "library.sqlite3-wal").exists(), "the process that closed it took itself for the last"
