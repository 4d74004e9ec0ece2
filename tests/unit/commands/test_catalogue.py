"""Test `catalogue`: what is known of the endpoints, and importing the service's own document."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reka_notebook import catalogue
from reka_notebook.catalogue import Mark, Spelt
from reka_notebook.commands.checks.corrections import compose
from reka_notebook.config import settings
from tests.unit.commands.conftest import Ran

Command = Callable[..., Ran]
KLING = "kling-v3-pro/image-to-video"


def document(fields: dict[str, Any], path: str = f"/v2/inference/{KLING}") -> dict[str, Any]:
    """Return an OpenAPI document with one endpoint and a route."""
    body = {"properties": {"input": {"properties": fields, "required": ["prompt"]}}}
    return {
        "openapi": "3.1.0",
        "paths": {
            path: {"post": {"requestBody": {"content": {"application/json": {"schema": body}}}}},
            "/v2/inference/requests/{id}": {"get": {}},
        },
    }


FIELDS = {
    "prompt": {"type": "string"},
    "start_image_url": {"type": "string"},
    "duration": {"type": "string", "enum": ["5", "10"]},
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "config" / "reka-notebook" / "catalogue.json"


@pytest.fixture
def given(tmp_path: Path) -> str:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document(FIELDS)))
    return str(path)


def test_every_endpoint_is_listed_with_how_well_it_is_known(command: Command, own: Path) -> None:
    shown = command("catalogue")
    assert shown.status == 0
    assert "sora-2-pro/image-to-video  Sora 2 Pro, the default\n" in shown.out
    assert re.search(r"documented +title, path, prompt\n", shown.out)
    assert "{model}/text-to-video" in shown.out
    assert re.search(r"path +not known", shown.out)
    assert " /v2/inference/requests/{request_id}/status (documented)" in shown.out
    assert "/v2/inference/requests/{request_id}/cancel (unverified)" in shown.out
    assert "assumed" not in shown.out
    assert f"Corrections of yours would be in {own}." in shown.err
    one = command("catalogue", "veo-3.1").out
    assert "veo-3.1/image-to-video  Veo 3.1" in one
    assert "sora" not in one
    assert "Did you mean" in command("catalogue", "veo-31").err


def test_the_catalogue_is_json_for_a_program(command: Command) -> None:
    told = json.loads(command("catalogue", "--json").out)
    assert told["default"] == "sora-2-pro/image-to-video"
    assert told["endpoints"][KLING]["images"]["start"]["field"] == "image_url"
    assert told["endpoints"][KLING]["marks"]["title"] == "documented"
    assert told["routes"]["cancel"]["mark"] == "assumed"


def test_an_import_says_what_changes_and_writes_the_persons_file(
    process: Command, given: str, own: Path
) -> None:
    shown = process("catalogue", "import", given)
    assert shown.status == 0, shown.err
    assert f"{KLING}: path: unchanged, and now documented" in shown.out
    assert f"{KLING}: input.cfg_scale: gone" in shown.out
    assert f"{KLING}: images.end: gone" in shown.out
    assert f"{KLING}: input.duration: " in shown.out
    assert "route result: unchanged, and now documented" in shown.out
    assert f"Written to {own}." in shown.err
    known = catalogue.load(own).endpoint(KLING)
    assert known.properties["duration"]["enum"] == ["5", "10"]
    assert (known.mark("path"), known.mark("input.duration")) == (Mark.documented, Mark.documented)
    again = process("catalogue", "import", given)
    assert again.out == "Nothing changes: the catalogue says all of that already.\n"
    assert list(own.parent.iterdir()) == [own]


def test_a_dry_run_writes_nothing(command: Command, given: str, own: Path) -> None:
    shown = command("catalogue", "import", given, "--dry-run")
    assert shown.status == 0
    assert "unchanged, and now documented" in shown.out
    assert "Nothing was written." in shown.err
    assert not own.exists()


def test_an_import_keeps_the_file_as_it_was_and_what_it_does_not_settle(
    command: Command, given: str, own: Path
) -> None:
    own.parent.mkdir(parents=True)
    before = {
        "default": KLING,
        "endpoints": {
            KLING: {
                "title": "My Kling",
                "path": "/v2/inference/kling/wrong",
                "input": {"properties": {"duration": {"enum": ["7"]}, "mine": {"type": "string"}}},
            },
            "wan-2/text-to-video": {"title": "Wan"},
        },
    }
    own.write_text(json.dumps(before))
    shown = command("catalogue", "import", given)
    assert shown.status == 0, shown.err
    (copy,) = own.parent.glob("catalogue-*.json")
    assert f"The file as it was is {copy}." in shown.err
    assert json.loads(copy.read_text()) == before
    known = catalogue.load(own)
    kling = known.endpoint(KLING)
    assert known.default.id == KLING
    assert known.endpoint("wan-2/text-to-video").title == "Wan"
    assert kling.title == "My Kling"
    assert (kling.path, kling.mark("path")) == (f"/v2/inference/{KLING}", Mark.documented)
    assert kling.properties["duration"]["enum"] == ["5", "10"]
    assert (kling.properties["mine"], kling.mark("input.mine")) == ({"type": "string"}, Mark.learned)


def test_a_default_that_has_another_name_now_is_said(command: Command, tmp_path: Path, own: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_text('{"default": "veo-3.1/image-to-video"}')
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document(FIELDS, "/v2/inference/veo3.1/image-to-video")))
    shown = command("catalogue", "import", str(path))
    assert shown.status == 0, shown.err
    assert "veo-3.1/image-to-video: gone" in shown.out
    assert "veo3.1/image-to-video: new, at /v2/inference/veo3.1/image-to-video" in shown.out
    assert "default: veo-3.1/image-to-video becomes veo3.1/image-to-video" in shown.out
    assert catalogue.load(own).endpoint("veo3.1").title == "Veo 3.1"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", "{", "This is not JSON"),
        ("a.yaml", "openapi: 3.1.0", "it has no paths"),
        ("a.yaml", "openapi: [", "This YAML cannot be read"),
        ("a.md", "# A page", "nothing in it describes the API"),
        ("a.json", "[]", "it is no JSON object"),
        ("a.json", "{}", "it has no paths"),
        ("a.json", '{"paths": {}}', "describes no endpoint"),
    ],
)
def test_what_is_no_openapi_document_is_said(
    command: Command, tmp_path: Path, own: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    shown = command("catalogue", "import", str(tmp_path / name))
    assert (shown.status, shown.out) == (1, "")
    assert said in shown.err
    assert not own.exists()


def test_a_document_that_is_not_there_and_a_folder_that_cannot_be(
    command: Command, tmp_path: Path, given: str, own: Path
) -> None:
    assert "nowhere.json cannot be read: No such file" in command("catalogue", "import", "nowhere.json").err
    own.parent.parent.mkdir()
    own.parent.write_text("a file in place of the folder")
    shown = command("catalogue", "import", given)
    assert (shown.status, len(shown.err.splitlines())) == (1, 1)
    assert str(own.parent) in shown.err


def test_a_broken_file_of_the_persons_is_left_alone(command: Command, given: str, own: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_text('{"endpoints": {\n"x": }}')
    for words in (("catalogue",), ("catalogue", "import", given)):
        shown = command(*words)
        assert shown.status == 1
        assert f"{own}, line 2" in shown.err
    assert own.read_text() == '{"endpoints": {\n"x": }}'
    assert list(own.parent.iterdir()) == [own]


def test_a_file_that_is_named_and_not_there_is_made_by_the_import(
    command: Command, given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "elsewhere" / "mine.json"
    monkeypatch.setenv("REKA_NOTEBOOK_CATALOGUE", str(path))
    assert command("catalogue", "import", given).status == 0
    assert catalogue.load(path).endpoint(KLING).mark("path") is Mark.documented


def test_two_patches_are_one() -> None:
    first = {"a": {"b": 1, "c": None}, "d": 1, "e": None}
    second = {"a": {"b": None, "x": 2}, "e": {"y": 1}}
    assert compose(first, second) == {"a": {"b": None, "c": None, "x": 2}, "d": 1, "e": {"y": 1}}
    assert first == {"a": {"b": 1, "c": None}, "d": 1, "e": None}


def test_what_was_learned_of_this_service_is_shown_with_its_reason(command: Command) -> None:
    kling = catalogue.load().endpoint("kling-v3-pro")
    settings().learned.learn(kling, {"images.start": Spelt("start_image_url", "")})
    settings().learned.doubt(kling, "input.duration", "You asked for 8 s and got 5")
    shown = command("catalogue", "kling-v3-pro").out
    assert re.search(r"learned +start_image_url or image_url \(start image\)\n", shown)
    assert re.search(r"start image +learned on \d{4}-\d\d-\d\d", shown)
    assert re.search(r"duration +doubted on .*: You asked for 8 s and got 5\n", shown)
    told = json.loads(command("catalogue", "kling-v3-pro", "--json").out)["endpoints"][KLING]
    assert told["marks"]["input.duration"] == "doubted"
    assert "You asked for 8 s" in told["reasons"]["input.duration"]


def test_chat_models_are_listed_with_where_the_key_goes(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.json"
    own = {"url": "http://127.0.0.1:8123/v1/chat/completions", "sees": ["image"], "key": "MY_CHAT_KEY"}
    file.write_text(json.dumps({"chat": {"mine": own, "free": {**own, "key": None}}}), "utf-8")
    monkeypatch.setenv("REKA_NOTEBOOK_CATALOGUE", str(file))
    monkeypatch.delenv("REKA_BASE_URL", raising=False)
    shown = command("catalogue").out
    assert "your API key goes to api.reka.ai" in shown
    assert "the key in the variable MY_CHAT_KEY, which is not set" in shown
    assert "no key is sent" in shown
    [told] = json.loads(command("catalogue", "mine", "--json").out)["chat"].values()
    assert (told["url"], told["key"], told["sees"]) == (own["url"], "MY_CHAT_KEY", ["image"])
    assert json.loads(command("catalogue", "kling-v3-pro", "--json").out)["chat"] == {}
    monkeypatch.setenv("REKA_BASE_URL", "https://elsewhere.test")
    assert "none: your API key is for elsewhere.test:443 alone" in command("catalogue", "reka-edge-2603").out
