"""Images and file sizes in words."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from reka_notebook.media.image import SourceImage
    from reka_notebook.media.prepared import PreparedImage

_NAMES = {"image/jp2": "JPEG 2000", "image/webp": "WebP"}


def describe(image: "SourceImage | PreparedImage") -> str:
    """An image in words: "2048 × 1536 JPEG, 612 KB", and what one might not expect of what is sent.

    >>> describe(prepare(load("cat.gif")))
    '320 × 240 PNG, 48 KB, only the first of 24 frames'
    """
    if image.data is None:
        return f"a URL of {urlsplit(image.url or '').hostname}"
    name = _NAMES.get(image.media_type or "", (image.media_type or "image").rpartition("/")[2].upper())
    notes: tuple[str, ...] = getattr(image, "notes", ())
    return ", ".join([f"{image.width} × {image.height} {name}", file_size(len(image.data)), *notes])


def file_size(size: int) -> str:
    """A number of bytes in words, in the decimal units that file managers show: "612 KB", "4.2 MB"."""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    if size < 999_500:
        return f"{size / 1e3:.0f} KB"
    return f"{size / 1e6:.1f} MB" if size < 99_950_000 else f"{size / 1e6:.0f} MB"
