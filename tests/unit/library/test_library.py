import os
import stat
import threading
from pathlib import Path

import msgspec
import pytest

from reka_notebook.library import (
    GenerationRequest,
    ImageUse,
    LeaseLost,
    Library,
    LibraryError,
    MediaFile,
    TakeRecord,
)
from reka_notebook.library.folder import private_folder, write_whole
from reka_notebook.library.leases import STALLED
from reka_notebook.library.store.names import slug

pytestmark = pytest.mark.usefixtures("engine")

SERVICE = "https://service.test:443"
VIDEO = MediaFile(name="2026-11/a.mp4", kind="video", media_type="video/mp4", bytes=5)


def asked(
    prompt: str = "dolly in", take: int = 1, name: str = "a.jpg", side: int = 2048
) -> GenerationRequest:
    use = ImageUse(digest="sha256:" + "0" * 64, name=name, max_side=side)
    return GenerationRequest(
        endpoint="m/image-to-video", input={"prompt": prompt}, images={"start": [use]}, take=take
    )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def test_identity_is_the_content_and_not_the_names() -> None:
    assert asked(name="a.jpg").content_key == asked(name="b.jpg").content_key
    different = {
        asked().content_key,
        asked("pan").content_key,
        asked(take=2).content_key,
        asked(side=512).content_key,
    }
    assert len(different) == 4
    assert asked(take=2).base_key == asked().base_key


def test_identity_does_not_depend_on_the_order_of_the_input_and_is_stable() -> None:
    one = GenerationRequest(endpoint="e", input={"a": 1, "b": {"c": 2, "d": 3}})
    two = GenerationRequest(endpoint="e", input={"b": {"d": 3, "c": 2}, "a": 1})
    assert one.content_key == two.content_key
    # A changed key would charge every person again for what they have: it is written down here.
    assert one.content_key == "2b5eefa99dbb09dc7ad91a9eef189f5dfc1414b38d77d5df0d49a6e9bea16e36"


def test_the_idempotency_key_changes_with_the_attempt_alone() -> None:
    assert asked().idempotency_key(1) == asked(name="b.jpg").idempotency_key(1)
    assert asked().idempotency_key(1) != asked().idempotency_key(2)


def test_a_job_is_there_for_the_next_process(library: Library, tmp_path: Path) -> None:
    job, new = library.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    assert new
    library.jobs.update(job.id, state="queued", request_id="r1", answers={"submit": {"x": [1]}})
    library.close()
    again = Library(tmp_path / "home").jobs.get(job.id[:4])
    assert (again.state, again.request_id, again.answers) == ("queued", "r1", {"submit": {"x": [1]}})
    assert again.request == asked()
    assert again.idempotency_key == asked().idempotency_key(1)


