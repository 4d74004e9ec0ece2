"""Test media in a store that machines share: whole or absent there, and copied within a limit here."""

import errno
import hashlib
import os
import re
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from reka_notebook.commands.checks.check import Findings
from reka_notebook.commands.checks.disk import check_waiting
from reka_notebook.errors import RekaError
from reka_notebook.library import GenerationRequest, ImageUse, Library, LibraryError, MediaFile, TakeRecord
from reka_notebook.library.prune import prunable, remove
from reka_notebook.library.store import cache as caching
from reka_notebook.library.store import media_store, object_storage
from reka_notebook.library.store.address import read_media
from reka_notebook.library.store.errors import StoreError
from reka_notebook.library.store.names import name_of_stored, stored_name
from reka_notebook.library.store.object_storage import ObjectStorage
from tests import forked_processes
from tests.servers.s3 import KEY, S3, SECRET
from tests.unit.library.store.conftest import Place

SERVICE = "https://service.test:443"
IMAGE = b"image bytes"
DIGEST = f"sha256:{hashlib.sha256(IMAGE).hexdigest()}"

Open = Callable[..., Library]


def arrived(library: Library, prompt: str, film: bytes = b"film" * 1000) -> TakeRecord:
    """Return what a job has left that was fetched and not written down yet."""
    library.images.keep(DIGEST, IMAGE)
    images = {"start": [ImageUse(digest=DIGEST)]}
    request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": prompt}, images=images)
    job, _ = library.jobs.add(SERVICE, request, 1, deadline=9.0)
    name = library.media.name(job.id, job.created, prompt, 0, ".mp4")
    part = library.media.part(job.id, 0, 0)
    part.write_bytes(film)
    poster = library.media.write(name.replace(".mp4", ".poster.jpg"), b"poster of " + prompt.encode())
    library.media.move_in(part, name)
    file = MediaFile(name=name, kind="video", media_type="video/mp4", bytes=len(film), poster=poster)
    ended = msgspec.structs.replace(job, state="kept", ended=time.time())
    return TakeRecord(job=ended, files=[file], kept=time.time())


def written(library: Library, take: TakeRecord) -> TakeRecord:
    """Write a take down, as a job does in the end."""
    library.images.share(DIGEST)
    take = library.media.publish(take)
    library.media.write_sidecar(take)
    take = library.takes.add(take)
    library.media.settle(take)
    return take


def kept(library: Library, prompt: str, film: bytes = b"film" * 1000) -> TakeRecord:
    return written(library, arrived(library, prompt, film))


def test_a_colleague_has_film_poster_sprite_and_image(place: Place, opened: Open) -> None:
    ada, ben = opened("ada", place.address), opened("ben", place.address)
    film = os.urandom(40 * 2**20)
    take = kept(ada, "pan left", film)
    (file,) = take.files
    assert set(place.names()) == {
        f"media/{stored_name(file.name, file.sha256)}",
        f"media/{stored_name(str(file.poster), file.poster_sha256)}",
        f"media/{file.name.removesuffix('.mp4')}.take.json",
        f"images/{DIGEST.removeprefix('sha256:')}",
    }
    assert file.sha256 == hashlib.sha256(film).hexdigest()
    assert list((ada.home / "outgoing").rglob("*.*")) == []
    assert ada.media.where(file) == str(ada.media.local(file))
    assert ben.media.where(file) == f"{place.address}/media/{stored_name(file.name, file.sha256)}"
    assert ben.media.has(file)
    with ben.media.open(file) as stream:
        assert stream.read(1000) == film[:1000]
    assert not ben.media.path(file.name).exists(), "what is streamed is not copied"
    assert ben.media.local(file).read_bytes() == film
    poster = ben.media.poster(file)
    assert poster is not None
    assert poster.read_bytes() == b"poster of pan left"
    assert ben.media.made_sprite(file.name) is None
    ben.media.keep_sprite(file.name, b"sprite")
    assert ada.media.made_sprite(file.name) == b"sprite"
    assert ben.images.read(ben.images.find(DIGEST[:20])) == IMAGE
    gone = msgspec.structs.replace(file, name="2026-11/gone-0123456789.mp4")
    assert (ben.media.has(gone), ben.media.local(gone).exists()) == (False, False)
    with pytest.raises(FileNotFoundError):
        ben.media.open(gone)


