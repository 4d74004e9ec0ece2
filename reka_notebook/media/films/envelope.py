"""Read what a container says about its own length.

A download that was cut leaves a file whose container promises more than there is. Several container families
say so in a few bytes each, so this is known without decoding anything, wherever the cut is. Whatever follows
the end that a container states is not part of it, and not damage.
"""

import os
from collections.abc import Callable
from typing import IO

from reka_notebook.media.films.envelope_ebml import ebml_end
from reka_notebook.media.films.envelope_iso import iso_end

_STREAMED_RIFF = 0x7FFFF000
"""Lengths from here on are what encoders write that do not know it yet."""

_MOST_PAGES = 200_000


def missing_bytes(file: IO[bytes], media_type: str) -> int:
    """Return how many bytes are missing at the end of a file, as its own structure tells; 0 if it does not.

    Args:
        file: Opened for reading, seekable; its position is moved.
        media_type: As ``signature.recognise`` tells it. MP4 and its kin, RIFF (WAV, AVI, WebP), Matroska
            (WebM), Ogg, PNG and most MP3 state their length.
    """
    end = _stated_end(file, media_type)
    return max(0, end - _size(file)) if end is not None else 0


def trailing_bytes(file: IO[bytes], media_type: str) -> int:
    """Return how many bytes follow the end of a video, as its own structure tells; 0 if it does not."""
    if media_type not in _FOLLOWED:
        return 0
    end = _stated_end(file, media_type)
    return max(0, _size(file) - end) if end is not None else 0


def states_its_end(file: IO[bytes], media_type: str) -> bool:
    """Return whether a file's own structure says where it ends, and the file reaches that far."""
    end = _stated_end(file, media_type)
    return end is not None and end <= _size(file)


def _stated_end(file: IO[bytes], media_type: str) -> int | None:
    find = _ENDS.get(media_type)
    return find(file, _size(file)) if find else None


def _size(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_size


def _riff_end(file: IO[bytes], size: int) -> int | None:
    """Return the end of the RIFF chunk, without a last byte that only pads."""
    file.seek(4)
    length = int.from_bytes(file.read(4), "little")
    if length == 0 or length >= _STREAMED_RIFF:
        return None
    return size if 8 + length == size + 1 else 8 + length


def _mp3_end(file: IO[bytes], size: int) -> int | None:
    """Return the end of the sound as a Xing or Info header in the first frame counts it, which most encoders write."""
    file.seek(0)
    tag = file.read(10)
    start = 0
    if tag[:3] == b"ID3" and len(tag) == 10:
        start = 10 + sum(byte << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True))
    file.seek(start)
    frame = file.read(60)
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    if at < 0:
        return None
    flags = int.from_bytes(frame[at + 4 : at + 8])
    count = at + (12 if flags & 1 else 8)  # the number of frames stands before the number of bytes
    return start + int.from_bytes(frame[count : count + 4]) if flags & 2 else None


def _ogg_end(file: IO[bytes], size: int) -> int | None:
    """Return the end of the last page (RFC 3533)."""
    position = 0
    for _ in range(_MOST_PAGES):
        file.seek(position)
        header = file.read(27)
        if len(header) < 27 or header[:4] != b"OggS":
            return position
        lengths = file.read(header[26])
        position += 27 + header[26] + sum(lengths)
        if position > size:
            return position
    return None


def _png_end(file: IO[bytes], size: int) -> int | None:
    """Return the end of the IEND chunk, or of the chunk that is cut off."""
    position = 8
    while position < size:
        file.seek(position)
        header = file.read(8)
        position += 12 + int.from_bytes(header[:4])
        if header[4:] == b"IEND":
            return position
    return max(position, size + 12)  # IEND is missing, at least


_ENDS: dict[str, Callable[[IO[bytes], int], int | None]] = {
    **dict.fromkeys(("video/mp4", "audio/mp4", "video/quicktime", "image/avif", "image/heic"), iso_end),
    **dict.fromkeys(("audio/wav", "video/x-msvideo", "image/webp"), _riff_end),
    **dict.fromkeys(("video/webm", "video/x-matroska"), ebml_end),
    "audio/mpeg": _mp3_end,
    "audio/ogg": _ogg_end,
    "image/png": _png_end,
}
_FOLLOWED = frozenset({"video/mp4", "audio/mp4", "video/quicktime", "video/webm", "video/x-matroska"})
"""Kinds behind whose end nothing is expected. A tag often follows an MP3, and a second part an AVI."""
