"""What the body of a refusal says: Reka's error object, FastAPI's ``detail``, RFC 7807, or plain words."""

import http
import re
from collections.abc import Mapping
from typing import Any

import msgspec

MOST_WORDS = 2000
"""Characters of the service's words that are passed on."""


class ErrorBody(msgspec.Struct, frozen=True):
    """The words of an error. ``shaped`` where it has the shape of the service's errors and words of its own."""

    message: str | None = None
    type: str | None = None
    param: str | None = None
    shaped: bool = False


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether an answer is a web page, which no answer of this API is."""
    start = body[:200].lstrip(b"\xef\xbb\xbf\x00 \t\r\n").lower()
    return start.startswith(b"<") or ("html" in headers.get("content-type", "").lower() and start[:1] != b"{")


def read_error(body: bytes, headers: Mapping[str, str], status: int) -> ErrorBody:
    """Read the words out of a body; without any, everything is ``None``."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        words = body[: 4 * MOST_WORDS].decode("utf-8", "replace").strip()
        return ErrorBody(message=words[:MOST_WORDS] or None)
    found = _words_in(value)
    own = found.message and not _generic(found.message, status)
    return msgspec.structs.replace(found, shaped=bool(own or found.type))


def _words_in(value: Any) -> ErrorBody:
    """Read the first of the known shapes that has words."""
    if isinstance(value, str):
        return ErrorBody(message=value[:MOST_WORDS] or None)
    if isinstance(value, list):
        return next((found for item in value[:20] if (found := _words_in(item)).message), ErrorBody())
    if not isinstance(value, Mapping):
        return ErrorBody()
    own = ErrorBody(
        message=_text(
            value, "message", "msg", "error_description", "description", "reason", "detail", "title"
        ),
        type=_text(value, "type", "code", "error_code", "name"),
        param=_place(value),
    )
    if isinstance(value.get("error"), str) and own.message:  # {"error": "invalid_request", "message": "…"}
        return msgspec.structs.replace(own, type=own.type or value["error"][:MOST_WORDS])
    for name in ("error", "errors", "detail", "details", "fault", "data"):
        if name in value and (inner := _words_in(value[name])).message:
            kind = inner.type or own.type or _validation(name, value)
            return ErrorBody(inner.message, kind, inner.param or own.param)
    return own


def _validation(name: str, value: Mapping[str, Any]) -> str | None:
    """FastAPI's list of what does not validate names no type of its own."""
    return "validation_error" if name == "detail" and isinstance(value[name], list) else None


def _text(value: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        said = value.get(name)
        if isinstance(said, str | int) and not isinstance(said, bool) and str(said).strip():
            return str(said)[:MOST_WORDS]
    return None


def _place(value: Mapping[str, Any]) -> str | None:
    """Return the input field that is complained about: ``param``, or FastAPI's ``loc``."""
    if isinstance(value.get("loc"), list):
        return ".".join(str(part)[:100] for part in value["loc"][:20]) or None
    return _text(value, "param", "field", "parameter", "pointer")


def _generic(words: str, status: int) -> bool:
    """Tell whether words only repeat the HTTP status, as a router's do."""
    try:
        phrase = http.HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    plain = re.sub(r"[^a-z]+", " ", words.lower()).strip()
    return plain in {phrase.lower(), "not found", "method not allowed", "no route matched with those values"}
