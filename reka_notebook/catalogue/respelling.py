"""Find another spelling for what a service has refused to read, or the correction that a person can paste.

A refusal that names a field says one of three things: it does not know the field, it misses one, or it
wants the value in another form. Only the first two lead to another name, and only the last to another
form. A field that a service knows is never renamed for what stands in it: one that ignores what it does
not know would charge for a film without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TypeAlias

from reka_notebook.catalogue.endpoint import JSON, Endpoint
from reka_notebook.catalogue.spelling import Spelt, spell
from reka_notebook.text import nearest

Complaint: TypeAlias = tuple[str, str]
"""The place that a service names, empty if it names none, and its words about it."""

Refused: TypeAlias = tuple[str, str, JSON]
"""A fact, the part of its spelling that was refused ("name" or "like"), and what that was."""

_NOUN = r"(?:field|param|propert|key|argument|attribute)\w*"
_UNKNOWN = re.compile(
    rf"(?:unknown|unrecogni[sz]ed|unexpected|undeclared)[ _](?:(?:input|body|request|keyword)[ _])?{_NOUN}"
    rf"|no such {_NOUN}"
    rf"|\bextra[ _](?:input|{_NOUN}|forbidden)|value_error\.extra|(?:additional|unevaluated) ?propert"
    rf"|not an? (?:(?:valid|known|supported|recogni[sz]ed) )?{_NOUN}"
    r"|\b(?:is|are|was|were) "
    r"(?:unexpected|unknown|unrecogni[sz]ed|undeclared|not (?:known|recogni[sz]ed|defined|declared))"
    r"(?! (?:error|problem|failure|person|word|character))",
    re.IGNORECASE,
)
"""Says of a name that nobody knows it."""
_MAYBE_UNKNOWN = re.compile(
    r"unknown|unrecogni[sz]ed|unexpected|unsupported|invalid|forbidden|\bextra\b"
    r"|not (?:allowed|supported|accepted|permitted|valid|known)|does not (?:exist|accept|take|support|have)",
    re.IGNORECASE,
)
"""Says that of a name only if nothing else is spoken of: it may be what stands in the field."""
_ABOUT_A_NAME = frozenset(
    (  # noqa: SIM905 (a hundred lines as a list)
        "a all an and api are argument arguments attribute bad be body by do does endpoint entity exist extra failed "
        "field fields for forbidden have here in input inputs invalid invalid_request invalid_request_error is it key "
        "keys known model models name not of on or param parameter parameters params please property properties "
        "request schema such support supported take task the this to unexpected unknown unprocessable unrecognised "
        "unrecognized unsupported valid validation validation_error value_error was were with accept accepted allowed "
        "permitted"
    ).split()
)
"""Words in which a service may speak of a field's name, and of nothing that stands in it."""
_MISSING = re.compile(
    r"required|missing|must be (given|provided|present|set|specified)|\bneeds\b|needed|absent|not (given|provided)",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"must be|should be|must have|expected|invalid|one of|allowed|literal|enum|pars(e|ing)|_type|wrong type|not a valid"
    r"|\b(integer|string|number|float|list|array)\b",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\bvalues?\b", re.IGNORECASE)
_TEXT = re.compile(r"string|\bstr\b|text", re.IGNORECASE)
_NUMBER = re.compile(r"\bint|number|float|numeric|whole", re.IGNORECASE)
_LIST = re.compile(r"\blist\b|array", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z]\w*")
_ALLOWED = re.compile(
    r"(?:must be|should be|one of|allowed|expected|choose from)\b(.*)", re.IGNORECASE | re.DOTALL
)
_OFFER = re.compile(
    r"did you mean|\buse\b|(?<!not )\b(?:allowed|known|supported|expected|valid|available)\b(?: \w+){0,3}(?::| are\b)",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"image|frame|picture|photo|url")
_QUOTED = re.compile(r"['\"`]([^'\"`\s]{1,60})['\"`]")
_AROUND = frozenset({"body", "input", "query", "__root__"})


class Said(Enum):
    """Say what a complaint is about."""

    UNKNOWN = auto()
    MISSING = auto()
    FORM = auto()
    UNCLEAR = auto()


@dataclass(frozen=True)
class Respelling:
    """Hold what to try next, and what of the spelling before was refused.

    ``open`` are the complaints, each with the name that it is about, if no other spelling answers all of them.
    """

    spelling: dict[str, Spelt]
    refused: list[Refused] = field(default_factory=list)
    open: list[tuple[Said, str, str]] = field(default_factory=list)

    @property
    def is_worth_a_try(self) -> bool:
        """Return whether another spelling is left, and nothing stands in its way."""
        return bool(self.refused) and not self.open


def respell(
    endpoint: Endpoint,
    values: Mapping[str, JSON],
    spelling: Mapping[str, Spelt],
    refused: Iterable[Refused],
    complaints: Sequence[Complaint],
) -> Respelling:
    """Return how a request that was refused may be spelt otherwise.

    Args:
        endpoint: What was asked.
        values: The input, by option.
        spelling: How it was spelt.
        refused: What of earlier spellings was refused.
        complaints: What the service says, place by place.
    """
    search = _Search(endpoint, values, dict(spelling), [tuple(one) for one in refused])
    found = Respelling(search.spelling)
    # What is missing names the field itself, so it is heard before what is only not known.
    heard = [(search.said(place, words), place, words) for place, words in complaints]
    answered: list[tuple[Said, str, str]] = []
    for said, place, words in sorted(heard, key=lambda one: one[0] is not Said.MISSING):
        name = search.subject(said, place, words)
        fact = search.fact(name)
        if fact is None:
            # Words without a place, and about nothing that was sent, are no complaint about a field.
            if name and (place or said in (Said.UNKNOWN, Said.MISSING)):
                found.open.append((said, name, words))
        elif fact not in search.changed:
            (answered if search.answer(said, fact, name, words) else found.open).append((said, name, words))
    if found.open:  # what is not known may be what is missing, by a name that nobody could guess
        found.open.extend(answered)
    return replace(found, spelling=search.spelling, refused=search.newly_refused)


class _Search:
    """Look for other names and forms of what was sent."""

    def __init__(
        self,
        endpoint: Endpoint,
        values: Mapping[str, JSON],
        spelling: dict[str, Spelt],
        refused: list[Refused],
    ) -> None:
        self._endpoint = endpoint
        self._values = values
        self._refused = refused
        self.spelling = spelling
        self.newly_refused: list[Refused] = []
        self.changed: set[str] = set()
        self._sent = {spelt.name: fact for fact, spelt in spelling.items()}
        self._others = {
            name: fact for fact in spelling for name in names_of(endpoint, fact) if name not in self._sent
        }
        self._known = self._sent | self._others

    def said(self, place: str, words: str) -> Said:
        """Return what a complaint is about."""
        if _UNKNOWN.search(words) and not (_VALUE.search(words) and _FORM.search(words)):
            return Said.UNKNOWN
        about = self.fact(self.subject(Said.UNKNOWN, place, words))
        if _MAYBE_UNKNOWN.search(words) and about and self._is_of_the_name(about, words):
            return Said.UNKNOWN
        if _MISSING.search(words):
            return Said.MISSING
        return Said.FORM if _FORM.search(words) else Said.UNCLEAR

    def subject(self, said: Said, place: str, words: str) -> str:
        """Return the name of the field that a complaint is about; empty if it names none."""
        parts = [part for part in re.split(r"(?:->|[.\[\]/\s$'\"])+", place) if part and not part.isdecimal()]
        if parts:
            known = next((part for part in reversed(parts) if self.fact(part)), None)
            if known or parts[-1] not in _AROUND:
                return known or parts[-1]
        listed: list[str] = [*_QUOTED.findall(words), *_NAME.findall(words)]
        first, second = (self._others, self._sent) if said is Said.MISSING else (self._sent, self._others)
        for known in (first, second):
            if name := next((name for name in listed if name in known), None):
                return name
        if name := next((name for name in listed if _is_camel(name) and self.fact(name)), None):
            return name
        named = [name for name in listed if "_" in name and name != name.upper()]
        return named[0] if named and said is not Said.UNCLEAR else ""

    def fact(self, name: str) -> str | None:
        """Return what a name on the wire spells, of what was sent."""
        known = self._known
        return known.get(name) or next((known[one] for one in known if _folded(one) == _folded(name)), None)

    def _is_of_the_name(self, fact: str, words: str) -> bool:
        """Return whether a complaint speaks of a field's name alone.

        Of a prompt and an image, whose content is refused often, it has to say that it speaks of a field.
        """
        rest = _OFFER.split(words, maxsplit=1)[0]
        spoken = [word.rstrip(".") for word in re.findall(r"[^\W_][\w.]*", rest)]
        if not all(self.fact(word) or _is_about_a_name(word) for word in spoken):
            return False
        return not self._has_content(fact) or re.search(rf"\b{_NOUN}", rest, re.IGNORECASE) is not None

    def _has_content(self, fact: str) -> bool:
        return fact.startswith("images.") or fact == f"input.{self._endpoint.prompt_field}"

    def answer(self, said: Said, fact: str, name: str, words: str) -> bool:
        """Change the spelling of a fact as a complaint wants it, and return whether that was possible."""
        before = self.spelling[fact]
        if said is Said.MISSING:
            return name != before.name and self._rename(fact, [name])
        if said is Said.UNKNOWN:
            ours = _folded(name) == _folded(before.name)
            return ours and self._rename(fact, self._names_left(fact, words))
        if self._reform(fact, words):
            return True
        vague = said is Said.UNCLEAR and not self._has_content(fact) and self._is_of_the_name(fact, words)
        return vague and self._rename(fact, self._names_left(fact, words))

    def _names_left(self, fact: str, words: str) -> list[str]:
        taken = {spelt.name for spelt in self.spelling.values()}
        left = [name for name in names_of(self._endpoint, fact) if name not in taken]
        said = set(_NAME.findall(words))
        return sorted(left, key=lambda name: name not in said)

    def _rename(self, fact: str, names: Iterable[str]) -> bool:
        before = self.spelling[fact]
        for name in names:
            if (fact, "name", name) in self._refused:
                continue
            like = before.like
            if fact.startswith("images.") and name.endswith("s") != before.name.endswith("s"):
                like = [] if name.endswith("s") else ""
            self._take(fact, Spelt(name, like), (fact, "name", before.name))
            return True
        return False

    def _reform(self, fact: str, words: str) -> bool:
        before = self.spelling[fact]
        likes = likes_of(self._endpoint, fact)
        tried = [like for known, part, like in self._refused if (known, part) == (fact, "like")]
        left = [like for like in likes if not _among(like, [before.like, *tried])]
        if fact.startswith("images."):
            wanted = [like for like in left if (_LIST if isinstance(like, list) else _TEXT).search(words)]
        else:
            allowed = allowed_in(words)
            value = self._values.get(fact.partition(".")[2])
            wanted = (
                [like for like in left if str(spell(value, like)) in allowed]
                if allowed
                else sorted(left, key=lambda like: not _fits(like, words))
            )
        if not wanted:
            return False
        self._take(fact, Spelt(before.name, wanted[0]), (fact, "like", before.like))
        return True

    def _take(self, fact: str, spelt: Spelt, refused: Refused) -> None:
        self.spelling[fact] = spelt
        self.newly_refused.append(refused)
        self.changed.add(fact)


def _folded(name: str) -> str:
    """Return a name by which ``durationSeconds`` and ``duration_seconds`` are one."""
    return name.replace("_", "").replace("-", "").lower()


def _is_about_a_name(word: str) -> bool:
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).lower().split()
    return word.lower() in _ABOUT_A_NAME or all(part in _ABOUT_A_NAME for part in parts)


