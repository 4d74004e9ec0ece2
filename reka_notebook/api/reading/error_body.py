"""Read the body of a refusal: Reka's error object, FastAPI's ``detail``, RFC 7807, or plain words."""

import http
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.outside import NAME, WORDS, plain


class ErrorBody(msgspec.Struct, frozen=True):
    """Hold the words of an error; ``shaped`` if it has the shape of the service's errors and words of its own."""

    message: str | None = None
    type: str | None = None
    param: str | None = None
    shaped: bool = False
    complaints: tuple[tuple[str, str], ...] = ()
    """Every complaint about a field: its place, empty if none is named, and the words about it."""


MOST_COMPLAINTS = 50


def read_error(answer: Answer) -> ErrorBody:
    """Return the words of an answer's body; if there are none, every field is ``None``."""
    read = answer.json()
    if read is None:
        words = "" if answer.is_binary else answer.words(WORDS)
        return ErrorBody(message=words or None, complaints=(("", words),) if words else ())
    found = find_words(read.value)
    own = found.message and not _generic(found.message, answer.status)
    complaints = list(_complaints(read.value)) or [(found.param or "", found.message or "")]
    return msgspec.structs.replace(
        found,
        shaped=bool(own or found.type),
        complaints=tuple(dict.fromkeys(one for one in complaints if any(one)))[:MOST_COMPLAINTS],
    )


def _complaints(value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Return the complaints about fields in a body, whatever its shape: each place with the words about it."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value[:MOST_COMPLAINTS]:
            yield from _complaints(item, depth + 1)
    elif isinstance(value, Mapping):
        said = [
            _text(value, "type", "code"),
            _text(value, "msg", "message", "reason", "description", most=WORDS),
        ]
        if any(said):
            yield from ((place, " ".join(words for words in said if words)) for place in _places(value))
        for name, inside in list(value.items())[:MOST_COMPLAINTS]:
            if _NAMES_WHAT_IS_WRONG.match(name) and isinstance(inside, list):
                words = name.replace("_", " ")
                yield from ((place, f"{words} field") for place in _names(inside))
        for name in ("error", "errors", "detail", "details", "fields", "invalid-params", "invalid_params"):
            yield from _complaints(value.get(name), depth + 1)
            if name in ("errors", "details", "fields") and isinstance(value.get(name), Mapping):
                yield from _by_field(value[name])


def _by_field(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the complaints of ``{"duration": ["must be a string"]}``."""
    for name, said in list(value.items())[:MOST_COMPLAINTS]:
        words = said if isinstance(said, list) else [said]
        if words and all(isinstance(one, str) for one in words) and not _is_no_field(name, said):
            yield plain(str(name), NAME), plain(" ".join(words), WORDS)


def _is_no_field(name: str, said: Any) -> bool:
    return name in _OF_AN_ERROR or (isinstance(said, list) and _NAMES_WHAT_IS_WRONG.match(name) is not None)


_NAMES_WHAT_IS_WRONG = re.compile(r"unknown|unexpected|extra|unrecogni[sz]ed|missing", re.IGNORECASE)
"""What a list of the names of fields may be called: ``unknown_fields``."""

_OF_AN_ERROR = frozenset({"type", "code", "message", "msg", "param", "field", "reason", "description", "loc"})

DEEPEST = 6


def find_words(value: Any) -> ErrorBody:
    """Return the words of the first known shape that has any."""
    if isinstance(value, str):
        return ErrorBody(message=plain(value) or None)
    if isinstance(value, list):
        return next((found for item in value[:20] if (found := find_words(item)).message), ErrorBody())
    if not isinstance(value, Mapping):
        return ErrorBody()
    own = ErrorBody(
        message=_text(
            value,
            "message",
            "msg",
            "error_description",
            "description",
            "reason",
            "detail",
            "title",
            most=WORDS,
        ),
        type=_text(value, "type", "code", "error_code", "name"),
        param=_place(value),
    )
    if isinstance(value.get("error"), str) and own.message:  # {"error": "invalid_request", "message": "…"}
        return msgspec.structs.replace(own, type=own.type or plain(value["error"], NAME))
    for name in ("error", "errors", "detail", "details", "fault", "data"):
        if name in value and (inner := find_words(value[name])).message:
            kind = inner.type or own.type or _validation(name, value)
            return ErrorBody(inner.message, kind, inner.param or own.param)
    if isinstance(value.get("error"), Mapping):  # a code without words
        return msgspec.structs.replace(own, type=own.type or find_words(value["error"]).type)
    return own


def _validation(name: str, value: Mapping[str, Any]) -> str | None:
    """Return the words of FastAPI's list of invalid fields, which names no type of its own."""
    return "validation_error" if name == "detail" and isinstance(value[name], list) else None


def _text(value: Mapping[str, Any], *names: str, most: int = NAME) -> str | None:
    for name in names:
        said = value.get(name)
        if isinstance(said, str | int) and not isinstance(said, bool) and str(said).strip():
            return plain(said, most)
    return None


def _place(value: Mapping[str, Any]) -> str | None:
    """Return the input field that is complained about: ``param``, or FastAPI's ``loc``."""
    return next(_places(value), None)


def _places(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield the input fields that are complained about: a name, a path in parts, or a list of names."""
    rule = value.get("params")
    if isinstance(rule, Mapping) and (place := _text(rule, "additionalProperty", "missingProperty")):
        yield place
        return
    for name in ("loc", "path"):
        if isinstance(value.get(name), list) and (
            place := ".".join(str(part)[:100] for part in value[name][:20])
        ):
            yield plain(place, NAME)
            return
    if place := _text(value, "loc", "param", "field", "parameter", "pointer", "property"):
        yield place
    elif isinstance(value.get("source"), Mapping):
        yield from _places(value["source"])
    else:
        for name in ("param", "params", "field", "fields", "parameters"):
            yield from _names(value.get(name))


def _names(value: Any) -> Iterator[str]:
    """Yield the names in a list of them."""
    names = value[:MOST_COMPLAINTS] if isinstance(value, list) else []
    yield from (plain(name, NAME) for name in names if isinstance(name, str) and name.strip())


def _generic(words: str, status: int) -> bool:
    """Return whether words only repeat the HTTP status, as a router's do."""
    try:
        phrase = http.HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    plain = re.sub(r"[^a-z]+", " ", words.lower()).strip()
    return plain in {phrase.lower(), "not found", "method not allowed", "no route matched with those values"}
