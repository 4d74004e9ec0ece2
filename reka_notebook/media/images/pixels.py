"""Read images that a notebook holds as pixels: PIL images, arrays, figures, takes."""

import hashlib
import io
from typing import TYPE_CHECKING, Any

from reka_notebook.media.errors import ImageError
from reka_notebook.media.images.arrays import from_array, is_array
from reka_notebook.media.images.colour import eight_bits, srgb, upright
from reka_notebook.media.images.picture import (
    LARGEST_FILE,
    check_size,
    decode,
    decoding,
    open_picture,
    orientation,
)

if TYPE_CHECKING:
    from PIL.Image import Image

FIGURE_SIDE = 1280
"""The larger side in pixels that a figure is drawn at, at least: figures are made for the page, at 640 pixels."""


def is_picture(given: object) -> bool:
    """Return whether an object is an image by itself, whatever else it can do."""
    if any(base.__module__.startswith("PIL.") for base in type(given).__mro__):
        return True  # asked no further: it would decode itself to answer
    return hasattr(given, "last_frame") or is_array(given)


def picture(given: object) -> tuple[str, "Image"]:
    """Return a notebook's object as an upright image in mode L, RGB or RGBA, and one word for what it was.

    Raises:
        ImageError: If it is none of the known kinds, or holds no usable picture; the message says which
            and why.
    """
    from PIL import Image

    if isinstance(given, Image.Image):
        return "image", _canonical(_as_far_as_it_goes(given), "The image")
    if hasattr(given, "last_frame"):
        frame = given.last_frame
        frame = frame() if callable(frame) else frame
        if not isinstance(frame, Image.Image):
            raise ImageError(
                "The take has no last frame: only a take that is a video or an image can be used."
            )
        return "last frame", _canonical(frame, "The last frame")
    figure = getattr(given, "figure", None)
    if hasattr(figure, "savefig"):
        return "figure", _canonical(_draw(figure), "The figure")
    if is_array(given):
        return "array", _canonical(from_array(given), "The array")
    kind = "None" if given is None else f"of the type {type(given).__name__}"
    raise ImageError(
        "An image is a path, bytes, an open file, a URL, a data: URI, a PIL image, a NumPy array or a tensor, a "
        f"matplotlib figure, an upload or a take; this is {kind}."
    )


def digest(image: "Image") -> str:
    """Return the identity of pixels: of mode, size, values and colour profile, not of an encoder's bytes."""
    sha = hashlib.sha256(f"{image.mode} {image.width} {image.height} ".encode())
    sha.update(image.info.get("icc_profile") or b"")
    sha.update(image.tobytes())
    return f"sha256:{sha.hexdigest()}"


def to_png(image: "Image") -> bytes:
    """Return pixels as a PNG, with their colour profile and no other metadata.

    They are packed quickly rather than tightly: the best level takes twice the time to save a tenth of the
    size.
    """
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def _as_far_as_it_goes(image: "Image") -> "Image":
    """Return the image, or what there is of a JPEG that lacks its last bytes: Pillow opens but does not decode it."""
    file = getattr(image, "fp", None)
    if image.format != "JPEG" or file is None:
        return image
    try:
        image.load()
    except OSError:
        with decoding("The image"):
            file.seek(0)
            again = open_picture(io.BytesIO(file.read(LARGEST_FILE + 1)), "The image")
        decode(again, "The image")
        return again
    return image


def _canonical(image: "Image", name: str) -> "Image":
    check_size(image.size, name)
    with decoding(name):
        image.load()
        turn = orientation(image)
        profile = image.info.get("icc_profile")
        if image.mode == "La":  # as arithmetic with transparency leaves it
            image = image.convert("LA")
        if image.has_transparency_data:
            plain = image.convert("RGBA")
        else:
            plain = eight_bits(image)
            if plain.mode == "P":
                plain = plain.convert("RGB")
            elif plain.mode not in ("L", "RGB"):
                plain, profile = srgb(plain, profile), None
        plain = upright(plain, turn)
        plain.info = {"icc_profile": profile} if profile else {}
    return plain


def _draw(figure: Any) -> "Image":
    from PIL import Image

    dpi = max(float(figure.dpi), FIGURE_SIDE / max(figure.get_size_inches()))
    width, height = (round(float(inches) * dpi) for inches in figure.get_size_inches())
    check_size((width, height), "The figure")
    buffer = io.BytesIO()
    try:
        figure.savefig(buffer, format="png", dpi=dpi)
    except Exception as error:  # whatever the artists in it raise
        raise ImageError(f"The figure could not be drawn: {error}") from error
    return Image.open(buffer)
