"""Turn any image into eight bits of red, green and blue.

Services take sRGB and look neither at an ICC profile nor at transparency, so both are settled here.
"""

import io
import math
from array import array
from typing import TYPE_CHECKING

from reka_notebook.media.errors import ImageError
from reka_notebook.media.images.picture import orientation

if TYPE_CHECKING:
    from PIL.Image import Image

ON_WHITE = "transparency on white"
"""The note left when an image was not opaque."""

_SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK"}


def to_rgb(image: "Image") -> tuple["Image", tuple[str, ...]]:
    """Return an image as upright RGB: palette, grey, CMYK and 16 bits converted, transparency laid on white.

    If the image has an ICC profile, its colours are converted by it into sRGB.

    Args:
        image: Decoded; it is not changed.

    Returns:
        A new RGB image without any metadata, and notes in words on what a person might not expect.
    """
    from PIL import Image

    profile = image.info.get("icc_profile")
    notes: tuple[str, ...] = ()
    turn = orientation(image)
    alpha = None
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        alpha = rgba.getchannel("A")
        image = rgba.convert("RGB")
    elif image.mode == "P":
        image = image.convert("RGB")
    image = srgb(eight_bits(image), profile)
    if alpha is not None and alpha.getextrema() != (255, 255):
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=alpha)
        image, notes = white, (ON_WHITE,)
    image = upright(image, turn)
    image.info = {}
    return image, notes


def upright(image: "Image", turn: int) -> "Image":
    """Apply an EXIF orientation, 1 to 8, to the pixels; always a copy (EXIF 2.32, tag 0x0112)."""
    from PIL.Image import Transpose

    method = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(turn)
    return image.copy() if method is None else image.transpose(method)


def eight_bits(image: "Image") -> "Image":
    """Return an image in a mode with eight bits per channel; 16 bits and floats are scaled, not cut off.

    Floats up to 1 are taken as 0 to 1, and integers beyond 255 as 16 bits, which is what image files hold.
    """
    if image.mode not in ("I", "F") and not image.mode.startswith("I;16"):
        return image
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    scale = _scale(image)
    return image.point(lambda value: value * scale + 0.5).convert("L")


def _scale(image: "Image") -> float:
    """Return the factor that brings an image of floats or long integers to 0 to 255, judged by what it holds.

    Raises:
        ImageError: If none does; a guess would be paid for.
    """
    low, high = (float(value) for value in image.getextrema() if isinstance(value, int | float))
    floats = image.mode == "F"
    if floats and not _is_finite(image):
        raise ImageError("The image holds NaN or infinity, which are no brightness. Replace them first.")
    if low < (-0.01 if floats else 0) or high > (255.5 if floats else 65535):
        kind, bounds = (
            ("floats", "0 to 1, or 0 to 255") if floats else ("whole numbers", "0 to 255, or 0 to 65535")
        )
        raise ImageError(
            f"The image holds {kind} from {low:.6g} to {high:.6g}; an image's are {bounds}. Scale it first."
        )
    if floats:
        return 255.0 if high <= 1.01 else 1.0
    return 1.0 if high <= 255 else 1 / 257


def _is_finite(image: "Image") -> bool:
    # Without NumPy, which need not be installed: one value that is not finite makes the sum such a value.
    return math.isfinite(sum(array("f", image.tobytes())))


def srgb(image: "Image", profile: bytes | None) -> "Image":
    """Return RGB in sRGB. A profile that is sRGB already, damaged, or for other channels is not applied."""
    if profile and image.mode in _SPACES:
        from PIL import ImageCms

        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            space = source.profile.xcolor_space
            if space == _SPACES[image.mode] and "sRGB" not in (source.profile.profile_description or ""):
                target = ImageCms.createProfile("sRGB")
                converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
                return converted if converted is not None else image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB")
