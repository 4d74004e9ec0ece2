"""Test what may be removed to make room, and what never is."""

import os
import time
from pathlib import Path

import msgspec
import pytest

from reka_notebook.library import GenerationRequest, ImageUse, Library, LibraryError, MediaFile, TakeRecord
from reka_notebook.library.folder import private_folder
from reka_notebook.library.prune import LEFT_ALONE, prunable, remove

pytestmark = pytest.mark.usefixtures("engine")

SERVICE = "https://service.test:443"
DAY = 86_400.0


def digest(character: str) -> str:
    return "sha256:" + character * 64


def asked(prompt: str, image: str = "0") -> GenerationRequest:
    return GenerationRequest(
        endpoint="m/image-to-video",
        input={"prompt": prompt},
        images={"start": [ImageUse(digest=digest(image))]},
    )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def kept(library: Library, prompt: str, days: float = 0.0, image: str = "0") -> TakeRecord:
    """Return a take with a video, a poster, a sidecar and an image, kept so many days ago."""
    job, _ = library.jobs.add(SERVICE, asked(prompt, image), 1, deadline=9.0)
    job = library.jobs.update(job.id, request_id=f"r-{prompt}", state="fetching")
    name = library.media.name(job.id, job.created, prompt, 0, ".mp4")
    poster = library.media.write(name.replace(".mp4", ".poster.jpg"), b"poster")
    library.media.write(name, b"video" * 100)
    old_image(library, image)
    file = MediaFile(name=name, kind="video", media_type="video/mp4", bytes=500, poster=poster)
    now = time.time() - days * DAY
    ended = msgspec.structs.replace(job, state="kept", ended=now)
    take = TakeRecord(job=ended, files=[file], kept=now, took=4.0)
    library.media.write_sidecar(take)
    return library.takes.add(take)


def old_image(library: Library, image: str) -> Path:
    library.images.keep(digest(image), b"image bytes")
    path = library.images.path(digest(image))
    long_ago = time.time() - LEFT_ALONE - 60
    os.utime(path, (long_ago, long_ago))
    return path


def test_takes_stay_unless_something_says_which_may_go(library: Library) -> None:
    kept(library, "old", days=400)
    found = prunable(library)
    assert (found.takes, found.leftovers, found.bytes) == ([], [], 0)


def test_the_old_beyond_the_newest_go_and_never_a_pinned_one(library: Library) -> None:
    for number in range(5):
        kept(library, f"take {number}", days=10 * number)
    library.pin(library.takes.find()[3].id, True)

    def names(**which: float) -> list[str]:
        return [take.job.request.prompt for take in prunable(library, **which).takes]

    assert names(older_than=15 * DAY) == ["take 2", "take 4"]
    assert names(keep=1) == ["take 1", "take 2", "take 4"]
    assert names(keep=3, older_than=15 * DAY) == ["take 4"]
    assert names(keep=0) == ["take 0", "take 1", "take 2", "take 4"]


def test_a_sprite_goes_with_its_take_and_is_no_film(library: Library) -> None:
    take = kept(library, "old", days=40)
    name = take.files[0].name
    library.media.sprite(name).write_bytes(b"sprite")
    found = prunable(library, older_than=30 * DAY)
    assert found.bytes == 500 + len("poster") + len("sprite") + len("image bytes")
    remove(library, found.takes)
    assert not library.media.sprite(name).exists()
    library.media.sprite(name).write_bytes(b"sprite")
    assert library.media.arrived(take.id, take.job.created, "old", 0) is None


def test_a_removed_take_leaves_a_row_and_a_sidecar_that_say_so(library: Library) -> None:
    take = kept(library, "old", days=40)
    new = kept(library, "new", image="1")
    found = prunable(library, older_than=30 * DAY)
    assert found.bytes == 500 + len("poster") + len("image bytes")
    done = remove(library, found.takes)
    assert (done.files, done.bytes, done.stuck) == (3, found.bytes, [])
    assert library.takes.find() == [new]
    marked = library.takes.get(take.id)
    assert marked.removed is not None
    assert library.takes.removed() == [marked]
    assert not library.media.path(take.files[0].name).exists()
    assert library.jobs.get(take.id).state == "kept"
    assert marked in list(library.media.sidecars())
    assert library.takes.durations(SERVICE, asked("old")) == [(4.0, None), (4.0, None)]


def test_a_removed_take_is_known_after_the_database_was_damaged(library: Library, tmp_path: Path) -> None:
    take = kept(library, "old", days=40)
    remove(library, [take])
    library.close()
    (tmp_path / "home" / "library.sqlite3").write_bytes(b"no database" * 1000)
    again = Library(tmp_path / "home")
    assert again.jobs.latest(SERVICE, asked("old")).state == "kept"
    assert again.takes.get(take.id).removed is not None


