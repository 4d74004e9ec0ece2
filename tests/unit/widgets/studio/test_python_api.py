"""Test the studio from Python: its form, what it makes, what is selected, and its events."""

import asyncio
import logging
import queue
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image

import reka_notebook
from reka_notebook.catalogue import InvalidInput
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Job, Take
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.studio import Studio

KLING = "kling-v3-pro/image-to-video"


@pytest.fixture
def studio(sandbox: Sandbox, photo: Path) -> Iterator[Studio]:
    made = Studio(photo, "Pan left", model="kling-v3-pro")
    yield made
    made.close()


def answer(studio: Studio, request: Any) -> Any:
    """Return what the browser is answered."""
    handlers = {**studio._steering, protocol.Generate: studio._generate}
    return asyncio.run(handlers[type(request)](request, []))[0]  # type: ignore[arg-type]


def write(studio: Studio, prompt: str, **settings: Any) -> None:
    """Send what a page sends when a person pauses."""
    answer(
        studio, protocol.Draft(id="1", endpoint=studio.model, prompt=prompt, settings=settings, by="page-1")
    )


def test_the_form_is_read_and_written(studio: Studio, photo: Path) -> None:
    assert (studio.prompt, studio.model, dict(studio.settings)) == ("Pan left", KLING, {})
    assert studio.image is not None
    assert studio.image.name == "photo.jpg"
    studio.prompt = "Zoom in"
    studio.settings = {"duration": 3}
    assert studio.form == {"endpoint": KLING, "prompt": "Zoom in", "settings": {"duration": "3"}}
    studio.image = Image.new("RGB", (320, 240))
    assert [(image["slot"], image["width"]) for image in studio.images] == [("start", 320)]
    studio.end_image = photo
    studio.image = None
    assert [image["slot"] for image in studio.images] == ["end"]


def test_a_prompt_that_is_no_text_is_refused_before_it_is_shown(studio: Studio, sandbox: Sandbox) -> None:
    for prompt, said in (
        (None, "The prompt is None"),
        (7, "a int"),
        ("a \ud83d", "position 3 is half of one"),
    ):
        with pytest.raises(RekaError, match=said):
            studio.prompt = prompt  # type: ignore[assignment]
        with pytest.raises(RekaError, match=said):
            Studio(prompt=prompt)  # type: ignore[arg-type]
    assert studio.prompt == "Pan left"
    with pytest.raises(RekaError, match="position 1 is half of one"):
        write(studio, "\ud83d")
    with pytest.raises(RekaError, match="position 1 is half of one"):
        write(studio, "Pan", negative_prompt="\ud83d")
    images = {"start": studio.images[0]["digest"]}
    asked = protocol.Generate(
        id="1", endpoint=KLING, prompt="\ud83d", settings={}, images=images, again=False
    )
    with pytest.raises(RekaError, match="position 1 is half of one"):
        answer(studio, asked)
    assert sandbox.log == []


def test_another_model_keeps_the_options_that_it_has(studio: Studio) -> None:
    studio.settings = {"duration": 3, "cfg_scale": 0.7}
    studio.model = "veo-3.1"
    assert (studio.model, set(studio.settings)) == ("veo-3.1/image-to-video", {"duration"})


def test_an_option_that_does_not_fit_is_refused_at_once(studio: Studio) -> None:
    with pytest.raises(InvalidInput, match="duration"):
        studio.settings = {"duration": 99}
    with pytest.raises(InvalidInput, match="length"):
        studio.settings = {"length": 3}
    with pytest.raises(TypeError):  # it would change nothing
        studio.settings["duration"] = 3  # type: ignore[index]
    assert dict(studio.settings) == {}


def test_python_reads_what_a_person_has_written(studio: Studio) -> None:
    write(studio, "A gull rises", duration="5")
    assert (studio.prompt, dict(studio.settings)) == ("A gull rises", {"duration": "5"})
    assert studio.form["by"] == "page-1"
    studio.prompt = "Two gulls"
    assert "by" not in studio.form  # every page shows it, also the one that wrote before
    assert dict(studio.settings) == {"duration": "5"}


