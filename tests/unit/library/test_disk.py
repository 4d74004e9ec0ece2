"""Test that what is written reaches the disk, and that a refusal of the disk is said in words."""

import os
import shutil
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest

from reka_notebook.library import GenerationRequest, Library, LibraryError
from reka_notebook.library.folder import write_whole
from reka_notebook.library.leases import STALLED
from reka_notebook.library.rate_budget import RateBudget

SERVICE = "https://service.test:443"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what reaches the disk, and the renames in between, in order."""
    seen: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        fsync(descriptor)
        seen.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")

    def rename(self: Path, target: Path) -> Path:
        seen.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", rename)
    return seen


def refuses(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_file_is_on_the_disk_before_its_name_and_then_its_name(tmp_path: Path, synced: list[str]) -> None:
    write_whole(tmp_path / "a.json", b"{}")
    assert synced == ["file", "rename", "folder"]


def test_an_arrived_file_is_on_the_disk_before_its_name_and_then_its_name(
    library: Library, synced: list[str]
) -> None:
    part, name = library.media.part("j", 0, 1), library.media.name("j", 0.0, "t", 0, ".mp4")
    synced.clear()
    library.media.move_in(part, name)
    assert synced == ["file", "rename", "folder"]


def test_a_new_folder_is_on_the_disk_by_its_name(library: Library, synced: list[str]) -> None:
    library.media.name("j", 0.0, "t", 0, ".mp4")
    library.media.name("j", 0.0, "t", 0, ".mp4")
    assert synced == ["folder"]


def test_a_rebuilt_database_is_on_the_disk_by_its_name(library: Library, synced: list[str]) -> None:
    library.close()
    (library.home / "library.sqlite3").write_bytes(b"no database" * 1000)
    Library(library.home)
    assert synced[-2:] == ["rename", "folder"]


def test_a_system_that_cannot_sync_a_folder_writes_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def files_only(path: Path, flags: int, mode: int = 0o777) -> int:
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", files_only)
    write_whole(tmp_path / "a.json", b"{}")
    assert (tmp_path / "a.json").read_bytes() == b"{}"


def test_what_is_committed_reaches_the_disk_also_if_the_power_fails(library: Library) -> None:
    """SQLite syncs every commit (FULL, 2), not only now and then (NORMAL, 1), on the connection that writes."""
    with library.database.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_part_that_cannot_be_begun_is_said_in_words(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.media.part("j", 0, 1).write_bytes(b"half")
    monkeypatch.setattr(shutil, "copyfile", refuses)
    with pytest.raises(LibraryError, match=r"No space left on device\. Make room"):
        library.media.part("j", 0, 2)


def test_parts_that_cannot_be_removed_are_said_in_words(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.media.part("j", 0, 1).write_bytes(b"half")
    monkeypatch.setattr(Path, "unlink", refuses)
    with pytest.raises(LibraryError, match="cannot be written"):
        library.media.clear_parts("j")


def test_a_lock_that_cannot_be_made_is_said_in_words(library: Library) -> None:
    shutil.rmtree(library.home / "owners")
    (library.home / "owners").write_bytes(b"in the way")
    with pytest.raises(LibraryError, match=r"owners.* cannot be written"):
        _ = library.leases.me


def test_a_rebuild_that_the_disk_refuses_is_said_in_words(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.close()
    (library.home / "library.sqlite3").write_bytes(b"no database" * 1000)
    monkeypatch.setattr(Path, "replace", refuses)
    with pytest.raises(LibraryError, match=r"library\.sqlite3 cannot be written"):
        Library(library.home)


@pytest.mark.parametrize("error", [OSError(37, "No locks available"), NotImplementedError("no flock")])
def test_on_a_file_system_without_locks_the_beats_alone_tell_who_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def no_locks(*_: object, **__: object) -> None:
        raise error

    now = [0.0]
    monkeypatch.setattr("filelock.FileLock.acquire", no_locks)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    one, two = Library(tmp_path / "home"), Library(tmp_path / "home")
    request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": "p"})
    job = one.jobs.acquire(one.jobs.add(SERVICE, request, 1, deadline=9.0)[0], one.leases.me)
    assert two.leases.is_alive(job.owner)
    now[0] += STALLED - 1
    one.leases.renew()
    assert two.leases.is_alive(job.owner)
    now[0] += STALLED + 1
    assert not two.leases.is_alive(job.owner)
    one.leases.release()
    assert not two.leases.is_alive(job.owner)


@pytest.mark.parametrize("name", ["library.sqlite3", "budget.sqlite3"])
def test_a_file_that_another_process_makes_in_the_same_instant_is_waited_for(
    tmp_path: Path, name: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    other = sqlite3.connect(home / name, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, other.execute, ["COMMIT"]).start()
    library = Library(home)
    assert library.takes.newest(1) == []
    budget = RateBudget(home)
    assert budget.reserve(SERVICE, 60) == 0
    budget.close()
    library.close()
    other.close()