def _is_camel(name: str) -> bool:
    return name[:1].islower() and name.lower() != name


def names_of(endpoint: Endpoint, fact: str) -> tuple[str, ...]:
    """Return what a fact may be called on the wire, the likeliest first."""
    part, _, name = fact.partition(".")
    return endpoint.images[name].names if part == "images" else endpoint.names(name)


def likes_of(endpoint: Endpoint, fact: str) -> list[JSON]:
    """Return examples of how the value of a fact may be written, the likeliest first."""
    part, _, name = fact.partition(".")
    return ["", []] if part == "images" else list(endpoint.properties[name].get("x-spellings", ()))


def allowed_in(words: str) -> list[str]:
    """Return the values with a digit in them that a complaint lists as allowed."""
    found = _ALLOWED.search(words)
    listed = re.findall(r"(?<![\w.])\d[\w.:]*", re.split(r"\bnot\b|\bgot\b", found[1])[0]) if found else []
    return [value.rstrip(".:") for value in listed]


def _fits(like: JSON, words: str) -> bool:
    return bool((_TEXT if isinstance(like, str) else _NUMBER).search(words))


def _among(like: JSON, others: Iterable[JSON]) -> bool:
    """Return whether an example is one of others; "5" and 5 are two."""
    return any(type(like) is type(other) and like == other for other in others)