def test_a_draft_beyond_all_measure_is_refused(studio: Studio) -> None:
    with pytest.raises(RekaError, match="too long"):
        write(studio, "x" * 500_000)
    assert studio.prompt == "Pan left"


def test_generate_makes_what_the_form_says_and_shows_what_is_kept(studio: Studio, sandbox: Sandbox) -> None:
    write(studio, "A gull rises", duration="3")
    take = studio.generate().result(60)
    assert (take.prompt, take.request.settings) == ("A gull rises", {"duration": "3"})
    assert [kept.id for kept in studio.takes] == [take.id]
    again = studio.generate()
    assert again.take is not None
    assert (again.id, again.take.from_earlier) == (take.id, True)
    assert [shown["kept_already"] for shown in studio.takes_shown] == [False]
    assert studio.generate(fresh=True).result(60).id != take.id
    assert len(sandbox.ledger) == 2


def test_generate_says_what_is_missing_and_sends_nothing(studio: Studio, sandbox: Sandbox) -> None:
    studio.image = None
    with pytest.raises(InvalidInput, match="image"):
        studio.generate()
    assert sandbox.ledger == []


def test_what_is_looked_at(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reka_notebook.widgets.studio.python_api.SETTLED", 0.01)
    assert studio.selected is None
    first, second = studio.generate().result(60), studio.generate(fresh=True).result(60)
    answer(studio, protocol.Selected(id="1", takes=[], open=first.id))
    assert isinstance(studio.selected, Take)
    assert studio.selected.id == first.id
    assert studio.selection == [], "it is looked at, and not selected to be compared"
    assert studio.opened == first.id, "for a page that is loaded again"
    answer(studio, protocol.Selected(id="2", takes=[second.id, "gone", first.id], open=first.id))
    assert isinstance(studio.selected, list)
    assert [take.id for take in studio.selected] == [second.id, first.id]
    assert [take["id"] for take in studio.selection] == [second.id, first.id]
    many = [first.id, *(f"gone{place}" for place in range(198)), second.id]
    answer(studio, protocol.Selected(id="3", takes=many, open=first.id))
    assert [take["id"] for take in studio.selection] == [first.id, second.id]


def test_events_of_this_studio_and_of_no_other(studio: Studio, photo: Path) -> None:
    other = Studio(photo, "Something else", model="kling-v3-pro")
    takes: queue.Queue[Take] = queue.Queue()
    jobs: list[Job] = []
    elsewhere: list[Any] = []
    stop = studio.on_take(takes.put)
    studio.on_job(jobs.append)
    other.on_take(elsewhere.append)
    other.on_job(elsewhere.append)
    made = studio.generate().result(60)
    assert takes.get(timeout=10).id == made.id
    assert {job.id for job in jobs} == {made.id}
    studio.generate()
    assert takes.get(timeout=10).from_earlier
    stop()
    studio.generate()
    reka_notebook.submit("From a cell", photo, model="kling-v3-pro", duration=3).result(60)
    assert takes.empty()
    assert elsewhere == []
    assert (other.prompt, other.selected) == ("Something else", None)
    other.close()


def test_a_listener_that_fails_breaks_nothing(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Any) -> None:
        raise ZeroDivisionError

    heard: queue.Queue[Take] = queue.Queue()
    studio.on_job(fail)
    studio.on_take(fail)
    studio.on_take(heard.put)
    with caplog.at_level(logging.ERROR, "reka_notebook"):
        take = studio.generate().result(60)
        assert heard.get(timeout=10).id == take.id
    assert "a listener of the studio failed" in caplog.text


def test_prompts_of_earlier_each_once_and_so_many(studio: Studio) -> None:
    for prompt in ("First", "Second", "First"):
        studio.prompt = prompt
        studio.generate().result(60)
    with closing(Studio(model="kling-v3-pro")) as other:
        assert answer(other, protocol.History(id="1", limit=10)).prompts == ["Second", "First"]
    assert answer(studio, protocol.History(id="1", limit=10)).prompts == ["First", "Second"]
    assert answer(studio, protocol.History(id="2", limit=1)).prompts == ["First"]
    assert answer(studio, protocol.History(id="3", limit=-5)).prompts == []


def test_a_button_press_is_told_to_python_too(studio: Studio) -> None:
    heard: queue.Queue[Take] = queue.Queue()
    studio.on_take(heard.put)
    images = {image["slot"]: image["digest"] for image in studio.images}
    request = protocol.Generate(
        id="1", endpoint=KLING, prompt="Tilt {up}", settings={}, images=images, again=False
    )
    value = answer(studio, request)
    assert msgspec.to_builtins(value)["kept"] is False
    assert heard.get(timeout=30).prompt == "Tilt {up}"
    assert answer(studio, protocol.History(id="2", limit=1)).prompts == ["Tilt {up}"]


def test_space_around_a_prompt_makes_no_other_request(studio: Studio, sandbox: Sandbox) -> None:
    first = studio.generate().result(60)
    studio.prompt = " Pan left\n"
    assert studio.generate().result(60).id == first.id
    assert len(sandbox.ledger) == 1


def test_alternatives_are_not_sent_as_they_are_written(studio: Studio, sandbox: Sandbox, photo: Path) -> None:
    studio.image = photo
    studio.prompt = "A {{slow|fast}} dolly in"
    with pytest.raises(RekaError, match="makes 2 at once"):
        studio.generate()
    assert sandbox.ledger == []
    studio.prompt = r"Braces as they are: \{{slow|fast}}"
    assert studio.generate().result(60).prompt == "Braces as they are: {{slow|fast}}"


@pytest.mark.parametrize("seed", [9007199254740993, -9007199254740993, 2**64 - 1, np.int64(9007199254740993)])
def test_a_seed_beyond_what_a_browser_can_count_makes_the_same_request(
    sandbox: Sandbox, photo: Path, seed: Any
) -> None:
    """Made from Python, used again, and asked for as a page sends it; alone, and in a sweep."""
    take = reka_notebook.submit("Pan left", photo, model="veo-3.1", seed=seed).result(20)
    with closing(Studio(model="veo-3.1")) as studio:
        form, _ = asyncio.run(studio._recall(protocol.Recall(id="1", take=take.id, seed=True), []))
        assert form.settings["seed"] == str(int(seed)), "as its digits, which a browser does not change"
        assert studio.form["settings"]["seed"] == str(int(seed))
        assert studio.settings["seed"] == seed
        images = {"start": studio.images[0]["digest"]}
        asked = {"endpoint": form.endpoint, "prompt": form.prompt, "images": images, "again": False}
        value = answer(studio, protocol.Generate(id="2", settings=form.settings, **asked))
        assert (value.job, value.kept) == (take.id, True)
        plan = protocol.Plan(
            id="3",
            endpoint=form.endpoint,
            prompt="Pan {{left|right}}",
            settings={"seed": [form.settings["seed"], 7]},
            images=images,
        )
        counted = asyncio.run(studio._sweeps.handlers[protocol.Plan](plan, []))[0]
        assert isinstance(counted, protocol.PlanValue)
        assert (counted.count, counted.kept) == (4, 1)
        write(studio, form.prompt, **form.settings)
        assert studio.generate().id == take.id
        studio.settings = {"seed": seed}
        assert studio.form["settings"] == {"seed": str(int(seed))}
        assert studio.generate().id == take.id
    assert len(sandbox.ledger) == 1


def test_a_float_that_a_browser_would_round_makes_the_same_request(sandbox: Sandbox, photo: Path) -> None:
    take = reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3, cfg_scale=1.0).result(20)
    with closing(Studio(model="kling-v3-pro")) as studio:
        form, _ = asyncio.run(studio._recall(protocol.Recall(id="1", take=take.id, seed=True), []))
        assert form.settings["cfg_scale"] == "1.0"
        assert studio.generate().id == take.id
    assert len(sandbox.ledger) == 1
