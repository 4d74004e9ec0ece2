"""The studio's menu of models follows the account's list, and never waits for it."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook.catalogue.account.models import read_models
from reka_notebook.catalogue.tasks import TASKS
from reka_notebook.jobs import controller
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.models.account_models import AccountModels
from reka_notebook.sandbox import Sandbox
from reka_notebook.text import dollars
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.model_menu import NOT_LISTED
from reka_notebook.widgets.studio.studio import Studio

SORA, KLING = "sora-2-pro/image-to-video", "kling-v3-pro/image-to-video"
LISTED = ["kling-v3-pro/image-to-video", "wan2.2-flash/image-to-video"]


@pytest.fixture
def studio(sandbox: Sandbox) -> Iterator[Studio]:
    made = Studio()
    yield made
    made.close()


def arrive(names: list[str]) -> None:
    """A list comes, on the engine, as it does when the service has answered."""
    models, found = controller().models, read_models(names)
    assert found is not None
    models._keep(found, None)
    engine().call(models._listeners.tell, models.catalogue)


def menu(studio: Studio) -> list[tuple[str, bool]]:
    return [(one["id"], one["absent"]) for one in studio.endpoints if one["task"] == "image-to-video"]


def test_before_there_is_a_list_the_catalogue_is_offered(studio: Studio) -> None:
    assert [id_ for id_, absent in menu(studio) if absent] == []
    assert studio.form["endpoint"] == SORA


def test_without_a_list_there_is_a_model_for_every_task(studio: Studio) -> None:
    found = {one["task"]: one["id"] for one in studio.endpoints if one["default"]}
    assert set(found) == set(TASKS)
    arrive(LISTED)  # an account's own list, which has none for speech
    assert {one["task"] for one in studio.endpoints if not one["absent"]} == {"image-to-video"}


def test_a_list_that_comes_fills_the_menu_and_replaces_a_default_that_is_gone(studio: Studio) -> None:
    arrive(LISTED)
    assert menu(studio) == [
        (KLING, False),
        ("wan2.2-flash/image-to-video", False),
        (SORA, True),
        ("veo-3.1/image-to-video", True),
    ]
    assert studio.form["endpoint"] == KLING
    sora = next(one for one in studio.endpoints if one["id"] == SORA)
    assert sora["note"].startswith(NOT_LISTED)
    assert [one["id"] for one in studio.endpoints if one["default"] and one["task"] == "image-to-video"] == [
        KLING
    ]


def test_what_is_written_stays_as_it_is(studio: Studio) -> None:
    studio.prompt = "Pan left"
    arrive(LISTED)
    assert (studio.form["endpoint"], studio.form["prompt"]) == (SORA, "Pan left")
    assert (SORA, True) in menu(studio)


def test_a_model_that_was_chosen_stays(sandbox: Sandbox) -> None:
    studio = Studio(model="veo-3.1")
    arrive(LISTED)
    assert studio.form["endpoint"] == "veo-3.1/image-to-video"
    studio.close()


def test_a_studio_that_is_opened_later_has_the_list_at_once(sandbox: Sandbox) -> None:
    arrive(LISTED)
    studio = Studio()
    assert studio.form["endpoint"] == KLING
    assert (SORA, True) in menu(studio)
    studio.close()


def test_the_menu_s_button_asks_the_service(studio: Studio, sandbox: Sandbox) -> None:
    request = protocol.RefreshModels(id="1")

    async def ask() -> Any:
        return await studio._menu._refresh(request, ())

    loop = engine()._ready.result()[0]
    value, _ = asyncio.run_coroutine_threadsafe(ask(), loop).result(20)
    assert value.message.endswith("in your account's list.")
    assert [seen.path for seen in sandbox.log] == ["/v2/inference/models"]
    assert any(not absent for _, absent in menu(studio))


def test_opening_a_studio_waits_for_no_service(
    sandbox: Sandbox, ask_for_no_models: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        await asyncio.sleep(60)

    ask_for_no_models()  # not any more
    monkeypatch.setattr(AccountModels, "_fetch", never)
    begun = time.monotonic()
    Studio().close()
    assert time.monotonic() - begun < 5


def test_a_studio_s_first_take_is_of_a_model_that_the_account_has(
    ask_for_no_models: Callable[[], None], photo: Path
) -> None:
    ask_for_no_models()
    made = Sandbox(seconds=0.0, render="small", seed=1, profile="reka")
    reka_notebook.configure(base_url=made.start())
    studio = Studio(photo, "Pan left")
    assert studio.generate().result(30).request.endpoint == KLING
    assert (studio.form["endpoint"], studio.form["prompt"]) == (KLING, "Pan left")
    studio.close()
    made.stop()


def test_a_model_that_nothing_lists_is_offered_where_it_was_named(sandbox: Sandbox) -> None:
    named = "seedance-2.0-pro/image-to-video"
    made = Studio(model=named)
    try:
        assert made.form["endpoint"] == named
        assert menu(made)[-1] == (named, False)
    finally:
        made.close()


def test_of_several_default_models_the_one_for_videos_begins(sandbox: Sandbox, photo: Path) -> None:
    reka_notebook.configure(model="nano-banana, kling-v3-pro")
    made = Studio(photo)
    try:
        assert made.form["endpoint"] == KLING
    finally:
        made.close()


def test_the_menu_has_the_price_that_bills_or_a_person_tell(
    sandbox: Sandbox, photo: Path, tmp_path: Path
) -> None:
    billing = Sandbox(seconds=0.0, render="small", seed=1, profile="reka")
    mine = {"endpoints": {"veo-3.1/image-to-video": {"price": {"usd_per_second": 0.2}}}}
    (tmp_path / "catalogue.json").write_text(json.dumps(mine), encoding="utf-8")
    reka_notebook.configure(base_url=billing.start(), catalogue=tmp_path / "catalogue.json")
    studio = Studio()
    image = "nano-banana/text-to-image"
    asked = [
        protocol.OtherModel(KLING, {"duration": "10"}),
        protocol.OtherModel("veo-3.1/image-to-video", {"duration": "4s"}),
        protocol.OtherModel(image, {"num_images": "2"}),
        protocol.OtherModel(SORA, {"duration": "no number"}),
        protocol.OtherModel("no-such/model", {}),
    ]

    def prices() -> dict[str, str]:
        value, _ = asyncio.run(studio._menu._prices(protocol.Prices(id="1", models=asked), ()))
        return dict(value.prices)

    try:
        assert prices() == {"veo-3.1/image-to-video": "about $0.80"}
        reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=5).result(60)
        reka_notebook.submit("A boat", model=image).result(60)
        (video, one) = (charge.price for charge in billing.ledger)
        assert prices() == {
            "veo-3.1/image-to-video": "about $0.80",
            KLING: f"about {dollars(2 * video)}",
            image: f"about {dollars(2 * one)}",
        }
    finally:
        studio.close()
        billing.stop()


def test_every_word_begins_with_the_model_that_is_configured_for_it(sandbox: Sandbox, photo: Path) -> None:
    reka_notebook.configure(
        model="veo-3.1, seedance-2.0-pro/text-to-video, ideogram-4/text-to-image, flux-2/edit, "
        "other-voice/text-to-speech, my-finder/image-to-bbox"
    )
    begins = {
        "image-to-video": "veo-3.1",
        "text-to-video": "seedance-2.0-pro",
        "text-to-image": "ideogram-4",
        "edit": "flux-2",
        "text-to-speech": "other-voice",
        "image-to-bbox": "my-finder",
    }
    made = Studio(photo)
    try:
        default = {one["task"]: one["model"] for one in made.endpoints if one["default"]}
        assert default == begins
        assert len([one for one in made.endpoints if one["default"]]) == len(begins)
        turned = {}
        for image in (photo, None):
            made.image = image
            for word in ("image", "speech", "boxes", "video"):
                made.output = word
                turned[made._controller.catalogue.endpoint(made.model).task] = made.model
        # Without an image, boxes wait for one.
        assert turned == {task: f"{model}/{task}" for task, model in begins.items()}
    finally:
        made.close()


def test_a_configured_model_leaves_other_words_their_defaults(sandbox: Sandbox, photo: Path) -> None:
    reka_notebook.configure(model="flux-2/edit")
    made = Studio(photo)
    try:
        assert made.model == SORA
        default = {one["task"]: one["model"] for one in made.endpoints if one["default"]}
        assert (default["edit"], default["text-to-image"]) == ("flux-2", "nano-banana")
        made.output = "image"
        assert made.model == "flux-2/edit"
        made.output, made.image = "speech", None
        made.output = "image"
        assert made.model == "nano-banana/text-to-image"
    finally:
        made.close()
