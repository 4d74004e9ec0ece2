"""Test an endpoint's input as the form draws it."""

import json
from dataclasses import replace
from math import prod
from typing import Any, cast

import msgspec
import pytest

from reka_notebook import catalogue, prompts
from reka_notebook.jobs import PreparedRequest, SweepRequest
from reka_notebook.output.headings import format_task
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.form import (
    assumed_of,
    correction_of,
    fields_of,
    format_choice,
    prompt_of,
    slot_title,
)

KNOWN = catalogue.load()
VEO = KNOWN.endpoint("veo-3.1/image-to-video")


def with_input(properties: dict[str, Any], required: tuple[str, ...] = ()) -> catalogue.Endpoint:
    return replace(VEO, schema={"properties": properties, "required": list(required)})


def field(schema: dict[str, Any], required: bool = False) -> protocol.Field:
    (one,) = fields_of(with_input({"some_field": schema}, ("some_field",) if required else ()))
    return one


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string", "enum": ["a", "b"]}, "choice"),
        ({"enum": [1, 2]}, "choice"),
        ({"type": "integer", "minimum": 1, "maximum": 4}, "choice"),
        ({"type": "integer", "minimum": 1}, "number"),
        ({"type": "integer", "minimum": 0, "maximum": 4_000_000}, "number"),
        ({"type": "integer", "minimum": 4, "maximum": 1}, "number"),
        ({"type": "number", "default": 0.5}, "number"),
        ({"type": ["number", "null"]}, "number"),
        ({"type": "boolean"}, "switch"),
        ({"type": "string"}, "text"),
        ({"default": "a"}, "text"),
    ],
)
def test_a_fields_kind_comes_from_its_schema(schema: dict[str, Any], kind: str) -> None:
    assert field(schema).kind == kind


def test_a_small_range_of_integers_is_a_choice_of_them() -> None:
    assert field({"type": "integer", "minimum": 1, "maximum": 4}).choices == [1, 2, 3, 4]


def test_what_cannot_be_drawn_is_left_out_and_the_rest_is_still_there() -> None:
    drawn = fields_of(with_input({"messages": {"type": "array"}, "seed": {"type": "integer"}}))
    assert [one.name for one in drawn] == ["seed"]


def test_choices_and_switches_stand_under_the_prompt_and_the_rest_under_more_unless_it_is_required() -> None:
    assert [one.name for one in fields_of(VEO) if one.prominent] == [
        "duration",
        "resolution",
        "aspect_ratio",
        "generate_audio",
    ]
    assert field({"type": "string"}, required=True).prominent


def test_names_units_and_marks_come_from_the_catalogue() -> None:
    one = field({"type": "string", "enum": ["5"], "x-unit": "s"})
    assert (one.label, one.unit, one.description) == ("Some field", "s", msgspec.UNSET)
    assert [one.name for one in fields_of(VEO) if not one.assumed] == ["duration", "aspect_ratio"]
    marked = replace(VEO, marks={**VEO.marks, "input.duration": catalogue.Mark.doubted})
    assert [one.name for one in fields_of(marked) if not one.assumed] == ["aspect_ratio"]


def test_a_value_is_shown_with_its_unit_however_it_is_spelt() -> None:
    seconds = field({"type": "string", "enum": ["5"], "x-unit": "s"})
    assert [format_choice(seconds, value) for value in ("5", "5s", 5, "auto")] == [
        "5 s",
        "5 s",
        "5 s",
        "auto",
    ]
    assert format_choice(field({"type": "boolean"}), value=False) == "off"


def test_the_prompts_field_is_prompt_or_text_for_speech_or_none() -> None:
    speech = with_input({"text": {"type": "string", "maxLength": 300}}, ("text",))
    written = prompt_of(speech)
    assert written is not None
    assert (written.name, written.label, written.required, written.limit) == ("text", "Text", True, 300)
    assert fields_of(speech) == []
    assert prompt_of(with_input({})) is None


def test_what_is_assumed_is_said_in_words_and_can_be_corrected() -> None:
    kling = KNOWN.endpoint("kling-v3-pro/image-to-video")
    assert assumed_of(kling) == ["End image", "Negative prompt", "Sound", "CFG scale"]
    correction = json.loads(correction_of(kling))["endpoints"][kling.id]["input"]["properties"]
    assert list(correction) == [one.name for one in fields_of(kling) if one.assumed]
    assert correction["cfg_scale"] == kling.properties["cfg_scale"]


def test_the_place_of_the_only_image_is_just_called_image() -> None:
    assert slot_title(VEO, "start") == "Image"
    start = VEO.images["start"]
    several = replace(VEO, images={"start": start, "style_sheet": replace(start, name="style_sheet")})
    assert [slot_title(several, slot) for slot in several.images] == ["Start image", "Style sheet"]
    assert format_task("image-to-video") == "Image to video"


def test_the_longest_axis_gives_the_columns_and_the_others_the_rows() -> None:
    tempo = prompts.Axis("words 1", ("slow", ""), words=True)
    light = prompts.Axis("words 2", ("dawn", "noon", "dusk"), words=True)
    scale = prompts.Axis("cfg_scale", (0.5, 1))

    def sweep(*axes: prompts.Axis) -> SweepRequest:
        count = prod(len(axis.values) for axis in axes)
        return SweepRequest(axes, tuple(cast("PreparedRequest", number) for number in range(count)))

    several = sweep(tempo, light, scale)
    assert several.columns() == ["dawn", "noon", "dusk"]
    rows = [f"{one} · cfg scale {two}" for one in ("slow", "(nothing)") for two in (0.5, 1)]
    assert several.rows() == rows
    assert [several.names[at] for at in several.order[3:6]] == [
        f"slow · {light} · cfg scale 1" for light in several.columns()
    ]
    even = sweep(tempo, scale)
    assert (even.columns(), even.order) == (["cfg scale 0.5", "cfg scale 1"], [0, 1, 2, 3])
    assert (sweep(light, tempo).rows(), sweep(light, tempo).order) == (
        ["slow", "(nothing)"],
        [0, 2, 4, 1, 3, 5],
    )
    assert (sweep(tempo).columns(), sweep(tempo).rows()) == (["slow", "(nothing)"], [""])
    assert (sweep().columns(), sweep().rows(), sweep().order) == ([""], [""], [0])


def test_of_few_options_all_are_in_the_row() -> None:
    def row(id_: str) -> list[str]:
        return [field.name for field in fields_of(KNOWN.endpoint(id_)) if field.prominent]

    assert row("eleven-v3/text-to-speech") == ["voice"]
    assert row("wan2.2-flash/image-to-video") == ["duration", "aspect_ratio"]
    assert row("kling-v3-pro/image-to-video") == ["duration", "generate_audio"]
