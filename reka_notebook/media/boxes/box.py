"""Place boxes on the image as the person gave it: upright and whole, whatever of it was sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from reka_notebook.media.boxes.reading import Found
from reka_notebook.media.images.framing import canvas, ratio_of
from reka_notebook.media.images.image import Crop, Framing


@dataclass(frozen=True)
class Box:
    """Hold what was found in an image, and where.

    Attributes:
        label: What it is; empty if the service does not say.
        pixels: Left, top, width and height in pixels of the image as you gave it, upright and whole;
            ``None`` if its size is not known.
        relative: The same as parts of the image's width and height, from 0 to 1; ``None`` if its size is
            not known.
        score: How sure the service is, from 0 to 1, if it says so.
    """

    label: str
    pixels: tuple[int, int, int, int] | None
    relative: tuple[float, float, float, float] | None
    score: float | None = None


@dataclass(frozen=True)
class Placing:
    """Hold what was sent of an image: its upright size, how it was framed, and the largest side that was sent."""

    size: tuple[int, int] | None
    framing: Framing | None = None
    max_side: int = 2048

    @property
    def _framed(self) -> tuple[float, float, float, float]:
        """Return where the framed picture lies on the image: left, top, width and height in its pixels."""
        wide, high = self.size or (1, 1)
        if isinstance(self.framing, Crop):
            crop = self.framing
            return crop.left, crop.top, crop.width, crop.height
        if self.framing is None:
            return 0, 0, wide, high
        across, down = canvas((wide, high), ratio_of(self.framing.ratio))
        return -((across - wide) // 2), -((down - high) // 2), across, down

    @property
    def sent(self) -> tuple[int, int] | None:
        """Return the width and height of the picture that was sent."""
        if self.size is None:
            return None
        _, _, wide, high = self._framed
        scale = min(1, self.max_side / max(wide, high))
        return max(1, round(wide * scale)), max(1, round(high * scale))

    def place(self, found: Sequence[Found]) -> list[Box]:
        """Return boxes on the image, cut at its edges; one that lies outside of it is left out."""
        return [box for one in found if (box := self._placed(one)) is not None]

    def _placed(self, found: Found) -> Box | None:
        left, top, right, bottom = found.corners
        if found.in_pixels:
            pixels = _whole(left, top, right, bottom)
            return Box(found.label, pixels, None, found.score) if pixels else None
        if self.size is None:
            inside = _cut(left, top, right, bottom, 1.0, 1.0)
            return Box(found.label, None, inside, found.score) if inside else None
        begins, above, across, down = self._framed
        wide, high = self.size
        inside = _cut(
            *(begins + left * across, above + top * down, begins + right * across, above + bottom * down),
            *(wide, high),
        )
        if inside is None:
            return None
        one, two, three, four = inside
        pixels = _whole(one, two, one + three, two + four)
        relative = (one / wide, two / high, three / wide, four / high)
        return Box(found.label, pixels, relative, found.score)


def _cut(
    left: float, top: float, right: float, bottom: float, wide: float, high: float
) -> tuple[float, float, float, float] | None:
    left, right = max(0.0, left), min(float(wide), right)
    top, bottom = max(0.0, top), min(float(high), bottom)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _whole(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    """Return a box in whole pixels, of which it has one at least."""
    one, two = round(left), round(top)
    wide, high = max(1, round(right) - one), max(1, round(bottom) - two)
    return one, two, wide, high
