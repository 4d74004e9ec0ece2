"""Write a recipe into a PNG, JPEG, WebP or GIF; what is drawn stays as it is."""

import io
from collections.abc import Iterator
from typing import IO, Literal, NamedTuple
from zlib import crc32

from reka_notebook.media.recipes import xmp
from reka_notebook.media.recipes.edits import Edit, NoPlace, read_at, size_of

KEYWORD = "reka-recipe"
"""Of the text in a PNG."""

_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"
_LARGEST_SEGMENT = 65_533
_MOST_PARTS = 100_000


class Part(NamedTuple):
    """Hold where a chunk, a segment or a block begins and ends, and its kind."""

    start: int
    end: int
    kind: bytes


def png_chunks(file: IO[bytes]) -> Iterator[Part]:
    """Yield the chunks of a PNG.

    Raises:
        NoPlace: If it is cut short.
    """
    position, size = 8, size_of(file)
    for _ in range(_MOST_PARTS):
        if position >= size:
            return
        header = read_at(file, position, 8)
        end = position + 12 + int.from_bytes(header[:4])
        if end > size:
            raise NoPlace
        yield Part(position, end, header[4:])
        position = end


def png(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into a PNG, before its picture."""
    for chunk in png_chunks(file):
        if chunk.kind == b"IDAT":
            data = b"iTXt" + KEYWORD.encode() + b"\0\0\0\0\0" + text.encode()
            return [Edit(chunk.start, 0, (len(data) - 4).to_bytes(4) + data + crc32(data).to_bytes(4))]
    raise NoPlace


def jpeg_segments(file: IO[bytes]) -> Iterator[Part]:
    """Yield the segments of a JPEG before its picture.

    Raises:
        NoPlace: If it is not understood.
    """
    position = 2
    for _ in range(_MOST_PARTS):
        header = read_at(file, position, 4)
        if header[0] != 0xFF:
            raise NoPlace
        if header[1] == 0xFF:
            position += 1
            continue
        end = position + 2 + int.from_bytes(header[2:])
        yield Part(position, end, header[1:2])
        if header[1] == 0xDA:
            return
        position = end


def jpeg(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into a JPEG, as XMP."""
    at, drop, before = 0, 0, b""
    for segment in jpeg_segments(file):
        data = read_at(file, segment.start + 4, min(segment.end - segment.start - 4, _LARGEST_SEGMENT))
        if segment.kind == b"\xe1" and data.startswith(_XMP_SEGMENT):
            at, drop, before = segment.start, segment.end - segment.start, data[len(_XMP_SEGMENT) :]
            break
        if not at and not (segment.kind == b"\xe0" or (segment.kind == b"\xe1" and data[:4] == b"Exif")):
            at = segment.start
    data = _XMP_SEGMENT + xmp.packet(text, before)
    if not at or len(data) > _LARGEST_SEGMENT:
        raise NoPlace
    return [Edit(at, drop, b"\xff\xe1" + (len(data) + 2).to_bytes(2) + data)]


def riff_chunks(file: IO[bytes]) -> Iterator[Part]:
    """Yield the chunks of a WebP, WAV or AVI.

    Raises:
        NoPlace: If it is cut short.
    """
    end = 8 + int.from_bytes(read_at(file, 4, 4), "little")
    if end > size_of(file):
        raise NoPlace
    position = 12
    for _ in range(_MOST_PARTS):
        if position + 8 > end:
            return
        header = read_at(file, position, 8)
        length = int.from_bytes(header[4:], "little")
        yield Part(position, position + 8 + length, header[:4])
        position += 8 + length + length % 2


TIFF_CREDENTIALS = 0xCD41


def tiff_tags(file: IO[bytes]) -> set[int]:
    """Return the tags of a TIFF's first picture.

    Raises:
        NoPlace: If it is cut short.
    """
    head = read_at(file, 0, 8)
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    at = int.from_bytes(head[4:], order)
    entries = read_at(file, at + 2, 12 * int.from_bytes(read_at(file, at, 2), order))
    return {int.from_bytes(entries[place : place + 2], order) for place in range(0, len(entries), 12)}


def riff_with(file: IO[bytes], chunk: bytes, others: list[Edit]) -> list[Edit]:
    """Return the edits that put a chunk at the end of a RIFF file, beside others of its chunks."""
    size = int.from_bytes(read_at(file, 4, 4), "little")
    end = 8 + size
    padding = b"\0" * (size % 2)  # which the last chunk should have had
    new = size + sum(len(edit.put) - edit.drop for edit in others) + len(padding) + len(chunk)
    if end > size_of(file) or new >= 2**32:
        raise NoPlace
    return [*others, Edit(4, 4, new.to_bytes(4, "little")), Edit(end, 0, padding + chunk)]


def riff_chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk with its padding."""
    return kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)


_WEBP_XMP, _WEBP_ALPHA = 0x04, 0x10


def webp(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into a WebP, as XMP; a simple file becomes an extended one."""
    chunks = list(riff_chunks(file))
    if not chunks:
        raise NoPlace
    others, before = [], b""
    for chunk in chunks:
        if chunk.kind == b"XMP ":
            if chunk.end - chunk.start > xmp.LARGEST or before:
                raise NoPlace
            before = read_at(file, chunk.start + 8, chunk.end - chunk.start - 8)
            others.append(Edit(chunk.start, chunk.end - chunk.start + (chunk.end - chunk.start) % 2, b""))
    first = chunks[0]
    if first.kind == b"VP8X":
        flags = read_at(file, first.start + 8, 1)[0]
        others.append(Edit(first.start + 8, 1, bytes([flags | _WEBP_XMP])))
    elif first.kind in (b"VP8 ", b"VP8L"):
        others.append(Edit(first.start, 0, riff_chunk(b"VP8X", _extended(file))))
    else:
        raise NoPlace
    return riff_with(file, riff_chunk(b"XMP ", xmp.packet(text, before)), others)


def _extended(file: IO[bytes]) -> bytes:
    from PIL import Image

    file.seek(0)
    with Image.open(io.BytesIO(file.read()), formats=["WEBP"]) as picture:
        flags = _WEBP_XMP | (_WEBP_ALPHA if picture.mode == "RGBA" else 0)
        width, height = ((side - 1).to_bytes(3, "little") for side in picture.size)
    return bytes([flags, 0, 0, 0]) + width + height


def gif(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into a GIF, as its comment."""
    data = text.encode("ascii")
    blocks = b"".join(
        bytes([len(data[at : at + 255])]) + data[at : at + 255] for at in range(0, len(data), 255)
    )
    return [Edit(gif_end(file), 0, b"\x21\xfe" + blocks + b"\0")]


def gif_end(file: IO[bytes]) -> int:
    """Return where the trailer of a GIF stands.

    Raises:
        NoPlace: If it is cut short.
    """
    flags = read_at(file, 10, 1)[0]
    position = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    for _ in range(_MOST_PARTS):
        kind = read_at(file, position, 1)
        if kind == b"\x3b":
            return position
        if kind == b"\x21":
            position = _after_blocks(file, position + 2)
        elif kind == b"\x2c":
            flags = read_at(file, position + 9, 1)[0]
            position = _after_blocks(file, position + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))
        else:
            raise NoPlace
    raise NoPlace


def _after_blocks(file: IO[bytes], position: int) -> int:
    while length := read_at(file, position, 1)[0]:
        position += 1 + length
    return position + 1
