"""An image as a request records it, and back again."""

from dataclasses import replace

from reka_notebook import media
from reka_notebook.library import ImageUse


def use_of(source: media.SourceImage) -> ImageUse:
    """How a request that sends this image records it."""
    framing = source.framing
    return ImageUse(
        digest=source.digest,
        name=source.name,
        url=source.url,
        width=source.width,
        height=source.height,
        crop=(framing.left, framing.top, framing.width, framing.height)
        if isinstance(framing, media.Crop)
        else None,
        pad=(framing.ratio, framing.colour) if isinstance(framing, media.Pad) else None,
    )


def source_of(use: ImageUse, data: bytes) -> media.SourceImage:
    """The image of a request again, from its bytes, framed as it was.

    :raises ImageError: the bytes are damaged, or the framing does not fit them.
    """
    source = media.framed(media.load(data, name=use.name), framing_of(use))
    # Of what was given as pixels, the digest is not that of the file that was made of them.
    return replace(source, digest=use.digest)


def framing_of(use: ImageUse) -> media.Framing | None:
    """How an image was framed; ``None`` where all of it was sent."""
    if use.crop:
        return media.Crop(*use.crop)
    return media.Pad(*use.pad) if use.pad else None
