"""Describe what a TIFF holds that Pillow has no mode for. The tags are those of TIFF 6.0."""

from typing import IO, Any

_BITS, _SAMPLES, _FORMAT = 258, 277, 339
_MOST_SAMPLES = 6
_FORMATS = {1: "integers", 2: "signed integers", 3: "floats", 5: "complex integers", 6: "complex numbers"}


def unreadable(stream: IO[bytes], failed: bool) -> str | None:
    """Return what a TIFF's pixels are, if that is why it cannot be read; None if nothing suggests so.

    Args:
        stream: A seekable file; it is rewound.
        failed: Whether Pillow was asked, and could make nothing of it.
    """
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    try:
        stream.seek(0)
        directory: Any = ImageFileDirectory_v2(stream.read(8))
        stream.seek(directory.next)
        directory.load(stream)
        samples = int(directory.get(_SAMPLES, 1))
        bits = int(next(iter(directory.get(_BITS, (1,)))))
        kind = int(next(iter(directory.get(_FORMAT, (1,)))))
    except Exception:  # damaged, which is said in other words
        return None
    finally:
        stream.seek(0)
    common = kind == 1 and bits in (1, 2, 4, 8, 16) and samples <= 4
    if samples <= _MOST_SAMPLES and (not failed or common):
        return None
    channels = "one channel" if samples == 1 else f"{samples} channels"
    return f"a TIFF image with {channels} of {bits}-bit {_FORMATS.get(kind, 'values')}"
