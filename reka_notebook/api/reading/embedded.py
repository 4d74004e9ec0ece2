"""Read files that stand in an answer itself: as a ``data:`` URI, in base64 or hexadecimal, or as a list of bytes."""

import base64
import binascii
import re
from typing import Any
from urllib.parse import unquote_to_bytes

SHORTEST = 64
"""Characters of the shortest text that is looked at as a file."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_\s-]+={0,2}\s*")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F\s]+")

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftyp", "video/mp4"),
    (4, b"moov", "video/quicktime"),
    (4, b"mdat", "video/quicktime"),
    (4, b"wide", "video/quicktime"),
    (4, b"free", "video/quicktime"),
    (4, b"skip", "video/quicktime"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"\x00\x00\x01\xba", "video/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
)


def type_of(data: bytes) -> str | None:
    """Return the type of a file by its first bytes, or ``None`` if they are of no known kind."""
    for offset, mark, kind in _SIGNATURES:
        if data[offset : offset + len(mark)] == mark:
            return kind
    return "video/mp2t" if data[:1] == b"G" and data[188:189] == b"G" else None


def is_data_uri(text: str) -> bool:
    """Return whether a text is a ``data:`` URI."""
    return text[:16].lstrip()[:5].lower() == "data:"


def holds_file(text: str) -> bool:
    """Return whether a text is a file, in whichever way it is written."""
    return is_data_uri(text) or _written_as(text) is not None


def as_data_uri(text: str) -> str | None:
    """Return the ``data:`` URI of the file that a text is, or ``None`` if it is not a file."""
    if is_data_uri(text):
        return f"data:{text.strip()[5:]}"
    match _written_as(text):
        case ("hex", kind):
            return _uri(kind, bytes.fromhex("".join(text.removeprefix("0x").split())))
        case ("base64", kind):
            return f"data:{kind};base64,{''.join(text.split())}"
    return None


def bytes_as_data_uri(values: list[Any]) -> str | None:
    """Return the ``data:`` URI of a file written as a list of its bytes, or ``None``."""
    if len(values) < SHORTEST or not all(
        type(value) is int and 0 <= value < 256 for value in values[:SHORTEST]
    ):
        return None
    try:
        data = bytes(values)
    except (TypeError, ValueError):
        return None
    kind = type_of(data)
    return _uri(kind, data) if kind else None


def decode_data_uri(uri: str) -> bytes:
    """Return the bytes of a ``data:`` URI, even if its base64 is the URL kind or lacks padding.

    Raises:
        ValueError: If they cannot be decoded.
    """
    head, _, data = uri.partition(",")
    if not head.rstrip().lower().endswith("base64"):
        return unquote_to_bytes(data)
    return _from_base64(unquote_to_bytes(data).decode("latin-1") if "%" in data else data)


def _uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _written_as(text: str) -> tuple[str, str] | None:
    """Return how a text writes a file, and the file's type; only its beginning is decoded."""
    if len(text) < SHORTEST or not text.isascii():
        return None
    start = "".join(text[:1024].removeprefix("0x").split())[:512]
    for way, pattern, decode in (("hex", _HEX, bytes.fromhex), ("base64", _BASE64, _from_base64)):
        if pattern.fullmatch(start):
            try:
                kind = type_of(decode(start))
            except ValueError:
                continue
            if kind is not None and pattern.fullmatch(text):
                return way, kind
    return None


def _from_base64(text: str) -> bytes:
    plain = "".join(text.split()).rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
