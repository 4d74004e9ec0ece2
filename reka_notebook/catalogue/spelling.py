"""Tell what is meant from how it is spelt on the wire: the names of fields, and "5", 5 or "5s" for one value.

A *fact* is ``input.<option>`` or ``images.<slot>``, as for marks. Options and slots have one name for
people; a spelling says what each is called in the body that is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import msgspec

JSON: TypeAlias = Any
"""A value that JSON can hold."""

_NUMBER = re.compile(r"\s*([+-]?\d{1,15}(?:\.\d{1,15})?)\s*([A-Za-z%]*)\s*")


class Spelt(msgspec.Struct, frozen=True, array_like=True):
    """Hold the name of a field, and an example of how its value is written.

    The example is ``"5"``, ``5`` or ``"5s"`` for a number, ``[]`` for a list of images, ``""`` for one
    image, and ``None`` for a value that is sent as it is.
    """

    name: str
    like: JSON = None


def spell(value: JSON, like: JSON) -> JSON:
    """Return a value written like the example; what is no number (``auto``) stays as it is."""
    number = number_in(value)
    if number is None or like is None:
        return value
    if isinstance(like, str):
        return number + (unit_of(like) or "")
    return float(number) if "." in number else int(number)


def number_in(value: JSON) -> str | None:
    """Return the digits of a number, whatever its type and its unit; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    found = _NUMBER.fullmatch(str(value))
    if found is None:
        return None
    return format(float(found[1]), ".15g") if len(found[1]) < 16 else found[1]


def unit_of(like: JSON) -> str | None:
    """Return the unit in an example, as in ``"5s"``; ``None`` if it has none."""
    found = _NUMBER.fullmatch(like) if isinstance(like, str) else None
    return found[2] or None if found else None


def spelt_input(given: Mapping[str, JSON], spelling: Mapping[str, Spelt]) -> dict[str, JSON]:
    """Return an input, images left out, as it is spelt on the wire."""
    sent = {}
    for option, value in given.items():
        spelt = spelling.get(f"input.{option}", Spelt(option))
        sent[spelt.name] = spell(value, spelt.like)
    return sent


def plain_value(value: JSON, likes: Iterable[JSON]) -> JSON:
    """Return what a value means: of a number that may be written in several ways, its digits alone."""
    written = list(likes)
    found = _NUMBER.fullmatch(str(value)) if written and not isinstance(value, bool | list | dict) else None
    if found is None or found[2] not in {"", *(unit_of(like) or "" for like in written)}:
        return value
    return number_in(value)