def test_a_take_pinned_in_the_meantime_stays_with_its_image(library: Library) -> None:
    take = kept(library, "good", days=40)
    found = prunable(library, older_than=30 * DAY)
    assert found.takes == [take]
    library.pin(take.id, True)
    assert remove(library, found.takes).takes == []
    assert library.media.path(take.files[0].name).exists()
    assert library.images.path(digest("0")).exists()


def test_what_a_crash_left_between_the_mark_and_the_removal_is_left_over(library: Library) -> None:
    take = kept(library, "old", days=40)
    library.takes.remove(take.id, time.time())
    found = prunable(library)
    assert library.media.path(take.files[0].name) in found.leftovers
    remove(library, [])
    assert not library.media.path(take.files[0].name).exists()


def test_an_image_stays_while_a_job_may_need_it_and_a_day_longer(library: Library) -> None:
    library.jobs.add(SERVICE, asked("running", "1"), 1, deadline=9.0)
    expired, _ = library.jobs.add(SERVICE, asked("expired", "2"), 1, deadline=9.0)
    library.jobs.update(expired.id, state="expired", ended=5.0)
    failed, _ = library.jobs.add(SERVICE, asked("failed", "3"), 1, deadline=9.0)
    library.jobs.update(failed.id, state="failed", ended=5.0)
    paths = {image: old_image(library, image) for image in "1234"}
    assert prunable(library).leftovers == sorted([paths["3"], paths["4"]])
    # It is given again, by a request that is about to be written.
    library.images.keep(digest("4"), b"image bytes")
    assert prunable(library).leftovers == [paths["3"]]


def test_what_arrives_for_a_job_that_is_not_over_stays(library: Library) -> None:
    running, _ = library.jobs.add(SERVICE, asked("running"), 1, deadline=9.0)
    library.media.part(running.id, 0, 1).write_bytes(b"half")
    expired, _ = library.jobs.add(SERVICE, asked("expired"), 1, deadline=9.0)
    library.jobs.update(expired.id, state="expired", ended=5.0)
    library.media.part(expired.id, 0, 1).write_bytes(b"half")
    failed, _ = library.jobs.add(SERVICE, asked("failed"), 1, deadline=9.0)
    library.jobs.update(failed.id, state="failed", ended=5.0)
    over = library.media.part(failed.id, 0, 1)
    over.write_bytes(b"half")
    library.media.part("unknown", 0, 1).write_bytes(b"of a job that was written a moment ago")
    assert prunable(library).leftovers == [over]


def test_a_file_that_belongs_to_no_take_is_not_touched(library: Library) -> None:
    private_folder(library.media.path("2026-01"))
    library.media.write("2026-01/all-that-is-left.mp4", b"video")
    assert prunable(library, keep=0).leftovers == []


def test_a_record_cannot_lead_out_of_the_media_folder(library: Library, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("x")
    job, _ = library.jobs.add(SERVICE, asked("evil"), 1, deadline=9.0)
    ended = msgspec.structs.replace(job, state="kept", ended=1.0)
    names = ("../../precious.txt", str(tmp_path / "precious.txt"))
    files = [MediaFile(name=name, kind="video", media_type="video/mp4", bytes=1) for name in names]
    take = library.takes.add(TakeRecord(job=ended, files=files, kept=1.0))
    assert prunable(library, keep=0).bytes == 0
    library.takes.remove(take.id, 2.0)
    assert prunable(library).leftovers == []


def test_a_file_that_the_system_holds_on_to_is_left_over(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = kept(library, "old", days=40, image="5")
    unlink = Path.unlink

    def held(self: Path, missing_ok: bool = False) -> None:
        if self.suffix == ".mp4":
            raise PermissionError(13, "in use")
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    done = remove(library, [take])
    video = library.media.path(take.files[0].name)
    assert (done.stuck, done.files) == ([video], 2)
    assert prunable(library).leftovers == [video]


def test_a_pin_is_in_the_row_and_beside_the_file(library: Library, tmp_path: Path) -> None:
    take = kept(library, "good")
    assert library.pin(take.id, True).pinned
    assert library.takes.get(take.id).pinned
    library.close()
    (tmp_path / "home" / "library.sqlite3").write_bytes(b"no database" * 1000)
    again = Library(tmp_path / "home")
    assert again.takes.get(take.id).pinned
    assert not again.pin(take.id, False).pinned
    with pytest.raises(LibraryError, match="no take nothing"):
        again.pin("nothing", True)
