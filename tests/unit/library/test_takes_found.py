"""Test finding takes by words, model, time and what a person thinks of them; and files of earlier versions."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from reka_notebook.library import (
    GenerationRequest,
    Library,
    LibraryError,
    MediaFile,
    TakeFilter,
    TakeRecord,
)
from reka_notebook.library.folder import private_folder
from reka_notebook.library.rows.schema import _STEPS
from reka_notebook.library.spending.limit import Reservation
from tests.earlier import rewrite

pytestmark = pytest.mark.usefixtures("engine")

SERVICE = "https://service.test:443"
HERE = "/work/a.ipynb"

Keep = Callable[..., TakeRecord]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


@pytest.fixture
def keep(library: Library) -> Keep:
    """Put a take into the library, kept at this second."""
    private_folder(library.media.path("2026-11"))

    def put(
        prompt: str,
        kept: float,
        model: str = "m",
        notebook: str | None = None,
        task: str = "image-to-video",
        kind: str = "video",
        media_type: str = "video/mp4",
    ) -> TakeRecord:
        request = GenerationRequest(endpoint=f"{model}/{task}", input={"prompt": prompt})
        job, _ = library.jobs.add(SERVICE, request, 1, 9.0, notebook)
        ended = msgspec.structs.replace(job, state="kept", ended=kept)
        file = MediaFile(name=f"2026-11/{job.id}.mp4", kind=kind, media_type=media_type, bytes=5)
        take = TakeRecord(job=ended, files=[file], kept=kept)
        library.media.write_sidecar(take)
        return library.takes.add(take)

    return put


def prompts(takes: list[TakeRecord]) -> list[str]:
    return [take.job.request.prompt for take in takes]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (TakeFilter(), ["Pan RIGHT", "pan left 100%", "ÜBER dem Meer", "zoom"]),
        (TakeFilter(words=["pan"]), ["Pan RIGHT", "pan left 100%"]),
        (TakeFilter(words=["right", "PAN"]), ["Pan RIGHT"]),
        (TakeFilter(words=["über"]), ["ÜBER dem Meer"]),
        (TakeFilter(words=["%"]), ["pan left 100%"]),
        (TakeFilter(words=["'; DROP TABLE takes --"]), []),
        (TakeFilter(model="m"), ["Pan RIGHT", "zoom"]),
        (TakeFilter(model="m/image-to-video"), ["Pan RIGHT", "zoom"]),
        (TakeFilter(model="m/image"), []),
        (TakeFilter(model="%"), []),
        (TakeFilter(since=20.0), ["Pan RIGHT", "pan left 100%", "ÜBER dem Meer"]),
        (TakeFilter(until=20.0), ["zoom"]),
        (TakeFilter(since=20.0, until=40.0), ["pan left 100%", "ÜBER dem Meer"]),
        (TakeFilter(rating=2), ["Pan RIGHT"]),
        (TakeFilter(rating=1), ["Pan RIGHT", "zoom"]),
        (TakeFilter(pinned=True), ["zoom"]),
        (TakeFilter(verdict="picked"), ["zoom"]),
        (TakeFilter(verdict="rejected"), ["pan left 100%"]),
        (TakeFilter(verdict="unjudged"), ["ÜBER dem Meer"]),
        (TakeFilter(hide_rejected=True), ["Pan RIGHT", "ÜBER dem Meer", "zoom"]),
        (TakeFilter(hide_rejected=True, words=["pan"]), ["Pan RIGHT"]),
        (TakeFilter(notebook_file=HERE), ["ÜBER dem Meer", "zoom"]),
        (TakeFilter(notebook_file=HERE, rating=1, words=["ZOOM"], model="m", until=99.0), ["zoom"]),
    ],
    ids=str,
)
def test_takes_are_found(library: Library, keep: Keep, wanted: TakeFilter, found: list[str]) -> None:
    zoom = keep("zoom", 10.0, notebook=HERE)
    keep("ÜBER dem Meer", 20.0, "w", HERE)
    left = keep("pan left 100%", 30.0, "w", "/work/b.ipynb")
    right = keep("Pan RIGHT", 40.0)
    gone = keep("pan away", 50.0, "x", HERE)
    library.takes.remove(gone.id, 60.0)
    library.rate(zoom.id, 1)
    library.rate(right.id, 3)
    library.pin(zoom.id, True)
    library.judge(zoom.id, "rejected")
    library.judge(zoom.id, "picked")
    library.judge(left.id, "rejected")
    assert prompts(library.takes.find(wanted)) == found
    assert library.takes.count(wanted) == len(found)
    assert library.takes.models() == ["m/image-to-video", "w/image-to-video"]
    assert library.takes.count_judged() == (4, 3, 1)
    assert library.takes.count_judged(TakeFilter(notebook_file=HERE)) == (2, 1, 0)
    assert library.takes.count_judged(TakeFilter(notebook_file="elsewhere")) == (0, 0, 0)


def test_pages_hold_each_take_once_also_when_others_come_and_go(library: Library, keep: Keep) -> None:
    for number in range(7):
        keep(f"take {number}", float(number // 3))  # several in the same instant
    whole = library.takes.find()
    pages, after = list[TakeRecord](), None
    while page := library.takes.find(after=after, limit=2):
        pages += page
        after = page[-1].id
        keep(f"new {after}", 99.0)
        library.takes.remove(after, 99.0)
    assert [take.id for take in pages] == [take.id for take in whole]
    assert library.takes.find(after="nothing") == []


def test_what_a_person_thinks_of_a_take_is_in_its_row_and_its_sidecar(library: Library, keep: Keep) -> None:
    take = keep("zoom", 1.0, notebook=HERE)
    library.rate(take.id, 2)
    library.pin(take.id, True)
    library.judge(take.id, "rejected")
    now = library.annotate(take.id, "  the gulls are right\n")
    assert (now.rating, now.pinned, now.verdict, now.note) == (2, True, "rejected", "the gulls are right")
    assert now.job.notebook == HERE
    assert library.take(take.id) == now
    assert list(library.media.sidecars()) == [now]
    assert library.rate(take.id, 0).rating == 0
    assert library.judge(take.id, None).verdict is None
    assert library.annotate(take.id, "").note == ""
    for wrong in (-1, 4):
        with pytest.raises(LibraryError, match="rated with 0 to 3"):
            library.rate(take.id, wrong)
    with pytest.raises(LibraryError, match="2,000 characters at most"):
        library.annotate(take.id, "x" * 2001)
    library.pin(take.id, False)
    library.takes.remove(take.id, 9.0)
    with pytest.raises(LibraryError, match="no take"):
        library.rate(take.id, 1)


@pytest.mark.about_the_file
def test_a_rebuilt_database_keeps_rating_verdict_note_and_notebook(
    library: Library, keep: Keep, tmp_path: Path
) -> None:
    take = keep("zoom", 1.0, notebook=HERE)
    library.rate(take.id, 3)
    library.judge(take.id, "picked")
    kept = library.annotate(take.id, "this one")
    library.close()
    (tmp_path / "home" / "library.sqlite3").write_bytes(b"this is no database" * 1000)
    again = Library(tmp_path / "home")
    assert again.takes.find() == [kept]
    assert prompts(again.takes.find(TakeFilter(notebook_file=HERE, rating=3, verdict="picked"))) == ["zoom"]


@pytest.mark.about_the_file
def test_a_verdict_of_a_later_version_loses_no_take(library: Library, keep: Keep, tmp_path: Path) -> None:
    library.judge(keep("zoom", 1.0).id, "shortlisted")  # type: ignore[arg-type]
    library.close()
    (tmp_path / "home" / "library.sqlite3").write_bytes(b"this is no database" * 1000)
    assert prompts(Library(tmp_path / "home").takes.find()) == ["zoom"]


@pytest.mark.about_the_file
def test_a_file_of_version_5_keeps_what_a_person_thought_of_its_takes(
    tmp_path: Path, keep: Keep, library: Library
) -> None:
    take = keep("zoom", 1.0, notebook=HERE)
    library.rate(take.id, 2)
    library.pin(take.id, True)
    kept = library.annotate(take.id, "this one")
    other = keep("pan", 2.0, notebook=HERE)
    library.close()
    path = tmp_path / "home" / "library.sqlite3"
    rewrite(path, 5)
    again = Library(tmp_path / "home")
    assert again.takes.find() == [
        structs.replace(take, job=structs.replace(take.job, parents=None)) for take in (other, kept)
    ]
    assert again.takes.count_judged() == (2, 1, 0)
    assert again.judge(other.id, "picked").verdict == "picked"
    assert prompts(again.takes.find(TakeFilter(verdict="picked"))) == ["pan"]


@pytest.mark.about_the_file
def test_a_file_of_version_7_keeps_marks_kinds_and_words(
    tmp_path: Path, keep: Keep, library: Library
) -> None:
    picked, plain = keep("ZOOM on the Straße", 1.0), keep("pan left", 2.0)
    boxes = keep("a Dog", 3.0, task="image-to-bbox", kind="other", media_type="application/json")
    library.rate(picked.id, 2)
    library.pin(picked.id, True)
    library.judge(picked.id, "picked")
    marked = library.annotate(picked.id, "this one")
    library.judge(plain.id, "rejected")
    library.takes.remove(keep("gone", 4.0).id, 9.0)
    reserved = library.spending.reserve_chat(SERVICE, None, "a-model", Reservation(0.5))
    library.close()
    path = tmp_path / "home" / "library.sqlite3"
    rewrite(path, 7)
    with closing(sqlite3.connect(path)) as old:
        assert old.execute(
            "SELECT starred, rating, verdict, note FROM takes WHERE job = ?", (picked.id,)
        ).fetchone()
        old.execute("UPDATE takes SET remarks = '[\"as text\"]' WHERE job = ?", (plain.id,))
        old.commit()

    again = Library(tmp_path / "home")
    assert again.takes.get(picked.id) == marked
    assert again.takes.get(plain.id).verdict == "rejected"
    assert again.takes.get(plain.id).remarks == ["as text"]
    assert again.takes.count_judged() == (3, 2, 1)
    assert again.takes.kinds() == {"video", "boxes"}
    assert [take.id for take in again.takes.find(TakeFilter(kind="boxes"))] == [boxes.id]
    assert prompts(again.takes.find(TakeFilter(words=["STRASSE", "zoom"]))) == ["ZOOM on the Straße"]
    again.spending.settle_chat(reserved, 0.25, billed=True)
    assert again.spending.bills_of_chats(SERVICE, "a-model") == [0.25]
    again.close()


@pytest.mark.about_the_file
def test_a_file_of_version_1_keeps_every_row(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with closing(sqlite3.connect(home / "library.sqlite3")) as old:
        old.executescript(_STEPS[0])
        old.execute("PRAGMA user_version = 1")
        for number in range(3):
            request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": f"take {number}"})
            old.execute(
                "INSERT INTO jobs (id, service, endpoint, base_key, content_key, take, attempt, idempotency_key, "
                "request, state, request_id, answers, created, deadline, ended) "
                "VALUES (?, ?, 'm/image-to-video', ?, ?, 1, 1, ?, ?, 'kept', 'r', x'7b7d', 1.0, 9.0, 5.0)",
                (
                    f"job{number}",
                    SERVICE,
                    request.base_key,
                    request.content_key,
                    request.idempotency_key(1),
                    msgspec.json.encode(request),
                ),
            )
            files = b'[{"name": "2026-11/a.mp4", "kind": "video", "media_type": "video/mp4", "bytes": 5}]'
            old.execute(
                "INSERT INTO takes (job, files, kept, took, starred, removed) VALUES (?, ?, ?, 4.0, ?, ?)",
                (f"job{number}", files, 10.0 + number, number == 1, 20.0 if number == 2 else None),
            )
        old.commit()

    library = Library(home)
    found = library.takes.find()
    assert prompts(found) == ["take 1", "take 0"]
    assert [(take.rating, take.note, take.job.notebook, take.pinned) for take in found] == [
        (0, "", None, True),
        (0, "", None, False),
    ]
    assert [take.id for take in library.takes.removed()] == ["job2"]
    assert len(library.jobs.all()) == 3
    private_folder(library.media.path("2026-11"))
    assert library.rate("job0", 2).rating == 2
    library.close()

    fresh = Library(tmp_path / "fresh")
    fresh.close()
    tables = []
    for folder in (home, tmp_path / "fresh"):
        with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (len(_STEPS),)
            tables.append(connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall())
    assert tables[0] == tables[1]
