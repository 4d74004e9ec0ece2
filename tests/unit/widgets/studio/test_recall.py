"""Test reusing a take: the form makes the same request byte for byte, or continues from its last frame."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

import reka_notebook
from reka_notebook import media
from reka_notebook.errors import RekaError
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.slots import TakePictures
from reka_notebook.widgets.studio.studio import Studio


@pytest.fixture
def studio(sandbox: Sandbox) -> Iterator[Studio]:
    made = Studio(prompt="Something else", model="sora-2-pro")
    yield made
    made.close()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def recall(studio: Studio, take: str, *, seed: bool = True) -> protocol.Form:
    form, _ = asyncio.run(studio._recall(protocol.Recall(id="1", take=take, seed=seed), []))
    return form


def generate(
    studio: Studio, form: protocol.Form, frames: dict[str, protocol.Framing] | None = None
) -> protocol.GenerateValue:
    request = protocol.Generate(
        id="2",
        endpoint=form.endpoint,
        prompt=form.prompt,
        settings=form.settings,
        images={image["slot"]: image["digest"] for image in studio.images},
        again=False,
        frames=frames or {},
    )
    return asyncio.run(studio._generate(request, []))[0]


def test_the_form_makes_the_same_request_again(sandbox: Sandbox, studio: Studio, photo: Path) -> None:
    end = Image.linear_gradient("L").convert("RGB")
    job = reka_notebook.submit(
        "Pan left", photo, end_image=end, model="kling-v3-pro", duration=3, cfg_scale=0.7
    )
    take = job.result(60)
    form = recall(studio, take.id)
    assert (form.endpoint, form.prompt) == ("kling-v3-pro/image-to-video", "Pan left")
    assert form.settings == {"duration": "3", "cfg_scale": 0.7}
    assert studio.form == {"endpoint": form.endpoint, "prompt": form.prompt, "settings": form.settings}
    assert [image["slot"] for image in studio.images] == ["start", "end"]
    assert studio.images[0]["name"] == "photo.jpg"
    assert generate(studio, form) == protocol.GenerateValue(take.id, kept=True)
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize(
    "framing",
    [
        protocol.Framing("crop", [10, 0, 225, 400], aspect="9:16"),
        protocol.Framing("pad", ratio="9:16", colour="#ffffff", aspect="9:16"),
        protocol.Framing("whole", aspect="9:16"),
    ],
    ids=lambda framing: framing.fit,
)
def test_the_framing_of_its_image_comes_back(
    sandbox: Sandbox, studio: Studio, photo: Path, framing: protocol.Framing
) -> None:
    studio._slots.put("start", media.load(photo))
    asked = protocol.Form("veo-3.1/image-to-video", "Pan left", {"aspect_ratio": "9:16"})
    job = generate(studio, asked, {"start": framing}).job
    until(lambda: [shown["id"] for shown in studio.takes_shown] == [job])
    shown = studio.images[0]
    assert shown["framing"] == msgspec.to_builtins(framing)
    assert shown["sends"].startswith(
        {"crop": "225 × 400", "pad": "600 × 1067", "whole": "600 × 400"}[framing.fit]
    )

    studio._slots.put("start", media.load(Image.new("RGB", (64, 64))))
    form = recall(studio, job)
    assert studio.images == [shown]
    assert generate(studio, form, {"start": framing}).kept
    assert generate(studio, form).kept, "an image is sent as it was given where the browser says nothing"
    assert not generate(studio, form, {"start": protocol.Framing("crop", [11, 0, 225, 400])}).kept


def test_without_the_seed_it_is_another(sandbox: Sandbox, studio: Studio, photo: Path) -> None:
    take = reka_notebook.submit("Pan left", photo, model="veo-3.1", seed=7).result(60)
    assert recall(studio, take.id).settings == {"seed": 7}
    assert recall(studio, take.id, seed=False).settings == {}


def test_an_image_by_its_address_stays_one(studio: Studio) -> None:
    url = "https://example.com/a.jpg"
    take = reka_notebook.submit("Pan left", url, model="kling-v3-pro", duration=3).result(60)
    assert generate(studio, recall(studio, take.id)).kept


def test_an_image_that_is_gone_is_said_and_the_form_stays(studio: Studio, photo: Path) -> None:
    take = reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3).result(60)
    library = studio._controller.library
    library.images.path(take.request.images["start"][0].digest).unlink()
    before = (studio.form, studio.images)
    with pytest.raises(RekaError, match="not in the library any more"):
        recall(studio, take.id)
    assert (studio.form, studio.images) == before


def test_the_next_shot_begins_where_this_one_ends(studio: Studio, photo: Path) -> None:
    take = reka_notebook.submit("Zoom out", photo, model="kling-v3-pro", duration=3).result(60)
    recall(studio, take.id)
    image, _ = asyncio.run(
        TakePictures(studio._slots, studio._controller.library, studio._take)._next_shot(
            protocol.NextShot(id="3", take=take.id), []
        )
    )
    assert [shown["digest"] for shown in studio.images] == [image.digest]
    with Image.open(studio._controller.library.images.path(image.digest)) as placed:
        difference = np.asarray(placed.convert("RGB"), float) - np.asarray(take.last_frame, float)
    assert np.abs(difference).max() <= 1
    assert studio.form["prompt"] == "Zoom out"


def test_a_shot_begins_with_the_frame_that_is_shown(studio: Studio, photo: Path) -> None:
    take = reka_notebook.submit("Zoom out", photo, model="kling-v3-pro", duration=3).result(60)
    frames = TakePictures(studio._slots, studio._controller.library, studio._take)
    image, _ = asyncio.run(frames._next_shot(protocol.NextShot(id="3", take=take.id, at=1.2), []))
    assert image.name.endswith(" at 1.2 s")
    with Image.open(studio._controller.library.images.path(image.digest)) as placed:
        assert np.array_equal(np.asarray(placed.convert("RGB")), np.asarray(take.frame_at(1.2)))
    last, _ = asyncio.run(frames._next_shot(protocol.NextShot(id="4", take=take.id), []))
    assert last.name.startswith("last frame of ")
    assert take.id not in image.name + last.name
    assert last.digest != image.digest


def test_the_images_that_were_there_can_be_put_back(studio: Studio, photo: Path) -> None:
    url = media.load("https://example.com/a.jpg")
    cropped = media.crop(media.load(photo), (10, 0, 225, 400))
    studio._slots.replace({"start": cropped, "end": url}, "9:16")
    before = studio.images
    take = reka_notebook.submit("Zoom out", photo, model="kling-v3-pro", duration=3).result(60)
    recall(studio, take.id)
    studio._slots.clear("start")
    assert studio.images != before
    were = {image["slot"]: image["digest"] for image in before}
    frames = {"start": msgspec.convert(before[0]["framing"], protocol.Framing)}
    asyncio.run(studio._slots._images_restore(protocol.ImagesRestore(id="5", images=were, frames=frames), []))
    assert studio.images == before
    assert studio._slots.source("start", cropped.digest) == cropped
    assert studio._slots.source("end", url.digest) == url
    asyncio.run(studio._slots._images_restore(protocol.ImagesRestore(id="6", images={}), []))
    assert studio.images == []


def test_the_page_that_asks_for_settings_fills_its_form_by_itself(studio: Studio, photo: Path) -> None:
    take = reka_notebook.submit("Zoom out", photo, model="kling-v3-pro", duration=3).result(60)
    asked = protocol.Recall(id="1", take=take.id, seed=True, by="page-1")
    form, _ = asyncio.run(studio._recall(asked, []))
    assert form.by == studio.form["by"] == "page-1"
