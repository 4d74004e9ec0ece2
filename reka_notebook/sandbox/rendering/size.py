"""Decide how large and how long: the frame and the duration that an input asks for. Pure."""

from __future__ import annotations

import re

Size = tuple[int, int]
"""Width and height in pixels."""

LONG_SIDE = 1280
"""Pixels of the long side where no resolution is asked for."""

SMALL_SIDE = 320
"""Pixels of the long side when the sandbox draws small."""
IMAGE_SIDE = 1024
"""Pixels of the long side of a still."""
SHORT_SIDES = {"480p": 480, "540p": 540, "720p": 720, "1080p": 1080, "1440p": 1440, "4k": 2160, "2160p": 2160}
WIDEST = 3.0
"""No frame is more than three times as long as it is short; a longer picture is cropped."""

SHORTEST, LONGEST = 0.5, 60.0
"""Seconds."""


def aspect(text: object, picture: Size | None) -> float:
    """Return width by height: as written ("16:9"), else as the picture has it ("auto", or nothing), else 16:9."""
    ratio = _ratio(text) or (picture[0] / picture[1] if picture else 16 / 9)
    return min(max(ratio, 1 / WIDEST), WIDEST)


def frame_size(ratio: float, resolution: object = None, long_side: int = LONG_SIDE) -> Size:
    """Return the frame, both sides even; "720p" is the short side, any other resolution leaves it to the long side."""
    short = SHORT_SIDES.get(str(resolution).strip().lower())
    longer = short * max(ratio, 1 / ratio) if short else long_side
    width, height = (longer, longer / ratio) if ratio >= 1 else (longer * ratio, longer)
    return (_even(width), _even(height))


def seconds(value: object, default: object = None) -> float:
    """Return a duration as it may be sent ("8", "8s", 5), else the default, else five seconds; 0.5 to 60."""
    for candidate in (value, default):
        if isinstance(candidate, bool):
            continue
        found = re.fullmatch(r"\s*(\d{1,4}(?:\.\d{1,4})?)\s*s?\s*", str(candidate))
        if found:
            return min(max(float(found[1]), SHORTEST), LONGEST)
    return 5.0


def _ratio(text: object) -> float | None:
    found = re.fullmatch(r"\s*(\d{1,4})\s*[:x/]\s*(\d{1,4})\s*", str(text))
    return int(found[1]) / int(found[2]) if found and int(found[1]) and int(found[2]) else None


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)
