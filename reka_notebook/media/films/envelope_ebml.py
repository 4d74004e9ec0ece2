"""Find where a Matroska or WebM file ends: at the end of its last element (RFC 8794, RFC 9559)."""

from typing import IO

_HEADER, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_IN_SEGMENT = frozenset(
    {_CLUSTER, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367}
)
_IN_CLUSTER = frozenset({0xE7, 0xA3, 0xA0, 0xA7, 0xAB, 0xAF, 0x5854})
_ANYWHERE = frozenset({0xEC, 0xBF})
_KNOWN = _IN_SEGMENT | _IN_CLUSTER | _ANYWHERE | {_HEADER, _SEGMENT}

_MOST_ELEMENTS = 500_000
"""Elements looked at: a recording that was not finished has one per frame at this level."""


def ebml_end(file: IO[bytes], size: int) -> int | None:
    """Return where the last element ends, which is beyond the file if that element is cut off.

    A live recording states no size for its segment and its clusters; then their contents are walked through.
    """
    position = 0
    for _ in range(_MOST_ELEMENTS):
        file.seek(position)
        element, header, length = _element(file.read(12))
        if element not in _KNOWN or not header:
            return position
        if length is None:
            if element not in (_SEGMENT, _CLUSTER):
                return None
            length = 0
        position += header + length
        if position > size or (element == _SEGMENT and length):
            return position
    return None


def _element(head: bytes) -> tuple[int, int, int | None]:
    """Return an element's ID, the bytes of its header, and its length.

    The length is ``None`` if it is unknown; the ID and the bytes are 0 if there is no element.
    """
    width = 9 - head[0].bit_length() if head else 9
    if width > 4 or len(head) <= width:
        return 0, 0, None
    size_width = 9 - head[width].bit_length()
    header = width + size_width
    if size_width > 8 or len(head) < header:
        return 0, 0, None
    every = (1 << 7 * size_width) - 1
    length = int.from_bytes(head[width:header]) & every
    return int.from_bytes(head[:width]), header, None if length == every else length
