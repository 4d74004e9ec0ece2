"""Describe one endpoint: where it is, what goes in, what comes out, and how well each fact is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from reka_notebook.catalogue.errors import UnknownPath

JSON: TypeAlias = Any
"""A value that JSON can hold."""


class Mark(StrEnum):
    """Say how a fact is known: from Reka's documentation, by assumption, or from the person's own file."""

    documented = "documented"
    assumed = "assumed"
    learned = "learned"


@dataclass(frozen=True, slots=True)
class ImageSlot:
    """Describe a slot for an image, ``start`` or ``end``; ``field`` takes its URL, or a list of them if ``many``."""

    name: str
    field: str
    required: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """Hold what a person says that an endpoint costs; the parts add up, and no service publishes them."""

    usd_per_second: float = 0.0
    usd_per_file: float = 0.0
    usd_per_request: float = 0.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Describe one ``{model}/{task}``.

    ``path`` is None while it is not known. ``output`` is video, image, audio, boxes or text. ``images`` has
    the main slot first. ``schema`` is the JSON Schema of the input without its images; treat it as read-only.
    """

    id: str
    model: str
    task: str
    title: str
    path: str | None
    output: str
    images: Mapping[str, ImageSlot] = field(hash=False)
    schema: Mapping[str, JSON] = field(hash=False)
    marks: Mapping[str, Mark] = field(hash=False)
    note: str | None = None
    price: Price | None = None

    def mark(self, fact: str) -> Mark:
        """Return how ``title``, ``path``, ``output``, ``images.<slot>`` or ``input.<field>`` is known."""
        return self.marks.get(fact, Mark.assumed)

    @property
    def properties(self) -> Mapping[str, Mapping[str, JSON]]:
        """Return the input fields, images left out: name to JSON Schema."""
        properties: Mapping[str, Mapping[str, JSON]] = self.schema.get("properties", {})
        return properties

    @property
    def prompt_field(self) -> str | None:
        """Return the field that takes the person's words: ``prompt``, ``text`` for speech, or None."""
        return next((name for name in ("prompt", "text") if name in self.properties), None)

    @property
    def options(self) -> Mapping[str, Mapping[str, JSON]]:
        """Return the input fields other than the words: what a form or a command line offers as options."""
        words = self.prompt_field
        return {name: schema for name, schema in self.properties.items() if name != words}

    def require_path(self) -> str:
        """Return the path to submit to.

        Raises:
            UnknownPath: If it is not known.
        """
        if self.path is None:
            raise UnknownPath(
                f"The path of {self.title} ({self.id}) is not known, so nothing was sent. Once you know it, put it "
                f'into your catalogue.json: {{"endpoints": {{"{self.id}": {{"path": "/v2/inference/..."}}}}}}'
            )
        return self.path
