"""Unpack a compressed answer piece by piece, so that no small answer becomes a large one in memory."""

import re
import zlib
from collections.abc import AsyncIterator

from reka_notebook.api.errors import BadAnswer

ACCEPTED = "gzip, deflate"
"""What a request asks for; nothing else is unpacked."""

_PIECE = 64 * 2**10
_NONE = ("", "identity", "none", "binary", "utf-8", "aws-chunked")
"""Codings that change nothing; the last ones are no codings at all, and are said all the same."""


_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]\s*[\"\[{}\]]")
"""How JSON begins, and nothing that is compressed."""


def coding_of(header: str) -> str:
    """Return the coding of an answer, or several, joined by commas; empty for none."""
    codings = [name for part in header.lower().split(",") if (name := part.strip()) not in _NONE]
    return ", ".join(coding.removeprefix("x-") for coding in codings)


async def unpacked(pieces: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    """Yield the contents of compressed pieces, never much at once; JSON that is only said to be compressed, as it is.

    Raises:
        BadAnswer: If they are not compressed in that way, end too early, or are compressed more than once or
            in a way that was not asked for.
    """
    unpacker, begun = None, False
    async for piece in pieces:
        begun = begun or not _JSON.match(piece)
        if not begun:
            yield piece
            async for more in pieces:
                yield more
            return
        if coding not in ("gzip", "deflate"):
            raise _cannot_be_unpacked(coding)
        while piece:
            if unpacker is None:
                unpacker = _unpacker(coding, piece)
            try:
                yield unpacker.decompress(piece, _PIECE)
            except zlib.error:
                raise _not_packed(coding) from None
            piece = unpacker.unconsumed_tail or unpacker.unused_data
            if unpacker.eof:
                unpacker = None  # gzip may have several parts, one after the other
                if not piece.startswith(b"\x1f\x8b"):
                    piece = b""
    if unpacker is not None:
        raise _not_packed(coding)


def _cannot_be_unpacked(coding: str) -> BadAnswer:
    how = "more than once" if "," in coding else "in a way that was not asked for"
    return BadAnswer(f"The service's answer cannot be decoded: it is compressed {how}")


def _unpacker(coding: str, start: bytes) -> "zlib._Decompress":
    # "deflate" is zlib's format, and raw deflate from servers that took the name by its word.
    raw = coding == "deflate" and not (
        len(start) > 1 and start[0] & 15 == 8 and int.from_bytes(start[:2]) % 31 == 0
    )
    return zlib.decompressobj(-zlib.MAX_WBITS if raw else 32 + zlib.MAX_WBITS)


def _not_packed(coding: str) -> BadAnswer:
    return BadAnswer(f"The service's answer cannot be decoded: it is no {coding}, or not all of it")
