"""Read the images of a request as they were framed."""

from dataclasses import replace

from reka_notebook import media
from reka_notebook.library import ImageUse


def source_of(use: ImageUse, data: bytes) -> media.SourceImage:
    """Return the image of a request from its bytes, framed as it was.

    Raises:
        ImageError: If the bytes are damaged, or the framing does not fit them.
    """
    source = media.framed(media.load(data, name=use.name), framing_of(use))
    # Of what was given as pixels, the digest is not that of the file that was made of them.
    return replace(source, digest=use.digest)


def framing_of(use: ImageUse) -> media.Framing | None:
    """Return how an image was framed; ``None`` if all of it was sent."""
    if use.crop:
        return media.Crop(*use.crop)
    return media.Pad(*use.pad) if use.pad else None
