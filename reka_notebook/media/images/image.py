"""Hold an image as a person gave it, whatever it was given as."""

import hashlib
import io
import os
import re
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from reka_notebook.media.images import origin, pixels
from reka_notebook.media.images.arrays import encoded
from reka_notebook.media.images.colour import eight_bits
from reka_notebook.media.images.picture import (
    LARGEST_FILE,
    decode,
    decoding,
    open_picture,
    orientation,
    too_large,
    upright_size,
)
from reka_notebook.media.images.wrapped import unwrap
from reka_notebook.media.signature import HEAD, recognise

if TYPE_CHECKING:
    pass

SAMPLE = Path(__file__).with_name("harbour.jpg")
"""A picture to try the first prompt on, for who has none at hand; painted for this package."""


@dataclass(frozen=True)
class Crop:
    """Hold the part of an image that is kept, in pixels of the source as a person sees it, upright."""

    left: int
    top: int
    width: int
    height: int

    def __str__(self) -> str:
        return "cropped"


@dataclass(frozen=True)
class Pad:
    """Hold the shape that a margin brings an image to, ``16:9``, and the margin's colour as ``#rrggbb``."""

    ratio: str
    colour: str = "#000000"

    def __str__(self) -> str:
        names = {"#000000": "black", "#ffffff": "white"}
        return f"padded to {self.ratio} with {names.get(self.colour, self.colour)}"


Framing: TypeAlias = Crop | Pad


@dataclass(frozen=True)
class SourceImage:
    """Hold an image as it was given, checked and not yet prepared for sending.

    Attributes:
        digest: "sha256:" and 64 hexadecimal digits, of the source bytes; for pixels, of their mode, size
            and values; for a URL, of the URL. The same source has the same digest everywhere.
        data: The source file, or a PNG made from pixels; None for a URL, which is never fetched.
        url: The http(s) URL, if one was given.
        name: A base name to show; it holds no folder and no control characters.
        media_type: What the bytes are, whatever the name says; None for a URL.
        width: Pixels as a person sees the image, EXIF orientation applied; None for a URL.
        height: Likewise.
        framing: The part to send or the margin to add, as ``crop`` and ``pad`` set them; None for the
            whole image.
    """

    digest: str
    data: bytes | None = field(repr=False, compare=False)
    url: str | None
    name: str
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    framing: "Framing | None" = None

    def __repr__(self) -> str:
        # A signed URL carries a secret in its query: the name and the digest are enough.
        size = f", {self.width}x{self.height}" if self.width else ""
        framing = f", {self.framing}" if self.framing else ""
        return f"SourceImage({self.name!r}, {self.media_type or 'URL'}{size}{framing}, {self.digest[:19]}…)"


def load(image: object, name: str | None = None) -> SourceImage:
    """Take an image in any form that a notebook has it in, and check it fully.

    Args:
        image: A path, bytes, an http(s) URL, a ``data:`` URI, an open file, a PIL image, a NumPy array or
            a tensor (height x width, grey or with 2 to 4 channels, first or last; uint8, bool, uint16, or
            floats from 0 to 1), a matplotlib figure, an image of IPython or of ipywidgets, an upload
            widget or its value, or a take, which gives its last frame. A ``SourceImage`` is returned as
            it is.
        name: What to call it, in place of the file's own name.

    Raises:
        ImageError: If it is missing, empty, not an image, cut short, over 50 MB, over 100 megapixels, or
            of a kind that cannot be read. Nothing was sent then.
    """
    if isinstance(image, SourceImage):
        return image
    if isinstance(image, str):
        text = image.strip()
        if text[:5].lower() == "data:":
            return _from_bytes(origin.read_data_uri(text), name or "image")
        if text[:5].lower() == "file:" and (local := origin.path_of_url(text)) is not None:
            return load(local, name)
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text):  # a single letter is a drive of Windows
            return _from_url(text, name)
    if isinstance(image, str | os.PathLike):
        path = origin.find(image)
        return _from_bytes(origin.read(path), name or path.name)
    if isinstance(image, bytes | bytearray | memoryview | array):
        return _from_bytes(bytes(image), name or "image")
    if (data := encoded(image)) is not None:
        return _from_bytes(data, name or "image")
    if not pixels.is_picture(image) and (found := unwrap(image)) is not None:
        return load(found.image, name or found.name)
    return _from_pixels(image, name)


def _from_bytes(data: bytes, name: str) -> SourceImage:
    if len(data) > LARGEST_FILE:
        raise too_large(name, len(data))
    name = origin.base_name(name, "image")
    image = open_picture(io.BytesIO(data), name)
    size = image.size
    decode(image, name, around=max(1, max(size) // 8))
    with decoding(name):
        eight_bits(image)  # where that cannot be, it is said now and not when the request is sent
    width, height = upright_size(size, orientation(image))
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return SourceImage(digest, data, None, name, recognise(data[:HEAD]), width, height)


def _from_url(url: str, name: str | None) -> SourceImage:
    parts = origin.check_url(url)
    digest = f"sha256:{hashlib.sha256(url.encode()).hexdigest()}"
    return SourceImage(
        digest, None, url, origin.base_name(name or unquote(parts.path), parts.hostname or "image")
    )


def _from_pixels(image: object, name: str | None) -> SourceImage:
    what, picture = pixels.picture(image)
    label = origin.base_name(name or f"{what}.png", "image.png")
    with decoding(label):
        digest = pixels.digest(picture)
        data = pixels.to_png(picture)
    if len(data) > LARGEST_FILE:
        raise too_large(f"{label}, as PNG,", len(data))
    return SourceImage(digest, data, None, label, "image/png", *picture.size)
