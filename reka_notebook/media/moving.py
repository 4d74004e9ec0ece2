"""Images that move: GIF, APNG, animated WebP and AVIF."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MAY_MOVE = frozenset({"image/gif", "image/png", "image/webp", "image/avif"})

_MOST_FRAMES = 300
"""Frames that are looked at; the rest is taken to be like them."""

_USUAL = 0.1
"""Seconds for which browsers show a frame that does not say how long."""


def seconds_of(image: "ImageFile", media_type: str) -> tuple[float, float] | None:
    """Return how many seconds an image moves for, and its frames per second; None for one that stands still.

    Frames that do not decode are passed over: what they would have lasted is not known.
    """
    frames = getattr(image, "n_frames", 1) if media_type in MAY_MOVE else 1
    if frames < 2:
        return None
    seen, lasted = 0, 0.0
    for number in range(min(frames, _MOST_FRAMES)):
        try:
            image.seek(number)
            image.load()
        except Exception:  # Pillow's decoders raise nearly anything for damaged files
            break
        milliseconds = image.info.get("duration", 0)
        shown = float(milliseconds) / 1000 if isinstance(milliseconds, int | float) else 0.0
        seen, lasted = seen + 1, lasted + (shown if shown > 0 else _USUAL)
    if not seen:
        return None
    return lasted * frames / seen, seen / lasted
