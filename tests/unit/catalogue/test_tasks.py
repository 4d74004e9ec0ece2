"""Test that an endpoint is chosen by what is wanted, and never one that makes something else."""

import json
from pathlib import Path
from typing import Any

import pytest

from reka_notebook import catalogue
from reka_notebook.catalogue import Catalogue, CatalogueError, UnknownEndpoint
from reka_notebook.catalogue.account.lay_over import lay_over
from reka_notebook.catalogue.account.models import read_models
from reka_notebook.catalogue.tasks import OUTPUTS, TASKS, task_for

ACCOUNT = [
    *({"model_id": "kling-v3-std", "capability": task} for task in ("image-to-video", "text-to-video")),
    *({"model_id": "wan-3", "capability": task} for task in ("text-to-image", "text-to-video")),
    *({"model_id": "flux-2", "capability": task} for task in ("text-to-image", "edit")),
    {"model_id": "voice-1", "capability": "text-to-speech"},
    {"model_id": "untold"},
]


@pytest.fixture
def account(cat: Catalogue) -> Catalogue:
    listed = read_models(ACCOUNT)
    assert listed is not None
    return lay_over(cat, listed)


def test_every_output_has_a_task_with_an_image_and_without() -> None:
    assert [(task_for(output, True), task_for(output, False)) for output in OUTPUTS] == [
        ("image-to-video", "text-to-video"),
        ("edit", "text-to-image"),
        ("text-to-speech", "text-to-speech"),
        ("image-to-bbox", "image-to-bbox"),
    ]


def test_every_task_has_a_default_that_makes_its_output(cat: Catalogue) -> None:
    for task, facts in TASKS.items():
        default = cat.default_for(task)
        assert (default.task, default.output) == (task, facts.output)


def test_defaults_follow_the_list_of_the_account_task_by_task(account: Catalogue) -> None:
    assert {task: account.default_for(task).model for task in TASKS} == {
        "image-to-video": "kling-v3-std",
        "text-to-video": "kling-v3-std",
        "text-to-image": "flux-2",
        "edit": "flux-2",
        "text-to-speech": "voice-1",
        "image-to-bbox": "reka-edge-2603",
    }
    assert (
        account.default_notice("text-to-speech") == "eleven-v3 is not in your account's list; using voice-1."
    )
    assert account.default_notice("image-to-bbox") is None


def test_a_file_names_the_default_of_one_task_and_leaves_the_others(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    before = catalogue.load()
    for default, task, model in (
        ("veo-3.1", "image-to-video", "veo-3.1"),
        ("ideogram-4/text-to-image", "text-to-image", "ideogram-4"),
        ({"edit": "gpt-image-2/edit"}, "edit", "gpt-image-2"),
        ({"image-to-video": ["veo-3.1", "kling-v3-pro"]}, "image-to-video", "veo-3.1"),
    ):
        own.write_text(json.dumps({"default": default}))
        known = catalogue.load(own)
        assert known.default_for(task).model == model
        assert all(known.defaults[one] == before.defaults[one] for one in TASKS if one != task)
    own.write_text('{\n "default": {\n  "edit": "ideogram-4/text-to-image"}}')
    with pytest.raises(CatalogueError, match=r"line 3: default > edit: .* is for text-to-image"):
        catalogue.load(own)


@pytest.mark.parametrize(
    ("name", "wanted", "id_"),
    [
        (None, {}, "kling-v3-std/text-to-video"),
        (None, {"with_image": True}, "kling-v3-std/image-to-video"),
        (None, {"output": "image"}, "flux-2/text-to-image"),
        (None, {"output": "image", "with_image": True}, "flux-2/edit"),
        (None, {"task": "TTS"}, "voice-1/text-to-speech"),
        ("voice-1", {}, "voice-1/text-to-speech"),
        ("flux-2", {}, "flux-2/text-to-image"),
        ("flux-2", {"with_image": True}, "flux-2/edit"),
        ("kling-v3-std", {"with_image": True}, "kling-v3-std/image-to-video"),
        ("kling-v3-std", {}, "kling-v3-std/text-to-video"),
        ("kling-v3-pro", {"output": "video"}, "kling-v3-pro/image-to-video"),
        ("wan-3", {}, "wan-3/text-to-video"),
        ("wan-3", {"output": "image"}, "wan-3/text-to-image"),
        ("wan-3", {"task": "text_to_image"}, "wan-3/text-to-image"),
        ("untold", {"output": "image", "with_image": True}, "untold/edit"),
        ("any/text-to-speech", {"output": "audio"}, "any/text-to-speech"),
        ("flux-2/edit", {}, "flux-2/edit"),
    ],
)
def test_what_is_meant_follows_from_the_output_the_image_and_the_model(
    account: Catalogue, name: str | None, wanted: dict[str, Any], id_: str
) -> None:
    assert account.choose(name, **wanted).id == id_


@pytest.mark.parametrize(
    ("name", "wanted", "words"),
    [
        ("voice-1", {"output": "video"}, "makes .*, and no videos. Its tasks: text-to-speech"),
        ("kling-v3-std/text-to-video", {"output": "image"}, "makes videos, and no images"),
        (None, {"output": "video", "task": "edit"}, "edit makes images, and no videos"),
        ("wan-3", {"with_image": True}, "has several tasks: text-to-video, text-to-image"),
        (
            "flux-2",
            {"task": "text-to-speech"},
            "is for: flux-2/text-to-image, flux-2/edit. .* flux-2/text-to-speech",
        ),
        ("flux-2/edit", {"task": "text-to-image"}, "leave out one of the two"),
        (None, {"task": "text-to-vidoe"}, "no task 'text-to-vidoe'. Did you mean text-to-video"),
        (None, {"task": "juggle"}, "Choose one of: image-to-video, text-to-video"),
        ("flux", {"output": "image"}, "Unknown model 'flux'"),
    ],
)
def test_what_makes_something_else_is_refused_in_words(
    account: Catalogue, name: str | None, wanted: dict[str, Any], words: str
) -> None:
    with pytest.raises(UnknownEndpoint, match=words):
        account.choose(name, **wanted)


def test_without_a_model_for_a_task_an_error_says_how_to_name_one(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text('{"default": {"image-to-bbox": null}}')
    with pytest.raises(
        UnknownEndpoint, match=r"No model for image-to-bbox is known\. Name one with its task"
    ):
        catalogue.load(own).default_for("image-to-bbox")
