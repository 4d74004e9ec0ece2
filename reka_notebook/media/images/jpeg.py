"""Read JPEGs whose last bytes are missing, as far as there is a picture in them.

A camera's card that was pulled out, or an upload that was stopped, leaves such files, and every browser shows
them. Often nothing but the marker at the end is missing. This is imported only when a JPEG is read, since
Pillow is.
"""

from functools import reduce
from typing import Any

from PIL import ImageChops
from PIL.JpegImagePlugin import JpegImageFile

_END = b"\xff\xd9"
_OTHER = bytes((37 * place + place // 7) % 255 for place in range(4096)) * 64 + _END
"""Coded data that no picture goes on with."""


class Jpeg(JpegImageFile):
    """Decode a JPEG up to where its data ends.

    Attributes:
        missing: The part of the picture, from 0 to 1, for which there was no data; None if the file was
            whole.
    """

    missing: float | None = None
    _tail = _END
    _cut = False
    _drafted: tuple[Any, ...] = ()

    def draft(self, *wanted: Any) -> Any:
        """Decode at a smaller scale, as Pillow does."""
        self._drafted = wanted
        return super().draft(*wanted)

    def load_read(self, read_bytes: int) -> bytes:
        """Return more of the file, and after its last byte the marker of its end."""
        data = self.fp.read(read_bytes) if self.fp is not None else b""
        if data or self._cut:
            return data
        self._cut = True
        return self._tail

    def load(self) -> Any:
        """Decode the picture, and find how much of the file was there."""
        stream, cut_before = self.fp, self._cut
        loaded = super().load()
        if self._cut and not cut_before and self._tail is _END:
            self.missing = self._gap(stream)
        return loaded

    def _gap(self, stream: Any) -> float:
        """Return how much of the picture comes out differently when the file goes on differently."""
        if not _has_all_scans(stream):
            return 1.0
        stream.seek(0)
        other = Jpeg(stream)
        other._tail = _OTHER
        if self._drafted:
            other.draft(*self._drafted)
        try:
            other.load()
        except OSError:
            return 1.0
        differing = ImageChops.difference(self.copy(), other.copy()).split()
        most = reduce(ImageChops.lighter, differing)
        return 1 - most.histogram()[0] / (self.width * self.height)


def _has_all_scans(stream: Any) -> bool:
    """Return whether the scan with the last bits of every component has begun (ITU-T T.81, B.2.3)."""
    stream.seek(0)
    data = stream.read()
    components: set[int] = set()
    whole: dict[int, set[int]] = {}
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 4 <= len(data):
        marker, body = data[at + 1], data[at + 4 :]
        if marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD9:
            at += 1 if marker == 0xFF else 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            components = {body[6 + 3 * place] for place in range(body[5]) if 6 + 3 * place < len(body)}
        elif marker == 0xDA and body[0] * 2 + 4 <= len(body):
            count = body[0]
            start, end, bits = body[1 + 2 * count], body[2 + 2 * count], body[3 + 2 * count] & 15
            for place in range(count if bits == 0 else 0):
                whole.setdefault(body[1 + 2 * place], set()).update(range(start, end + 1))
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return bool(components) and all(len(whole.get(component, ())) == 64 for component in components)
