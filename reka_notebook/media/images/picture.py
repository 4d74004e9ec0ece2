"""Open untrusted pictures with Pillow.

Pillow is asked for one named format, found from the first bytes, and never to guess among the fifty it knows.
Sizes are checked before any pixel is decoded.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from reka_notebook.media.errors import ImageError
from reka_notebook.media.images.png import readable
from reka_notebook.media.images.tiff import unreadable
from reka_notebook.media.signature import HEAD, NOUNS, PICTURES, beginning, recognise
from reka_notebook.text import file_size

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

LARGEST_FILE = 50_000_000
"""Bytes an image file may have."""

LARGEST_PICTURE = 100_000_000
"""Pixels an image may have: more than any camera makes, and less than what fills a laptop's memory."""

LARGEST_GAP = 0.05
"""The part of a picture that may be missing at its end."""

ORIENTATION = 0x0112
"""The EXIF tag that says how a camera was held, 1 (upright) to 8."""

_READERS = {
    "image/jpeg": ("reka_notebook.media.images.jpeg", "Jpeg"),
    "image/png": ("PIL.PngImagePlugin", "PngImageFile"),
    "image/webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "image/gif": ("PIL.GifImagePlugin", "GifImageFile"),
    "image/bmp": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "image/tiff": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "image/jp2": ("PIL.Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "image/avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "image/heic": ("pillow_heif", "HeifImageFile"),
}
_OPTIONAL = {"image/avif": "avif", "image/webp": "webp", "image/jp2": "jpg_2000"}
_NEEDS = {
    "image/avif": ", which needs Pillow 11.3 or newer: run `%pip install -U pillow` and restart the kernel, "
    "or save it as JPEG or PNG.",
    "image/heic": ", as phones make them, and reading it needs one more package: run `%pip install pillow-heif` "
    "and try again, or save it as JPEG.",
}
_ADVICE = {
    "image/svg+xml": "The service takes pixels only: export it as PNG first, from a browser or a drawing program.",
    "image/jxl": "Save it as PNG or JPEG first.",
    "image/vnd.adobe.photoshop": "Export it as PNG or JPEG first.",
    "application/pdf": "Export the page as PNG first.",
    "application/gzip": "If it holds an SVG or an image, unpack it first.",
    "text/html": "The link it came from may have expired, or want a login.",
    "text/x-git-lfs": "Fetch the file with `git lfs pull`.",
}


def open_picture(stream: IO[bytes], name: str) -> "ImageFile":
    """Open an image file without decoding its pixels; its size is known then, and bounded.

    Args:
        stream: A seekable file, read lazily by the image that is returned.
        name: What to call it in errors.

    Raises:
        ImageError: If it is empty, not an image, of a kind that cannot be read, or over
            ``LARGEST_PICTURE``.
    """
    head = stream.read(HEAD)
    stream.seek(0)
    if not head:
        raise ImageError(f"{name} is empty.")
    media_type = recognise(head)
    if media_type is None or media_type not in PICTURES:
        raise ImageError(_not_an_image(name, media_type, head))
    plugin, profile = _plugin(media_type, name), None
    if media_type == "image/png":
        stream, profile = readable(stream)
    elif media_type == "image/tiff" and (what := unreadable(stream, failed=False)):
        raise _of_another_kind(name, what)
    try:
        with decoding(name):
            image = plugin(stream)
    except ImageError:
        if media_type == "image/tiff" and (what := unreadable(stream, failed=True)):
            raise _of_another_kind(name, what) from None
        missing = _missing_of_webp(stream) if media_type == "image/webp" else 0
        if missing:
            raise ImageError(
                f"{name} is cut short or damaged: it ends {file_size(missing)} too early. Fetch or export it again."
            ) from None
        raise
    check_size(image.size, name)
    if profile is not None:
        image.info["icc_profile"] = profile
    return image


def decode(image: "ImageFile", name: str, around: int | None = None) -> None:
    """Decode all pixels of the first frame.

    Args:
        image: What ``open_picture`` returned.
        name: What to call it in errors.
        around: A side length in pixels. A JPEG is then decoded at the smallest eighth that is not
            smaller, which is much faster and still reads the file to its end.

    Raises:
        ImageError: If it is cut short or damaged.
    """
    with decoding(name):
        if around is not None:
            image.draft(None, (around, around))
        image.load()
    missing = getattr(image, "missing", None)
    if missing is not None and missing > LARGEST_GAP:
        part = "much" if missing > 0.99 else f"the last {missing:.0%}"
        raise ImageError(
            f"{name} is cut short or damaged: {part} of the picture is missing. Fetch or export it again."
        )


@contextmanager
def decoding(name: str) -> Iterator[None]:
    """Turn whatever Pillow raises while it reads untrusted bytes into an `ImageError`."""
    try:
        yield
    except ImageError:
        raise
    except MemoryError:
        raise ImageError(f"{name} needs more memory than there is. Make it smaller first.") from None
    # Pillow's decoders raise nearly anything for damaged files: OSError, SyntaxError, struct.error, IndexError, …
    except Exception as error:
        reason = str(error).strip().rstrip(".") or type(error).__name__
        raise ImageError(f"{name} is cut short or damaged: {reason}. Fetch or export it again.") from error


def check_size(size: tuple[int, int], name: str) -> None:
    """Refuse an image without pixels or with too many.

    Raises:
        ImageError: With the size and the bound.
    """
    width, height = size
    if width < 1 or height < 1:
        raise ImageError(f"{name} has no pixels: {width} × {height}.")
    if width * height > LARGEST_PICTURE:
        raise ImageError(
            f"{name} is {width} × {height} pixels, {width * height / 1e6:.0f} megapixels; "
            f"at most {LARGEST_PICTURE // 1_000_000} can be used. Make it smaller first."
        )


def too_large(name: str, size: int) -> ImageError:
    """Return the error for a file of ``size`` bytes, which is over ``LARGEST_FILE``."""
    return ImageError(
        f"{name} is {file_size(size)}; at most {file_size(LARGEST_FILE)} can be used. Make it smaller first."
    )


def orientation(image: "Image") -> int:
    """Return how a camera was held, from 1 (upright) to 8, by EXIF or XMP; 1 if that is missing or nonsense.

    Call this after decoding: Pillow turns a TIFF by itself then, and removes the tag.
    """
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # damaged EXIF is common, and no reason to refuse a picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright_size(size: tuple[int, int], turn: int) -> tuple[int, int]:
    """Return width and height as a person sees the image, with the EXIF orientation ``turn`` applied."""
    return (size[1], size[0]) if turn >= 5 else size


def _plugin(media_type: str, name: str) -> "type[ImageFile]":
    """Return Pillow's reader of one format.

    It is taken directly, not through ``Image.open``: that warns above 89 megapixels, and a warning can only
    be silenced for the whole process, which is the person's own.
    """
    module, reader = _READERS[media_type]
    try:
        plugin: type[ImageFile] = getattr(importlib.import_module(module), reader)
    except ImportError:
        raise ImageError(f"{name} is {NOUNS[media_type]}{_NEEDS.get(media_type, '')}") from None
    from PIL import features

    if media_type in _OPTIONAL and not features.check(_OPTIONAL[media_type]):
        raise ImageError(
            f"{name} is {NOUNS[media_type]}, which this build of Pillow cannot read. Save it as JPEG or PNG."
        )
    return plugin


def _missing_of_webp(stream: IO[bytes]) -> int:
    stream.seek(4)
    stated = 8 + int.from_bytes(stream.read(4), "little")
    return stated - stream.seek(0, 2)


def _of_another_kind(name: str, what: str) -> ImageError:
    return ImageError(
        f"{name} is {what}, which cannot be read here. Save it as 8-bit RGB first, as PNG or JPEG."
    )


def _not_an_image(name: str, media_type: str | None, head: bytes) -> str:
    if media_type is None:
        return f"{name} is not an image that can be read. JPEG, PNG, WebP, GIF, AVIF, BMP and TIFF can."
    text = f"{name} is {NOUNS[media_type]}, not an image that can be sent."
    if media_type.startswith("video/"):
        return f"{text} Take one of its frames, for instance `reka_notebook.media.last_frame(path)`."
    if media_type in ("text/html", "text/plain", "application/json", "application/xml"):
        text += f" It begins: “{beginning(head)}”."
    return " ".join([text, *filter(None, [_ADVICE.get(media_type)])])
