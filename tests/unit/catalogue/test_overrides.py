"""Test a person's own file over the bundled data."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from reka_notebook.catalogue import Catalogue, CatalogueError, Mark, check_input, load
from reka_notebook.catalogue.overrides import merge
from reka_notebook.catalogue.sources import bundled, default_path

KLING = "kling-v3-pro/image-to-video"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.json"


def load_from(file: Path, patch: object) -> Catalogue:
    file.write_text(json.dumps(patch), "utf-8")
    return load(file)


def test_a_correction_is_learned(cat: Catalogue, file: Path) -> None:
    patch = {"path": "/v2/inference/kling/i2v", "input": {"properties": {"duration": {"enum": ["5", "10"]}}}}
    kling = load_from(file, {"endpoints": {KLING: patch}}).endpoint("kling-v3-pro")
    assert kling.path == "/v2/inference/kling/i2v"
    assert kling.options["duration"] == {
        "type": "string",
        "title": "Duration",
        "enum": ["5", "10"],
        "default": "5",
        "x-unit": "s",
        "x-names": ["duration_seconds", "duration"],
        "x-spellings": ["5", 5, "5s"],
    }
    assert kling.mark("path") is kling.mark("input.duration") is Mark.learned
    assert kling.mark("title") is Mark.documented
    assert kling.mark("input.prompt") is kling.mark("images.start") is Mark.seen
    assert kling.mark("images.end") is Mark.assumed
    with pytest.raises(CatalogueError.__base__, match=r"from your catalogue\.json"):  # type: ignore[arg-type]
        check_input(kling, {"prompt": "x", "duration": 7}, ["start"])
    assert load().endpoint("kling-v3-pro") == cat.endpoint("kling-v3-pro")


def test_images_titles_and_outputs_are_learned_too(file: Path) -> None:
    patch = {"title": "Kling", "output": "image", "images": {"start": {"field": "image"}, "end": None}}
    kling = load_from(file, {"endpoints": {KLING: patch}}).endpoint("kling-v3-pro")
    assert {name: slot.field for name, slot in kling.images.items()} == {"start": "image"}
    assert kling.images["start"].required
    assert [kling.mark(fact) for fact in ("title", "output", "images.start")] == [Mark.learned] * 3


def test_a_mark_that_the_file_gives_is_kept(file: Path) -> None:
    patch = {"title": "Kling", "path": "/a", "marks": {"path": "documented"}}
    kling = load_from(file, {"endpoints": {KLING: patch}}).endpoint("kling-v3-pro")
    assert kling.mark("path") is Mark.documented
    assert kling.mark("title") is Mark.learned


def test_null_removes(file: Path) -> None:
    patch = {
        "endpoints": {
            "nano-banana/edit": None,
            KLING: {"input": {"properties": {"cfg_scale": None}}, "note": None},
        }
    }
    cat = load_from(file, patch)
    assert "nano-banana/edit" not in cat.endpoints
    assert "cfg_scale" not in cat.endpoint("kling-v3-pro").options


def test_a_new_endpoint_starts_from_its_template(file: Path) -> None:
    duration = {"type": "integer", "enum": [5, 10]}
    cat = load_from(
        file, {"endpoints": {"wan-2.5/text-to-video": {"input": {"properties": {"duration": duration}}}}}
    )
    wan = cat.endpoint("wan-2.5", "text-to-video")
    assert wan is cat.endpoints["wan-2.5/text-to-video"]
    assert (wan.title, wan.path, wan.output) == ("wan-2.5", "/v2/inference/wan-2.5/text-to-video", "video")
    assert check_input(wan, {"prompt": "waves", "duration": "10"}) == {"prompt": "waves", "duration": 10}
    assert wan.mark("input.duration") is Mark.learned
    assert wan.mark("path") is wan.mark("title") is Mark.assumed
    assert wan.note is None


def test_another_default(file: Path) -> None:
    assert load_from(file, {"default": "kling-v3-pro"}).default.id == KLING
    assert load_from(file, {"default": "veo3.1/image-to-video"}).default.title == "veo3.1"


def test_a_route(file: Path) -> None:
    cat = load_from(file, {"routes": {"models": {"path": "/v3/models"}}})
    assert cat.routes["models"] == "/v3/models"
    assert cat.route_marks["models"] is Mark.learned
    assert cat.route_marks["status"] is Mark.documented


def test_a_status_word_in_any_spelling(file: Path) -> None:
    cat = load_from(
        file, {"statuses": {"brewing": {"phase": "running"}, "Done": {"phase": "failed"}, "OK": None}}
    )
    assert (cat.phase("BREWING"), cat.phase("D-O-N-E"), cat.phase("ok")) == ("running", "failed", None)
    assert cat.status_marks["brewing"] is cat.status_marks["Done"] is Mark.learned
    assert cat.status_marks["IN_QUEUE"] is Mark.documented
    assert cat.phase("succeed") == "done"


def test_a_status_word_without_a_known_phase_is_an_error_that_names_the_line(file: Path) -> None:
    with pytest.raises(CatalogueError, match="line 1: statuses > BREWING"):
        load_from(file, {"statuses": {"BREWING": {"phase": "perhaps"}}})


def test_the_path_of_chat_completion_once_known(file: Path) -> None:
    cat = load_from(file, {"endpoints": {"qwen/chat-completion": {"path": "/v2/inference/chat"}}})
    messages = {"messages": [{"role": "user", "content": "Hello"}]}
    assert check_input(cat.endpoint("qwen/chat-completion"), messages) == messages


def test_a_byte_order_mark_is_read_over(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbf{"default": "kling-v3-pro"}')
    assert load(file).default.id == KLING


def test_read_again_when_changed_and_only_then(file: Path) -> None:
    first = load_from(file, {"default": "kling-v3-pro"})
    assert load(file) is first
    file.write_text('{"default": "veo-3.1"}')
    os.utime(file, ns=(0, 0))
    assert load(file).default.model == "veo-3.1"


def test_where_it_is_looked_for(
    file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cat: Catalogue
) -> None:
    own = tmp_path / "config" / "catalogue.json"
    own.parent.mkdir()
    own.write_text('{"default": "veo-3.1"}')
    assert load().default.model == "veo-3.1"
    file.write_text('{"default": "kling-v3-pro"}')
    monkeypatch.setenv("REKA_NOTEBOOK_CATALOGUE", str(file))
    assert load().default.model == "kling-v3-pro"
    given = tmp_path / "given.json"
    given.write_text("{}")
    assert load(given).default == cat.default
    assert default_path().name == "catalogue.json"


def test_a_file_that_was_named_must_be_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CatalogueError, match="There is no catalogue file"):
        load(file)
    monkeypatch.setenv("REKA_NOTEBOOK_CATALOGUE", str(file))
    with pytest.raises(CatalogueError, match="There is no catalogue file"):
        load()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        # The line of the comma, or of what should follow it: Python's versions differ.
        ('{\n "default": "veo-3.1",\n}', 2 if sys.version_info >= (3, 13) else 3, "not JSON"),
        ("[1]", 1, "JSON object"),
        ('{\n "defaults": "veo-3.1"}', 2, "unknown field defaults"),
        ('{\n "default": "klin"}', 2, "Did you mean kling-v3-pro"),
        ('{\n "endpoints": []}', 2, "Expected object, got array"),
        ('{"endpoints": {\n "wan": {"title": "Wan"}}}', 2, "its model and its task"),
        ('{"endpoints": {\n "wan/lip-sync": {"title": "Wan"}}}', 2, "missing required field output"),
        ('{"endpoints": {\n "wan/lip-sync": 3}}', 2, "Expected object, got int"),
        ('{"endpoints": {"%s": {\n "title": "K",\n "imput": {}}}}', 3, "unknown field imput"),
        ('{"endpoints": {"%s": {\n "title": "K",\n "output": "film"}}}', 3, "Invalid enum value 'film'"),
        ('{"endpoints": {"%s": {\n "marks": {\n "path": "sure"}}}}', 2, "Invalid enum value 'sure'"),
        ('{"endpoints": {"%s": {\n "marks": []}}}', 2, "Expected object, got array"),
        ('{"endpoints": {"%s": {\n "images": {\n "start": {\n "field": 3}}}}}', 4, "Expected str, got int"),
        ('{"endpoints": {"%s": {"input": {\n "required": ["promt"]}}}}', 2, "'promt' is required"),
        (
            '{"endpoints": {"%s": {"input": {"properties": {\n "a": {"enum": ["1"]},\n "b": {\n "enum": "1"}}}}}}',
            4,
            "input > properties > b > enum: Expected array, got str",
        ),
        ('{"endpoints": {"%s": {"input": {"properties": {\n "a": {"type": "text"}}}}}}', 2, "'text'"),
        ('{"endpoints": {"%s": {"input": {"properties": {\n "a": {"minimum": "3"}}}}}}', 2, "got str"),
        ('{"endpoints": {"%s": {\n "path": "https://example.org/x"}}}', 2, "not a path on the service"),
        ('{"endpoints": {"%s": {\n "path": "//example.org/x"}}}', 2, "not a path on the service"),
        ('{"routes": {\n "status": {"path": "/status"}}}', 2, "/v2/inference/requests/{request_id}"),
        ('{"routes": {\n "status": null}}', 1, "missing required field status"),
    ],
)
def test_a_broken_file_names_the_file_and_the_line(file: Path, text: str, line: int, says: str) -> None:
    file.write_text(text.replace("%s", KLING))
    with pytest.raises(CatalogueError) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}, line {line}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe{}", "not text in UTF-8"), (b'{"a": NaN}', "NaN"), (b"[" * 200_000, "not JSON")],
)
def test_a_file_that_is_no_json_at_all(file: Path, content: bytes, says: str) -> None:
    file.write_bytes(content)
    with pytest.raises(CatalogueError, match=says):
        load(file)


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        load(tmp_path)


def test_merging_leaves_the_data_alone() -> None:
    data = bundled()
    patch: dict[str, Any] = {"endpoints": {KLING: {"title": "K"}, "wan/edit": {"title": "W"}}}
    merged = merge(data, patch)
    assert data == bundled()
    assert patch == {"endpoints": {KLING: {"title": "K"}, "wan/edit": {"title": "W"}}}
    assert merged["endpoints"]["wan/edit"]["title"] == "W"
