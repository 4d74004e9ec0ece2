"""Describe an endpoint's input for the studio's form, from its JSON Schema: a new model needs no new front end."""

import json
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import structs

from reka_notebook import catalogue
from reka_notebook.output.headings import format_task, label_of, value_in_words
from reka_notebook.widgets import protocol
from reka_notebook.widgets.exact import for_browser

FEW = 3
"""Where there are so many options at most, all of them are in the row under the prompt."""

SMALL_RANGE = 10
"""A range of fewer integers than this is a choice."""

_PLACEHOLDERS = {
    "video": "Describe the motion, camera and light",
    "image": "What should be seen?",
    "audio": "What should be said?",
    "boxes": "What to find, as in: cup, table",
    "text": "What to ask",
}
_EDITING = "What should change?"


def prompt_of(endpoint: catalogue.Endpoint) -> protocol.PromptField | None:
    """Return the field that takes what is written; None if the endpoint takes no words."""
    name = endpoint.prompt_field
    if name is None:
        return None
    schema = endpoint.properties[name]
    is_edit = endpoint.output == "image" and bool(endpoint.images)
    return protocol.PromptField(
        name=name,
        label=label_of(name, schema),
        required=name in endpoint.schema.get("required", ()),
        placeholder=_EDITING if is_edit else _PLACEHOLDERS.get(endpoint.output, ""),
        limit=schema.get("maxLength"),
    )


def fields_of(endpoint: catalogue.Endpoint) -> list[protocol.Field]:
    """Return the options, in the order of the schema.

    An option of a kind that cannot be drawn (a list, an object) is left out, so that the others can be used.
    """
    drawn = (_field(endpoint, name, schema) for name, schema in endpoint.options.items())
    fields = [field for field in drawn if field is not None]
    return [structs.replace(field, prominent=True) for field in fields] if len(fields) <= FEW else fields


def slot_title(endpoint: catalogue.Endpoint, slot: str) -> str:
    """Return what an image's slot is called; an endpoint's only slot is just "Image"."""
    if len(endpoint.images) == 1:
        return "Image"
    return {"start": "Start image", "end": "End image"}.get(slot) or format_task(slot)


def assumed_of(endpoint: catalogue.Endpoint) -> list[str]:
    """Return what of the input is only assumed, as a person reads it."""
    slots = [
        slot_title(endpoint, slot) for slot in endpoint.images if _is_assumed(endpoint, f"images.{slot}")
    ]
    return slots + [endpoint.properties[name].get("title", name) for name in _assumed_fields(endpoint)]


def correction_of(endpoint: catalogue.Endpoint) -> str:
    """Return what is assumed of the fields, a line for each, as a ``catalogue.json`` would correct it."""

    def text(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = (f"    {text(name)}: {text(endpoint.properties[name])}" for name in _assumed_fields(endpoint))
    fields = ",\n".join(lines)
    return (
        f'{{"endpoints": {{\n  {text(endpoint.id)}: {{"input": {{"properties": {{\n{fields}\n  }}}}}}\n}}}}'
    )


def format_choice(field: protocol.Field, value: Any) -> str:
    """Return a value in words: ``5`` with the unit "s" and ``5s`` are both "5 s"."""
    return value_in_words(value, "" if field.unit is msgspec.UNSET else field.unit)


def _field(
    endpoint: catalogue.Endpoint, name: str, schema: Mapping[str, protocol.JSON]
) -> protocol.Field | None:
    choices = _choices(schema)
    kind = "choice" if choices else _kind(schema)
    if kind is None:
        return None
    required = name in endpoint.schema.get("required", ())
    return protocol.Field(
        name=name,
        label=label_of(name, schema),
        kind=kind,
        choices=list(map(for_browser, choices)),
        default=for_browser(schema.get("default")),
        integer="integer" in _types(schema),
        assumed=_is_assumed(endpoint, f"input.{name}"),
        required=required,
        prominent=required or kind in ("choice", "switch"),
        description=_doubt(endpoint, name) or schema.get("description", msgspec.UNSET),
        unit=schema.get("x-unit", msgspec.UNSET),
        minimum=schema.get("minimum", msgspec.UNSET),
        maximum=schema.get("maximum", msgspec.UNSET),
    )


def _doubt(endpoint: catalogue.Endpoint, name: str) -> str | None:
    """Return why a field is doubted, as a sentence; ``None`` if it is not."""
    fact = f"input.{name}"
    if endpoint.mark(fact) is not catalogue.Mark.doubted:
        return None
    reason = endpoint.reasons.get(fact, "doubted")
    return reason[:1].upper() + reason[1:]


def _types(schema: Mapping[str, protocol.JSON]) -> list[str]:
    types = schema.get("type") or []
    return [types] if isinstance(types, str) else types


def _kind(schema: Mapping[str, protocol.JSON]) -> Literal["switch", "number", "text"] | None:
    types = _types(schema)
    if "boolean" in types:
        return "switch"
    if "integer" in types or "number" in types:
        return "number"
    if "string" in types or (not types and isinstance(schema.get("default"), str)):
        return "text"
    return None


def _choices(schema: Mapping[str, protocol.JSON]) -> list[protocol.JSON]:
    if schema.get("enum"):
        return list(schema["enum"])
    least, most = schema.get("minimum"), schema.get("maximum")
    if "integer" not in _types(schema) or least is None or most is None or most - least >= SMALL_RANGE:
        return []
    return list(range(int(least), int(most) + 1))


def _assumed_fields(endpoint: catalogue.Endpoint) -> list[str]:
    return [name for name in endpoint.properties if _is_assumed(endpoint, f"input.{name}")]


def _is_assumed(endpoint: catalogue.Endpoint, fact: str) -> bool:
    return endpoint.mark(fact) in catalogue.UNSURE
