"""Test the index of words: what is found with it is what is found without, whoever wrote the takes."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from reka_notebook.library import GenerationRequest, Library, LibraryError, MediaFile, TakeFilter, TakeRecord
from reka_notebook.library.rows import words as index
from reka_notebook.library.rows.words import has_trigrams

PROMPTS = (
    "A slow dolly in on the HARBOUR",
    "harbour at night, 100% fog",
    'a "quoted" word AND another',
    "ÜBER dem Straßencafé",
    "pan left",
    "新宿の夜の雨",
    "with a \0 in it",
)
LOOKED_FOR = (
    *(["harbour"], ["harbour", "slow"], ["harb", "100%"], ["ou"], ["h", "arbour"], ["nowhere"], ['"quoted"']),
    *(["and"], ["STRASSEN"], ["über"], ["夜の雨"], ["夜"], ["%"], ["pan*"], ["NEAR("], ["\0 in"], ["a OR b"]),
)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Return a library for which a handful of takes are many."""
    monkeypatch.setattr(index, "FEW", 5)
    monkeypatch.setattr(index, "BEHIND", 2)
    return Library(tmp_path / "home")


def keep(library: Library, prompt: str, kept: float) -> TakeRecord:
    request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": prompt})
    job, _ = library.jobs.add("https://service.test:443", request, 1, 9.0)
    file = MediaFile(name=f"2026-11/{job.id}.mp4", kind="video", media_type="video/mp4", bytes=5)
    take = TakeRecord(job=structs.replace(job, state="kept", ended=kept), files=[file], kept=kept)
    return library.takes.add(take)


def found(library: Library, words: list[str]) -> list[str]:
    wanted = TakeFilter(words=words)
    takes = [take.job.request.prompt for take in library.takes.find(wanted)]
    assert library.takes.count(wanted) == len(takes)
    assert [take.job.request.prompt for take in library.takes.find(wanted, limit=2)] == takes[:2]
    return takes


def filled(library: Library, last: int) -> None:
    """Wait until the index has so many takes."""
    end = time.monotonic() + 30
    while library.takes._words.narrowed(["nowhere"]) != {"match": '"nowhere"', "indexed": last}:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_with_the_index_the_same_is_found_as_without(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert has_trigrams(), "or nothing is tested here"
    for number, prompt in enumerate(PROMPTS):
        keep(library, prompt, float(number))
    with monkeypatch.context() as without:
        without.setattr(index, "has_trigrams", lambda: False)
        expected = {str(words): found(library, words) for words in LOOKED_FOR}
    assert [len(takes) for takes in expected.values()][:7] == [2, 1, 1, 2, 2, 0, 1]
    filled(library, len(PROMPTS))
    assert {str(words): found(library, words) for words in LOOKED_FOR} == expected
    assert library.takes._words.narrowed(["harbour", "in"]) == {"match": '"harbour"', "indexed": len(PROMPTS)}
    monkeypatch.setattr(index, "MANY", 2)
    assert library.takes._words.narrowed(["harbour"]) is None, "which many have"
    assert {str(words): found(library, words) for words in LOOKED_FOR} == expected


def test_what_is_behind_the_index_is_found_and_what_is_removed_is_not(library: Library) -> None:
    for number, prompt in enumerate(PROMPTS):
        keep(library, prompt, float(number))
    filled(library, len(PROMPTS))
    last = keep(library, "the last harbour", 99.0)
    assert found(library, ["harbour"]) == ["the last harbour", PROMPTS[1], PROMPTS[0]]
    library.takes.remove(last.id, 100.0)
    assert found(library, ["harbour"]) == [PROMPTS[1], PROMPTS[0]]
    for number in range(3):
        keep(library, f"harbour {number}", 100.0 + number)
    filled(library, len(PROMPTS) + 4)
    assert found(library, ["harbour"])[:3] == ["harbour 2", "harbour 1", "harbour 0"]


def test_a_search_waits_for_nothing_while_the_index_is_filled(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, prompt in enumerate(PROMPTS):
        keep(library, prompt, float(number))
    begun, go_on = threading.Event(), threading.Event()
    real = index.WordIndex._fill_some

    def fill(self: index.WordIndex) -> bool:
        begun.set()
        assert go_on.wait(30)
        return real(self)

    monkeypatch.setattr(index.WordIndex, "_fill_some", fill)
    for _ in range(2):
        assert found(library, ["harbour"]) == [PROMPTS[1], PROMPTS[0]]
        assert begun.wait(30)
    go_on.set()
    filled(library, len(PROMPTS))


def test_a_damaged_index_hides_no_take(library: Library, tmp_path: Path) -> None:
    for number, prompt in enumerate(PROMPTS):
        keep(library, prompt, float(number))
    filled(library, len(PROMPTS))
    with closing(sqlite3.connect(tmp_path / "home" / "library.sqlite3")) as other:
        other.execute("UPDATE takes_words_data SET block = x'00' WHERE id > 10")
        other.commit()
    library.close()
    again = Library(tmp_path / "home")
    with pytest.raises(LibraryError):
        again._database.rows(index._COUNT, {"match": '"harbour"'})
    assert found(again, ["harbour"]) == [PROMPTS[1], PROMPTS[0]]
