"""Read several values from one text, separated by commas and quoted as in CSV: ``dawn,"blurry, low quality"``."""

import json
import re

_QUOTED = {'"': re.compile(r'"((?:[^"]|"")*)"'), "'": re.compile(r"'((?:[^']|'')*)'")}
_PAIRS = {"[": "]", "{": "}", "(": ")"}
_TYPOGRAPHIC = {"“": "”“", "„": "“”", "‘": "’", "«": "»", "»": "«", "‹": "›", "「": "」"}
"""Marks that a text editor, or a page that a line was copied from, writes in place of straight ones."""


def values_of(text: str) -> list[str]:
    """Return the values, each as it is meant: without the spaces and the quotation marks around it.

    A value that holds a comma stands in quotation marks, in which a doubled mark is the mark itself. A value
    that begins as a JSON list or object ends where that ends. Empty quotation marks are the empty value.

    Raises:
        ValueError: If a quotation mark or a bracket is not closed, something follows a closed one, or
            nothing stands between two commas. The message says what to write.
    """
    values, at = [], 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = _value(text, at)
        values.append(value)
        if at == len(text):
            return values
        at += 1


def _value(text: str, start: int) -> tuple[str, int]:
    """Return the value that begins here, and where its comma or the end of the text is."""
    first = text[start : start + 1]
    if first in _QUOTED:
        found = _QUOTED[first].match(text, start)
        if found is None:
            raise ValueError(f"the quotation mark before {_excerpt(text, start + 1)} is not closed")
        return found[1].replace(first * 2, first), _comma(text, found.end())
    if first in ("[", "{"):
        end = _end_of_json(text, start)
        if end is not None:
            return text[start:end], _comma(text, end)
    plain = text[start:].partition(",")[0]
    value = plain.strip()
    if not value:
        raise ValueError(
            'nothing stands between two commas, or behind the last (an empty value is written as "")'
        )
    if value[0] in _TYPOGRAPHIC and set(_TYPOGRAPHIC[value[0]]).isdisjoint(value[1:]):
        raise ValueError(
            f"a comma stands in the typographic quotation marks of {_excerpt(text, start)} (use straight ones)"
        )
    if value.endswith("\\") and len(plain) < len(text) - start:
        raise ValueError(
            f"a comma stands behind the backslash of {_excerpt(text, start)} (put the value in quotes)"
        )
    behind = text[start + len(plain) :]
    if value.count('"') % 2 and '"' in behind:
        raise ValueError(
            f"a comma stands between the quotation marks of {_excerpt(text, start)} (put the whole value in quotes)"
        )
    if any(value.count(opening) > value.count(closing) for opening, closing in _PAIRS.items()):
        raise ValueError(
            f"a comma stands in the brackets of {_excerpt(text, start)} (put the value in quotes)"
        )
    return value, start + len(plain)


def _end_of_json(text: str, start: int) -> int | None:
    """Return where the JSON list or object that begins here ends; None for mere words in brackets."""
    try:
        return json.JSONDecoder().raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return None


def _comma(text: str, at: int) -> int:
    """Return where the comma after a closed value is, or the end of the text."""
    behind = text[at:].lstrip()
    if behind and behind[0] != ",":
        raise ValueError(
            f"{_excerpt(text, at)} follows a closed quotation mark or bracket, where a comma is wanted"
        )
    return len(text) - len(behind)


def _excerpt(text: str, at: int) -> str:
    rest = text[at:].strip()
    return f"“{rest if len(rest) <= 32 else rest[:31] + '…'}”"
