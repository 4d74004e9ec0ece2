"""Read JSON strictly first, and then as leniently as a person would.

An answer that was paid for is not lost to a ``NaN`` among its numbers, a byte order mark, half an emoji, an
extra comma or a bracket too deep.
"""

import json
import re
from email.message import Message
from typing import Any, NamedTuple

import msgspec

DEEPEST = 100
"""Levels of nesting that are read; what lies deeper becomes ``null``."""

MOST_BRACKETS, MOST_COMMAS, MOST_COMMAS_LENIENTLY = 1_000_000, 16_000_000, 1_000_000
"""Lists, objects and values of the largest answer that is read; a film in base64 has none of them."""

_INVISIBLE = " \t\r\n\x0b\x0c\ufeff\u200b\u2060\xa0"

_MORE = 3
"""Times that a JSON text within a JSON string is unwrapped."""

_PREFIX = re.compile(
    r"\s*(?:\)\]\}'?,?|while\s*\(1\);|for\s*\(;;\);|/\*.*?\*/|//[^\n]*\n|[\w.$]{1,80}\((?=\s*[\[{\"]))",
    re.DOTALL,
)
"""What is put before JSON so that no script can read it, or so that one can."""

_EVENTS = re.compile(r"\s*(?:(?:event|id|retry)[ \t]*:|:|data[ \t]*:[ \t]*[{\[])")
_EVENT_LINE = re.compile(r"^[ \t]*(?:data[ \t]*:|(?:event|id|retry)?[ \t]*:[^\n]*)", re.MULTILINE)
"""The lines of a stream of events, of which the data is JSON."""

_TOKEN = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'  # a string
    r"|'[^'\\]*+(?:\\.[^'\\]*+)*+'"  # a string of Python's or JavaScript's
    r"|[\"'].*"  # a string without an end takes the rest
    r"|[\[\]{},:]"
    r"|[^\s\"'\[\]{},:]+",  # a number or a word
    re.DOTALL,
)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORDS = {
    "true": "true",
    "false": "false",
    "null": "null",
    "none": "null",
    "undefined": "null",
    "nil": "null",
}
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_TEXT_CODINGS = re.compile(
    r"utf-?(8|16|32)(-?[lb]e)?|us-ascii|iso-?8859-?\d+|latin-?\d|windows-?125\d|cp125\d|koi8-[ru]"
    r"|gb(k|2312|18030)|big5|shift_jis|euc-(jp|kr)",
    re.IGNORECASE,
)


class Read(NamedTuple):
    """Hold a value that was read; ``text`` is the body's own text if it had to be read leniently."""

    value: Any
    text: str | None = None


def read_json(body: bytes, content_type: str = "") -> Read:
    """Read the JSON in a body.

    Raises:
        ValueError: If there is none.
    """
    brackets = body.count(b"[") + body.count(b"{")
    if brackets > MOST_BRACKETS or body.count(b",") > MOST_COMMAS:
        raise ValueError("too many values")  # each takes many times the memory of its text
    try:
        return Read(_unwrapped(msgspec.json.decode(body)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    if body.count(b",") > MOST_COMMAS_LENIENTLY:
        raise ValueError("too many values")
    text = decoded(body, content_type)
    return Read(_unwrapped(_lenient(text)), text)


def decoded(body: bytes, content_type: str = "") -> str:
    """Return the text of a body, decoded by its byte order mark or zeros, as UTF-8, or as its content type says."""
    # Python's own reader knows the marks of UTF-8, 16 and 32, and tells UTF-16 and 32 from where their zeros are.
    coding = json.detect_encoding(body)
    if coding == "utf-16-be" and body[2:4].isascii() and b"\0" not in body[2:4]:
        coding = "utf-8"  # a zero before the text, no more
    try:
        text = body.decode(coding)
    except UnicodeDecodeError:
        text = body.decode(coding if coding != "utf-8" else _charset(content_type) or coding, "replace")
    return text.replace("\0", "").lstrip(_INVISIBLE)


def _charset(content_type: str) -> str | None:
    header = Message()
    header["content-type"] = content_type[:200].replace("\r", "").replace("\n", "")
    name = str(header.get_param("charset") or "").strip("'\" ")
    return name if _TEXT_CODINGS.fullmatch(name) and name.lower() not in ("utf-8", "utf8") else None


def _unwrapped(value: Any) -> Any:
    """Return the value inside JSON text within a string, or inside a list around one object."""
    for _ in range(_MORE):
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"'):
            try:
                value = read_json(value.encode("utf-8", "replace")).value
            except ValueError:
                return value
        elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            value = value[0]
        else:
            break
    return value


def _lenient(text: str) -> Any:
    """Read the first value of a text; of several objects in a row, later ones add to what earlier ones said.

    Raises:
        ValueError: If there is none.
    """
    prefix = _PREFIX.match(text)
    text = text[prefix.end() if prefix else 0 :]
    if _EVENTS.match(text):
        text = _EVENT_LINE.sub("", text)
    if text.lstrip()[:1] not in ("{", "[", '"', "'"):
        raise ValueError("no JSON")
    tidy = _tidied(text)
    value, end = _DECODER.raw_decode(tidy)
    while isinstance(value, dict):
        try:
            more, end = _DECODER.raw_decode(tidy, end)
        except ValueError:
            break
        if not isinstance(more, dict):
            break
        value |= more
    return value


def _tidied(text: str) -> str:
    """Return only the parts of a text that are JSON, without anything Python's reader would stumble over."""
    parts: list[str] = []
    depth = 0
    for match in _TOKEN.finditer(text):
        part = match[0]
        if part in "]}":
            depth -= 1
            if depth >= DEEPEST:
                continue
            if parts and parts[-1] == ",":  # a comma too many
                parts.pop()
        elif part in "[{":
            depth += 1
            if depth > DEEPEST:
                if depth == DEEPEST + 1:
                    parts.append("null")
                continue
        elif depth > DEEPEST:
            continue
        elif part not in ",:":
            part = _scalar(part)
        parts.append(part)
    return "".join(parts)


def _scalar(token: str) -> str:
    if token[0] == '"':
        return (
            token
            if "\\" not in token
            else _ESCAPE.sub(lambda found: found[0] if found[1] else found[2], token)
        )
    if token[0] == "'":
        return json.dumps(re.sub(r"\\(['\"\\])", r"\1", token[1:-1]))
    if _NUMBER.fullmatch(token):
        return token
    if _NOT_FINITE.fullmatch(token):
        return "null"
    return _WORDS.get(token.lower()) or json.dumps(token)


_ESCAPE = re.compile(r"\\(?:([\"\\/bfnrt]|u[0-9a-fA-F]{4})|(.?))", re.DOTALL)
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
