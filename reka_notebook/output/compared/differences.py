"""Find what differs between takes and what they share, for the studio and for a cell's output alike."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reka_notebook import media
from reka_notebook.catalogue import Catalogue
from reka_notebook.catalogue.catalogue import endpoint_title
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.library import ImageUse
from reka_notebook.output.headings import label_of, value_in_words
from reka_notebook.output.html import format_cost
from reka_notebook.text import shown_name

WORDS = ("prompt", "text")
"""What endpoints call the field that the form has a place of its own for."""


NOT_SET = "not set"


class Fact(NamedTuple):
    """Hold a setting, with what each take has for it; ``plain`` if a value alone says what it is."""

    name: str
    values: list[str]
    plain: bool = False

    @property
    def differs(self) -> bool:
        """Return whether the fact differs between takes."""
        return len(set(self.values)) > 1

    @property
    def words(self) -> str:
        """Return in words what the first take has, and all of them where it does not differ."""
        return self.values[0] if self.plain else f"{self.name} {self.values[0]}"


def setting_facts(takes: Sequence[Take], catalogue: Catalogue) -> list[Fact]:
    """Return the model and the settings that some takes were asked with."""
    names = _in_order(name for take in takes for name in take.request.input if name not in WORDS)
    return [Fact("Model", _models(takes, catalogue), plain=True), *_settings(names, takes, catalogue)]


def facts_of(takes: Sequence[Take], catalogue: Catalogue) -> list[Fact]:
    """Return all facts of some takes but their prompts; one that none of them has is left out."""
    lengths = [take.file.duration for take in takes]
    # The file's own length says more than the one that was asked for.
    unknown = any("duration" in take.request.input and not take.file.duration for take in takes)
    said_elsewhere = {*WORDS, *([] if unknown else ["duration"])}
    names = _in_order(name for take in takes for name in take.request.input if name not in said_elsewhere)
    slots = _in_order(slot for take in takes for slot, uses in take.request.images.items() if uses)
    costs = [format_cost(take) for take in takes]
    people = [take.by_other for take in takes]
    facts = [
        Fact("Model", _models(takes, catalogue), plain=True),
        Fact(
            "Length",
            [f"{length:.1f}".removesuffix(".0") + " s" if length else "" for length in lengths],
            plain=True,
        ),
        Fact("Size", [_size(take) for take in takes], plain=True),
        *_settings(names, takes, catalogue),
        Fact("Cost", costs),
        Fact("By", [person or "you" for person in people] if any(people) else []),
        *(Fact(f"{slot.title()} image", _images(slot, takes), plain=True) for slot in slots),
    ]
    return [fact for fact in facts if any(fact.values)]


def _models(takes: Sequence[Take], catalogue: Catalogue) -> list[str]:
    """Return the model of each take; two tasks of one model have one title."""
    titles = [endpoint_title(take.request.endpoint, catalogue) for take in takes]
    endpoints = [take.request.endpoint for take in takes]
    return endpoints if len(set(endpoints)) > len(set(titles)) else titles


def _settings(names: Sequence[str], takes: Sequence[Take], catalogue: Catalogue) -> list[Fact]:
    return [
        Fact(_label(name, takes, catalogue), [_setting(name, take, catalogue) for take in takes])
        for name in names
    ]


def _in_order(names: Any) -> list[str]:
    return list(dict.fromkeys(names))


def _size(take: Take) -> str:
    return f"{take.file.width} × {take.file.height}" if take.file.width and take.file.height else ""


def _known(name: str, take: Take, catalogue: Catalogue) -> Mapping[str, Any]:
    """Return what the catalogue knows of an option of a take's endpoint; empty if it knows nothing."""
    try:
        known = catalogue.endpoint(take.request.endpoint).properties.get(name)
    except RekaError:
        return {}
    return known if isinstance(known, Mapping) else {}


def _label(name: str, takes: Sequence[Take], catalogue: Catalogue) -> str:
    known = (_known(name, take, catalogue) for take in takes)
    return label_of(name, next((schema for schema in known if schema.get("title")), {}))


def _setting(name: str, take: Take, catalogue: Catalogue) -> str:
    value = take.request.input.get(name)
    if value is None:
        return NOT_SET
    return value_in_words(value, _known(name, take, catalogue).get("x-unit", ""))


def _images(slot: str, takes: Sequence[Take]) -> list[str]:
    """Return which take was asked with which image: by name if names tell them apart, else by letter.

    What of an image was sent is added if that is not the same for all.
    """
    uses = [next(iter(take.request.images.get(slot) or ()), None) for take in takes]
    names = {use.digest: shown_name(use.name) for use in uses if use}
    if len(names) == 1 and all(uses):
        names = dict.fromkeys(names, f"the {slot} image")
    elif not all(names.values()) or len(set(names.values())) < len(names):
        names = {digest: f"image {chr(65 + place)}" for place, digest in enumerate(names)}
    framed = len({(use.crop, use.pad) for use in uses if use}) > 1
    return [
        f"{names[use.digest]}, {_framing(use)}" if use and framed else names[use.digest] if use else "none"
        for use in uses
    ]


def _framing(use: ImageUse) -> str:
    if use.crop:
        left, top, width, height = use.crop
        return f"cropped to {width} × {height} at {left}, {top}"
    return str(media.Pad(*use.pad)) if use.pad else "whole"
