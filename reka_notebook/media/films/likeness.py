"""Tell whether a film begins with an image, by how both look from far away.

A service may crop the image, pad or stretch it to the film's shape, zoom in, fade in, shift its colours and
compress it. None of that changes where an image is light and where it is dark. So both are made small, laid
over one another in every likely way, and correlated; ``UNLIKE`` is far below what alterations leave.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from operator import mul
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from reka_notebook.media.films import tracks
from reka_notebook.media.signature import PICTURES

if TYPE_CHECKING:
    from PIL.Image import Image

UNLIKE = 0.55
"""The highest correlation of an image with a frame that has nothing to do with it. Altered ones have 0.6 to 1."""

FINE = 0.8
"""An image whose details vary by this part of its contrast is of fine patterns: a tilt alone makes it another."""

ALIKE = 0.7
"""From here on no better way to lay one over the other is looked for."""

_SAME = 0.95
"""From here on it is the image, but for its coding."""

MIRRORED = 0.25
"""How much better a mirror image has to fit than the image itself, to be what the film begins with."""

FIRST = 1.0
"""Seconds of a film that may be its beginning: a fade may take as long."""

SEEN = 4
"""Frames of the beginning that are looked at."""

_SIDE = 96
"""Pixels of the longer side of what is compared."""

_GRID = 20
"""Points along the side of a square part that are compared."""

_COARSE = 12
_CONTRAST, _FADED = 10.0, 6.0
"""Grey levels by which the squares of a coarse grid have to differ: in an image, and in a frame that may be fading."""

_SMOOTH = 4.0
"""Grey levels by which the details differ of a picture that has none."""

_LEAST = 0.2
"""Of a frame, the part that an image has to fill."""

_ZOOM = 1.12
"""From one size of the image to the next that is tried."""

_CLOSER = 3
_STEPS = (0.06, 0.03)
_MOVES = tuple(
    (sign * left, sign * top, sign * right, sign * bottom)
    for left, top, right, bottom in (
        *((1, 0, 1, 0), (0, 1, 0, 1)),  # along a side
        *((-0.5, -0.5, 0.5, 0.5), (-0.5, 0, 0.5, 0)),  # larger, or only wider
    )
    for sign in (1, -1)
)
"""How the likeliest places are moved about, by how much at first and then, and how many of them are."""

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom, each from 0 to 1."""


class Beginning(Enum):
    """Say what a film begins with, as far as that is certain."""

    image = "the image"
    mirrored = "the image in a mirror"
    other = "something else"
    unknown = "not known"


def beginning(image: "Image", frames: "Iterable[Image]") -> Beginning:
    """Return what a film begins with.

    Args:
        image: What was sent.
        frames: The film's first frames, in order; no more are taken than it needs.

    Returns:
        ``unknown`` if either has too little in it to tell (an even grey, a film that is still black), or if the
        image is of fine patterns only, as sand is.
    """
    sought = _Looks.of(image)
    if sought.contrast < _CONTRAST:
        return Beginning.unknown
    best: float | None = None
    first: _Looks | None = None
    for frame in frames:
        looks = _Looks.of(frame)
        if looks.contrast < _FADED:
            continue
        first = first or looks
        fits = _likeness(sought, looks)
        if fits >= ALIKE:
            return Beginning.image
        best = fits if best is None else max(best, fits)
    if best is None or first is None:
        return Beginning.unknown
    if _likeness(sought.mirrored, first) >= max(ALIKE, best + MIRRORED):
        return Beginning.mirrored
    if best >= UNLIKE:
        return Beginning.image
    return Beginning.unknown if sought.roughness >= FINE * sought.contrast else Beginning.other


def resemblance(image: "Image", frames: "Iterable[Image]") -> float | None:
    """Return how a film's first frames resemble an image, from 0 to 1; ``None`` where `beginning` cannot tell.

    The first that is not black counts, or a later one if that is nothing like it: a film may fade in.
    """
    sought = _Looks.of(image)
    if sought.contrast < _CONTRAST:
        return None
    best: float | None = None
    for frame in frames:
        looks = _Looks.of(frame)
        if looks.contrast < _FADED:
            continue
        best = max(best or 0.0, _likeness(sought, looks, enough=_SAME))
        if best >= ALIKE:
            break
    if best is not None and best < UNLIKE and sought.roughness >= FINE * sought.contrast:
        return None
    return best


