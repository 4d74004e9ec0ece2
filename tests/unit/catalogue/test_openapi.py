"""Test rebuilding the catalogue from an OpenAPI document."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from reka_notebook.catalogue import Catalogue, CatalogueError, Mark, check_input, load, spelt_input
from reka_notebook.catalogue.documents.openapi import from_openapi


def submit(schema: dict[str, Any], summary: str = "") -> dict[str, Any]:
    body = {
        "type": "object",
        "properties": {"input": schema, "webhook_url": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
        "required": ["input"],
    }
    return {
        "post": {"summary": summary, "requestBody": {"content": {"application/json": {"schema": body}}}},
    }


def optional(schema: dict[str, Any], **beside: Any) -> dict[str, Any]:
    """Return a field that may be null, as Pydantic writes it."""
    return {"anyOf": [schema, {"type": "null"}], **beside}


PROMPT = {"type": "string", "title": "Prompt", "minLength": 1, "maxLength": 2500}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/v2/inference/models": {"get": {}},
        "/v2/inference/requests/{id}": {"get": {}},
        "/v2/inference/requests/{id}/cancel": {"post": {}},
        "/v2/inference/kling-v3-pro/image-to-video": submit({"$ref": "#/components/schemas/Kling"}),
        "/v2/inference/veo3.1/image-to-video": submit(
            {
                "properties": {"prompt": PROMPT, "image_url": {"type": "string"}},
                "required": ["prompt", "image_url"],
            }
        ),
        "/v2/inference/wan-25/image-to-video": submit(
            {
                "properties": {
                    "prompt": PROMPT,
                    "first_frame_image_url": {"type": "string"},
                    "steps": {"type": "integer"},
                }
            },
            "Submit image-to-video with Wan 2.5",
        ),
        "/v2/inference/sync/lip-sync": submit({"properties": {"audio_url": {"type": "string"}}}),
        "/v2/inference/{model_id}/edit": submit(
            {
                "properties": {
                    "prompt": PROMPT,
                    "image_urls": optional({"type": "array", "items": {"type": "string"}}),
                }
            }
        ),
        "/v2/inference/{model_id}/text-to-video": submit({"type": "object", "additionalProperties": True}),
        "/v2/inference/qwen/chat/completions": {"post": {}},
        "/v1/chat/completions": {"post": {}},
    },
    "components": {
        "schemas": {
            "Kling": {
                "type": "object",
                "properties": {
                    "prompt": PROMPT,
                    "start_image_url": {"type": "string", "format": "uri"},
                    "tail_image_url": optional({"type": "string"}, default=None),
                    "duration": optional({"$ref": "#/components/schemas/Duration"}, default="5"),
                    "generate_audio": {"allOf": [{"type": "boolean"}], "default": False},
                },
                "required": ["prompt", "start_image_url"],
            },
            "Duration": {"type": "string", "enum": ["5", "10"], "title": "KlingDuration"},
        }
    },
}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Return the catalogue as a person has it: written to a file, and read from there."""
    file = tmp_path_factory.mktemp("openapi") / "catalogue.json"
    before = copy.deepcopy(DOCUMENT)
    file.write_text(json.dumps(from_openapi(DOCUMENT)))
    assert before == DOCUMENT
    return load(file)


def test_a_known_endpoint_is_as_the_document_says(rebuilt: Catalogue) -> None:
    kling = rebuilt.endpoint("kling-v3-pro")
    assert {name: (slot.field, slot.required) for name, slot in kling.images.items()} == {
        "start": ("start_image_url", True),
        "end": ("tail_image_url", False),
    }
    assert kling.properties == {
        "prompt": PROMPT,
        "duration": {
            "type": "string",
            "enum": ["5", "10"],
            "title": "Duration",
            "default": "5",
            "x-unit": "s",
        },
        "generate_audio": {"type": "boolean", "title": "Sound", "default": False},
    }
    assert kling.schema["required"] == ["prompt"]
    assert check_input(kling, {"prompt": "x", "duration": "10s"}, ["start"]) == {
        "prompt": "x",
        "duration": "10",
    }


def test_what_the_document_says_is_documented_and_nothing_else(rebuilt: Catalogue, cat: Catalogue) -> None:
    kling = rebuilt.endpoint("kling-v3-pro")
    facts = ["title", "path", "images.start", "images.end", "input.prompt", "input.duration"]
    assert {kling.mark(fact) for fact in facts} == {Mark.documented}
    assert kling.mark("output") is Mark.assumed
    assert rebuilt.default == cat.default
    assert Mark.learned not in {
        mark for endpoint in rebuilt.endpoints.values() for mark in endpoint.marks.values()
    }


def test_another_spelling_replaces_the_assumed_one(rebuilt: Catalogue) -> None:
    assert "veo-3.1/image-to-video" not in rebuilt.endpoints
    veo = rebuilt.endpoint("veo3.1")
    assert (veo.title, veo.path, veo.note) == ("Veo 3.1", "/v2/inference/veo3.1/image-to-video", None)
    assert veo.mark("path") is veo.mark("title") is Mark.documented
    assert veo.options == {}


