"""The framing of an image, between the browser's words for it and the images' own."""

import re
from collections.abc import Iterable

from reka_notebook import media
from reka_notebook.notebook import protocol


def read_framing(framing: protocol.Framing) -> media.Framing | None:
    """What the browser asks for; whether it fits an image is said by :func:`reka_notebook.media.framed`.

    :raises ImageError: a part of it is missing.
    """
    if framing.fit == "whole":
        return None
    if framing.fit == "crop":
        if framing.box is None or len(framing.box) != 4:
            raise media.ImageError("A part of an image is its left, top, width and height.")
        return media.Crop(*framing.box)
    if framing.ratio is None or framing.colour is None:
        raise media.ImageError("A margin needs a ratio and a colour.")
    return media.Pad(framing.ratio, framing.colour)


def framing_view(framing: media.Framing | None, aspect: str | None = None) -> protocol.Framing | None:
    """An image's framing for the browser; ``None`` where nothing was decided about it.

    :param aspect: the request's aspect ratio: an image that was sent whole all the same is to stay whole.
    """
    match framing:
        case media.Crop(left, top, width, height):
            return protocol.Framing("crop", [left, top, width, height], aspect=aspect)
        case media.Pad(to, colour):
            return protocol.Framing("pad", ratio=to, colour=colour, aspect=aspect)
    return protocol.Framing("whole", aspect=aspect) if aspect else None


def aspect_among(values: Iterable[object]) -> str | None:
    """The aspect ratio among a request's values, whatever the endpoint calls it."""
    return next(
        (value for value in values if isinstance(value, str) and re.fullmatch(r"\d+:\d+", value)), None
    )