class FirstSecond:
    """Choose the few frames of a film's first second that are looked at.

    Args:
        after_first: Whether to leave out the very first.
    """

    def __init__(self, *, after_first: bool = False) -> None:
        self._next = FIRST / (SEEN - 1) if after_first else 0.0
        self._begun: float | None = None

    def is_over(self, at: float) -> bool:
        """Return whether none is chosen from this time on; asked of one frame after another."""
        self._begun = at if self._begun is None else self._begun
        return at - self._begun > FIRST + 1e-3

    def chooses(self, at: float) -> bool:
        """Return whether the frame at this time is looked at; asked of one frame after another."""
        if self.is_over(at) or at - (self._begun or 0.0) < self._next - 1e-3:
            return False
        self._next += FIRST / (SEEN - 1)
        return True


def first_frames(path: Path, *, after_first: bool = False) -> "Iterator[Image]":
    """Yield a few frames from a film's first second; none of a still image or a sound.

    Args:
        path: The film.
        after_first: Whether to leave out the very first.

    Raises:
        MediaError: If the file cannot be opened.
    """
    with tracks.open_media(path, lenient=True) as (_, media_type):
        if media_type in PICTURES:
            return
    with tracks.open_tracks(path, media_type) as container:
        stream = tracks.video_track(container, path.name)
        if stream is None:
            return
        first = FirstSecond(after_first=after_first)
        for frame in tracks.frames_that_decode(container, stream):
            at = frame.time or 0.0
            if first.is_over(at):
                return
            if first.chooses(at):
                yield tracks.to_image(frame, stream)


@dataclass(frozen=True)
class _Looks:
    """Hold a small grey picture, its details alone, and the shape of the large one."""

    grey: "Image"
    details: "Image"
    ratio: float
    contrast: float

    @classmethod
    def of(cls, picture: "Image") -> "_Looks":
        from PIL import ImageStat
        from PIL.Image import Resampling

        ratio = picture.width / picture.height
        small = picture.convert("L") if max(picture.size) <= 8 * _SIDE else _reduced(picture).convert("L")
        small = small.resize(
            _sides(ratio, _SIDE * _SIDE), Resampling.BOX if min(small.size) > _SIDE else Resampling.BILINEAR
        )
        coarse = small.resize((_COARSE, _COARSE), Resampling.BOX)
        return cls(small, _details(small), ratio, float(ImageStat.Stat(coarse).stddev[0]))

    @cached_property
    def roughness(self) -> float:
        """Return by how many grey levels its details differ."""
        from PIL import ImageStat

        return float(ImageStat.Stat(self.details).stddev[0])

    @property
    def mirrored(self) -> "_Looks":
        from PIL import ImageOps

        return _Looks(ImageOps.mirror(self.grey), ImageOps.mirror(self.details), self.ratio, self.contrast)