def test_who_comes_back_from_sleep_does_not_write_over_what_another_machine_has_kept(
    place: Place, opened: Open
) -> None:
    ada, ben = opened("ada", place.address), opened("ben", place.address)
    late = arrived(ada, "pan left", b"late" * 1000)
    job, _ = ben.jobs.add(SERVICE, late.job.request, 1, deadline=9.0)
    part = ben.media.part(job.id, 0, 0)
    part.write_bytes(b"film" * 1000)
    ben.media.name(job.id, late.job.created, "pan left", 0, ".mp4")
    ben.media.move_in(part, late.files[0].name)
    before, after = ben.media.publish(late), ada.media.publish(late)
    there = ada.media.arrived(late.job.id, late.job.created, "pan left", 0)
    assert there is not None, "it is found again where the process dies before the row"
    assert there.read_bytes() == b"late" * 1000
    carl = opened("carl", place.address)
    assert carl.media.local(before.files[0]).read_bytes() == b"film" * 1000
    assert carl.media.local(after.files[0]).read_bytes() == b"late" * 1000
    assert {name_of_stored(name) for name in carl.media.stored()} == {
        late.files[0].name,
        late.files[0].poster,
    }


def test_a_take_costs_one_request_for_each_of_its_files(s3: S3, opened: Open) -> None:
    bucket = s3.bucket()
    ada, ben = opened("ada", f"s3://{bucket}"), opened("ben", f"s3://{bucket}")
    kept(ada, "the first brings its image along")
    before = s3.counted(bucket)
    take = kept(ada, "pan left")
    assert s3.counted(bucket) - before == {"PUT": 3}
    before = s3.counted(bucket)
    for _ in range(3):
        assert ben.media.local(take.files[0]).exists()
        assert ben.media.poster(take.files[0]) == ada.home.parent / "ben" / "cache" / str(
            take.files[0].poster
        )
    assert s3.counted(bucket) - before == {"GET": 2}


WORDS = {
    "AccessDenied": (403, "Ask who looks after it for the right"),
    "NoSuchBucket": (404, "it is not there"),
    "RequestTimeTooSkewed": (403, "Set the clock"),
    "InvalidAccessKeyId": (403, "does not accept the credentials"),
    "InternalError": (500, "answers with InternalError"),
    "cut": (0, "cannot be reached"),
}


@pytest.mark.parametrize("code", WORDS)
def test_what_a_store_refuses_waits_here_and_is_said_in_words(
    s3: S3, opened: Open, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "IN_USE", 0.0)
    monkeypatch.setitem(object_storage.WAIT, "retries", {"mode": "standard", "total_max_attempts": 1})
    monkeypatch.setattr("s3fs.S3FileSystem.retries", 1)
    bucket = s3.bucket()
    ada = opened("ada", f"s3://{bucket}/reka", cache=1)
    take = arrived(ada, "pan left")
    status, words = WORDS[code]
    with s3.failing(method="PUT", code=code, status=status), pytest.raises(StoreError) as caught:
        ada.media.publish(take)
    said = f"{caught.value} {caught.value!r}"
    assert words in said
    film = ada.media.arriving(take.files[0].name)
    assert "Nothing is lost or charged by this." in said
    lines = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert SECRET not in said + lines + repr(ada.media)
    assert KEY not in said + lines
    assert s3.keys(bucket) == {}
    ada.media._cache._make_room()  # type: ignore[attr-defined]
    assert ada.media.local(take.files[0]) == film
    assert film.read_bytes() == b"film" * 1000, "what is not uploaded is not evicted"
    take = written(ada, take)
    assert not film.exists()
    assert len(s3.keys(bucket)) == 4