def correction(
    endpoint: Endpoint, spelling: Mapping[str, Spelt], complaints: Iterable[tuple[Said, str, str]]
) -> dict[str, JSON] | None:
    """Return what a person can put into ``catalogue.json`` to answer complaints that no known spelling answers.

    ``None`` if it is the value that is refused, and not how it is spelt.
    """
    images: dict[str, JSON] = {}
    properties: dict[str, JSON] = {}
    required = list(endpoint.schema.get("required", ()))
    facts = {name: fact for fact in spelling for name in (*names_of(endpoint, fact), spelling[fact].name)}
    listed = list(complaints)
    missing = [name for said, name, _ in listed if said is Said.MISSING and name not in facts]
    for said, name, words in listed:
        fact = facts.get(name)
        if fact is None:
            continue
        part, _, what = fact.partition(".")
        if said is Said.FORM and part == "input" and (allowed := allowed_in(words)):
            if what != endpoint.prompt_field:
                properties[what] = {"enum": allowed, "default": None, "x-spellings": None}
        elif said is Said.UNKNOWN:
            new = _meant(what, part, missing or _offered(words, facts))
            missing = [other for other in missing if other != new]
            if part == "images":
                slot = endpoint.images[what]
                images[what] = {"field": new or "image"} if new or slot.required else None
            elif new:
                properties[what] = {"x-names": [new]}
            elif what not in required:
                properties[what] = None
    for name in missing:
        slots = [slot for slot in endpoint.images if f"images.{slot}" in spelling and slot not in images]
        if slots and _PICTURE.search(name):
            images[slots[0]] = {"field": name}
        elif option := nearest(
            name, [option for option in endpoint.options if f"input.{option}" in spelling]
        ):
            properties[option] = {"x-names": [name]}
        else:
            properties[name] = {"type": "string"}
            required.append(name)
    change: dict[str, JSON] = {"images": images} if images else {}
    if properties:
        change["input"] = {"properties": properties}
        if required != list(endpoint.schema.get("required", ())):
            change["input"]["required"] = required
    return {"endpoints": {endpoint.id: change}} if change else None


