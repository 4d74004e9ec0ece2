"""Hold the measures of a take."""

import msgspec


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """Hold the measures of a take; ``None`` where one does not apply. docs/measures.md explains each.

    Attributes:
        motion: How many levels of brightness a pixel changes by in a second.
        sharpness: How many edges fit side by side into 100 pixels.
        flicker: How many levels the brightness jumps up and down by from frame to frame.
        frozen: How many seconds nothing changes for.
        black: How many seconds the picture is black for; 1 or 0 for a still image.
        cuts: How often the picture changes to another at once.
        loudness: The integrated loudness in LUFS; silence is -70.
        likeness: How much the beginning resembles the start image, from 0 to 1.
        loop: How well the end meets the beginning, from 0 to 1.
        drift: How far the picture moves away from its beginning, from 0 to 1.
    """

    motion: float | None = None
    sharpness: float | None = None
    flicker: float | None = None
    frozen: float | None = None
    black: float | None = None
    cuts: float | None = None
    loudness: float | None = None
    likeness: float | None = None
    loop: float | None = None
    drift: float | None = None
