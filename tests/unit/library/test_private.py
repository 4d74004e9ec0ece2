"""Test that only the person can read the library, whatever the system's habit."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from reka_notebook.library import GenerationRequest, Library, MediaFile, TakeRecord
from reka_notebook.library.folder import private_folder
from reka_notebook.library.rate_budget import RateBudget

SERVICE = "https://service.test:443"


@pytest.fixture(autouse=True)
def usual_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Yield a library with one file of every kind."""
    library = Library(tmp_path / "home")
    request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": "p"})
    pending, _ = library.jobs.add(SERVICE, request, 2, deadline=9.0)
    job, _ = library.jobs.add(SERVICE, request, 1, deadline=9.0)
    library.jobs.acquire(pending, library.leases.me)
    budget = RateBudget(library.home)
    budget.reserve(SERVICE, 60)
    library.images.keep("sha256:" + "a" * 64, b"image")
    with library.media.part(pending.id, 0, 1).open("wb") as part:
        part.write(b"half")
    library.media.part(pending.id, 0, 2)
    arrived = library.media.part(job.id, 0, 1)
    with arrived.open("ab") as part:
        part.write(b"video")
    name = library.media.name(job.id, job.created, "p", 0, ".mp4")
    library.media.move_in(arrived, name)
    poster = library.media.write(name.replace(".mp4", ".poster.jpg"), b"poster")
    file = MediaFile(name=name, kind="video", media_type="video/mp4", bytes=5, poster=poster)
    take = TakeRecord(job=msgspec.structs.replace(job, state="kept", ended=1.0), files=[file], kept=1.0)
    library.media.write_sidecar(take)
    library.takes.add(take)
    yield library
    budget.close()


KINDS = {
    "the video": "media/*/*.mp4",
    "its poster": "media/*/*.poster.jpg",
    "its sidecar": "media/*/*.take.json",
    "an image": "images/*",
    "a part that arrives, and the one that was begun with it": "incoming/*",
    "the database": "library.sqlite3",
    "its log": "library.sqlite3-wal",
    "the index of its log": "library.sqlite3-shm",
    "the budget": "budget.sqlite3",
    "the budget's log": "budget.sqlite3-*",
    "a process's lock": "owners/*.lock",
    "the journal": "pending/*.json",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_private(library: Library, kind: str) -> None:
    files = list(library.home.glob(KINDS[kind]))
    assert files
    assert {oct(mode(path)) for path in files} == {"0o600"}


def test_every_folder_is_private(library: Library) -> None:
    folders = [path for path in library.home.rglob("*") if path.is_dir()]
    assert len(folders) > 5
    assert {oct(mode(path)) for path in (library.home, *folders)} == {"0o700"}


def test_a_part_is_private_and_empty_before_anything_arrives(library: Library) -> None:
    part = library.media.part("new", 0, 1)
    assert (oct(mode(part)), part.stat().st_size) == ("0o600", 0)


def test_the_lock_and_the_copy_of_a_rebuild_are_private(library: Library) -> None:
    library.close()
    (library.home / "library.sqlite3").write_bytes(b"no database" * 1000)
    Library(library.home)
    files = [library.home / "library.sqlite3", *library.home.glob("damaged-*")]
    files += [path for path in [library.home / "rebuild.lock"] if path.exists()]
    assert len(files) >= 2
    assert {oct(mode(path)) for path in files} == {"0o600"}


@pytest.mark.parametrize("shared", [0o755, 0o775, 0o2775, 0o777, 0o1777, 0o750])
def test_a_folder_that_was_there_keeps_its_mode_and_what_is_made_in_it_is_private(
    tmp_path: Path, shared: int
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(shared)
    (home / "theirs").mkdir(mode=0o755)
    theirs = mode(home / "theirs")
    library = Library(home)
    library.leases.me  # noqa: B018 (makes a file)
    assert mode(home) == shared
    assert mode(home / "theirs") == theirs
    made = [path for path in home.rglob("*") if path.name != "theirs"]
    assert len(made) > 5
    assert [path for path in made if mode(path) & 0o077] == []


def test_only_the_last_folder_of_a_path_is_made_private(tmp_path: Path) -> None:
    private_folder(tmp_path / "work" / "group" / "library")
    assert mode(tmp_path / "work" / "group" / "library") == 0o700
    assert mode(tmp_path / "work") == 0o755


def test_the_state_folder_of_a_person_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    RateBudget(tmp_path).reserve(SERVICE, 60)
    assert mode(tmp_path) == 0o755
    assert mode(tmp_path / "budget.sqlite3") == 0o600


OTHERS = """
import os, sys
from pathlib import Path
from reka_notebook.errors import RekaError
from reka_notebook.library import Library
Library(Path(sys.argv[1]) / "own").leases.me  # what is imported late is imported now, as this user
os.setgroups([])
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[2]))
try:
    Library(Path(sys.argv[3]))
except RekaError as error:
    print(error, flush=True)
else:
    print("opened", flush=True)
os._exit(0)
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be several users")
def test_two_users_on_one_shared_folder_are_told_whose_it_is() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shared, own = Path(folder) / "shared", Path(folder) / "root"
        shared.mkdir()
        shared.chmod(0o777)

        def opened_by(user: int) -> str:
            command = [sys.executable, "-c", OTHERS, own, str(user), shared]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout

        assert opened_by(54321) == "opened\n"
        assert "belongs to another user of this machine" in opened_by(54322)
        assert opened_by(54321) == "opened\n"
        assert mode(shared) == 0o777
