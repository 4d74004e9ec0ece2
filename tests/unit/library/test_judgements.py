"""Test what was measured of takes, and which of two were preferred, over both engines."""

from pathlib import Path

import pytest
from msgspec import structs

from reka_notebook.library import GenerationRequest, Library, LibraryError, MediaFile, TakeRecord
from reka_notebook.media.measures import Measures

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
    table.add(first, Measures(motion=3.0), 2)
    assert table.some([first]) == {first: Measures(motion=3.0)}
    assert table.unmeasured(2, 10) == [second]
    with_takes.close()


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
