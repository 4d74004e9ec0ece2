"""Read the schemas of an OpenAPI document, with their references followed and their shape made plain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reka_notebook.catalogue import shapes
from reka_notebook.catalogue.endpoint import JSON
from reka_notebook.catalogue.errors import CatalogueError

IMAGE_FIELD = re.compile(r"(?:(?P<name>\w+)_)?image_urls?")
START = frozenset({"start", "first", "input"})
END = frozenset({"end", "last", "tail"})


@dataclass(slots=True)
class Input:
    """Hold the image slots and the other fields, each as the catalogue writes them."""

    images: dict[str, dict[str, JSON]] = field(default_factory=dict)
    properties: dict[str, dict[str, JSON]] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)

    def rename(self, options: Mapping[str, str]) -> None:
        """Give each field that spells an option, by its name on the wire, the option's name for people."""
        for name, option in options.items():
            if name != option and name in self.properties and option not in self.properties:
                fields = self.properties.items()
                self.properties = {
                    option if known == name else known: {**schema, "x-names": [name]}
                    if known == name
                    else schema
                    for known, schema in fields
                }
                self.required = [option if known == name else known for known in self.required]

    @property
    def facts(self) -> list[str]:
        """Return the names that marks go by."""
        return [f"images.{slot}" for slot in self.images] + [f"input.{name}" for name in self.properties]


def read_input(schema: Mapping[str, JSON]) -> Input:
    """Return the input that a resolved schema declares; a field ``image_url`` or ``..._image_url(s)`` is an image."""
    found = Input()
    required = schema.get("required", [])
    for name, part in schema.get("properties", {}).items():
        if match := IMAGE_FIELD.fullmatch(name):
            slot = _slot(match["name"])
            found.images[name if slot in found.images else slot] = {
                "field": name,
                **({"required": True} if name in required else {}),
                **({"many": True} if part.get("type") == "array" else {}),
            }
        else:
            found.properties[name] = part
    found.required = [name for name in required if name in found.properties]
    if found.images and "start" not in found.images:
        found.images["start"] = found.images.pop(next(iter(found.images)))
    found.images = dict(sorted(found.images.items(), key=lambda image: image[0] != "start"))
    return found


def _slot(name: str | None) -> str:
    words = name.split("_") if name else ["start"]
    if not START.isdisjoint(words):
        return "start"
    return "end" if not END.isdisjoint(words) else "_".join(words)


DEEPEST = 24
MOST = 20_000
"""A document from elsewhere may refer to itself, or grow without end: how deep and how far it is followed."""

KEPT = frozenset(shapes.Property.__struct_encode_fields__) | {
    "const",
    "default",
    "format",
    "additionalProperties",
}
NULL = {"type": "null"}


class Schemas:
    """Resolve schemas against the document they come from."""

    def __init__(self, document: Mapping[str, JSON]) -> None:
        self._document = document
        self._visited = 0

    def resolve(self, schema: JSON, depth: int = 0) -> dict[str, JSON]:
        """Return ``schema`` without references, "or null" (a field that may be left out) and nulls for defaults.

        A schema deeper than what an input needs ends in ``{}``, which takes anything.

        Raises:
            CatalogueError: If a reference leads nowhere, or the document unfolds beyond measure.
        """
        self._visited += 1
        if self._visited > MOST:
            raise CatalogueError("This OpenAPI document unfolds into too many schemas to be read.")
        if not isinstance(schema, Mapping) or depth > DEEPEST:
            return {}
        if isinstance(schema.get("$ref"), str):
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            return {
                **self.resolve(self._target(schema["$ref"]), depth + 1),
                **self.resolve(beside, depth + 1),
            }
        resolved: dict[str, JSON] = {
            key: value for key, value in schema.items() if key in KEPT and value is not None
        }
        if isinstance(properties := resolved.get("properties"), Mapping):
            resolved["properties"] = {
                name: self.resolve(part, depth + 1) for name, part in properties.items()
            }
        if "items" in resolved:
            resolved["items"] = self.resolve(resolved["items"], depth + 1)
        for key in ("anyOf", "oneOf", "allOf"):
            if isinstance(parts := resolved.pop(key, None), list):
                found = [self.resolve(part, depth + 1) for part in parts]
                found = [part for part in found if part != NULL or key == "allOf"]
                resolved = {**found[0], **resolved} if len(found) == 1 else {**resolved, key: found}
        if isinstance(types := resolved.get("type"), list):
            types = [type_ for type_ in types if type_ != "null"]
            resolved["type"] = types[0] if len(types) == 1 else types
        return resolved

    def _target(self, reference: str) -> JSON:
        target: JSON = self._document
        if not reference.startswith("#/"):
            raise CatalogueError(
                f"The reference {reference!r} leaves the OpenAPI document; it is not followed."
            )
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, Mapping) or key not in target:
                raise CatalogueError(f"The reference {reference!r} leads nowhere in the OpenAPI document.")
            target = target[key]
        return target
