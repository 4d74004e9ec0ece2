"""Find where an MP4 or a relative of it ends: at the end of its last top-level box (ISO/IEC 14496-12, 4.2)."""

from typing import IO

_MOST_BOXES = 10_000
"""Top-level boxes looked at: a fragmented MP4 has two per fragment."""

_TOP_LEVEL = frozenset(
    {
        *(b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"meta", b"udta", b"uuid", b"imda", b"pnot"),
        *(b"free", b"skip", b"wide", b"sidx", b"ssix", b"prft", b"emsg", b"pdin", b"meco", b"bloc"),
    }
)


def iso_end(file: IO[bytes], size: int) -> int | None:
    """Return where the last box ends, which is beyond the file if that box is cut off.

    Bytes after the last box that look like the header of a box, but of a kind that no file has, are not one.
    """
    position = 0
    for _ in range(_MOST_BOXES):
        if position + 8 > size:
            return position
        file.seek(position)
        header = file.read(16)
        length, kind = int.from_bytes(header[:4]), header[4:8]
        if length == 0 and kind in _TOP_LEVEL:  # it reaches to the file's end
            return size
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < 8 or (position + length > size and kind not in _TOP_LEVEL):
            return position
        position += length
    return None
