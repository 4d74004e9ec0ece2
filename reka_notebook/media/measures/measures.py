"""Name what is measured."""

import msgspec


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what was measured of a file; ``None`` where a measure does not apply. docs/measures.md explains each.

    Attributes:
        motion: By how many levels of brightness a pixel changes in a second.
        sharpness: How many edges fit into 100 pixels, side by side.
        flicker: By how many levels the brightness jumps up and down from frame to frame.
        frozen: For how many seconds nothing changes.
        black: For how many seconds it is black; of a still image 1 or 0.
        cuts: How often the picture changes to another at once.
        loudness: In LUFS; silence is -70.
        likeness: How much it begins like the start image, from 0 to 1.
        loop: How well the end meets the beginning, from 0 to 1.
        drift: How far the picture goes from its beginning, from 0 to 1.
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
