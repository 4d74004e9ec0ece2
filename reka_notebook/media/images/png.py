"""Hand a PNG to Pillow without what no pixel needs, however large or damaged that is.

Pillow refuses a whole file for a long text, a large colour profile, or a wrong checksum in a chunk that says
when the picture was taken. The names are those of the PNG specification (third edition).
"""

import io
import zlib
from typing import IO

LARGEST_PROFILE = 16 * 2**20
"""Bytes of a colour profile that is used; the largest of scanners and printers have a few million."""

_PILLOWS_LIMIT = 2**20

_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
_LENGTHS = {b"acTL": 8, b"pHYs": 9, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4}
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_ORIENTING = (b"Raw profile type exif\0", b"Raw profile type APP1\0", b"XML:com.adobe.xmp\0\0")
"""Texts that may say how the camera was held; a compressed XMP packet is left out."""


def readable(stream: IO[bytes]) -> tuple[IO[bytes], bytes | None]:
    """Return a PNG for Pillow, and its colour profile if that is too large for Pillow.

    A chunk that the pixels need is kept as it is, for Pillow to refuse. Any other is left out if its checksum
    is wrong.
    """
    stream.seek(0)
    data = stream.read()
    chunks = _chunks(data)
    animated = all(is_usable(data, *chunk) for chunk in chunks if chunk[0] in _ANIMATION)
    profile: bytes | None = None
    kept = bytearray(data[:8])
    for kind, start, end in chunks:
        body = data[start + 8 : end - 4]
        if kind in _ANIMATION:
            wanted = animated
        elif kind in _TEXTS:
            wanted = is_usable(data, kind, start, end) and _orients(kind, body)
        elif kind in (b"iCCP", b"eXIf"):
            wanted = is_usable(data, kind, start, end)
            if wanted and kind == b"iCCP" and _profile(body, _PILLOWS_LIMIT - 1) is None:
                profile, wanted = _profile(body, LARGEST_PROFILE), False
        else:
            wanted = kind[:1].isupper() or kind == b"tRNS"
        if wanted:
            kept += data[start:end]
    rest = chunks[-1][2] if chunks else 8
    return io.BytesIO(bytes(kept + data[rest:])), profile


def is_usable(data: bytes, kind: bytes, start: int, end: int) -> bool:
    """Return whether a chunk has the checksum and the length it should have, and a profile can be unpacked."""
    if zlib.crc32(data[start + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
        return False
    if kind == b"iCCP":
        return _profile(data[start + 8 : end - 4], LARGEST_PROFILE) is not None
    return end - start - 12 == _LENGTHS.get(kind, end - start - 12)


def _chunks(data: bytes) -> list[tuple[bytes, int, int]]:
    """Return the whole chunks up to the end of the picture: their kinds, and where they begin and end."""
    found: list[tuple[bytes, int, int]] = []
    at = 8
    while at + 12 <= len(data) and (not found or found[-1][0] != b"IEND"):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if end > len(data):
            break
        found.append((data[at + 4 : at + 8], at, end))
        at = end
    return found


def _orients(kind: bytes, body: bytes) -> bool:
    """Return whether a chunk may say how the camera was held, and is short enough for Pillow to look."""
    if kind == b"eXIf":
        return True
    if not body.startswith(_ORIENTING) or len(body) >= _PILLOWS_LIMIT:
        return False
    return kind != b"zTXt" or _unpacked(body.partition(b"\0")[2][1:], _PILLOWS_LIMIT - 1) is not None


def _profile(body: bytes, most: int) -> bytes | None:
    return _unpacked(body.partition(b"\0")[2][1:], most)


def _unpacked(packed: bytes, most: int) -> bytes | None:
    """Return what is packed; None if it is damaged, or larger than the bound."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(packed, most + 1)
    except zlib.error:
        return None
    return data if unpacking.eof and len(data) <= most else None
