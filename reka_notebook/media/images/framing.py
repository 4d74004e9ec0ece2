"""Choose what is sent of an image: all, a part, or all with a margin that changes its shape."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from reka_notebook.media.errors import ImageError
from reka_notebook.media.images.image import SourceImage, load
from reka_notebook.scalars import scalar

if TYPE_CHECKING:
    from PIL.Image import Image
from reka_notebook.media.images.image import Crop, Framing, Pad

LARGEST_RATIO = 10
"""How much longer than wide a picture may become, or wider than long: beyond any model, and a bound for memory."""


def crop(image: object, to: "str | tuple[int, int, int, int]") -> SourceImage:
    """Keep a part of an image.

    Args:
        image: Anything that ``load`` takes.
        to: A ratio, ``"16:9"``, for as much of it as fits around the middle; or the part itself as left,
            top, width and height in pixels of the upright image.

    Raises:
        ImageError: If the part is not in the image, or there are no pixels here to crop, as with a URL.
    """
    source = load(image)
    width, height = _size(source)
    if isinstance(to, str):
        ratio = ratio_of(to)
        kept = (min(width, max(1, round(height * ratio))), min(height, max(1, round(width / ratio))))
        return framed(source, Crop((width - kept[0]) // 2, (height - kept[1]) // 2, *kept))
    box = [scalar(value) for value in to] if isinstance(to, Iterable) else []
    if len(box) != 4 or not all(isinstance(value, int) for value in box):
        raise ImageError(
            f"A part is left, top, width and height in whole pixels, or a ratio like 16:9, not {to!r}."
        )
    return framed(source, Crop(*box))


def pad(image: object, to: str, colour: str = "#000000") -> SourceImage:
    """Give an image another shape by a margin around it.

    Args:
        image: Anything that ``load`` takes.
        to: The ratio, ``"16:9"``.
        colour: The margin's colour, as ``#rrggbb``.

    Raises:
        ImageError: If there is no such ratio or colour, or there are no pixels here to pad, as with a
            URL.
    """
    if not isinstance(to, str) or not isinstance(colour, str):
        raise ImageError(f'A ratio is "16:9" and a colour "#000000", not {to!r} and {colour!r}.')
    return framed(load(image), Pad(to, colour))


def framed(source: SourceImage, framing: Framing | None) -> SourceImage:
    """Return an image with another framing, if it fits; a framing that changes nothing is dropped.

    Raises:
        ImageError: If it does not fit the image.
    """
    if framing is None:
        return replace(source, framing=None)
    width, height = _size(source)
    if isinstance(framing, Crop):
        left, top, wide, high = framing.left, framing.top, framing.width, framing.height
        if left < 0 or top < 0 or wide < 1 or high < 1 or left + wide > width or top + high > height:
            raise ImageError(
                f"The part of {wide} × {high} at {left}, {top} is not in {source.name}, which has {width} × {height}."
            )
        check_ratio(wide / high)
        return replace(source, framing=None if (wide, high) == (width, height) else framing)
    if not re.fullmatch(r"#[0-9a-f]{6}", framing.colour):
        raise ImageError(f"{framing.colour!r} is not a colour like #000000.")
    same = canvas((width, height), ratio_of(framing.ratio)) == (width, height)
    return replace(source, framing=None if same else framing)


def frame(image: "Image", framing: Framing, whole: tuple[int, int], max_side: int) -> "Image":
    """Return a decoded upright RGB image with its framing applied and its larger side bounded.

    Args:
        image: Of the size ``whole``, or smaller if it was decoded at a fraction.
        framing: What to make of it.
        whole: The width and height that the framing is meant for.
        max_side: Pixels of the larger side of the outcome; nothing is enlarged.
    """
    from PIL import Image as Images
    from PIL.Image import Resampling

    if isinstance(framing, Crop):
        # An image decoded at a fraction: a quarter of 4001 pixels are 1001.
        across, down = image.width / whole[0], image.height / whole[1]
        box = (
            framing.left * across,
            framing.top * down,
            (framing.left + framing.width) * across,
            (framing.top + framing.height) * down,
        )
        size = _within((framing.width, framing.height), max_side)
        return image.resize(size, Resampling.LANCZOS, box=box, reducing_gap=3.0)
    full = canvas(whole, ratio_of(framing.ratio))
    size = _within(full, max_side)
    scale = size[0] / full[0]
    inner = (max(1, min(size[0], round(whole[0] * scale))), max(1, min(size[1], round(whole[1] * scale))))
    picture = image if inner == image.size else image.resize(inner, Resampling.LANCZOS, reducing_gap=3.0)
    around = Images.new("RGB", size, framing.colour)
    around.paste(picture, ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2))
    return around


def canvas(size: tuple[int, int], ratio: float) -> tuple[int, int]:
    """Return the smallest picture of a ratio that holds one of this size."""
    width, height = size
    return max(width, round(height * ratio)), max(height, round(width / ratio))


def ratio_of(text: str) -> float:
    """Return width divided by height, of ``16:9``.

    Raises:
        ImageError: If that is not a ratio, or one of a picture that nobody can use.
    """
    found = re.fullmatch(r"\s*(\d{1,4})\s*:\s*(\d{1,4})\s*", text)
    if not found or not int(found[1]) or not int(found[2]):
        raise ImageError(f"{text!r} is not a ratio like 16:9.")
    return check_ratio(int(found[1]) / int(found[2]))


def check_ratio(ratio: float) -> float:
    """Return a ratio that is within bounds.

    Raises:
        ImageError: If it is beyond ``LARGEST_RATIO``.
    """
    if not 1 / LARGEST_RATIO <= ratio <= LARGEST_RATIO:
        raise ImageError(f"A picture may be up to {LARGEST_RATIO} times as long as it is wide, not more.")
    return ratio


def _size(source: SourceImage) -> tuple[int, int]:
    if source.width is None or source.height is None:
        raise ImageError(
            f"{source.name} was given as a URL and is sent as that; it cannot be cropped or padded."
        )
    return source.width, source.height


def _within(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    scale = min(1, max_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
