"""Telling the images from the other fields of an endpoint's input."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reka_notebook.catalogue.endpoint import JSON

IMAGE_FIELD = re.compile(r"(?:(?P<name>\w+)_)?image_urls?")
START = frozenset({"start", "first", "input"})
END = frozenset({"end", "last", "tail"})


@dataclass(slots=True)
class Input:
    """The image slots and the other fields, each as the catalogue writes them."""

    images: dict[str, dict[str, JSON]] = field(default_factory=dict)
    properties: dict[str, dict[str, JSON]] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)

    @property
    def facts(self) -> list[str]:
        """The names that marks go by."""
        return [f"images.{slot}" for slot in self.images] + [f"input.{name}" for name in self.properties]


def read_input(schema: Mapping[str, JSON]) -> Input:
    """The input that a resolved schema declares. A field called `image_url`, or `..._image_url(s)`, is an image."""
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
