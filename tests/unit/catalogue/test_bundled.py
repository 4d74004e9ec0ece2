"""Check the bundled data against what is known of the service."""

import json
import subprocess
import sys
from string import Formatter

import pytest

from reka_notebook.catalogue import Catalogue, Endpoint, Mark, UnknownPath, check_input
from reka_notebook.catalogue.sources import BUNDLED, bundled
from reka_notebook.catalogue.status_words import folded

TASKS = ["image-to-video", "text-to-video", "text-to-image", "edit", "text-to-speech", "image-to-bbox"]


def everything(cat: Catalogue) -> list[Endpoint]:
    return [*cat.endpoints.values(), *cat.templates.values()]


def test_every_endpoint_of_the_documentation_is_there(cat: Catalogue) -> None:
    assert list(cat.endpoints) == [
        "sora-2-pro/image-to-video",
        "kling-v3-pro/image-to-video",
        "veo-3.1/image-to-video",
        "nano-banana/text-to-image",
        "nano-banana/edit",
        "qwen/chat-completion",
    ]
    assert list(cat.templates) == TASKS
    assert cat.default.id == "sora-2-pro/image-to-video"


def test_routes_and_how_they_are_known(cat: Catalogue) -> None:
    assert cat.routes == {
        "models": "/v2/inference/models",
        "requests": "/v2/inference/requests",
        "status": "/v2/inference/requests/{request_id}/status",
        "result": "/v2/inference/requests/{request_id}",
        "cancel": "/v2/inference/requests/{request_id}/cancel",
    }
    documented = [name for name, mark in cat.route_marks.items() if mark is Mark.documented]
    assert documented == ["requests", "status"]


def test_only_what_is_documented_is_marked_so(cat: Catalogue) -> None:
    sora = cat.default
    assert {fact for fact, mark in sora.marks.items() if mark is Mark.documented} == {
        "title",
        "path",
        "input.prompt",
    }
    assert sora.mark("input.resolution") is Mark.assumed
    others = [endpoint for endpoint in everything(cat) if endpoint is not sora]
    documented = {fact for one in others for fact, mark in one.marks.items() if mark is Mark.documented}
    assert documented == {"title"}


def test_what_users_saw_comes_first_and_is_marked_so(cat: Catalogue) -> None:
    for name in ("sora-2-pro", "kling-v3-pro", "veo-3.1", "wan-2/image-to-video"):
        endpoint = cat.endpoint(name)
        assert endpoint.images["start"].names == ("image_url", "start_image_url")
        assert endpoint.names("duration") == ("duration_seconds", "duration")
        assert endpoint.mark("images.start") is endpoint.mark("input.duration") is Mark.seen
    assert cat.endpoint("flux-2/text-to-image").names("num_images") == ("num_images", "n")
    assert cat.status_marks["COMPLETED"] is cat.route_marks["result"] is Mark.seen


def test_sora_says_what_is_known_of_its_availability(cat: Catalogue) -> None:
    note = cat.default.note
    assert note is not None
    assert "2026-09-24" in note
    assert "Kling v3 Pro" in note
    assert "Veo 3.1" in note


@pytest.mark.parametrize(
    ("model", "durations", "images"),
    [
        ("sora-2-pro", ["4", "8", "12", "16", "20"], {"start": "image_url"}),
        (
            "kling-v3-pro",
            [str(n) for n in range(3, 16)],
            {"start": "image_url", "end": "end_image_url"},
        ),
        ("veo-3.1", ["4s", "6s", "8s"], {"start": "image_url"}),
    ],
)
def test_image_to_video(cat: Catalogue, model: str, durations: list[str], images: dict[str, str]) -> None:
    endpoint = cat.endpoint(model)
    assert endpoint.path == f"/v2/inference/{model}/image-to-video"
    assert endpoint.output == "video"
    assert endpoint.options["duration"]["enum"] == durations
    assert {name: slot.field for name, slot in endpoint.images.items()} == images
    assert [slot.required for slot in endpoint.images.values()] == [True, False][: len(images)]


def test_the_path_of_chat_completion_is_not_known(cat: Catalogue) -> None:
    chat = cat.endpoint("qwen/chat-completion")
    assert chat.path is None
    with pytest.raises(UnknownPath, match=r"catalogue\.json.*qwen/chat-completion"):
        check_input(chat, {"messages": [{"role": "user", "content": "Hello"}]})


def test_outputs(cat: Catalogue) -> None:
    outputs = {task: template.output for task, template in cat.templates.items()}
    assert outputs == dict(zip(TASKS, ["video", "video", "image", "image", "audio", "boxes"], strict=True))


def test_the_words_go_into_text_for_speech(cat: Catalogue) -> None:
    assert cat.endpoint("any/text-to-speech").prompt_field == "text"
    assert cat.endpoint("any/text-to-speech").options.keys() == {"voice"}
    assert cat.default.prompt_field == "prompt"
    assert cat.endpoint("qwen/chat-completion").prompt_field is None


def test_defaults_are_allowed_and_titles_are_there(cat: Catalogue) -> None:
    for endpoint in everything(cat):
        for name, schema in endpoint.properties.items():
            assert schema["title"], name
            if "default" in schema and "enum" in schema:
                assert schema["default"] in schema["enum"], (endpoint.id, name)


def test_only_templates_have_a_hole_for_the_model(cat: Catalogue) -> None:
    for endpoint in everything(cat):
        holes = [name for _, name, _, _ in Formatter().parse(endpoint.path or "") if name]
        assert holes == (["model"] if endpoint.id in {f"{{model}}/{task}" for task in TASKS} else []), (
            endpoint.id
        )


def test_the_schemas_are_json_schema(cat: Catalogue) -> None:
    from jsonschema import Draft202012Validator

    for endpoint in everything(cat):
        Draft202012Validator.check_schema(endpoint.schema)
        assert json.loads(json.dumps(endpoint.schema)) == endpoint.schema


def test_endpoints_are_values(cat: Catalogue) -> None:
    assert hash(cat.default) == hash(cat.endpoint("sora-2-pro"))
    assert cat.endpoint("wan/edit") == cat.endpoint("wan/edit")
    assert cat.endpoint("wan/edit") != cat.endpoint("wan-2/edit")


def test_bundled_is_a_fresh_copy() -> None:
    bundled()["endpoints"].clear()
    assert bundled() == json.loads(BUNDLED.read_text("utf-8"))


def test_checking_imports_nothing_heavy() -> None:
    code = """
import sys
from reka_notebook import catalogue
early = {name.partition(".")[0] for name in sys.modules}
cat = catalogue.load()
catalogue.check_input(cat.default, {"prompt": "x", "duration": 8}, ["start"])
late = {name.partition(".")[0] for name in sys.modules}
print(sorted(early & {"jsonschema", "fastjsonschema", "platformdirs", "httpx", "PIL", "numpy", "av"}))
print(sorted(late & {"jsonschema", "httpx", "PIL", "numpy", "av"}))
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split("\n")[:2] == ["[]", "[]"]


def test_every_status_word_is_there_once(cat: Catalogue) -> None:
    spelled = [folded(word) for word in cat.statuses]
    assert len(set(spelled)) == len(spelled)
    assert {"succeed", "success", "done", "timedout"} <= set(spelled)
