"""Read images that move: GIF, APNG, animated WebP and AVIF."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from reka_notebook.media.images.colour import to_rgb

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MAY_MOVE = frozenset({"image/gif", "image/png", "image/webp", "image/avif"})

_MOST_FRAMES, _LONGEST = 300, 2.0
"""Frames that are looked at, and seconds that it may take; the rest is taken to be like them."""

_USUAL = 0.1
"""Seconds for which browsers show a frame that does not say how long."""


def seconds_of(image: "ImageFile", media_type: str) -> tuple[float, float] | None:
    """Return how many seconds an image moves for, and its frames per second; None for a still image.

    Frames that do not decode are passed over: how long they would have lasted is not known.
    """
    frames = frames_in(image, media_type)
    if frames < 2:
        return None
    seen, lasted, until = 0, 0.0, time.monotonic() + _LONGEST
    for shown in _shown_for(image, frames):
        seen, lasted = seen + 1, lasted + shown
        if time.monotonic() > until:
            break
    if not seen:
        return None
    return lasted * frames / seen, seen / lasted


def frames_in(image: "ImageFile", media_type: str) -> int:
    """Return how many frames an image has."""
    return int(getattr(image, "n_frames", 1)) if media_type in MAY_MOVE else 1


def frames_shown(image: "ImageFile", media_type: str) -> "Iterator[tuple[float, float, Image]]":
    """Yield the frames of an image that moves, as RGB: when each begins, and for how many seconds it is shown."""
    begins = 0.0
    for shown in _shown_for(image, frames_in(image, media_type)):
        yield begins, shown, to_rgb(image.copy())[0]
        begins += shown


def _shown_for(image: "ImageFile", frames: int) -> Iterator[float]:
    """Go from frame to frame, and yield for how many seconds each is shown, up to one that does not decode."""
    for number in range(min(frames, _MOST_FRAMES)):
        try:
            image.seek(number)
            image.load()
        except Exception:  # Pillow's decoders raise nearly anything for damaged files
            return
        milliseconds = image.info.get("duration", 0)
        shown = float(milliseconds) / 1000 if isinstance(milliseconds, int | float) else 0.0
        yield shown if shown > 0 else _USUAL


def frames_at(image: "ImageFile", places: Sequence[int]) -> "list[Image]":
    """Return frames of a moving image, as RGB; in place of one that does not decode stands the last that did."""
    pictures: list[Image] = []
    last: Image | None = None
    for number in range(places[-1] + 1):
        with suppress(Exception):  # Pillow's decoders raise nearly anything for damaged files
            image.seek(number)
            image.load()
            shown = number in places or number == 0
            last = to_rgb(image.copy())[0] if shown else last
        if number in places and last is not None:
            pictures.append(last)
    return pictures