def test_a_sidecar_that_cannot_be_uploaded_waits_for_the_next_one(place: Place, opened: Open) -> None:
    ada = opened("ada", place.address)
    take, other = kept(ada, "pan left"), kept(ada, "pan right")
    bucket = ada.media._bucket  # type: ignore[attr-defined]
    write = bucket.write

    def refuse(*_: object) -> None:
        raise StoreError("The store is away.")

    bucket.write = refuse
    assert ada.rate(take.id, 3).rating == 3
    bucket.write = write
    ada.rate(other.id, 2)
    ben = opened("ben", place.address)
    assert {one.id: one.rating for one in ben.media.sidecars()} == {take.id: 3, other.id: 2}
    assert list((ada.home / "outgoing").rglob("*.json")) == []


def test_a_lost_database_is_rebuilt_from_the_store(place: Place, opened: Open) -> None:
    ada = opened("ada", place.address)
    takes = {kept(ada, f"pan {number}").id for number in range(3)}
    ada.close()
    for path in ada.home.glob("library.sqlite3*"):
        path.write_bytes(b"no database" * 1000)
    again = opened("ada", place.address)
    assert {take.id for take in again.takes.find()} == takes


def test_prune_removes_from_the_store_what_its_database_has_removed(place: Place, opened: Open) -> None:
    ada, ben = opened("ada", place.address), opened("ben", place.address)
    going, staying, theirs = kept(ada, "pan left"), kept(ada, "pan right"), kept(ben, "zoom")
    ada.pin(staying.id, True)
    ada.media.keep_sprite(going.files[0].name, b"sprite")
    found = prunable(ada, keep=0)
    assert ([take.id for take in found.takes], found.stored) == ([going.id], [])
    assert found.bytes == 4000 + len(b"poster of pan left") + len(b"sprite")
    assert len(place.names()) == 11
    done = remove(ada, found.takes)
    assert (done.files, done.bytes, done.stuck) == (3, found.bytes, [])
    left = set(place.names())
    assert [sum(take.id in key for key in left) for take in (staying, theirs)] == [3, 3]
    assert [key for key in left if going.id in key] == [f"media/{going.files[0].name[:-4]}.take.json"]
    assert not ada.media.path(going.files[0].name).exists()
    assert prunable(ada).stored == []
    film = stored_name(going.files[0].name, going.files[0].sha256)
    place.replace(f"media/{film}", b"back again")
    assert prunable(ada).stored == [film]


