"""Describe one endpoint: where it is, what goes in, what comes out, and how well each fact is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reka_notebook.catalogue.errors import UnknownPath
from reka_notebook.catalogue.spelling import JSON as JSON
from reka_notebook.catalogue.spelling import Spelt

MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
"""A model's name is one segment of a URL's path, and never a way up."""


class Mark(StrEnum):
    """Say how a fact is known.

    ``documented`` by Reka, ``seen`` by users of the sibling service, ``assumed``, ``learned`` from the
    service's own answers or the person's own file, ``doubted`` since an answer contradicted it.
    """

    documented = "documented"
    seen = "seen"
    assumed = "assumed"
    learned = "learned"
    doubted = "doubted"


MARKS_IN_WORDS: Mapping[Mark, str] = {
    Mark.documented: "documented",
    Mark.seen: "reported by users",
    Mark.assumed: "unverified",
    Mark.learned: "learned",
    Mark.doubted: "doubted",
}
"""What a person reads for a mark."""

UNSURE = frozenset({Mark.assumed, Mark.doubted})
"""Marks of facts that a person is warned of."""


@dataclass(frozen=True, slots=True)
class ImageSlot:
    """Describe a slot for an image, ``start`` or ``end``.

    ``names`` are the fields that may take its URL, or a list of them if ``many``: the likeliest first.
    """

    name: str
    names: tuple[str, ...]
    required: bool = False
    many: bool = False

    @property
    def field(self) -> str:
        """Return the likeliest field."""
        return self.names[0]

    @property
    def data(self) -> dict[str, JSON]:
        """Return the slot as the catalogue's data has it."""
        named = {"field": self.field} if len(self.names) == 1 else {"names": list(self.names)}
        return {**named, "required": self.required, "many": self.many}


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
    reasons: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Why a fact was learned or is doubted, and since when, by the fact."""
    template: str | None = None
    """The entry of the catalogue that this one was made from: its task's template, or the same by another name."""

    def mark(self, fact: str) -> Mark:
        """Return how ``title``, ``path``, ``output``, ``images.<slot>`` or ``input.<field>`` is known."""
        return self.marks.get(fact, Mark.assumed)

    @property
    def fact_names(self) -> tuple[str, ...]:
        """Return all that marks may speak of, by the names that they go by."""
        images = (f"images.{slot}" for slot in self.images)
        fields = (f"input.{name}" for name in self.properties)
        return ("title", "path", "output", *images, *fields)

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

    def names(self, option: str) -> tuple[str, ...]:
        """Return what an option may be called on the wire, the likeliest first.

        A name under which another property is declared is that one's.
        """
        listed = self.properties.get(option, {}).get("x-names", ())
        return tuple(name for name in listed if name == option or name not in self.properties) or (option,)

    def option(self, name: str) -> str:
        """Return the option that a name on the wire spells; the name itself if it spells none."""
        if name in self.properties:
            return name
        return next((option for option in self.properties if name in self.names(option)), name)

    def spelling(self, given: Iterable[str], slots: Iterable[str]) -> dict[str, Spelt]:
        """Return how the options given, and the images in these slots, are most likely spelt on the wire."""
        spelling = {}
        for slot in slots:
            if slot in self.images:
                spelling[f"images.{slot}"] = Spelt(
                    self.images[slot].field, [] if self.images[slot].many else ""
                )
        for option in given:
            if schema := self.properties.get(option):
                spelling[f"input.{option}"] = Spelt(
                    self.names(option)[0], next(iter(schema.get("x-spellings", ())), None)
                )
        return spelling

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
