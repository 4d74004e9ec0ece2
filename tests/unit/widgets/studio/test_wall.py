"""Test the wall: takes are found, pinned, rated, judged and annotated."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import reka_notebook
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.studio import Studio

EVERYTHING = {
    "words": "",
    "model": None,
    "since": None,
    "until": None,
    "rating": 0,
    "verdict": None,
    "pinned": False,
    "here": False,
    "after": None,
    "limit": 60,
}


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Pretend to be in another notebook from now on."""
    return lambda name: monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / name))


def make(photo: Path, prompt: str, model: str = "kling-v3-pro") -> Take:
    return reka_notebook.submit(prompt, photo, model=model).result(60)


def ask(studio: Studio, type_: str, **fields: Any) -> Any:
    """Ask as the browser does, and return the value of the reply."""
    request = msgspec.convert({"id": "1", "type": type_, **fields}, protocol.AnyRequest)
    handler = studio._wall.handlers[type(request)]
    return asyncio.run(handler(request, []))[0]  # type: ignore[arg-type]


def found(studio: Studio, **fields: Any) -> list[str]:
    return [take.prompt for take in ask(studio, "find", **{**EVERYTHING, **fields}).takes]


def test_takes_are_found_in_this_notebook_and_in_the_library(
    sandbox: Sandbox, photo: Path, notebook: Callable[[str], None]
) -> None:
    notebook("other.ipynb")
    make(photo, "Pan left")
    notebook("this.ipynb")
    make(photo, "Pan right")
    last = make(photo, "Zoom out", "veo-3.1")
    studio = Studio()
    try:
        assert found(studio) == ["Zoom out", "Pan right", "Pan left"]
        assert found(studio, here=True) == ["Zoom out", "Pan right"]
        assert found(studio, words=" PAN  left") == ["Pan left"]
        assert found(studio, model="veo-3.1") == ["Zoom out"]
        assert found(studio, since=last.record.kept) == ["Zoom out"]
        assert found(studio, until=last.record.kept) == ["Pan right", "Pan left"]
        page = ask(studio, "find", **{**EVERYTHING, "limit": 2})
        assert (len(page.takes), page.total) == (2, 3)
        rest = ask(studio, "find", **{**EVERYTHING, "limit": 2, "after": page.next})
        assert ([take.prompt for take in rest.takes], rest.next) == (["Pan left"], None)
        assert (studio.counts["all"], studio.counts["here"]) == (3, 2)
        assert [model["id"] for model in studio.counts["models"]] == ["kling-v3-pro", "veo-3.1"]
        assert [take["here"] for take in studio.takes_shown] == [True, True, False]
    finally:
        studio.close()


def test_what_is_asked_for_in_a_studio_belongs_to_its_notebook(
    sandbox: Sandbox, photo: Path, notebook: Callable[[str], None]
) -> None:
    notebook("this.ipynb")
    studio = Studio(photo, model="kling-v3-pro")
    try:
        asked = protocol.Generate(
            id="1",
            endpoint="kling-v3-pro/image-to-video",
            prompt="Pan left",
            settings={},
            images={"start": studio.images[0]["digest"]},
            again=False,
        )
        value, _ = asyncio.run(studio._generate(asked, []))
        make(photo, "Pan left")
        assert str(studio._controller.library.jobs.get(value.job).notebook).endswith("this.ipynb")
        assert found(studio, here=True) == ["Pan left"]
    finally:
        studio.close()


def test_where_no_host_says_which_notebook_it_is(sandbox: Sandbox, photo: Path) -> None:
    make(photo, "Pan left")
    studio = Studio()
    try:
        assert studio.counts["here"] is None
        assert studio.takes_shown[0]["here"] is False
        with pytest.raises(RekaError, match="Look in the whole library"):
            found(studio, here=True)
    finally:
        studio.close()


