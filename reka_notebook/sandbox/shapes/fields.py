"""Read the fields of an input: what each means, how it is called and spelt, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from reka_notebook.catalogue import Endpoint
from reka_notebook.catalogue.spelling import spell
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

    ``meaning`` is one of prompt, start, end, duration, aspect_ratio, resolution, count, form, sound and voice, or
    anything else for what the sandbox checks but cannot draw. ``default`` is what is meant without it.
    """

    meaning: str
    name: str
    kind: Kind = "any"
    required: bool = False
    allowed: tuple[str, ...] = ()
    default: Any = None
    others: tuple[str, ...] = ()
    """Other names that are read as well."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name that is read."""
        return self.name, *self.others

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
        name = next((name for name in field.names if given.get(name) is not None), field.name)
        value = given.get(name)
        if value is None or value in ("", []):
            if field.required:
                problems.append(Problem(field.name, f"{field.name} is required.", "missing"))
        elif field.kind in ("image", "images"):
            try:
                several = value if field.kind == "images" and isinstance(value, list) else [value]
                pictures = [read_picture(one, name) for one in several]
                values[field.meaning] = pictures[0]
                values["others"] = (*values.get("others", ()), *pictures[1:])
            except Refusal as refusal:
                problems += refusal.problems
        elif found := replace(field, name=name).problem(value):
            problems.append(found)
        else:
            values[field.meaning] = value
    if refuse_unknown:
        known = {name for field in fields for name in field.names}
        problems += [
            Problem(name, f"{name} is not known here.", "extra_forbidden")
            for name in given
            if name not in known
        ]
    return values, problems


def from_catalogue(endpoint: Endpoint) -> tuple[Field, ...]:
    """Return the fields that the catalogue has for an endpoint of which a profile says nothing."""
    required = endpoint.schema.get("required", ())
    fields = [
        Field(
            _MEANINGS.get(name, name),
            endpoint.names(name)[0],
            "text" if name == endpoint.prompt_field else "any",
            name in required,
            _allowed(schema),
            schema.get("default") if name == "duration" else None,
            endpoint.names(name)[1:],
        )
        for name, schema in endpoint.properties.items()
    ]
    for slot in endpoint.images.values():
        kind: Kind = "images" if slot.many else "image"
        fields.append(Field(slot.name, slot.field, kind, slot.required, others=slot.names[1:]))
    return tuple(fields)


def _allowed(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the allowed values of an option, however they are spelt."""
    likes = schema.get("x-spellings", ())
    spelt = [str(spell(value, like)) for value in schema.get("enum", ()) for like in (None, *likes)]
    return tuple(dict.fromkeys(spelt))


_MEANINGS = {
    "text": "prompt",
    "duration_seconds": "duration",
    "num_images": "count",
    "output_format": "form",
    "generate_audio": "sound",
}
