"""Test what a studio shows of a team's library, and its collections: over a real PostgreSQL."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

import reka_notebook
from reka_notebook import config
from reka_notebook.errors import RekaError
from reka_notebook.jobs import controller
from reka_notebook.library import Library, TakeRecord
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.media.measures import VERSION, Measures
from reka_notebook.output.html import kept_words
from reka_notebook.sandbox import Sandbox
from reka_notebook.text import day
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.studio import Studio
from tests.unit.widgets.studio.test_wall import EVERYTHING


@pytest.fixture
def ana(sandbox: Sandbox, team_database: str, tmp_path: Path) -> Iterator[Library]:
    """Make this process Ben's, who works in a team's library, and return the library as Ana has it open."""
    media = tmp_path / "shared"
    media.mkdir()
    config.configure(home=team_database, media=str(media), person="Ben")
    library = Library(tmp_path / "ana", str(media), database=DatabaseAddress(team_database), person="Ana")
    yield library
    library.close()


def keep_as(library: Library, take: TakeRecord, prompt: str) -> TakeRecord:
    """Keep a take with the file of another, asked for by the person whose library it is."""
    request = structs.replace(take.job.request, input={**take.job.request.input, "prompt": prompt})
    job, _ = library.jobs.add(take.job.service, request, 1, time.time() + 60, take.job.notebook)
    now = time.time()
    kept = structs.replace(
        take, job=structs.replace(job, state="kept", ended=now), kept=now, rating=0, note=""
    )
    return library.takes.add(kept)


def ask(studio: Studio, type_: str, **fields: Any) -> Any:
    request = msgspec.convert({"id": "1", "type": type_, **fields}, protocol.AnyRequest)
    handlers: Any = {**studio._wall.handlers, **studio._team.handlers, protocol.Generate: studio._generate}
    return asyncio.run(handlers[type(request)](request, []))[0]


def prompts(studio: Studio, **fields: Any) -> list[str]:
    return sorted(take.prompt for take in ask(studio, "find", **{**EVERYTHING, **fields}).takes)


def shown(studio: Studio, prompt: str) -> dict[str, Any]:
    return next(take for take in studio.takes_shown if take["prompt"] == prompt)


def comes(what: Callable[[], object], within: float = 20) -> None:
    until = time.monotonic() + within
    while not what():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)


def test_what_others_make_mark_and_share_comes_to_an_open_studio_by_itself(ana: Library, photo: Path) -> None:
    mine = reka_notebook.submit("Pan left", photo, model="kling-v3-pro").result(60)
    studio = Studio()
    try:
        theirs = keep_as(ana, mine.record, "Pan right")
        comes(lambda: [take["id"] for take in studio.takes_shown] == [theirs.id, mine.id])
        ana.annotate(mine.id, "Slower, please")
        comes(
            lambda: [one["note"] for one in shown(studio, "Pan left")["team"]["others"]] == ["Slower, please"]
        )
        ana.collections.add("hers", [theirs.id])
        ana.collections.share("hers")
        comes(lambda: [one["takes"] for one in studio.counts["team"]["collections"]] == [1])
        assert shown(studio, "Pan right")["team"]["collections"] == ["hers"]
        before = studio.measuring["changed"]
        ana.measures.add(mine.id, Measures(frozen=2.0), VERSION)
        comes(lambda: shown(studio, "Pan left").get("measured", {}).get("flags") == ["Frozen for 2.0 of 5 s"])
        comes(lambda: studio.measuring["changed"] > before)
    finally:
        studio.close()


def test_a_studio_tells_what_is_whose_and_keeps_collections(
    ana: Library, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "Untitled.ipynb"))
    mine = reka_notebook.submit("Pan left", photo, model="kling-v3-pro").result(60)
    theirs = keep_as(ana, mine.record, "Pan right")
    ana.rate(mine.id, 2)
    ana.annotate(mine.id, "Slower, please")
    studio = Studio()
    try:
        # Both notebooks are called so; this one is Ben's.
        assert prompts(studio) == ["Pan left", "Pan right"]
        assert prompts(studio, mine=True) == prompts(studio, here=True) == ["Pan left"]
        assert (studio.counts["all"], studio.counts["here"]) == (2, 1)
        assert {**studio.counts["team"], "collections": []} == {
            "person": "Ben",
            "mine": 1,
            "culled_mine": {"judged": 0, "rejected": 0},
            "collections": [],
        }
        assert shown(studio, "Pan right")["team"] == {
            "person": "Ana",
            "mine": False,
            "others": [],
            "collections": [],
        }
        assert not shown(studio, "Pan right")["here"]
        ask(studio, "rate", take=mine.id, rating=3)
        left = shown(studio, "Pan left")
        assert (left["rating"], left["team"]["others"]) == (
            3,
            [{"person": "Ana", "rating": 2, "verdict": None, "note": "Slower, please"}],
        )

        value = ask(studio, "collect", takes=[mine.id, theirs.id], collection="shots")
        assert (value.added, value.made) == ([mine.id, theirs.id], True)
        assert ask(studio, "collect", takes=[theirs.id], collection="shots").added == []
        assert prompts(studio, collection="shots") == ["Pan left", "Pan right"]
        assert shown(studio, "Pan right")["team"]["collections"] == ["shots"]
        (shots,) = studio.counts["team"]["collections"]
        assert shots == {"name": "shots", "person": "Ben", "mine": True, "shared": False, "takes": 2}
        assert ana.collections.all() == []
        ask(studio, "share_collection", collection="shots", shared=True)
        assert [one.person for one in ana.collections.all()] == ["Ben"]

        ana.collections.add("hers", [theirs.id], shared=True)
        with pytest.raises(RekaError, match=r"added to 'hers' by Ana\. Only they"):
            ask(studio, "uncollect", takes=[theirs.id], collection="hers")
        assert ana.collections.of([theirs.id]) == {theirs.id: ["hers", "shots"]}
        ask(studio, "uncollect", takes=[mine.id], collection="shots", discard=True)
        assert prompts(studio, collection="shots") == ["Pan right"]
        ask(studio, "uncollect", takes=[theirs.id], collection="shots", discard=True)
        assert [one["name"] for one in studio.counts["team"]["collections"]] == ["hers"]
    finally:
        studio.close()


def test_what_another_has_asked_for_is_said_and_not_charged_again(ana: Library, photo: Path) -> None:
    mine = reka_notebook.submit("Pan left", photo, model="kling-v3-pro").result(60)
    made = keep_as(ana, mine.record, "Pan right")
    words = f"Ana made this on {day(made.kept)}; not charged again."
    studio = Studio()
    try:
        again = reka_notebook.submit("Pan right", photo, model="kling-v3-pro")
        assert (again.by_other, studio._team.told(again)) == ("Ana", words)
        assert kept_words([again.result(10)]) == f"{words} Use fresh=True for a new take."
        both = [again.result(10), controller().take(mine.record, from_earlier=True)]
        assert kept_words(both).startswith(f"All made by Ana and you {day(made.kept)}; ")
        own = reka_notebook.submit("Pan left", photo, model="kling-v3-pro")
        assert studio._team.told(own) is msgspec.UNSET
    finally:
        studio.close()


def test_a_request_that_another_machine_is_making_is_joined(ana: Library, photo: Path) -> None:
    mine = reka_notebook.submit("Pan left", photo, model="kling-v3-pro").result(60)
    asked = mine.record.job
    request = structs.replace(asked.request, input={**asked.request.input, "prompt": "Pan right"})
    job, _ = ana.jobs.add(asked.service, request, 1, time.time() + 60, account=asked.account)
    taken = ana.jobs.acquire(job, ana.leases.me)
    assert taken is not None
    studio = Studio()
    try:
        joined = reka_notebook.submit("Pan right", photo, model="kling-v3-pro")
        words = "Ana is making this; it is joined. No extra charge."
        assert studio._team.told(joined) == words
        comes(lambda: joined.status.note == words)
        now = time.time()
        kept = structs.replace(
            mine.record, job=structs.replace(ana.jobs.get(job.id), state="kept", ended=now), kept=now
        )
        ana.takes.add(kept)
        assert joined.result(30).by_other == "Ana"
    finally:
        studio.close()
