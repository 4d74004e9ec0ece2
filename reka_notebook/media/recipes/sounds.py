"""Write a recipe into an MP3 or a WAV."""

from typing import IO

from reka_notebook.media.recipes.edits import Edit, NoPlace, read_at
from reka_notebook.media.recipes.images import KEYWORD, riff_chunk, riff_chunks, riff_with

_UNUSUAL = 0b1101_0000
"""Flags of an ID3 tag that is written in a way of its own, with an extended header or a footer."""


def mp3(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into an MP3, as a text of its ID3 tag (versions 2.3 and 2.4)."""
    data = b"\0" + KEYWORD.encode() + b"\0" + text.encode("ascii")
    file.seek(0)
    head = file.read(10)
    if head[:3] != b"ID3":
        frame = b"TXXX" + _seven_bits(len(data)) + b"\0\0" + data
        return [Edit(0, 0, b"ID3\x04\0\0" + _seven_bits(len(frame)) + frame)]
    if head[3] not in (3, 4) or head[5] & _UNUSUAL or any(byte & 0x80 for byte in head[6:]):
        raise NoPlace
    size = sum(byte << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
    frame = b"TXXX" + (_seven_bits(len(data)) if head[3] == 4 else len(data).to_bytes(4)) + b"\0\0" + data
    return [Edit(6, 4, _seven_bits(size + len(frame)) + frame)]


def _seven_bits(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def wav(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into a WAV, as the comment of its list of information."""
    if read_at(file, 8, 4) != b"WAVE" or not list(riff_chunks(file)):
        raise NoPlace
    comment = riff_chunk(b"ICMT", text.encode("ascii") + b"\0")
    return riff_with(file, riff_chunk(b"LIST", b"INFO" + comment), [])
