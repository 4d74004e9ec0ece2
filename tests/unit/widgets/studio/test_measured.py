"""Test what the studio is told of measures: with the takes, when they are sorted, and of the library as a whole."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

import reka_notebook
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take, controller
from reka_notebook.jobs.measuring import background, quiet
from reka_notebook.media.measures import MEASURES, VERSION, Measures
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.studio import Studio
from tests.processes import wait_until
from tests.unit.widgets.studio.test_wall import EVERYTHING


def make(photo: Path, prompt: str) -> Take:
    return reka_notebook.submit(prompt, photo, model="kling-v3-pro").result(60)


def has(take: Take, **measured: float) -> None:
    """Write down what was measured of a take, whatever its file has."""
    controller().library.measures.add(take.id, Measures(**measured), VERSION)


def ask(studio: Studio, type_: str, **fields: Any) -> Any:
    """Ask as the browser does, and return the value of the reply."""
    request = msgspec.convert({"id": "1", "type": type_, **fields}, protocol.AnyRequest)
    handler = {**studio._wall.handlers, **studio._measured.handlers}[type(request)]
    return asyncio.run(handler(request, []))[0]  # type: ignore[arg-type]


def test_takes_come_with_what_was_measured_and_are_sorted_by_it(sandbox: Sandbox, photo: Path) -> None:
    calm, quick, still, unknown = (make(photo, prompt) for prompt in ("Calm", "Quick", "Still", "Unknown"))
    has(calm, motion=1.5, frozen=2.13, cuts=0)
    has(quick, motion=31.25, frozen=0, cuts=2, likeness=0.1)
    has(still, sharpness=0.5)
    studio = Studio()
    try:
        shown = {take["prompt"]: take.get("measured") for take in studio.takes_shown}
        assert shown["Calm"]["values"]["frozen"] == 2.13
        assert shown["Calm"]["flags"] == ["Frozen for 2.1 of 5 s"]
        assert shown["Quick"]["flags"] == ["2 cuts", "Unlike the start image"]
        assert shown["Still"] == {"values": {"sharpness": 0.5}, "flags": []}

        def ranked(by: str, *, least_first: bool = False) -> list[str]:
            """Return the prompts of both pages."""
            page = {**EVERYTHING, "by": by, "least_first": least_first, "limit": 2}
            first = ask(studio, "find", **page)
            second = ask(studio, "find", **page | {"after": first.next})
            assert first.total == 4
            return [take.prompt for take in [*first.takes, *second.takes]]

        assert ranked("motion") == ["Quick", "Calm", "Unknown", "Still"]
        assert ranked("motion", least_first=True) == ["Calm", "Quick", "Unknown", "Still"]
        with pytest.raises(RekaError, match="no measure 'beauty'"):
            ask(studio, "find", **EVERYTHING, by="beauty")

        told = ask(studio, "measured", takes=[calm.id, unknown.id, "gone"])
        assert {id_: one.values["motion"] for id_, one in told.takes.items()} == {calm.id: 1.5}
    finally:
        studio.close()


def test_measures_are_described_with_what_the_library_has(sandbox: Sandbox, photo: Path) -> None:
    studio = Studio()
    try:
        empty = ask(studio, "measures")
        assert [one.name for one in empty.measures] == list(MEASURES)
        assert {(one.least, one.most) for one in empty.measures} == {(None, None)}
        calm, quick, removed = (make(photo, prompt) for prompt in ("Calm", "Quick", "Removed"))
        has(calm, motion=1.5)
        has(quick, motion=31.25)
        has(removed, motion=99)
        library = controller().library
        library.takes.remove(removed.id, library.now())
        known = {one.name: one for one in ask(studio, "measures").measures}
        assert (known["motion"].least, known["motion"].most) == (1.5, 31.25)
        assert (known["sharpness"].least, known["frozen"].unit) == (None, "s")
        assert all(one.label and one.explains.endswith(".") for one in known.values())
    finally:
        studio.close()


def test_older_takes_are_measured_when_the_browser_asks(
    sandbox: Sandbox, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "LOOK", 0.01)
    monkeypatch.setattr(quiet, "_until", 0.0)
    takes = [make(photo, prompt) for prompt in ("One", "Two")]
    studio = Studio()
    try:
        assert ask(studio, "measures").unmeasured == 2
        assert not any("measured" in take for take in studio.takes_shown)
        ask(studio, "measure_older", on=True)
        wait_until(lambda: studio.measuring["changed"] == 2 and not studio.measuring["running"], 60)
        assert (studio.measuring["done"], studio.measuring["of"], studio.measuring["problem"]) == (2, 2, None)
        told = ask(studio, "measured", takes=[take.id for take in takes]).takes
        assert all(one.values["motion"] >= 0 for one in told.values())
        assert set(told) == {take.id for take in takes}
        assert ask(studio, "measures").unmeasured == 0
        ask(studio, "measure_older", on=False)
    finally:
        studio.close()
