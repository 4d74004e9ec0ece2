"""Images that a notebook holds as pixels: PIL images, arrays, figures, takes."""

import hashlib
import io
from typing import TYPE_CHECKING, Any

from reka_notebook.media.colour import eight_bits, srgb, upright
from reka_notebook.media.errors import ImageError
from reka_notebook.media.picture import check_size, decoding, orientation

if TYPE_CHECKING:
    from PIL.Image import Image

FIGURE_SIDE = 1280
"""The larger side in pixels that a figure is drawn at, at least: figures are made for the page, at 640 pixels."""


def picture(given: object) -> tuple[str, "Image"]:
    """A notebook's object as an upright image in mode L, RGB or RGBA, and one word for what it was.

    Raises:
        ImageError: none of the kinds known, or one that holds no usable picture; it says which and why.
    """
    from PIL import Image

    if isinstance(given, Image.Image):
        return "image", _canonical(given, "The image")
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
    if hasattr(given, "__array__") or hasattr(given, "__array_interface__"):
        return "array", _from_array(given)
    kind = "None" if given is None else f"a {type(given).__name__}"
    raise ImageError(
        "An image is a path, bytes, a URL, a data: URI, a PIL image, a NumPy array, a matplotlib figure or a take; "
        f"this is {kind}."
    )


def digest(image: "Image") -> str:
    """The identity of pixels: of mode, size, values and colour profile, not of an encoder's bytes."""
    sha = hashlib.sha256(f"{image.mode} {image.width} {image.height} ".encode())
    sha.update(image.info.get("icc_profile") or b"")
    sha.update(image.tobytes())
    return f"sha256:{sha.hexdigest()}"


def to_png(image: "Image") -> bytes:
    """Pixels as a PNG, with their colour profile and no other metadata.

    Packed quickly rather than tightly: the best level takes twice the time for a tenth of the size.
    """
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def _canonical(image: "Image", name: str) -> "Image":
    check_size(image.size, name)
    with decoding(name):
        image.load()
        turn = orientation(image)
        profile = image.info.get("icc_profile")
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


def _from_array(given: object) -> "Image":
    import numpy as np
    from PIL import Image

    array = np.asarray(given)
    shape = " × ".join(map(str, array.shape))
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise ImageError(f"An array of {shape} is not an image.{_shape_advice(array.shape)}")
    check_size((array.shape[1], array.shape[0]), "The array")
    return Image.fromarray(np.ascontiguousarray(_as_bytes(array)))


def _as_bytes(array: Any) -> Any:
    """Values as uint8: floats from 0 to 1 and uint16 are scaled, other integers must fit."""
    import numpy as np

    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint16:
        return np.round(array / 257).astype(np.uint8)
    if not (np.issubdtype(array.dtype, np.integer) or np.issubdtype(array.dtype, np.floating)):
        raise ImageError(f"An array of {array.dtype} is not an image. Use uint8, or floats from 0 to 1.")
    low, high = array.min(), array.max()
    if np.issubdtype(array.dtype, np.integer):
        if low < 0 or high > 255:
            raise ImageError(f"The array holds whole numbers from {low} to {high}; an image's are 0 to 255.")
        return array.astype(np.uint8)
    # Rounding in image processing leaves values a little outside; anything else is another scale.
    if not (low >= -0.01 and high <= 1.01):
        advice = " Divide it by 255." if 1.01 < high <= 255 and low >= 0 else ""
        raise ImageError(
            f"The array holds floats from {low:.3g} to {high:.3g}; an image's are 0 to 1.{advice}"
        )
    return np.round(np.clip(array, 0, 1) * 255).astype(np.uint8)


def _shape_advice(shape: tuple[int, ...]) -> str:
    if len(shape) == 4:
        return " It is several images: choose one, array[0]."
    if len(shape) == 3 and shape[0] in (1, 3, 4):
        return " Its channels come first: use numpy.moveaxis(array, 0, -1)."
    return " Use height × width, or height × width × 3 or 4."
