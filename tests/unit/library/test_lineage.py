"""Record which takes led to which: by digest when a request is written, later where digests tell, and from sidecars."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reka_notebook.library import GenerationRequest, ImageUse, Library, MediaFile, TakeRecord
from reka_notebook.library.lineage.known import note_image
from reka_notebook.library.lineage.parent import Parent

pytestmark = pytest.mark.usefixtures("engine")

SERVICE = "http://service"
Keep = Callable[..., TakeRecord]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "home")) as opened:
        yield opened


def digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@pytest.fixture
def keep(library: Library) -> Keep:
    """Keep a take: ``keep("a prompt", start=digest)``."""

    def make(
        prompt: str,
        endpoint: str = "m/image-to-video",
        *,
        reused: str | None = None,
        data: bytes = b"film",
        names: dict[str, str] | None = None,
        input: dict[str, Any] | None = None,  # noqa: A002 (the word for it)
        **images: str,
    ) -> TakeRecord:
        kind = "image" if endpoint.endswith(("edit", "to-image")) else "video"
        request = GenerationRequest(
            endpoint=endpoint,
            input={"prompt": prompt, **(input or {})},
            images={
                slot: [ImageUse(digest=one, name=(names or {}).get(slot, ""))] for slot, one in images.items()
            },
        )
        job, _ = library.jobs.add(SERVICE, request, 1, time.time() + 60, reused=reused)
        ending = "png" if kind == "image" else "mp4"
        name = library.media.name(job.id, job.created, prompt, 0, f".{ending}")
        library.media.path(name).write_bytes(data)
        file = MediaFile(name=name, kind=kind, media_type=f"{kind}/{ending}", bytes=len(data))
        take = TakeRecord(
            job=structs.replace(job, state="kept", ended=time.time()), files=[file], kept=time.time()
        )
        library.media.write_sidecar(take)
        return library.takes.add(take)

    return make


def forget(library: Library) -> None:
    """Make the rows what an earlier version would have written."""
    with closing(sqlite3.connect(library.home / "library.sqlite3")) as old:
        old.execute("UPDATE jobs SET parents = NULL, reused = NULL")
        old.execute("DELETE FROM links")
        old.commit()


def test_a_frame_leads_to_its_take_and_so_does_every_later_request_with_it(
    library: Library, keep: Keep
) -> None:
    first = keep("dolly in", start=digest("photo"))
    note_image(digest("frame"), first.id, last=True)
    second = keep("pan left", start=digest("frame"))
    third = keep("pan right", start=digest("frame"), end=digest("photo"))
    assert first.job.parents == []
    assert second.job.parents == [Parent(take=first.id, role="start", digest=digest("frame"), last=True)]
    assert library.jobs.get(third.id).parents == second.job.parents
    assert library.lineage.children(first.id) == [second.id, third.id]
    assert library.lineage.parents(second.id) == [first.id]
    assert second.job.parents[0].how == "Last frame"


def test_a_frame_of_a_take_that_this_library_does_not_have_leads_nowhere(keep: Keep) -> None:
    note_image(digest("elsewhere"), "0123456789", at=1.5)
    assert keep("pan", start=digest("elsewhere")).job.parents == []


def test_settings_that_were_reused_lead_to_their_take(library: Library, keep: Keep) -> None:
    first = keep("dolly in", start=digest("photo"))
    second = keep("dolly out", start=digest("photo"), reused=first.id)
    assert library.lineage.parents(second.id) == [first.id]
    edges = library.lineage.around(first.id, 10).edges
    assert [(edge.before, edge.after, edge.how) for edge in edges] == [
        (first.id, second.id, "Settings reused")
    ]


def test_a_take_with_sound_has_both_as_parents(library: Library, keep: Keep) -> None:
    film, voice = keep("dolly in"), keep("hello", "m/text-to-speech")
    both = keep(
        "dolly in", "here/with-sound", input={"video": f"take:{film.id}", "sound": f"take:{voice.id}#1"}
    )
    assert library.lineage.parents(both.id) == [film.id, voice.id]


def test_an_image_file_that_went_out_and_came_back_is_known_by_its_digest(
    library: Library, keep: Keep
) -> None:
    image = keep("a harbour", "m/text-to-image", data=b"picture")
    film = keep("dolly in", start=digest("picture"))
    assert film.job.parents == []
    library.lineage.catch_up(10)
    assert library.lineage.parents(film.id) == [image.id]
    sidecar = library.media.path(film.files[0].name).with_suffix(".take.json")
    assert json.loads(sidecar.read_text())["job"]["parents"][0]["take"] == image.id
    assert keep("pan", start=digest("picture")).job.parents != []


@pytest.mark.about_the_file
def test_an_earlier_library_gets_what_names_and_digests_tell(library: Library, keep: Keep) -> None:
    image = keep("a harbour", "m/text-to-image", data=b"picture")
    film = keep("dolly in", start=digest("picture"))
    stem = Path(film.files[0].name).stem
    on = keep("and on", start=digest("frame"), names={"start": f"last frame of {stem}.png"})
    at = keep("from there", start=digest("other"), names={"start": f"{stem} at 1.5 s.png"})
    forget(library)
    assert library.jobs.get(on.id).parents is None
    library.lineage.catch_up(10)
    assert library.lineage.parents(film.id) == [image.id]
    assert library.jobs.get(on.id).parents == [
        Parent(take=film.id, role="start", digest=digest("frame"), last=True)
    ]
    assert library.jobs.get(at.id).parents == [
        Parent(take=film.id, role="start", digest=digest("other"), at=1.5)
    ]
    assert library.jobs.get(image.id).parents == []


@pytest.mark.about_the_file
def test_nothing_leads_to_what_was_made_before_it(library: Library, keep: Keep) -> None:
    film = keep("dolly in", start=digest("picture"))
    image = keep("a harbour", "m/text-to-image", data=b"picture")
    library.lineage.catch_up(10)
    forget(library)
    library.lineage.catch_up(10)
    assert library.lineage.parents(film.id) == []
    assert library.lineage.children(image.id) == []


def test_a_rebuilt_library_has_its_lineage_from_the_sidecars(library: Library, keep: Keep) -> None:
    first = keep("dolly in")
    note_image(digest("rebuilt"), first.id, at=0.5)
    second = keep("pan", start=digest("rebuilt"), reused=first.id)
    library.close()
    (library.home / "library.sqlite3").write_bytes(b"this is no database" * 1000)
    with closing(Library(library.home)) as again:
        assert again.jobs.get(second.id).parents == second.job.parents
        assert again.lineage.parents(second.id) == [first.id]
        assert again.lineage.children(first.id) == [second.id]
        assert again.jobs.get(second.id).reused == first.id


def test_a_pruned_take_keeps_its_place(library: Library, keep: Keep) -> None:
    first = keep("dolly in")
    note_image(digest("pruned"), first.id, last=True)
    second = keep("pan", start=digest("pruned"))
    note_image(digest("pruned again"), second.id, last=True)
    third = keep("zoom", start=digest("pruned again"))
    library.takes.remove(second.id, time.time())
    around = library.lineage.around(first.id, 10)
    assert around.takes == [first.id, second.id, third.id]
    assert [take.removed is not None for take in library.takes.some(around.takes)] == [False, True, False]


@pytest.mark.about_the_file
def test_a_circle_in_what_sidecars_say_does_no_harm(library: Library, keep: Keep) -> None:
    first, second = keep("one"), keep("two")
    with closing(sqlite3.connect(library.home / "library.sqlite3")) as damaged:
        for take, parent in ((first.id, second.id), (second.id, first.id)):
            damaged.execute("UPDATE jobs SET reused = ? WHERE id = ?", (parent, take))
        damaged.commit()
    around = library.lineage.around(first.id, 10)
    assert set(around.takes) == {first.id, second.id}


def test_a_large_family_is_cut_off_and_counted(library: Library, keep: Keep) -> None:
    first = keep("one")
    note_image(digest("many"), first.id, last=True)
    for number in range(12):
        keep(f"take {number}", start=digest("many"))
    around = library.lineage.around(first.id, 5)
    assert (len(around.takes), around.more) == (5, 8)
    assert around.takes[0] == first.id


@pytest.mark.parametrize(
    ("parent", "words"),
    [
        (Parent(take="t", role="start"), "Image"),
        (Parent(take="t", role="start", file=2), "Image 2"),
        (Parent(take="t", role="end", file=3), "Image 3, as end image"),
        (Parent(take="t", role="start", file=2, last=True), "Last frame of file 2"),
        (Parent(take="t", role="video"), "Video"),
        (Parent(take="t", role="sound"), "Sound"),
    ],
)
def test_what_of_a_take_was_used_is_said(parent: Parent, words: str) -> None:
    assert parent.how == words
