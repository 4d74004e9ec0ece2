"""Read the fields of an input: what each means, how it is called and spelt, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from reka_notebook.catalogue import Endpoint
from reka_notebook.sandbox.errors import Problem, Refusal

Kind: TypeAlias = Literal["text", "whole", "number", "flag", "image", "images", "any"]
ReadPicture: TypeAlias = Callable[[object, str], Any]
"""Reads a picture out of a value; a refusal names the field."""

_OF_TYPE: Mapping[str, tuple[type | tuple[type, ...], str, str]] = {
    "text": (str, "string_type", "a string"),
    "whole": (int, "int_type", "an integer"),
    "number": ((int, float), "float_type", "a number"),
    "flag": (bool, "bool_type", "a boolean"),
}
"""By kind: what a value has to be, and what it is called by FastAPI and by people."""


@dataclass(frozen=True, slots=True)
class Field:
    """Describe one field: what it means to the sandbox, its name, and what it takes.

    ``meaning`` is one of prompt, start, end, duration, aspect_ratio, resolution, count, form and sound, or
    anything else for what the sandbox checks but cannot draw. ``default`` is what is meant without it.
    """

    meaning: str
    name: str
    kind: Kind = "any"
    required: bool = False
    allowed: tuple[str, ...] = ()
    default: Any = None

    def problem(self, value: object) -> Problem | None:
        """Return what is wrong with a value that is not a picture, or None."""
        if self.kind in _OF_TYPE:
            wanted, code, words = _OF_TYPE[self.kind]
            if not isinstance(value, wanted) or (isinstance(value, bool) and self.kind != "flag"):
                return Problem(self.name, f"{self.name} must be {words}.", code)
        if self.allowed and str(value) not in self.allowed:
            choice = ", ".join(self.allowed)
            said = f"{self.name} must be one of {choice}, not {str(value)[:80]}."
            return Problem(self.name, said, "literal_error")
        return None


def read(
    given: Mapping[str, Any], fields: Sequence[Field], read_picture: ReadPicture, *, refuse_unknown: bool
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values by their meaning, and what is wrong: missing and unfit fields first, unknown ones last."""
    values: dict[str, Any] = {field.meaning: field.default for field in fields if field.default is not None}
    problems = []
    for field in fields:
        value = given.get(field.name)
        if value is None or value in ("", []):
            if field.required:
                problems.append(Problem(field.name, f"{field.name} is required.", "missing"))
        elif field.kind in ("image", "images"):
            try:
                several = value if field.kind == "images" and isinstance(value, list) else [value]
                values[field.meaning] = next(read_picture(one, field.name) for one in several)
            except Refusal as refusal:
                problems += refusal.problems
        elif found := field.problem(value):
            problems.append(found)
        else:
            values[field.meaning] = value
    if refuse_unknown:
        known = {field.name for field in fields}
        problems += [
            Problem(name, f"{name} is not known here.", "extra_forbidden")
            for name in given
            if name not in known
        ]
    return values, problems


def from_catalogue(endpoint: Endpoint) -> tuple[Field, ...]:
    """Return the fields that the catalogue has for an endpoint of which a profile says nothing."""
    required = endpoint.schema.get("required", ())
    fields = []
    for option, schema in endpoint.properties.items():
        allowed = {str(value): None for value in schema.get("enum", ())}
        if unit := schema.get("x-unit"):
            allowed |= {value.removesuffix(unit): None for value in allowed}
        default = schema.get("default") if option == "duration" else None
        kind: Kind = "text" if option == endpoint.prompt_field else "any"
        for name in schema.get("x-names", (option,)):
            meaning = _MEANINGS.get(option, option)
            fields.append(Field(meaning, name, kind, option in required, tuple(allowed), default))
    for slot in endpoint.images.values():
        fields.append(Field(slot.name, slot.field, "images" if slot.many else "image", slot.required))
    return tuple(fields)


_MEANINGS = {
    "text": "prompt",
    "duration_seconds": "duration",
    "num_images": "count",
    "output_format": "form",
    "generate_audio": "sound",
}