def test_two_kernels_that_add_the_same_attempt_get_one_row(tmp_path: Path) -> None:
    libraries = [Library(tmp_path / "home") for _ in range(4)]
    barrier, found = threading.Barrier(4), []

    def add(library: Library) -> None:
        barrier.wait()
        found.append(library.jobs.add(SERVICE, asked(), 1, deadline=9.0))

    threads = [threading.Thread(target=add, args=(library,)) for library in libraries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({job.id for job, _ in found}) == 1
    assert [new for _, new in found].count(True) == 1


def test_a_take_ends_its_job_in_one_transaction(library: Library) -> None:
    job, _ = library.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    assert library.jobs.unfinished(SERVICE) == [job]
    ended = msgspec.structs.replace(job, state="kept", ended=100.0)
    take = library.takes.add(TakeRecord(job=ended, files=[VIDEO], kept=100.0, took=4.5))
    assert (take.job.state, take.job.ended, take.files, take.took) == ("kept", 100.0, [VIDEO], 4.5)
    assert library.jobs.unfinished(SERVICE) == []
    assert library.takes.newest(5) == [take]
    assert library.takes.durations(SERVICE, asked()) == [(4.5, None)]


def test_attempts_and_takes_are_counted_for_each_service_alone(library: Library) -> None:
    library.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    second, _ = library.jobs.add(SERVICE, asked(), 2, deadline=9.0)
    library.jobs.add(SERVICE, asked(take=3), 1, deadline=9.0)
    assert library.jobs.latest(SERVICE, asked()) == second
    assert library.jobs.latest("http://127.0.0.1:1", asked()) is None


def test_what_cannot_be_changed_is_refused(library: Library) -> None:
    job, _ = library.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    with pytest.raises(TypeError, match="request"):
        library.jobs.update(job.id, request=b"")
    with pytest.raises(LibraryError, match="No job"):
        library.jobs.get("nothing")
    with pytest.raises(LibraryError):
        library.jobs.get("")


def test_everything_is_private_to_the_person(library: Library) -> None:
    library.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    library.images.keep("sha256:" + "a" * 64, b"image")
    write_whole(library.home / "media" / "x.json", b"{}")
    for path in [library.home, *library.home.rglob("*")]:
        mode = stat.S_IMODE(os.stat(path).st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.about_the_file
def test_a_library_of_a_newer_version_is_left_alone(library: Library, tmp_path: Path) -> None:
    with library.database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    library.close()
    with pytest.raises(LibraryError, match="newer reka-notebook"):
        Library(tmp_path / "home")


@pytest.mark.about_the_file
@pytest.mark.parametrize("damage", ["overwritten", "torn", "empty header"])
def test_a_damaged_database_is_rebuilt_from_what_lies_beside_the_media(
    library: Library, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    job, _ = library.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    job = library.jobs.update(
        job.id, request_id="r1", state="queued", answers={"submit": {"request_id": "r1"}}
    )
    lost, _ = library.jobs.add(SERVICE, asked("pan left"), 1, deadline=9.0)
    lost = library.jobs.update(lost.id, request_id="r2", state="running")
    private_folder(library.media.path("2026-11"))
    library.media.write(VIDEO.name, b"video")
    ended = msgspec.structs.replace(job, state="kept", ended=100.0)
    take = TakeRecord(job=ended, files=[VIDEO], kept=100.0, took=4.5)
    library.media.write_sidecar(take)
    library.takes.add(take)
    library.close()
    path = tmp_path / "home" / "library.sqlite3"
    data = bytearray(path.read_bytes())
    if damage == "overwritten":
        data = bytearray(b"this is no database, and it is long enough to be read as one" * 200)
    elif damage == "torn":
        data[4096 : len(data) - 100] = b"\0" * (len(data) - 4196)
    else:
        data[:100] = b"\0" * 100
    path.write_bytes(data)

    again = Library(tmp_path / "home")
    assert again.takes.get(take.id) == take
    assert [kept.id for kept in again.takes.newest(9)] == [take.id]
    assert again.jobs.unfinished(SERVICE) == [lost]
    assert again.jobs.latest(SERVICE, asked()).idempotency_key == job.idempotency_key
    assert "rebuilt: 1 takes, 1 unfinished jobs" in caplog.text
    assert list((tmp_path / "home").glob("damaged-*"))


def test_an_ended_job_is_not_found_twice_after_damage(library: Library, tmp_path: Path) -> None:
    job, _ = library.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    library.jobs.update(job.id, state="failed", ended=5.0)
    assert list((tmp_path / "home" / "pending").iterdir()) == []
    library.jobs.update(job.id, state="queued", ended=None)
    assert [path.stem for path in (tmp_path / "home" / "pending").iterdir()] == [job.id]


def test_a_job_has_one_owner_and_an_earlier_one_cannot_write(tmp_path: Path) -> None:
    one, two = Library(tmp_path / "home"), Library(tmp_path / "home")
    job, _ = one.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    first = one.jobs.acquire(job, one.leases.me)
    assert two.jobs.acquire(job, two.leases.me) is None
    assert two.leases.is_alive(first.owner)
    one.leases.release()
    assert not two.leases.is_alive(first.owner)
    second = two.jobs.acquire(first, two.leases.me)
    assert (second.owner, second.epoch) == (two.leases.me, first.epoch + 1)
    with pytest.raises(LeaseLost):
        one.jobs.update(job.id, epoch=first.epoch, state="queued")
    stale = msgspec.structs.replace(first, state="kept", ended=1.0)
    with pytest.raises(LeaseLost):
        one.takes.add(TakeRecord(job=stale, files=[VIDEO], kept=1.0))
    assert two.jobs.get(job.id).state == "prepared"
    assert two.takes.newest(9) == []


def test_the_lease_of_a_job_that_has_ended_is_acquired_by_nobody(tmp_path: Path) -> None:
    library = Library(tmp_path / "home")
    job, _ = library.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    library.jobs.update(job.id, state="failed", ended=1.0)
    assert library.jobs.acquire(job, library.leases.me) is None
    assert library.jobs.get(job.id).epoch == job.epoch


@pytest.mark.about_the_file
def test_an_owner_that_hangs_is_taken_for_dead_by_the_lookers_own_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = Library(tmp_path / "home"), Library(tmp_path / "home")
    now = [0.0]
    monkeypatch.setattr("reka_notebook.library.leases.time.monotonic", lambda: now[0])
    me = one.leases.me
    assert two.leases.is_alive(me)
    now[0] = STALLED - 1
    one.leases.renew()
    assert two.leases.is_alive(me)
    now[0] += STALLED - 1
    assert two.leases.is_alive(me)
    now[0] += 2
    assert not two.leases.is_alive(me)


def test_each_owner_writes_into_a_part_of_its_own(library: Library) -> None:
    first = library.media.part("j", 0, 1)
    first.write_bytes(b"half")
    second = library.media.part("j", 0, 2)
    assert second.read_bytes() == b"half"
    first.write_bytes(b"half of the one that woke up")
    assert second.read_bytes() == b"half"
    library.media.clear_parts("j")
    assert not first.exists()
    assert not second.exists()


def test_an_image_digest_cannot_lead_out_of_its_folder(library: Library) -> None:
    for digest in ("sha256:../../x", "../x", "sha256:", "md5:" + "a" * 64):
        with pytest.raises(LibraryError, match="names no image"):
            library.images.keep(digest, b"x")


def test_names_of_files_are_plain_words() -> None:
    assert slug("Über <b>slow</b> ../../dolly in; now") == "ber-b-slow-b"
    assert slug("漢字") == ""


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.json"
    write_whole(target, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LibraryError, match=r"No space left on device\. Make room"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_image_sent_whole_keeps_its_key_and_a_framed_one_has_its_own() -> None:
    # A changed key would charge every person again for what they have: it is written down here.
    assert asked().base_key == "f8b354a0b6310304780a88a1da8b4b1ccdae0f91f328983dd9d262cf04e368ea"
    use = ImageUse(digest="sha256:" + "0" * 64)
    framed = [
        msgspec.structs.replace(use, crop=(0, 30, 320, 180)),
        msgspec.structs.replace(use, crop=(0, 31, 320, 180)),
        msgspec.structs.replace(use, pad=("16:9", "#000000")),
        msgspec.structs.replace(use, pad=("16:9", "#ffffff")),
    ]
    keys = {msgspec.structs.replace(asked(), images={"start": [one]}).base_key for one in [use, *framed]}
    assert len(keys) == 5
    again = msgspec.json.decode(msgspec.json.encode(framed), type=list[ImageUse])
    assert again == framed