def _offered(words: str, facts: Mapping[str, str]) -> list[str]:
    """Return the names that a complaint offers in place of one that is not known."""
    behind = _OFFER.split(words, maxsplit=1)
    offered = re.findall(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)*\b", behind[1]) if len(behind) > 1 else []
    return [name for name in offered if name not in facts and ("_" in name or len(name) > 3)]


def _meant(what: str, part: str, offered: Sequence[str]) -> str | None:
    """Return which of the names offered is meant for an option or an image; the only one, if it may be."""
    pictures = [name for name in offered if _PICTURE.search(name)]
    if part == "images":
        return pictures[0] if pictures else None
    others = [name for name in offered if name not in pictures]
    same = [name for name in others if what in name or name in what]
    return same[0] if same else nearest(what, others) or (others[0] if len(others) == 1 else None)


def describe(endpoint: Endpoint, fact: str, spelt: Spelt, refused: Iterable[Refused]) -> str:
    """Return what was learned of a fact: "calls the start image `start_image_url`"."""
    part, _, name = fact.partition(".")
    parts = {kind for known, kind, _ in refused if known == fact}
    what = f"{name} image" if part == "images" else name
    said = [f"calls the {what} `{spelt.name}`"] if "name" in parts else []
    if "like" in parts:
        written = {"": "alone", "[]": "in a list"} if part == "images" else {}
        kind = "text" if isinstance(spelt.like, str) else "a number"
        form = written.get(str(spelt.like), f"as {kind}, as in {json.dumps(spelt.like)}")
        said.append(f"wants {'it' if said else f'the {what}'} {form}")
    return " and ".join(said)
