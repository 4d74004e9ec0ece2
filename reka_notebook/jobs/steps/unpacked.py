"""Unpack a film that its host sent compressed, though that was not asked for."""

import zlib
from contextlib import suppress
from pathlib import Path

from reka_notebook.media.films.tracks import DEMUXERS, media_type_of
from reka_notebook.media.signature import PICTURES

MOST_TIMES, AT_LEAST = 32, 64 * 2**20
"""How many times larger than what arrived a file may become, and how large in any case; films hardly shrink."""

_PIECE = 2**20
_GZIP = b"\x1f\x8b"


def unpack(part: Path, coding: str = "") -> bool:
    """Put the film in place of a file that is one in compressed form; ``False`` if the file stays as it came.

    Args:
        coding: What its host called it; a file in gzip's form is recognised by itself.
    """
    with part.open("rb") as file:
        packed = file.read(2)
    if packed != _GZIP and coding.strip().lower() != "deflate":
        return False
    if packed != _GZIP and media_type_of(part) is not None:
        return False  # not compressed at all
    plain = part.with_suffix(".plain")
    try:
        for window in (
            32 + zlib.MAX_WBITS,
            -zlib.MAX_WBITS,
        ):  # and raw deflate, for those who took its name by its word
            with suppress(zlib.error, OSError):
                if _inflate(part, plain, window) and media_type_of(plain) in {*DEMUXERS, *PICTURES}:
                    plain.replace(part)
                    return True
    finally:
        plain.unlink(missing_ok=True)
    return False


def _inflate(packed: Path, plain: Path, window: int) -> bool:
    """Write what is in a file; return ``False`` if that is too much, or not all of it is there.

    Raises:
        zlib.error: If it is not compressed in that way.
    """
    left = max(AT_LEAST, MOST_TIMES * packed.stat().st_size)
    unpacker = zlib.decompressobj(window)
    with packed.open("rb") as source, plain.open("wb") as target:
        piece = source.read(_PIECE)
        while piece:
            data = unpacker.decompress(piece, _PIECE)
            left -= len(data)
            if left < 0:
                return False
            target.write(data)
            piece = unpacker.unconsumed_tail or unpacker.unused_data or source.read(_PIECE)
            if unpacker.eof:
                if not piece.startswith(_GZIP):
                    return True
                unpacker = zlib.decompressobj(window)  # gzip may have several parts, one after the other
    return unpacker.eof
