"""The account's list of models: whatever its shape, and the catalogue laid over it."""

import json
import random
from typing import Any

import pytest

from reka_notebook.catalogue import Catalogue, UnknownEndpoint
from reka_notebook.catalogue.account.lay_over import LISTED_NOTE, MOST_SHOWN, lay_over
from reka_notebook.catalogue.account.models import LONGEST, MOST, ModelList, read_models, task_of

SEEN = {
    "models": [
        {"model_id": "kling-v3-pro", "capability": "image-to-video", "provider": "x"},
        {"model_id": "seedance-2.0-pro", "capability": "image-to-video"},
        {"model_id": "nano-banana", "capability": "text-to-image"},
        {"model_id": "eleven-v3", "capability": "text-to-speech"},
        {"model_id": "qwen3.6-flash", "capability": "chat"},
    ]
}
KLING, SORA, VEO = (f"{name}/image-to-video" for name in ("kling-v3-pro", "sora-2-pro", "veo-3.1"))


def listed(body: Any) -> ModelList:
    found = read_models(body)
    assert found is not None
    return found


def named(body: Any) -> dict[str, tuple[str, ...]]:
    return {model.name: model.tasks for model in listed(body).models}


I2V, T2V = "image-to-video", "text-to-video"


@pytest.mark.parametrize(
    "body",
    [
        {"models": [{"model_id": "a", "capability": "image-to-video"}]},
        {"data": [{"id": "a", "capabilities": ["image-to-video"]}]},
        {"object": "list", "data": [{"id": "a/image-to-video", "object": "model", "task": "image-to-video"}]},
        [{"id": "a", "task": "image_to_video"}],
        ["a/image-to-video"],
        ["/v2/inference/a/image-to-video"],
        [{"path": "https://api.test/v1/inference/a/image2video"}],
        {"models": {"a": {"capability": "I2V"}}},
        {"models": {"a": "imageToVideo"}},
        {"data": {"models": [{"id": "a", "task": "i2v"}]}},
        {"image-to-video": ["a"]},
        {"models": {"image_to_video": [{"model_id": "a"}]}},
        {"result": [{"name": "a", "tasks": {"image-to-video": True, "text-to-video": False}}]},
        {"models": [{"slug": "a", "type": "model", "category": "Image to Video"}, 7, None, [], {}]},
        {"models": [{"id": "a", "capability": "image-to-video"}, {"id": "b", "enabled": False}]},
    ],
)
def test_a_list_is_read_whatever_its_shape(body: Any) -> None:
    assert named(body) == {"a": (I2V,)}


def test_one_model_may_do_several_tasks_in_one_entry_or_in_several() -> None:
    both = {"a": (I2V, T2V)}
    assert named([{"id": "a", "capability": [I2V, "t2v"]}]) == both
    assert named([{"id": "a", "capability": "image-to-video, text_to_video"}]) == both
    assert named([{"id": "a", "capability": I2V}, {"id": "a", "capability": T2V}]) == both


def test_a_name_without_a_task_and_a_task_that_is_not_known_are_kept() -> None:
    assert named(["a", {"id": "b", "capability": "video-to-music"}]) == {"a": (), "b": ("video-to-music",)}


def test_titles_are_for_people_and_names_are_for_paths() -> None:
    (model,) = listed([{"id": "kling-v3-std", "name": "Kling v3\nStandard", "capability": "i2v"}]).models
    assert (model.name, model.title) == ("kling-v3-std", "Kling v3 Standard")
    (model,) = listed([{"name": "kling-v3-std", "display_name": "Kling"}]).models
    assert (model.name, model.title) == ("kling-v3-std", "Kling")


@pytest.mark.parametrize(
    "body",
    [
        *(None, 7, "a", [], {}, {"models": []}, {"models": "a"}, {"error": {"message": "no"}}),
        *([["a"]], [{"id": "../requests"}], [{"id": "a b"}], [{"id": "x" * (LONGEST + 1)}], ["a/../b"]),
        *(["openai/gpt"], ["https://evil.test/"], [{"id": "a?x=1/image-to-video"}], ["{model}"]),
    ],
)
def test_what_is_no_list_of_usable_names_is_none(body: Any) -> None:
    assert read_models(body) is None


