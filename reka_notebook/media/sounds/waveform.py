"""Draw a sound's waveform, in memory that does not grow with its length."""

import os
from array import array
from pathlib import Path
from typing import TYPE_CHECKING

from reka_notebook.media.errors import MediaError
from reka_notebook.media.films import tracks
from reka_notebook.media.images.prepared import to_jpeg

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH, HEIGHT = 960, 240
"""Pixels of the picture."""

_RATE = 8000
"""Samples a second that are looked at."""

_BLOCK = 80
"""Samples that are one level to begin with: a hundredth of a second."""

MOST_LEVELS = 8192
"""Levels that are kept: when there are more, each two become one."""

_BACKGROUND, _WAVE, _LINE = "#eef1f4", "#5b7a99", "#c3cdd6"
"""A calm light plate, which stands on a light page and on a dark one."""

_BAR, _GAP = 4, 2


def waveform(path: "str | os.PathLike[str]") -> bytes:
    """Return a picture of a sound's loudness over time, as a JPEG.

    Raises:
        MediaError: If it has no sound, or none of it decodes.
    """
    return to_jpeg(_drawn(levels(path)), quality=88)


def levels(path: "str | os.PathLike[str]") -> list[float]:
    """Return how loud a sound is, from 0 to 1, in up to ``MOST_LEVELS`` steps of equal length.

    Raises:
        MediaError: If it has no sound, or none of it decodes.
    """
    from av.audio.resampler import AudioResampler

    path = Path(path)
    with tracks.open_media(path, lenient=True) as (_, media_type):
        pass
    with tracks.open_tracks(path, media_type) as container:
        sound = tracks.sound_track(container)
        if sound is None or not tracks.decodable(sound):
            raise MediaError(f"{path.name} has no sound that can be decoded.")
        plain = AudioResampler(format="s16", layout="mono", rate=_RATE)
        found = _Levels()
        for packet in tracks.packets(container, sound):
            for frame in tracks.decoded(packet) or ():
                for part in plain.resample(frame):
                    found.add(array("h", bytes(part.planes[0])[: 2 * part.samples]))
    if not found.loudest:
        raise tracks.damaged(path.name, "nothing of it decodes")
    return [level / 32768 for level in found.loudest]


class _Levels:
    """Collect the loudest sample of each block; where there are too many blocks, two become one."""

    def __init__(self) -> None:
        self.loudest: list[int] = []
        self._block = _BLOCK
        self._rest: array[int] = array("h")

    def add(self, samples: "array[int]") -> None:
        self._rest.extend(samples)
        whole = len(self._rest) // self._block * self._block
        for start in range(0, whole, self._block):
            part = self._rest[start : start + self._block]
            self.loudest.append(max(max(part), -min(part)))
        self._rest = self._rest[whole:]
        if len(self.loudest) > MOST_LEVELS:
            self.loudest = [max(self.loudest[at : at + 2]) for at in range(0, len(self.loudest), 2)]
            self._block *= 2
        if not self.loudest and self._rest:  # shorter than a block
            self.loudest = [max(max(self._rest), -min(self._rest))]


def _drawn(found: list[float]) -> "Image":
    """Return bars around a middle line; the loudest nearly fills the height, but noise is not made loud."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (2 * WIDTH, 2 * HEIGHT), _BACKGROUND)
    draw = ImageDraw.Draw(picture)
    middle = HEIGHT
    draw.line((0, middle, 2 * WIDTH, middle), fill=_LINE, width=2)
    bars = WIDTH // (_BAR + _GAP)
    largest = max(0.1, *found)
    for bar in range(bars):
        first, last = len(found) * bar // bars, len(found) * (bar + 1) // bars
        level = max(found[first : max(last, first + 1)]) / largest
        half = max(2, round(level * 0.88 * HEIGHT))
        left = 2 * (_GAP // 2 + bar * (_BAR + _GAP))
        draw.rounded_rectangle(
            (left, middle - half, left + 2 * _BAR - 1, middle + half), 2 * _BAR // 2, fill=_WAVE
        )
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