def test_the_cache_keeps_what_was_used_last_and_what_is_in_use(
    place: Place, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = opened("ada", place.address)
    takes = [kept(ada, f"pan {number}", bytes([number]) * 10_000) for number in range(8)]
    ben = opened("ben", place.address, cache=45_000)
    cache = ben.home / "cache"

    def copies() -> list[int]:
        return [number for number, take in enumerate(takes) if (cache / take.files[0].name).exists()]

    for take in takes:
        assert ben.media.local(take.files[0]).stat().st_size == 10_000
    assert copies() == [*range(8)], "all are in use"
    for age, number in enumerate([7, 1, 2, 3, 4, 5, 6, 0]):  # 7 was used last
        path, used = cache / takes[number].files[0].name, time.time() - 5000 - 100 * age
        os.utime(path, (used, used))
    ben.media.local(takes[0].files[0])  # and this one is in use from now on
    ben.media._cache._room = -1  # type: ignore[attr-defined]
    ben.media._cache._make_room()  # type: ignore[attr-defined]
    assert copies() == [0, 1, 2, 7]
    assert ben.media.local(takes[5].files[0]).read_bytes() == bytes([5]) * 10_000
    assert [take.id for take in ada.takes.find()] == [take.id for take in reversed(takes)]


def test_a_damaged_copy_is_fetched_again_and_a_damaged_original_is_said(place: Place, opened: Open) -> None:
    ada = opened("ada", place.address)
    (file,) = kept(ada, "pan left").files
    copy = ada.media.local(file)
    copy.write_bytes(b"short")
    assert ada.media.local(file).read_bytes() == b"film" * 1000
    copy.write_bytes(b"fihm" * 1000)
    ben = opened("ada", place.address)  # another process on the same machine
    assert ben.media.local(file).read_bytes() == b"film" * 1000
    place.replace(f"media/{stored_name(file.name, file.sha256)}", b"fihm" * 1000)
    carl = opened("carl", place.address)
    with pytest.raises(StoreError, match="is damaged: it is not what was kept"):
        carl.media.local(file)
    assert [path for path in (carl.home / "cache").rglob("*.mp4") if path.is_file()] == []


def test_who_wants_the_same_file_at_once_fetches_it_once(s3: S3, opened: Open) -> None:
    bucket = s3.bucket()
    (file,) = kept(opened("ada", f"s3://{bucket}"), "pan left", os.urandom(2**20)).files
    two = [opened("ben", f"s3://{bucket}") for _ in range(2)]
    seen: list[int] = []
    before = s3.counted(bucket)

    def fetch(library: Library) -> None:
        seen.append(library.media.local(file).stat().st_size)

    with s3.failing(method="GET", code="slow", seconds=0.3):
        threads = [threading.Thread(target=fetch, args=(library,)) for library in (*two, *two)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert {path.stat().st_size for path in (two[0].home / "cache").glob("2*/*")} <= {2**20}
            time.sleep(0.01)
    assert seen == [2**20] * 4
    assert s3.counted(bucket) - before == {"GET": 1}


UPLOAD = """
import sys
from pathlib import Path
import msgspec
from reka_notebook.library import Library, TakeRecord

home, address, take = sys.argv[1:]
library = Library(Path(home), address)
library.media.publish(msgspec.json.decode(take, type=TakeRecord))
"""


def test_a_kill_in_an_upload_leaves_nothing_that_counts(place: Place, opened: Open, tmp_path: Path) -> None:
    ada = opened("ada", place.address)
    film = os.urandom(24 * 2**20)
    take = arrived(ada, "pan left", film)
    waiting = ada.media.arriving(take.files[0].name)
    command = [sys.executable, "-c", UPLOAD, str(ada.home), place.address, msgspec.json.encode(take).decode()]
    killed = forked_processes.Popen(command)
    end = time.monotonic() + 60
    while not any(".poster" in key for key in place.names() if "/." not in key):  # the film is next
        assert time.monotonic() < end
        assert killed.poll() is None
        time.sleep(0.002)
    killed.kill()
    killed.wait()
    assert waiting.read_bytes() == film
    ben = opened("ben", place.address)
    assert {size for name, size in ben.media.stored().items() if name.endswith(".mp4")} <= {len(film)}
    take = written(ada, take)
    (file,) = take.files
    assert ben.media.local(file).read_bytes() == film
    assert {*ben.media.stored()} == {
        stored_name(file.name, file.sha256),
        stored_name(str(file.poster), file.poster_sha256),
        f"{file.name[:-4]}.take.json",
    }


def test_a_store_out_of_reach_is_asked_once_for_many_posters(
    s3: S3, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(object_storage.WAIT, "retries", {"mode": "standard", "total_max_attempts": 1})
    bucket = s3.bucket()
    ada, ben = opened("ada", f"s3://{bucket}"), opened("ben", f"s3://{bucket}")
    files = [kept(ada, f"pan {number}").files[0] for number in range(5)]
    before = s3.counted(bucket)
    with s3.failing():
        posters = [ben.media.poster(file) for file in files]
        with pytest.raises(StoreError, match="InternalError"):
            ben.media.local(files[0])
        assert ben.media.has(files[0]), "nobody is told to pay for it again"
    assert not any(poster.exists() for poster in posters if poster)
    assert (s3.counted(bucket) - before)["GET"] <= 2
    monkeypatch.setattr(media_store, "SILENT", 0.0)
    ben.media._silent_until = 0.0  # type: ignore[attr-defined]
    assert ben.media.local(files[0]).exists()


def test_a_folder_that_was_the_library_goes_on_showing_its_own_files(
    place: Place, tmp_path: Path, opened: Open
) -> None:
    before = Library(tmp_path / "ada")
    (file,) = kept(before, "pan left").files
    before.close()
    ada = opened("ada", place.address, cache=1)
    kept(ada, "pan right")
    ada.close()
    ada = Library(tmp_path / "ada")
    assert ada.media.address == place.address, "it is remembered, or what is there would be paid for again"
    own = tmp_path / "ada" / "media" / file.name
    assert ada.media.local(file) == own
    assert own.read_bytes() == b"film" * 1000
    ada.close()


@pytest.mark.parametrize(
    "name", ["../../evil.mp4", "/etc/evil.mp4", "parts/07.lock", "2026-11/.hidden", "2026-11/a/b"]
)
def test_a_name_that_a_colleague_has_made_up_leads_nowhere(tmp_path: Path, opened: Open, name: str) -> None:
    (tmp_path / "shared").mkdir()
    ada = opened("ada", str(tmp_path / "shared"))
    file = MediaFile(name=name, kind="video", media_type="video/mp4", bytes=4)
    assert ada.media.poster(msgspec.structs.replace(file, poster=name)) is None
    assert not ada.media.has(file)
    assert ada.media.where(file).startswith(str(tmp_path / "shared"))
    for look in (ada.media.local, ada.media.open):
        with pytest.raises(StoreError, match="is no name of a file of a take"):
            look(file)


def test_what_a_killed_upload_left_in_a_shared_folder_is_no_file_and_goes_in_time(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "shared").mkdir()
    ada = opened("ada", str(tmp_path / "shared"))
    kept(ada, "pan left")
    month = next((tmp_path / "shared" / "media").iterdir())
    left = [month / f".pan-{number}.mp4.0123.part" for number in range(2)]
    for path in left:
        path.write_bytes(b"half")
    os.utime(left[0], (1.0, 1.0))
    assert len(ada.media.stored()) == 3
    found = prunable(ada)
    assert (found.stored, found.bytes) == ([f"{month.name}/{left[0].name}"], 4)
    assert remove(ada, []).files == 1
    assert [path.exists() for path in left] == [False, True]


def test_a_disk_that_is_full_here_is_not_taken_for_the_store(
    place: Place, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = kept(opened("ada", place.address), "pan left").files
    ben = opened("ben", place.address)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    if place.address.startswith("s3"):
        monkeypatch.setattr(ben.media._bucket._files, "get_file", full)  # type: ignore[attr-defined]
    with pytest.raises(LibraryError, match="Make room on this machine's disk"):
        ben.media.local(file)


@pytest.mark.parametrize(
    ("written_as", "meant"),
    {
        "s3://bucket/a/b/": "s3://bucket/a/b",
        "gcs://bucket": "gs://bucket",
        "az://container/reka": "az://container/reka",
        "file:///mnt/team%20a": "/mnt/team a",
        "/mnt/team": "/mnt/team",
    }.items(),
)
def test_an_address_is_read(written_as: str, meant: str) -> None:
    assert read_media(written_as) == meant


@pytest.mark.parametrize(
    "wrong",
    ["", "s3://", "ftp://host/x", "file://host/x", f"s3://{KEY}:{SECRET}@bucket", f"s3://b/?k={SECRET}", 7],
)
def test_what_is_no_address_is_said_and_not_shown(wrong: object) -> None:
    with pytest.raises(RekaError, match="Write it as s3://bucket/reka") as caught:
        read_media(wrong)
    lines = traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    assert SECRET not in re.sub(r"wrong = .*", "", "".join(lines))


def test_a_missing_package_is_said_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreError, match="pip install gcsfs"):
        ObjectStorage("gs://bucket")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(StoreError, match=r"pip install 'reka-notebook\[team\]'\."):
        ObjectStorage("s3://bucket")


def test_the_doctor_says_what_waits_to_be_uploaded(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "shared").mkdir()
    ada = opened("ada", str(tmp_path / "shared"))
    take = arrived(ada, "pan left")
    before, after = Findings(), Findings()
    check_waiting(ada.home, before)
    written(ada, take)
    check_waiting(ada.home, after)
    assert [check.text for check in before.checks] == [
        f"2 files in {ada.home / 'outgoing'} not in the store yet"
    ]
    assert after.checks == []


def test_a_shared_folder_that_is_not_mounted_is_not_made(tmp_path: Path, opened: Open) -> None:
    ada = opened("ada", str(tmp_path / "not mounted"))
    take = arrived(ada, "pan left")
    with pytest.raises(StoreError, match="it is not there"):
        ada.media.publish(take)
    assert not (tmp_path / "not mounted").exists()
