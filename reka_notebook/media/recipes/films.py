"""Write a recipe into an MP4 or a WebM, behind everything that is played: no index has to change.

MP4 and its relatives (ISO/IEC 14496-12) have it as XMP in a box of its own, WebM and Matroska (RFC 9559) in a tag.
"""

from collections.abc import Iterator
from typing import IO, NamedTuple

from reka_notebook.media.films.envelope_iso import iso_end
from reka_notebook.media.recipes import xmp
from reka_notebook.media.recipes.edits import Edit, NoPlace, read_at, size_of

XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
CREDENTIALS_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")

TAG = "REKA_RECIPE"
"""What the tag of a WebM is called."""

_MOST_BOXES = 10_000


class Box(NamedTuple):
    """Hold where a box begins and ends, and what kind it is; ``user`` is the type of a ``uuid`` box."""

    start: int
    end: int
    kind: bytes
    user: bytes
    to_the_end: bool


def boxes(file: IO[bytes]) -> Iterator[Box]:
    """Yield the boxes at the top of an MP4."""
    size = size_of(file)
    end = iso_end(file, size) or 0
    position = 0
    for _ in range(_MOST_BOXES):
        if position + 8 > min(size, end):
            return
        file.seek(position)
        header = file.read(32)
        length, kind, head = int.from_bytes(header[:4]), header[4:8], 8
        to_the_end = length == 0
        if to_the_end:
            length = size - position
        elif length == 1:
            length, head = int.from_bytes(header[8:16]), 16
        if length < head:
            return
        user = header[head : head + 16] if kind == b"uuid" else b""
        yield Box(position, position + length, kind, user, to_the_end)
        position += length


def iso(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into an MP4.

    Raises:
        NoPlace: If it is cut short, or not understood.
    """
    every = list(boxes(file))
    if not every or every[-1].end > size_of(file):
        raise NoPlace
    last = every[-1]
    at = last.start if last.kind == b"mfra" else last.end  # its own place is looked for at the file's end
    edits, before = [], b""
    if last.to_the_end and last.kind != b"mfra":
        if last.end - last.start >= 2**32:
            raise NoPlace
        edits.append(Edit(last.start, 4, (last.end - last.start).to_bytes(4)))
    for box in every:
        if box.user == XMP_BOX:
            head = 32 if read_at(file, box.start, 4) == b"\0\0\0\1" else 24
            if box.end - box.start > xmp.LARGEST or box.to_the_end or before:
                raise NoPlace
            before = read_at(file, box.start + head, box.end - box.start - head)
            edits.append(Edit(box.start + 4, 4, b"free"))  # so that nothing behind it moves
    data = XMP_BOX + xmp.packet(text, before.rstrip(b"\0"))
    return [*edits, Edit(at, 0, (len(data) + 8).to_bytes(4) + b"uuid" + data)]


_SEGMENT = b"\x18\x53\x80\x67"


def matroska(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into a WebM or a Matroska file.

    Raises:
        NoPlace: If it is cut short, or not understood.
    """
    head = file.seek(0) or file.read(4096)
    if not isinstance(head, bytes) or head[:4] != b"\x1a\x45\xdf\xa3":
        raise NoPlace
    size, width = _number(head[4:12])
    at = 4 + width + size
    if head[at : at + 4] != _SEGMENT:
        raise NoPlace
    size, width = _number(head[at + 4 : at + 12])
    start = at + 4 + width
    tag = _element("45a3", TAG.encode()) + _element("4487", text.encode())
    tags = _element("1254c367", _element("7373", _element("63c0", b"") + _element("67c8", tag)))
    total = size_of(file)
    if size == 2 ** (7 * width) - 1:  # of unknown size: it goes to the file's end
        return [Edit(total, 0, tags)]
    if start + size > total:
        raise NoPlace
    # Places in a Segment are counted from its first byte, so its own size may be written longer.
    new = (size + len(tags) + 2**56).to_bytes(8)
    return [Edit(at + 4, width, new), Edit(start + size, 0, tags)]


def _number(data: bytes) -> tuple[int, int]:
    """Return a number of variable size, and its size."""
    if not data or not data[0]:
        raise NoPlace
    width = 9 - data[0].bit_length()
    if len(data) < width:
        raise NoPlace
    return int.from_bytes(data[:width]) - 2 ** (7 * width), width


def _element(name: str, data: bytes) -> bytes:
    return bytes.fromhex(name) + (len(data) + 2**28).to_bytes(4) + data