def test_a_pin_a_rating_and_a_note_are_in_the_library_and_on_the_screen(
    sandbox: Sandbox, photo: Path
) -> None:
    take = make(photo, "Zoom out")
    studio = Studio()
    try:
        for name, kind, value in [
            ("pinned", "pin", True),
            ("pinned", "pin", False),
            ("rating", "rate", 3),
            ("verdict", "judge", "rejected"),
            ("verdict", "judge", "picked"),
            ("note", "note", "<b>the gulls</b>"),
        ]:
            ask(studio, kind, take=take.id, **{name: value})
            assert getattr(studio._controller.library.take(take.id), name) == value
            assert [shown[name] for shown in studio.takes_shown] == [value]
        assert found(studio, rating=3) == ["Zoom out"]
        assert found(studio, pinned=True) == []
        assert found(studio, verdict="picked") == ["Zoom out"]
        assert found(studio, verdict="unjudged") == []
        take.rate(1)
        take.annotate("")
        assert (take.rating, take.note) == (1, "")
        with pytest.raises(RekaError, match="no take"):
            ask(studio, "rate", take="nothing", rating=1)
    finally:
        studio.close()


def test_a_rejected_take_is_hidden_and_counted_and_python_has_it_all_the_same(
    sandbox: Sandbox, photo: Path, notebook: Callable[[str], None]
) -> None:
    notebook("this.ipynb")
    take, other = make(photo, "Zoom out"), make(photo, "Zoom in")
    take.reject()
    studio = Studio()
    try:
        assert found(studio) == ["Zoom in"]
        assert found(studio, verdict="rejected") == ["Zoom out"]
        assert (studio.counts["all"], studio.counts["culled_here"]) == (2, {"judged": 1, "rejected": 1})
        assert ask(studio, "find", **EVERYTHING).total == 1
        ask(studio, "rate", take=other.id, rating=1)
        assert studio.counts["culled"] == {"judged": 2, "rejected": 1}
    finally:
        studio.close()
    assert [one.prompt for one in reka_notebook.takes()] == ["Zoom in", "Zoom out"]
    assert [one.verdict for one in reka_notebook.takes(verdict="rejected")] == ["rejected"]
    take.pick()
    assert reka_notebook.takes(verdict="picked").to_dicts()[0]["verdict"] == "picked"
    take.clear_verdict()
    assert [one.prompt for one in reka_notebook.takes(verdict="unjudged")] == ["Zoom out"]
    with pytest.raises(RekaError, match="picked, rejected or unjudged, and not 'better'"):
        reka_notebook.takes(verdict="better")  # type: ignore[arg-type]
    assert len(reka_notebook.takes(kind="video")) == 2
    assert not reka_notebook.takes(kind="image")
    with pytest.raises(RekaError, match="video, image, audio or boxes, and not 'film'"):
        reka_notebook.takes(kind="film")


@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        ("find", {**EVERYTHING, "limit": 201}),
        ("find", {**EVERYTHING, "limit": 0}),
        ("find", {**EVERYTHING, "words": "x" * 201}),
        ("find", {**EVERYTHING, "rating": 4}),
        ("rate", {"take": "x", "rating": -1}),
        ("judge", {"take": "x", "verdict": "better"}),
        ("note", {"take": "x", "note": "x" * 2001}),
    ],
)
def test_what_is_too_much_is_no_request(type_: str, fields: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"id": "1", "type": type_, **fields}, protocol.AnyRequest)


def test_what_differs_between_takes_is_told_to_the_browser(sandbox: Sandbox, photo: Path) -> None:
    slow = make(photo, "A slow pan")
    fast = reka_notebook.submit("A fast pan", photo, model="kling-v3-pro", cfg_scale=0.7).result(60)
    studio = Studio()
    try:
        told = ask(studio, "compare", takes=[slow.id, fast.id])
        assert [[(piece.text, piece.differs) for piece in prompt] for prompt in told.prompts] == [
            [("A ", False), ("slow", True), (" pan", False)],
            [("A ", False), ("fast", True), (" pan", False)],
        ]
        assert [(fact.name, fact.values) for fact in told.differing] == [("CFG scale", ["not set", "0.7"])]
        assert told.shared[0] == "Kling v3 Pro"
        assert told.shared[-1] == "the start image"
        with pytest.raises(RekaError, match="No job in the library"):
            ask(studio, "compare", takes=[slow.id, "gone"])
        with pytest.raises(msgspec.ValidationError, match="length <= 4"):
            ask(studio, "compare", takes=["x"] * 5)
    finally:
        studio.close()
