"""Prepare an image for sending: upright, opaque, eight bits, of a bounded size, without metadata."""

import base64
import io
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reka_notebook.media.errors import ImageError
from reka_notebook.media.images.colour import to_rgb
from reka_notebook.media.images.framing import frame
from reka_notebook.media.images.image import Crop, SourceImage
from reka_notebook.media.images.metadata import without_metadata
from reka_notebook.media.images.picture import decode, decoding, open_picture, orientation

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from reka_notebook.media.images.image import SourceImage
from reka_notebook.text import file_size

_NAMES = {"image/jp2": "JPEG 2000", "image/webp": "WebP"}


def describe(image: "SourceImage | PreparedImage") -> str:
    """Describe an image in words: "2048 × 1536 JPEG, 612 KB", and what one might not expect of what is sent.

    >>> describe(prepare(load("cat.gif")))
    '320 × 240 PNG, 48 KB, only the first of 24 frames'
    """
    if image.data is None:
        return f"a URL of {urlsplit(image.url or '').hostname}"
    name = _NAMES.get(image.media_type or "", (image.media_type or "image").rpartition("/")[2].upper())
    notes: tuple[str, ...] = getattr(image, "notes", ())
    return ", ".join([f"{image.width} × {image.height} {name}", file_size(len(image.data)), *notes])


MAX_SIDE = 2048
"""Pixels of the larger side, unless told otherwise: more than any of the models makes use of."""

LARGEST_PNG = 4 * 2**20
"""Bytes of a PNG that is still sent as PNG. A photograph beyond that is sent as JPEG, in a tenth of it."""

JPEG_QUALITY = 92

_LOSSLESS = frozenset({"image/png", "image/gif", "image/bmp", "image/tiff"})


@dataclass(frozen=True)
class PreparedImage:
    """Hold an image ready to be sent.

    Attributes:
        data: A JPEG, PNG or WebP file.
        media_type: Which of them.
        width: Pixels.
        height: Pixels.
        reencoded: Whether the pixels were encoded anew; if not, they are those of the source, bit for
            bit, and only metadata was removed.
        notes: In words, what a person might not expect: "transparency on white", "only the first of 24
            frames", "cropped".
    """

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    reencoded: bool
    notes: tuple[str, ...] = ()

    @property
    def data_uri(self) -> str:
        """Return the image as a ``data:`` URI (RFC 2397), which takes the place of a URL."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode('ascii')}"


def prepare(source: SourceImage, max_side: int = MAX_SIDE) -> PreparedImage:
    """Make an image ready to be sent.

    The EXIF orientation is applied, the part that ``crop`` chose is cut out or the margin of ``pad`` added,
    transparency is laid on white, CMYK, palette, 16 bits and colour profiles become sRGB, the larger side is
    bounded (never enlarged), and metadata such as GPS is removed. An upright, opaque, eight-bit JPEG, PNG (up
    to ``LARGEST_PNG``) or WebP within ``max_side`` that is sent whole keeps its pixels and its colour
    profile. Otherwise it is encoded anew: as PNG if the source was lossless and the PNG is at most
    ``LARGEST_PNG``, else as JPEG of quality 92.

    Raises:
        ImageError: If the source is a URL, which is sent as it is, or its bytes are damaged.
    """
    if max_side < 1:
        raise ValueError(f"max_side is a number of pixels, at least 1, not {max_side}.")
    image = _opened(source)
    media_type = source.media_type or ""
    notes = _first_of(image, source.name)
    whole = not notes and source.framing is None and max(image.size) <= max_side
    if whole and media_type in ("image/jpeg", "image/png", "image/webp"):
        decode(image, source.name)
        kept = without_metadata(source.data or b"", media_type) if _plain(image, source) else None
        if kept is not None:
            return PreparedImage(kept, media_type, *image.size, reencoded=False)
    rgb, more = _smaller(image, source, max_side)
    data, encoded = _encode(rgb, media_type in _LOSSLESS, source.name)
    return PreparedImage(data, encoded, *rgb.size, reencoded=True, notes=notes + more)


def thumbnail(source: SourceImage, max_side: int = 640) -> bytes:
    """Return a small JPEG of an image to show, with its framing applied.

    Raises:
        ImageError: If the source is a URL, of which there are no bytes here, or its bytes are damaged.
    """
    rgb, _ = _smaller(_opened(source), source, max_side)
    return to_jpeg(rgb, quality=85)


def to_jpeg(image: "Image", quality: int = JPEG_QUALITY, comment: bytes = b"") -> bytes:
    """Return an RGB image as a JPEG without metadata but this comment."""
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=quality, comment=comment)
    return buffer.getvalue()


def _opened(source: SourceImage) -> "ImageFile":
    if source.data is None:
        raise ImageError(
            f"{source.name} was given as a URL and is sent as that; there is nothing here to prepare."
        )
    return open_picture(io.BytesIO(source.data), source.name)


def _first_of(image: "ImageFile", name: str) -> tuple[str, ...]:
    if image.format not in ("GIF", "PNG", "WEBP", "AVIF"):
        return ()  # the further pictures of other kinds are previews and pages, not frames
    with decoding(name):
        frames = int(getattr(image, "n_frames", 1))
    return (f"only the first of {frames} frames",) if frames > 1 else ()


def _plain(image: "ImageFile", source: SourceImage) -> bool:
    """Return whether a decoded JPEG, PNG or WebP already is what the service should get."""
    if image.mode not in ("L", "RGB") or image.has_transparency_data or orientation(image) != 1:
        return False
    if source.media_type != "image/png":
        return True
    data = source.data or b""
    return len(data) <= LARGEST_PNG and data[24] == 8  # IHDR's bit depth; Pillow hides 16 bits of RGB


def _smaller(image: "ImageFile", source: SourceImage, max_side: int) -> tuple["Image", tuple[str, ...]]:
    from PIL.Image import Resampling

    framing = source.framing
    whole = source.width or 0, source.height or 0
    closer = max(whole) / max(framing.width, framing.height) if isinstance(framing, Crop) else 1
    with decoding(source.name):
        decode(image, source.name, around=math.ceil(3 * max_side * closer))
        rgb, notes = to_rgb(image)
        if getattr(image, "missing", None) is not None:
            notes = ("cut short at its end", *notes)
        if framing is None:
            rgb.thumbnail((max_side, max_side), Resampling.LANCZOS, reducing_gap=3.0)
            return rgb, notes
        return frame(rgb, framing, whole, max_side), (*notes, str(framing))


def _encode(image: "Image", lossless: bool, name: str) -> tuple[bytes, str]:
    with decoding(name):
        if lossless:
            buffer = io.BytesIO()
            image.save(buffer, format="PNG")
            if buffer.tell() <= LARGEST_PNG:
                return buffer.getvalue(), "image/png"
        return to_jpeg(image), "image/jpeg"