def _reduced(picture: "Image") -> "Image":
    return picture.reduce(max(1, max(picture.size) // (4 * _SIDE)))


def _details(grey: "Image") -> "Image":
    """Return a picture without its large areas of light and dark, which many pictures have alike."""
    from PIL import ImageChops, ImageFilter

    return ImageChops.subtract(grey, grey.filter(ImageFilter.GaussianBlur(max(grey.size) / 10)), 1, 128)


def _likeness(image: _Looks, frame: _Looks, enough: float = ALIKE) -> float:
    """Return the best correlation of an image with a frame, from -1 to 1, over the ways to lay one over the other."""
    tried: list[tuple[float, Box]] = []
    for place in _placements(image.ratio, frame.ratio):
        tried.append((_fit(image, frame, place), place))
        if tried[-1][0] >= enough:
            return tried[-1][0]
    tried.sort(reverse=True)
    return max(_closer(image, frame, *found) for found in tried[:_CLOSER])


def _closer(image: _Looks, frame: _Looks, best: float, place: Box) -> float:
    """Return the correlation after moving the image about a little, as far as that makes it higher."""
    for step in _STEPS:
        for move in _MOVES:
            left, top, right, bottom = place
            width, height = right - left, bottom - top
            moved = (
                left + step * move[0] * width,
                top + step * move[1] * height,
                right + step * move[2] * width,
                bottom + step * move[3] * height,
            )
            fits = _fit(image, frame, moved)
            if fits > best:
                best, place = fits, moved
    return best


def _fit(image: _Looks, frame: _Looks, place: Box) -> float:
    """Return the correlation of an image with a frame, where it lies at this place in it; -1 if that is too small."""
    left, top, right, bottom = place
    width, height = right - left, bottom - top
    of_frame = max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom)
    wide, high = of_frame[2] - of_frame[0], of_frame[3] - of_frame[1]
    if min(wide, high) <= 0 or wide * high < _LEAST:
        return -1.0
    of_image = (
        (of_frame[0] - left) / width,
        (of_frame[1] - top) / height,
        (of_frame[2] - left) / width,
        (of_frame[3] - top) / height,
    )
    size = _sides(frame.ratio * wide / high, _GRID * _GRID)
    as_whole = _correlation(_part(image.grey, of_image, size), _part(frame.grey, of_frame, size))
    if as_whole < 0:
        return as_whole
    if image.roughness < _SMOOTH:
        return as_whole
    in_detail = _correlation(_part(image.details, of_image, size), _part(frame.details, of_frame, size))
    return (as_whole + in_detail) / 2


def _sides(ratio: float, area: int) -> tuple[int, int]:
    """Return the sides of a grid with about so many points, and this shape."""
    width = (area * ratio) ** 0.5
    return max(6, round(width)), max(6, round(width / ratio))


def _placements(image: float, frame: float) -> Iterator[Box]:
    """Yield where in a frame an image may lie, the likeliest first; a part of it may be outside.

    Args:
        image: Its width by its height.
        frame: Likewise.
    """
    yield 0.0, 0.0, 1.0, 1.0  # stretched
    # Heights of the image where the frame is one high.
    cover, contain = max(1.0, frame / image), min(1.0, frame / image)
    between = round(math.log(cover / contain) / math.log(_ZOOM))
    zooms = [cover / contain] if contain < cover else []
    zooms += [1.0, *(_ZOOM**step for step in range(1, between + 5)), 1 / _ZOOM, 1 / _ZOOM**2]
    for zoom in zooms:
        height = contain * zoom
        width = height * image / frame
        for left in _offsets(1 - width):
            for top in _offsets(1 - height):
                yield left, top, left + width, top + height


def _offsets(slack: float) -> list[float]:
    """Return where an image may begin along a side of one, the middle first; ``slack`` is what it leaves free."""
    if abs(slack) < 0.02:
        return [slack / 2]
    steps = 3 if abs(slack) < 0.2 else 5 if abs(slack) < 0.6 else 7
    places = sorted(range(steps), key=lambda step: abs(step - (steps - 1) / 2))
    return [slack * step / (steps - 1) for step in places]


def _part(picture: "Image", box: Box, size: tuple[int, int]) -> bytes:
    from PIL.Image import Resampling

    width, height = picture.size
    left, top, right, bottom = box
    return picture.resize(
        size, Resampling.BILINEAR, box=(left * width, top * height, right * width, bottom * height)
    ).tobytes()


def _correlation(one: bytes, other: bytes) -> float:
    """Return the normalised correlation of two small grey pictures; 0 if one of them is even."""
    count = len(one)
    sum_one, sum_other = sum(one), sum(other)
    square_one = sum(map(mul, one, one)) - sum_one * sum_one / count
    square_other = sum(map(mul, other, other)) - sum_other * sum_other / count
    if square_one <= count or square_other <= count:
        return 0.0
    together = sum(map(mul, one, other)) - sum_one * sum_other / count
    return float(together / (square_one * square_other) ** 0.5)
