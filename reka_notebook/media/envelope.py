"""What a container says about its own length.

A download that was cut leaves a file whose container promises more than there is. Several container families say so
in a few bytes each, so this is known without decoding anything, wherever the cut is.
"""

import os
from typing import IO

_EBML_SEGMENT = 0x18538067
_ISO_HEADER_LIMIT = 10_000
"""Top-level boxes looked at: a fragmented MP4 has two per fragment."""


def missing_bytes(file: IO[bytes], media_type: str) -> int:
    """How many bytes are missing at the end of a file, as its own structure tells; 0 where it does not.

    Args:
        file: opened for reading, seekable; its position is moved.
        media_type: as `signature.recognise` tells it. MP4 and its kin, RIFF (WAV, AVI), Matroska (WebM) and most MP3
            state their length.
    """
    size = os.fstat(file.fileno()).st_size
    match media_type:
        case "video/mp4" | "audio/mp4" | "video/quicktime":
            end = _iso_end(file, size)
        case "audio/wav" | "video/x-msvideo":
            end = _riff_end(file)
        case "video/webm" | "video/x-matroska":
            end = _ebml_end(file)
        case "audio/mpeg":
            end = _mp3_end(file)
        case _:
            end = 0
    return max(0, end - size)


def _iso_end(file: IO[bytes], size: int) -> int:
    """The end of the last top-level box (ISO/IEC 14496-12, 4.2)."""
    position = 0
    for _ in range(_ISO_HEADER_LIMIT):
        if position + 8 > size:
            break
        file.seek(position)
        header = file.read(16)
        length = int.from_bytes(header[:4])
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < 8:  # 0 reaches to the file's end; less than a header is padding after the last box
            return size
        position += length
    return position


def _riff_end(file: IO[bytes]) -> int:
    """The end of the RIFF chunk; encoders that stream write 0 or all ones for "unknown"."""
    file.seek(4)
    length = int.from_bytes(file.read(4), "little")
    return 0 if length in (0, 0xFFFFFFFF) else 8 + length


def _mp3_end(file: IO[bytes]) -> int:
    """The end of the sound as a Xing or Info header in the first frame counts it (written by LAME and most others)."""
    file.seek(0)
    tag = file.read(10)
    start = 0
    if tag[:3] == b"ID3" and len(tag) == 10:
        start = 10 + sum(byte << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True))
    file.seek(start)
    frame = file.read(60)
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    if at < 0:
        return 0
    flags = int.from_bytes(frame[at + 4 : at + 8])
    count = at + (12 if flags & 1 else 8)  # the number of frames stands before the number of bytes
    return start + int.from_bytes(frame[count : count + 4]) if flags & 2 else 0


def _ebml_end(file: IO[bytes]) -> int:
    """The end of Matroska's Segment, where its size is known (RFC 8794, RFC 9559)."""
    file.seek(0)
    head = file.read(4096)
    position = 0
    for _ in range(8):
        element, body, length = _ebml_element(head, position)
        if length is None:
            return 0
        if element == _EBML_SEGMENT:
            return body + length
        position = body + length
    return 0


def _ebml_element(head: bytes, position: int) -> tuple[int, int, int | None]:
    """An element's id, the start of its body, and its length; None where unknown or past the head."""
    id_width = 9 - head[position].bit_length() if position < len(head) else 9
    start = position + id_width
    if id_width > 4 or start >= len(head):
        return 0, position, None
    width = 9 - head[start].bit_length()
    body = start + width
    if width > 8 or body > len(head):
        return 0, position, None
    length = int.from_bytes(head[start:body]) & ((1 << 7 * width) - 1)
    unknown = length == (1 << 7 * width) - 1
    return int.from_bytes(head[position:start]), body, None if unknown else length