def test_a_new_endpoint(rebuilt: Catalogue) -> None:
    wan = rebuilt.endpoint("wan-25")
    assert wan.title == "Wan 2.5"
    assert wan.images["start"].field == "first_frame_image_url"
    assert not wan.images["start"].required
    assert wan.options == {"steps": {"type": "integer"}}
    assert wan.output == "video"


def test_a_task_not_known_before(rebuilt: Catalogue) -> None:
    sync = rebuilt.endpoint("sync/lip-sync")
    assert (sync.title, sync.path) == ("sync", "/v2/inference/sync/lip-sync")
    assert sync.mark("output") is Mark.assumed
    assert check_input(sync, {"audio_url": "https://example.org/a.mp3"})


def test_templates(rebuilt: Catalogue, cat: Catalogue) -> None:
    edit = rebuilt.endpoint("flux/edit")
    assert edit.path == "/v2/inference/flux/edit"
    assert edit.images["start"].many
    assert not edit.images["start"].required
    video = rebuilt.templates["text-to-video"]
    assert video.mark("path") is Mark.documented
    # The document says nothing of its fields, so what was seen of them stays, and stays so.
    assert video.schema == cat.templates["text-to-video"].schema
    assert video.mark("input.prompt") is Mark.seen
    assert video.note == cat.templates["text-to-video"].note


def test_routes_and_chat(rebuilt: Catalogue, cat: Catalogue) -> None:
    assert rebuilt.routes == cat.routes
    assert set(rebuilt.route_marks.values()) == {Mark.documented}
    assert rebuilt.endpoint("qwen/chat-completion").path == "/v2/inference/qwen/chat/completions"


def test_the_images_of_an_input_that_names_none_stay_assumed(tmp_path: Path, cat: Catalogue) -> None:
    path = "/v2/inference/sora-2-pro/image-to-video"
    patch = from_openapi(
        {"paths": {path: submit({"properties": {"prompt": PROMPT}, "required": ["prompt"]})}}
    )
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(patch))
    sora = load(file).default
    assert sora.images == cat.default.images
    assert sora.mark("images.start") is Mark.seen
    assert sora.options == {}
    assert sora.note == cat.default.note


def test_references_that_go_round_end(tmp_path: Path) -> None:
    loop = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Loop"}}}
    document = {
        "paths": {"/v2/inference/a/text-to-video": submit({"$ref": "#/components/schemas/Loop"})},
        "components": {"schemas": {"Loop": loop}},
    }
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(from_openapi(document)))
    assert list(load(file).endpoint("a/text-to-video").properties) == ["next"]


def bomb() -> dict[str, Any]:
    schemas = {
        f"S{n}": {"properties": {name: {"$ref": f"#/components/schemas/S{n + 1}"} for name in "abcdefghij"}}
        for n in range(9)
    }
    return {
        "paths": {"/v2/inference/a/edit": submit({"$ref": "#/components/schemas/S0"})},
        "components": {"schemas": schemas | {"S9": {}}},
    }


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({}, "no paths"),
        ({"paths": {}}, "no endpoint under"),
        ({"paths": {"/v2/inference/a/edit": {"get": {}}, "/v1/a/edit": {"post": {}}}}, "no endpoint under"),
        ({"paths": {"/v2/inference/a/edit": submit({"$ref": "#/nowhere"})}}, "leads nowhere"),
        (
            {"paths": {"/v2/inference/a/edit": submit({"$ref": "https://example.org/x"})}},
            "leaves the OpenAPI",
        ),
        (bomb(), "too many schemas"),
    ],
)
def test_documents_that_cannot_be_used(document: dict[str, Any], says: str) -> None:
    with pytest.raises(CatalogueError, match=says):
        from_openapi(document)


def test_a_name_on_the_wire_becomes_how_the_option_is_spelt(tmp_path: Path) -> None:
    path = "/v2/inference/kling-v3-pro/image-to-video"
    given = {
        "prompt": PROMPT,
        "start_image_url": {"type": "string"},
        "duration_seconds": {"type": "integer", "enum": [5, 10]},
    }
    required = ["prompt", "duration_seconds", "start_image_url"]
    patch = from_openapi({"paths": {path: submit({"properties": given, "required": required})}})
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(patch))
    kling = load(file).endpoint("kling-v3-pro")
    assert kling.options.keys() == {"duration"}
    assert kling.schema["required"] == ["prompt", "duration"]
    assert kling.mark("input.duration") is kling.mark("images.start") is Mark.documented
    found = check_input(kling, {"prompt": "x", "duration": "5"}, ["start"])
    spelling = kling.spelling(found, ["start"])
    assert spelt_input(found, spelling) == {"prompt": "x", "duration_seconds": 5}
    assert spelling["images.start"].name == "start_image_url"
