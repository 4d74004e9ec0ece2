"""Read pictures as they are sent: a ``data:`` URI is decoded and kept by its digest, a URL is never fetched."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from PIL import Image

from reka_notebook.sandbox.errors import Refusal
from reka_notebook.sandbox.rendering.media import Picture

MOST_PIXELS = 100_000_000
_DATA = re.compile(r"data:([^,;]*)((?:;[^,;]*)*),", re.IGNORECASE)
_ORIENTATION, _SIDEWAYS = 0x0112, range(5, 9)
_UNKNOWN_SIZE = (1280, 720)


class Pictures:
    """Keep pictures in a folder, each once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Picture] = {}

    def read(self, value: object, param: str) -> Picture:
        """Return the picture that an input field gives.

        Raises:
            Refusal: With 400 and ``param``, if it is not a picture.
        """
        if not isinstance(value, str) or not value:
            raise Refusal(400, f"{param} must be an image URL or a data: URI.", param=param)
        if (data := decoded(value, param)) is not None:
            return self._keep(data, param)
        return Picture(_digest(value.encode()), _UNKNOWN_SIZE, host=host_of(value, param))

    def _keep(self, data: bytes, param: str) -> Picture:
        digest = _digest(data)
        if digest not in self._known:
            size = _upright_size(data, param)
            file = self._folder / digest
            file.write_bytes(data)
            self._known[digest] = Picture(digest, size, file)
        return self._known[digest]


def decoded(url: str, param: str) -> bytes | None:
    """Return what a ``data:`` URI holds, or None for any other URL.

    Raises:
        Refusal: With 400 and ``param``, if it cannot be decoded.
    """
    found = _DATA.match(url)
    return _decoded(url[found.end() :], found[2], param) if found else None


def host_of(url: str, param: str) -> str:
    """Return the host of an http(s) URL.

    Raises:
        Refusal: With 400 and ``param``, if it is none.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        host = None
    if not host:
        raise Refusal(400, f"{param} is neither an http(s) URL nor a data: URI.", param=param)
    return host


def _decoded(payload: str, parameters: str, param: str) -> bytes:
    raw = (
        unquote_to_bytes(payload)
        if "%" in payload or ";base64" not in parameters.lower()
        else payload.encode()
    )
    if ";base64" not in parameters.lower():
        return raw
    try:
        return base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(400, f"{param} is a data: URI whose base64 cannot be decoded.", param=param) from None


def _upright_size(data: bytes, param: str) -> tuple[int, int]:
    """Return width and height as seen. As much of the picture is decoded as it takes to know that it is one."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            sideways = image.getexif().get(_ORIENTATION, 1) in _SIDEWAYS
            if width * height > MOST_PIXELS:
                raise ValueError("too many pixels")
            if image.format == "JPEG":
                image.draft("RGB", (256, 256))
            image.load()
    except Exception:
        raise Refusal(400, f"{param} is not an image that can be read.", param=param) from None
    return (height, width) if sideways else (width, height)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
