import os
import stat
import threading
from pathlib import Path

import msgspec
import pytest

from reka_notebook.library import GenerationRequest, ImageUse, Library, LibraryError, MediaFile, TakeRecord
from reka_notebook.library.folder import slug, write_whole

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
    assert library.takes.durations(SERVICE, "m/image-to-video") == [4.5]


def test_attempts_and_takes_are_counted_for_each_service_alone(library: Library) -> None:
    library.jobs.add(SERVICE, asked(), 1, deadline=9.0)
    second, _ = library.jobs.add(SERVICE, asked(), 2, deadline=9.0)
    library.jobs.add(SERVICE, asked(take=3), 1, deadline=9.0)
    assert library.jobs.latest(SERVICE, asked()) == second
    assert library.jobs.last_take(SERVICE, asked()) == 3
    assert library.jobs.latest("http://127.0.0.1:1", asked()) is None
    assert library.jobs.last_take("http://127.0.0.1:1", asked()) == 0


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


def test_a_library_of_a_newer_version_is_left_alone(library: Library, tmp_path: Path) -> None:
    with library._database.transaction() as connection:
        connection.execute("PRAGMA user_version = 99")
    library.close()
    with pytest.raises(LibraryError, match="newer reka-notebook"):
        Library(tmp_path / "home")


def test_a_damaged_database_is_said_in_words(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "library.sqlite3").write_bytes(
        b"this is no database, and it is long enough to be read as one" * 20
    )
    with pytest.raises(LibraryError, match="cannot be used"):
        Library(home)


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
    with pytest.raises(OSError, match="No space"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
