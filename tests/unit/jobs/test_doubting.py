"""Notice what a service did otherwise than it was asked, without an error."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook.catalogue import Mark
from reka_notebook.jobs import Take, prepare
from reka_notebook.jobs.controller import controller
from reka_notebook.jobs.steps import doubting, keeping
from reka_notebook.library.store.names import SIDECAR
from reka_notebook.sandbox import Sandbox

TOO_SHORT = "You asked for 8 s and got 5: the service may not know the field `duration_seconds`."
MODEL = "seedance-2.0-pro/image-to-video"


def ask(photo: Path, prompt: str = "push in", model: str = MODEL, **values: Any) -> Take:
    """Ask for a film, and wait for it."""
    control = controller()
    known = control.catalogue.endpoint(model)
    prepared = prepare(
        control.catalogue, prompt, dict.fromkeys(known.images, photo), model=model, values=values
    )
    return control.submit(prepared, notebook_file=None).result(20)


def remarks_soon(take: Take) -> list[str]:
    """Return the remarks on a take, which come late where the machine is slow."""
    for _ in range(200):
        known = controller().library.take(take.id)
        if known.remarks:
            return known.remarks
        time.sleep(0.1)
    return []


def test_a_careless_service_leaves_a_note_on_the_take_and_a_doubt_in_the_catalogue(
    serve: Callable[..., Sandbox], photo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    serve("careless")
    take = ask(photo, duration="8")
    assert take.remarks == [TOO_SHORT]
    assert json.loads(take.path.with_suffix(SIDECAR).read_text())["remarks"] == [TOO_SHORT]
    endpoint = controller().catalogue.endpoint(MODEL)
    assert endpoint.mark("input.duration") is Mark.doubted
    assert TOO_SHORT in endpoint.reasons["input.duration"]
    told = [record for record in caplog.records if TOO_SHORT in record.getMessage()]
    ask(photo, "pull out", duration="8")
    assert len([record for record in caplog.records if TOO_SHORT in record.getMessage()]) == len(told) == 1


@pytest.mark.draw
@pytest.mark.parametrize("profile", ["reka", "fal", "strict"])
@pytest.mark.parametrize("model", [MODEL, "kling-v3-pro/image-to-video", "veo-3.1/image-to-video"])
def test_a_service_that_does_as_it_is_asked_leaves_none(
    serve: Callable[..., Sandbox], photo: Path, tmp_path: Path, profile: str, model: str
) -> None:
    serve(profile)
    if profile == "fal":  # which ignores the other name
        called = {
            "input": {
                "properties": {
                    "duration": {"x-names": ["duration"], "x-spellings": ["8s" if "veo" in model else "8"]}
                }
            }
        }
        corrected = tmp_path / "catalogue.json"
        corrected.write_text(json.dumps({"endpoints": {model: called}}))
        reka_notebook.configure(catalogue=corrected)
    options = controller().catalogue.endpoint(model).options
    asked = {
        "duration": "8s" if "veo" in model else "8",
        "aspect_ratio": "9:16",
        "generate_audio": True,
    }
    take = ask(photo, model=model, **{name: value for name, value in asked.items() if name in options})
    assert take.remarks == []
    assert Mark.doubted not in controller().catalogue.endpoint(model).marks.values()


def test_a_doubt_stays_where_a_take_is_as_asked_by_chance_until_a_person_corrects_it(
    serve: Callable[..., Sandbox], photo: Path, tmp_path: Path
) -> None:
    serve("careless")
    ask(photo, duration="8")

    def mark() -> Mark:
        return controller().catalogue.endpoint(MODEL).mark("input.duration")

    assert ask(photo, duration="5").remarks == []
    assert mark() is Mark.doubted, "it is always 5 s long"
    known = {"input": {"properties": {"duration": {"x-names": ["duration"]}}}}
    corrected = tmp_path / "catalogue.json"
    corrected.write_text(json.dumps({"endpoints": {MODEL: known}}))
    reka_notebook.configure(catalogue=corrected)
    assert mark() is Mark.learned, "a person has the last word"


def test_a_doubt_is_taken_back_by_a_take_that_bears_the_field_out(
    serve: Callable[..., Sandbox], photo: Path
) -> None:
    serve("careless")
    learned, fact = controller().settings.learned, "input.aspect_ratio"
    endpoint = controller().catalogue.endpoint(MODEL)
    assert learned is not None
    learned.doubt(endpoint, fact, "You asked for 9:16 and got 16:9: the service may not know the field.")
    assert controller().catalogue.endpoint(MODEL).mark(fact) is Mark.doubted
    ask(photo, aspect_ratio="9:16")
    assert controller().catalogue.endpoint(MODEL).mark(fact) is endpoint.mark(fact) is Mark.seen


def test_a_film_of_something_else_is_noticed(
    serve: Callable[..., Sandbox], photo: Path, tmp_path: Path
) -> None:
    serve("careless")  # which makes a film of the words where it knows no image
    corrected = tmp_path / "catalogue.json"
    corrected.write_text(
        json.dumps({"endpoints": {MODEL: {"images": {"start": {"names": ["first_frame"]}}}}})
    )
    reka_notebook.configure(catalogue=corrected)
    take = ask(photo)
    assert remarks_soon(take) == [
        "The film does not begin with the image you sent: the service may not know the field `first_frame`."
    ]


def test_what_goes_wrong_in_looking_a_take_over_leaves_it_as_it_is(
    serve: Callable[..., Sandbox], photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a decoder's error")

    monkeypatch.setattr(doubting, "beginning", fail)
    monkeypatch.setattr(keeping, "judge", fail)
    serve("careless")
    take = ask(photo, duration="8")
    assert take.path.exists()
    assert take.remarks == []
