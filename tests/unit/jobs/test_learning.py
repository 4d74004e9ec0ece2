"""Learn from a service's refusals how it wants a request to be spelt, at one charge."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook.jobs import prepare
from reka_notebook.jobs.controller import Controller, controller
from reka_notebook.sandbox import Sandbox
from tests.processes import ask_soon

ENDPOINTS = [
    "kling-v3-pro/image-to-video",
    "veo-3.1/image-to-video",
    "sora-2-pro/image-to-video",
    "seedance-2.0-pro/image-to-video",
    "wan2.2-flash/text-to-video",
    "nano-banana/text-to-image",
    "flux-2/text-to-image",
    "nano-banana/edit",
    "eleven-v3/text-to-speech",
    "reka-edge-2603/image-to-bbox",
]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sandbox]]:
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


def ask(endpoint: str, photo: Path, prompt: str = "zoom in", **values: Any) -> Any:
    control: Controller = controller()
    known = control.catalogue.endpoint(endpoint)
    chosen = {
        "duration": "4" if "sora" in endpoint or "veo" in endpoint else "5",
        "num_images": 2,
        "aspect_ratio": "16:9",
    }
    given = {name: value for name, value in chosen.items() if name in known.options} | values
    images = dict.fromkeys(known.images, photo)
    prepared = prepare(control.catalogue, prompt, images, model=endpoint, values=given)
    return control.submit(prepared, notebook_file=None)


@pytest.mark.parametrize("profile", ["reka", "fal", "strict", "careless"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_first_try_ends_with_a_take_and_the_second_is_never_refused(
    serve: Callable[..., Sandbox], photo: Path, endpoint: str, profile: str
) -> None:
    sandbox = serve(profile)
    if profile == "reka" and "sora" in endpoint:
        pytest.skip("the account does not have it")
    take = ask(endpoint, photo).result(20)
    assert take.path.exists()
    assert len(sandbox.ledger) == 1
    assert len(sandbox.refused) <= 3
    keys = {refused.idempotency_key for refused in sandbox.refused} | {
        charge.idempotency_key for charge in sandbox.ledger
    }
    assert len(keys) == len(sandbox.refused) + 1, "every spelling has a key of its own"
    before = len(sandbox.refused)
    ask(endpoint, photo, "zoom out").result(20)
    assert (len(sandbox.ledger), len(sandbox.refused)) == (2, before)
    assert ask(endpoint, photo).result(20).id == take.id
    assert len(sandbox.ledger) == 2
