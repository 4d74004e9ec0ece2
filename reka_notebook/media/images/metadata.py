"""Remove metadata from an image file without touching its pixels.

A photograph tells where and when it was taken, and by whom. None of that helps a model, so a file that is
sent as it is goes without it. What the pixels need (the ICC profile, Adobe's colour transform, gamma) stays.

The structures are those of ITU-T T.81 annex B (JPEG), the PNG specification (third edition), and the WebP
container specification.
"""

import re

from reka_notebook.media.images.png import is_usable

_PNG_KEPT = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"),
        *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"pHYs"),
    }
)
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ICCP", b"ALPH"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04

# The end of JPEG's coded data: a marker that is neither a stuffed zero, nor a restart, nor padding.
_JPEG_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def without_metadata(data: bytes, media_type: str) -> bytes | None:
    """Return the same picture, pixel for pixel, without EXIF (GPS), XMP, IPTC, comments, text and anything appended.

    Args:
        data: A JPEG, PNG or WebP file of one frame, whose orientation is upright.
        media_type: Which of them.

    Returns:
        The file, or None if its structure is not understood; it should be re-encoded then.
    """
    strip = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}.get(media_type)
    return strip(data) if strip else None


def _jpeg(data: bytes) -> bytes | None:
    kept = bytearray(b"\xff\xd8")
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:  # padding before a marker
            position += 1
            continue
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4])
        if end > len(data) or marker < 0xC0 or 0xD0 <= marker <= 0xD9:
            return None
        if _jpeg_keeps(marker, data[position + 4 : end]):
            kept += data[position:end]
        position = end
        if marker == 0xDA:  # a scan's coded data follows its header
            found = _JPEG_SCAN_END.search(data, position)
            if found is None:
                return None
            kept += data[position : found.start()]
            position = found.start()
            if data[position + 1] == 0xD9:  # what follows the end is a preview, a second picture, or a film
                return bytes(kept + b"\xff\xd9")
    return None


def _jpeg_keeps(marker: int, payload: bytes) -> bool:
    if marker == 0xE0:
        return payload.startswith(b"JFIF\0")
    if marker == 0xE2:
        return payload.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return payload.startswith(b"Adobe")
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _png(data: bytes) -> bytes | None:
    kept = bytearray(data[:8])
    position = 8
    while position + 12 <= len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4])
        kind = data[position + 4 : position + 8]
        if end > len(data):
            return None
        if kind in _PNG_KEPT and (kind[:1].isupper() or is_usable(data, kind, position, end)):
            kept += data[position:end]
        elif kind[:1].isupper():  # a critical chunk that this does not know
            return None
        position = end
        if kind == b"IEND":
            return bytes(kept)
    return None


def _webp(data: bytes) -> bytes | None:
    kept = bytearray()
    position = 12
    total = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while position + 8 <= total:
        kind = data[position : position + 4]
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        end = position + 8 + length + length % 2
        if position + 8 + length > len(data):
            return None
        if kind in _WEBP_KEPT:
            chunk = bytearray(data[position:end])
            if kind == b"VP8X" and length:
                chunk[8] &= ~(_WEBP_EXIF | _WEBP_XMP)
            kept += chunk + bytes(end - position - len(chunk))
        position = end
    if not kept:
        return None
    return b"RIFF" + (4 + len(kept)).to_bytes(4, "little") + b"WEBP" + bytes(kept)
