"""Notice what a service did otherwise than it was asked, without an error."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook.catalogue import Mark
from reka_notebook.jobs import Take, prepare
from reka_notebook.jobs.controller import controller
from reka_notebook.library.folder import SIDECAR
from reka_notebook.sandbox import Sandbox
from tests.processes import ask_soon

TOO_SHORT = "You asked for 8 s and got 5: the service may not know the field `duration_seconds`."
MODEL = "seedance-2.0-pro/image-to-video"


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sandbox]]:
    """Start a sandbox of a profile, which this session asks: ``serve("careless")``."""
    ask_soon(monkeypatch)
    started: list[Sandbox] = []

    def start(profile: str) -> Sandbox:
        sandbox = Sandbox(seconds=0.0, render="small", seed=1, profile=profile)
        reka_notebook.configure(base_url=sandbox.start())
        started.append(sandbox)
        return sandbox

    yield start
    for sandbox in started:
        sandbox.stop()


def ask(photo: Path, prompt: str = "push in", model: str = MODEL, **values: Any) -> Take:
    """Ask for a film, and wait for it."""
    control = controller()
    known = control.catalogue.endpoint(model)
    prepared = prepare(
        control.catalogue, prompt, dict.fromkeys(known.images, photo), model=model, values=values
    )
    return control.submit(prepared, notebook_file=None).result(20)


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
