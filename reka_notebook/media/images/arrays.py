"""Read pixels from arrays and tensors, wherever their memory is and whichever way round they lie."""

from typing import TYPE_CHECKING, Any

from reka_notebook.media.errors import ImageError
from reka_notebook.media.images.picture import check_size
from reka_notebook.media.signature import HEAD, PICTURES, recognise

if TYPE_CHECKING:
    from PIL.Image import Image

_CHANNELS = (1, 2, 3, 4)


def is_array(given: object) -> bool:
    """Return whether an object holds an array, by the protocols that arrays and tensors have."""
    return not isinstance(given, type) and any(
        hasattr(given, name)
        for name in ("__array__", "__array_interface__", "__cuda_array_interface__", "__dlpack__")
    )


def encoded(given: Any) -> bytes | None:
    """Return the bytes of an image file that lie in an array, as OpenCV's and torchvision's encoders leave them.

    Such an array has one dimension, or a second one of length 1: taken for pixels it would be a line of noise.
    """
    shape = getattr(given, "shape", None)
    if not isinstance(shape, tuple) or sum(length != 1 for length in shape) != 1 or not is_array(given):
        return None
    array = _in_memory(given)
    if array.dtype.name not in ("uint8", "int8"):
        return None
    head = array.ravel()[:HEAD].tobytes()
    return bytes(array.tobytes()) if recognise(head) in PICTURES else None


def from_array(given: Any) -> "Image":
    """Return the pixels of an array as an image of eight bits.

    Raises:
        ImageError: If it is not a single image, holds something other than pixels, or cannot be brought
            here.
    """
    import numpy as np
    from PIL import Image

    array = _upright(_in_memory(given))
    check_size((array.shape[1], array.shape[0]), "The array")
    return Image.fromarray(np.ascontiguousarray(_as_bytes(array)))


def _in_memory(given: Any) -> Any:
    """Return the array as NumPy's. A tensor may be on another device, or part of a computation of gradients."""
    import numpy as np

    try:
        if callable(getattr(given, "detach", None)) and callable(getattr(given, "cpu", None)):
            given = given.detach().cpu()
            if str(getattr(given, "dtype", "")).endswith("bfloat16"):  # which NumPy does not have
                given = given.float()
        elif hasattr(given, "__cuda_array_interface__") and callable(getattr(given, "get", None)):
            given = given.get()
        if hasattr(given, "__dlpack__") and not hasattr(given, "__array__"):
            return np.from_dlpack(given)
        array = np.asarray(given)
    except Exception as error:  # the array's own code
        raise ImageError(
            f"The {type(given).__name__} cannot be read: {str(error).strip().rstrip('.')}. Turn it into a NumPy array."
        ) from error
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def _upright(array: Any) -> Any:
    """Return an array as height × width, or height × width × channels."""
    import numpy as np

    shape = array.shape
    while array.ndim > 3 and array.shape[0] == 1:  # a batch of one
        array = array[0]
    if array.ndim == 3 and array.shape[2] not in _CHANNELS and array.shape[0] in _CHANNELS:
        array = np.moveaxis(array, 0, -1)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim == 2 or (array.ndim == 3 and array.shape[2] in _CHANNELS):
        return array
    if not shape:
        raise ImageError("A single number is not an image. Use height × width, or height × width × 3 or 4.")
    advice = (
        "It is several images: choose one, array[0]."
        if array.ndim == 4
        else "Use height × width, or height × width × 3 or 4."
    )
    raise ImageError(f"An array of {' × '.join(map(str, shape))} is not an image. {advice}")


def _as_bytes(array: Any) -> Any:
    """Return values as uint8: floats from 0 to 1 and uint16 are scaled, other integers must fit."""
    import numpy as np

    if array.dtype == np.uint8 or array.size == 0:
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
    if not np.isfinite(array).all():
        raise ImageError(
            "The array holds NaN or infinity, which are no brightness. Replace them first: numpy.nan_to_num(array)."
        )
    # Rounding in image processing leaves values a little outside; anything else is another scale.
    if not (low >= -0.01 and high <= 1.01):
        advice = " Divide it by 255." if 1.01 < high <= 255 and low >= 0 else ""
        advice = " Use (array + 1) / 2." if low >= -1.01 and high <= 1.01 else advice
        raise ImageError(
            f"The array holds floats from {low:.3g} to {high:.3g}; an image's are 0 to 1.{advice}"
        )
    return np.round(np.clip(array, 0, 1) * 255).astype(np.uint8)
