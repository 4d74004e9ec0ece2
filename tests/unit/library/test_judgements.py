"""Test what was measured of takes, and which of two were preferred, over both engines."""

from pathlib import Path

import pytest
from msgspec import structs

from reka_notebook.library import GenerationRequest, Library, LibraryError, MediaFile, TakeRecord
from reka_notebook.library.take_filter import TakeFilter
from reka_notebook.media.films.likeness import UNLIKE
from reka_notebook.media.measures import Measures, flags
from reka_notebook.media.measures.flags import BLACK, FROZEN, SILENT

SERVICE = "https://service.test:443"


def kept_take(library: Library, prompt: str) -> str:
    request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": prompt})
    job, _ = library.jobs.add(SERVICE, request, 1, 9.0)
    file = MediaFile(name=f"{prompt}.mp4", kind="video", media_type="video/mp4", bytes=5)
    take = TakeRecord(
        job=structs.replace(job, state="kept", ended=5.0), files=[file], kept=float(ord(prompt))
    )
    return library.takes.add(take).id


@pytest.mark.usefixtures("engine")
def test_measures_are_kept_once_for_each_version(tmp_path: Path) -> None:
    with_takes = Library(tmp_path / "home")
    first, second = (kept_take(with_takes, prompt) for prompt in ("a", "b"))
    table = with_takes.measures
    assert table.unmeasured(1, 10) == [second, first]
    assert table.unmeasured(1, 1) == [second]
    table.add(first, Measures(motion=2.5, cuts=1), 1)
    assert table.some([first, second]) == {first: Measures(motion=2.5, cuts=1.0)}
    assert (table.unmeasured(1, 10), table.count_unmeasured(1), table.count_unmeasured(2)) == ([second], 1, 2)
    assert table.ranges()["motion"] == (2.5, 2.5)
    assert table.ranges()["drift"] == (None, None)
    table.add(second, Measures(motion=-1), 1)
    assert table.ranges()["motion"] == (-1, 2.5)
    with_takes.takes.remove(second, 9.0)
    assert table.ranges()["motion"] == (2.5, 2.5)
    table.add(first, Measures(motion=3.0), 2)
    assert table.some([first]) == {first: Measures(motion=3.0)}
    assert table.unmeasured(2, 10) == []
    with_takes.close()


@pytest.mark.usefixtures("engine")
def test_takes_are_found_by_what_is_probably_wrong(tmp_path: Path) -> None:
    library = Library(tmp_path / "home")
    every = [
        Measures(frozen=FROZEN),
        Measures(frozen=FROZEN - 0.1, black=0, cuts=0, likeness=UNLIKE, loudness=SILENT, motion=1),
        Measures(frozen=1.2, black=0.4),
        Measures(frozen=1.75, black=0.25),
        Measures(black=BLACK),
        Measures(cuts=1),
        Measures(likeness=UNLIKE - 0.01, motion=1),
        Measures(likeness=UNLIKE - 0.01),
        Measures(loudness=SILENT),
        Measures(loudness=SILENT, sharpness=0.5),
        Measures(),
    ]
    measured = {kept_take(library, chr(97 + at)): one for at, one in enumerate(every)}
    for take, one in measured.items():
        library.measures.add(take, one, 1)
    unmeasured = kept_take(library, "z")

    def found(*, flagged: bool) -> set[str]:
        return {take.id for take in library.takes.find(TakeFilter(flagged=flagged), by="motion")}

    wrong = {take for take, one in measured.items() if flags(one)}
    assert len(wrong) == 6
    assert found(flagged=True) == wrong
    assert found(flagged=False) == {*measured, unmeasured} - wrong
    assert library.takes.count(TakeFilter(flagged=True)) == 6
    library.close()


@pytest.mark.usefixtures("engine")
def test_a_judgement_is_kept_until_it_is_taken_back(tmp_path: Path) -> None:
    library = Library(tmp_path / "home")
    table = library.judgements
    kept = table.add("a", "b", "a")
    tie = table.add("b", "c", None)
    voted = table.add("c", "a", "a", model="reka-flash")
    assert table.among(["a", "b", "c"]) == [kept, tie, voted]
    assert table.among(["a", "b"]) == [kept]
    assert (kept.left, kept.right, kept.preferred, tie.preferred) == ("a", "b", "a", None)
    assert table.take_back(tie.id)
    assert not table.take_back(tie.id)
    assert table.among([*"abc", *map(str, range(1200))]) == [kept, voted]
    for wrong in (("a", "a", "a"), ("a", "b", "c")):
        with pytest.raises(LibraryError, match="two different takes"):
            table.add(*wrong)
    library.close()
