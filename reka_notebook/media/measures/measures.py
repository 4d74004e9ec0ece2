"""Name what is measured."""

import msgspec


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what was measured of a file; ``None`` where a measure does not apply."""

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