def test_a_huge_list_is_bounded_and_counts_as_a_part() -> None:
    found = listed([{"id": f"m-{number}", "capability": I2V} for number in range(MOST + 1)])
    assert (len(found.models), found.partial) == (MOST, True)
    assert not listed([f"m-{number}" for number in range(MOST)]).partial
    many_tasks = [{"id": "a", "capabilities": [f"task-{number}" for number in range(10_000)]}]
    assert len(listed(many_tasks).models[0].tasks) <= 20
    assert read_models([{"id": "a", "capability": "x" * 10**6}]) is not None


def test_a_first_page_is_a_part() -> None:
    for more in ({"has_more": True}, {"next_cursor": "x"}, {"next": "/v2?page=2"}):
        assert listed({"data": ["a"], **more}).partial
    assert not listed({"data": ["a"], "has_more": False, "next": None}).partial


def test_a_hostile_list_never_breaks_anything(cat: Catalogue) -> None:
    chance = random.Random(4)
    atoms = ["a", "a/edit", "", "\x00", "i2v", "\u202e", 0, True, None, 1e400, "x" * 300, "../..", SORA]
    keys = ["models", "data", "id", "capability", "next", "tasks", "available", "image-to-video", "", "name"]

    def made(depth: int) -> Any:
        kind = chance.random()
        if depth == 0 or kind < 0.3:
            return chance.choice(atoms)
        if kind < 0.6:
            return [made(depth - 1) for _ in range(chance.randrange(5))]
        return {chance.choice(keys): made(depth - 1) for _ in range(chance.randrange(5))}

    for _ in range(3000):
        found = read_models(made(4))
        if found is not None:
            laid = lay_over(cat, found)
            assert laid.default.id
            assert all(
                endpoint.path is None or ".." not in endpoint.path for endpoint in laid.endpoints.values()
            )


@pytest.mark.parametrize(
    ("word", "task"),
    [
        *(("Image To Video", I2V), ("IMAGE_TO_VIDEO", I2V), ("image2video", I2V), ("img2video", I2V)),
        *(("t2i", "text-to-image"), ("TTS", "text-to-speech"), ("image-editing", "edit")),
        ("lip sync", "lip-sync"),
    ],
)
def test_a_task_has_many_spellings(word: str, task: str) -> None:
    assert task_of(word) == task


def test_the_catalogue_is_laid_over_the_list(cat: Catalogue) -> None:
    laid = lay_over(cat, listed(SEEN))
    assert list(laid.endpoints) == [
        *(KLING, "nano-banana/text-to-image", "seedance-2.0-pro/image-to-video", "eleven-v3/text-to-speech"),
        *(SORA, VEO, "nano-banana/edit", "qwen/chat-completion"),
    ]
    assert laid.absent == {SORA, VEO, "nano-banana/edit", "qwen/chat-completion"}
    assert [one.id for one in laid.available] == list(laid.endpoints)[:4]
    assert laid.endpoint(KLING).schema == cat.endpoint(KLING).schema
    speech = laid.endpoint("eleven-v3", "text-to-speech")
    assert (speech.path, speech.prompt_field) == ("/v2/inference/eleven-v3/text-to-speech", "text")
    assert (speech.note, speech.title) == (LISTED_NOTE, "eleven-v3")
    assert laid.endpoint("seedance-2.0-pro").id == "seedance-2.0-pro/image-to-video"
    assert [model.name for model in laid.unplaced] == ["qwen3.6-flash"]


def test_a_model_that_the_list_does_not_have_can_be_named_still(cat: Catalogue) -> None:
    assert lay_over(cat, listed(SEEN)).endpoint("sora-2-pro").id == SORA


