"""Test takes sorted by what was measured of them, over both engines."""

from pathlib import Path

import pytest
from msgspec import structs

from reka_notebook.library import GenerationRequest, Library, MediaFile, TakeFilter, TakeRecord
from reka_notebook.media.measures import MEASURES, VERSION, Measures

pytestmark = pytest.mark.usefixtures("engine")

MOTION = [3.5, None, 0.1, 7.0, 0.1, None, 1 / 3, 7.0]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return a library whose takes have this motion, the oldest first; the last is not measured at all."""
    library = Library(tmp_path / "home")
    for number, motion in enumerate([*MOTION, None]):
        request = GenerationRequest(endpoint="m/text-to-video", input={"prompt": f"take {number}"})
        job, _ = library.jobs.add("https://service.test:443", request, 1, 9.0)
        ended = structs.replace(job, state="kept", ended=float(number))
        file = MediaFile(name=f"2026-11/{job.id}.mp4", kind="video", media_type="video/mp4", bytes=5)
        library.takes.add(TakeRecord(job=ended, files=[file], kept=float(number // 2)))
        if number < len(MOTION):
            library.measures.add(job.id, Measures(motion=motion, cuts=float(number % 2)), VERSION)
    return library


def numbers(takes: list[TakeRecord]) -> list[int]:
    return [int(take.job.request.prompt.split()[1]) for take in takes]


@pytest.mark.parametrize("descending", [True, False])
def test_takes_are_sorted_by_a_measure_page_after_page(library: Library, descending: bool) -> None:
    every = library.takes.find(by="motion", descending=descending)
    found = numbers(every)
    measured = [MOTION[number] for number in found[:6]]
    assert measured == sorted((motion for motion in MOTION if motion is not None), reverse=descending)
    assert sorted(found[6:]) == [1, 5, 8]
    # Those that are equal stand as they do unsorted.
    newest = numbers(library.takes.find())
    for alike in ({3, 7}, {2, 4}, {1, 5, 8}):
        assert [number for number in found if number in alike] == [
            number for number in newest if number in alike
        ]
    for size in (1, 2, 4):
        pages: list[TakeRecord] = []
        while more := library.takes.find(
            by="motion", descending=descending, after=pages[-1].id if pages else None, limit=size
        ):
            assert len(more) <= size
            pages += more
        assert numbers(pages) == found
    few = library.takes.find(TakeFilter(words=["take", "3"]), by="cuts", descending=descending)
    assert numbers(few) == [3]


def test_every_measure_sorts_and_nothing_else(library: Library) -> None:
    for name in MEASURES:
        assert len(library.takes.find(by=name)) == len(MOTION) + 1
    with pytest.raises(ValueError, match="no measure 'beauty'"):
        library.takes.find(by="beauty")
    assert library.takes.find(by="motion", after="not-there") == []