def test_another_spelling_is_the_same_model_under_the_same_id(cat: Catalogue) -> None:
    laid = lay_over(cat, listed(["veo3.1/image-to-video", "sora-2-pro"]))
    veo = laid.endpoint("veo-3.1")
    assert (veo.id, veo.path, veo.note) == (VEO, "/v2/inference/veo3.1/image-to-video", None)
    assert VEO not in laid.absent
    own = laid.endpoint("veo3.1")
    assert (own.id, own.path, own.schema) == ("veo3.1/image-to-video", veo.path, veo.schema)
    assert "veo3.1/image-to-video" not in laid.endpoints


def test_where_both_spellings_are_listed_both_are_offered(cat: Catalogue) -> None:
    laid = lay_over(cat, listed(["veo-3.1/image-to-video", "veo3.1/image-to-video"]))
    assert laid.endpoint("veo-3.1").path == f"/v2/inference/{VEO}"
    assert "veo3.1/image-to-video" in laid.endpoints


def test_a_documented_path_and_its_note_stay(cat: Catalogue) -> None:
    sora = lay_over(cat, listed(["sora-2-pro"])).endpoint("sora-2-pro")
    assert sora.note == cat.endpoint("sora-2-pro").note


def test_a_name_without_a_task_can_be_used_and_is_named_in_errors(cat: Catalogue) -> None:
    laid = lay_over(cat, listed(["wan2.2-flash", "kling-v3-pro"]))
    assert laid.endpoint("wan2.2-flash").id == "wan2.2-flash/image-to-video"
    with pytest.raises(UnknownEndpoint, match=r"Did you mean wan2.2-flash"):
        laid.endpoint("wan2.2-flsh")
    with pytest.raises(UnknownEndpoint, match=r"Did you mean seedance-2.0-pro"):
        lay_over(cat, listed(SEEN)).endpoint("seedance-2-pro")


def test_nothing_is_missing_from_a_part_of_a_list(cat: Catalogue) -> None:
    laid = lay_over(cat, listed({**SEEN, "has_more": True}))
    assert laid.absent == frozenset()
    assert laid.default.id == cat.default.id == SORA
    assert laid.default_notice() is None


def test_a_huge_list_is_offered_in_part_and_an_error_names_a_few(cat: Catalogue) -> None:
    laid = lay_over(cat, listed([{"id": f"m-{number}", "capability": I2V} for number in range(1500)]))
    assert len(laid.endpoints) == len(cat.endpoints) + MOST_SHOWN
    with pytest.raises(UnknownEndpoint) as said:
        laid.endpoint("nothing-like-it")
    assert len(str(said.value)) < 1500
    assert laid.endpoint("m-1400/image-to-video").model == "m-1400"


@pytest.mark.parametrize(
    ("names", "default"),
    [
        (["sora-2-pro", "kling-v3-pro"], SORA),
        (["veo-3.1", "kling-v3-pro"], KLING),
        (["veo-3.1"], VEO),
        ([{"id": "seedance-2.0-fast", "task": I2V}], "seedance-2.0-fast/image-to-video"),
        ([{"id": "made-up-1", "task": "edit"}, {"id": "made-up-2", "task": I2V}], "made-up-2/image-to-video"),
        ([{"id": "made-up-1", "task": "edit"}], SORA),
    ],
)
def test_the_default_is_the_first_of_the_order_that_is_there(
    cat: Catalogue, names: Any, default: str
) -> None:
    laid = lay_over(cat, listed(names))
    assert laid.default.id == default
    if default == SORA:
        assert laid.default_notice() is None
    else:
        model = default.partition("/")[0]
        assert laid.default_notice() == f"sora-2-pro is not in your account's list; using {model}."


def test_a_file_of_a_person_decides_on_the_default(tmp_path: Any) -> None:
    from reka_notebook import catalogue

    file = tmp_path / "own.json"
    file.write_text(json.dumps({"default": "veo-3.1"}))
    assert lay_over(catalogue.load(file), listed(SEEN)).default.id == VEO
    file.write_text(json.dumps({"default": ["veo-3.1", "kling-v3-pro"]}))
    own = catalogue.load(file)
    assert own.default.id == VEO
    assert lay_over(own, listed(SEEN)).default.id == KLING
