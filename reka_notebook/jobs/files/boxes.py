"""Read the boxes of a take from its file, and draw them on the image that they were found in."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from reka_notebook import catalogue, media
from reka_notebook.catalogue import CatalogueError
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.library import GenerationRequest, ImageUse, Library
from reka_notebook.media.boxes.box import Placing
from reka_notebook.media.boxes.drawing import draw_boxes
from reka_notebook.media.boxes.reading import boxes_hint, read_boxes
from reka_notebook.media.boxes.rules import Hint

log = logging.getLogger("reka_notebook")

BOXES = "boxes"
"""The kind of such a file, and the output of an endpoint that makes one."""

BOXES_TASK = "/image-to-bbox"
"""How the endpoints end whose answers versions before this one kept as files of no kind."""

JSON_TYPE = "application/json"

LARGEST = 32 * 2**20
"""Bytes of an answer that is read for boxes."""


class Boxes(NamedTuple):
    """Hold the boxes in an answer, and what is to be said of it."""

    boxes: list[media.Box]
    remarks: tuple[str, ...] = ()


def boxes_in(path: Path, request: GenerationRequest) -> Boxes:
    """Return the boxes in a take's file, as the person's catalogue has them to be read now.

    Raises:
        RekaError: The file is gone.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST)
    except OSError as error:
        raise RekaError(f"The boxes in {path.name} can't be read: {error.strerror or error}.") from None
    try:
        answer: Any = msgspec.json.decode(data)
    except msgspec.DecodeError:
        answer = data.decode("utf-8", "replace")
    return read(answer, request, _known_schema(request.endpoint))


def _known_schema(endpoint: str) -> Mapping[str, Any]:
    chosen = settings()
    try:
        return catalogue.load(chosen.catalogue, chosen.learned).endpoint(endpoint).schema
    except CatalogueError:
        return {}


def read(answer: object, request: GenerationRequest, schema: Mapping[str, Any]) -> Boxes:
    """Return the boxes in an answer, on the image as the person gave it."""
    placing = _placing(_asked_of(request))
    hint: Hint = boxes_hint(schema)
    found, understood = read_boxes(answer, placing.sent, hint)
    boxes = placing.place(found)
    if not found:
        return Boxes([], (NOTHING_FOUND if understood else UNREADABLE,))
    if outside := len(found) - len(boxes):
        lie = f"{outside} of {len(found)} boxes {'lies' if outside == 1 else 'lie'} outside the image."
        return Boxes(boxes, (f"{lie} If all are in the wrong place, see x-boxes in the documentation.",))
    return Boxes(boxes)


NOTHING_FOUND = "The service found no boxes."

UNREADABLE = "The service's answer holds no boxes that can be read. It is kept as it came."


def poster_of(library: Library, request: GenerationRequest, boxes: Boxes) -> bytes | None:
    """Return the image with the boxes drawn on it; ``None`` if the image is not here."""
    try:
        source = image_of(library, request)
        return None if source is None else draw_boxes(source, boxes.boxes)
    except Exception as error:  # the boxes are worth more than a picture of them
        log.warning("no picture of the boxes of %s could be drawn: %s", request.endpoint, error)
        return None


def image_of(library: Library, request: GenerationRequest) -> media.SourceImage | None:
    """Return the image that boxes were found in, whole; ``None`` if the service fetched it itself.

    Raises:
        RekaError: If it is no longer in the library, or is damaged.
    """
    use = _asked_of(request)
    if use is None or use.url:
        return None
    source = media.load(library.images.read(use.digest), name=use.name or "image")
    # Of what was given as pixels, the digest is not that of the file that was made of them.
    return replace(source, digest=use.digest)


def size_of(request: GenerationRequest) -> tuple[int | None, int | None]:
    """Return width and height of the image that the boxes are on."""
    use = _asked_of(request)
    return (use.width, use.height) if use is not None else (None, None)


def _asked_of(request: GenerationRequest) -> ImageUse | None:
    return next((use for uses in request.images.values() for use in uses), None)


def _placing(use: ImageUse | None) -> Placing:
    if use is None or not use.width or not use.height:
        return Placing(None)
    framing: media.Framing | None = (
        media.Crop(*use.crop) if use.crop else media.Pad(*use.pad) if use.pad else None
    )
    return Placing((use.width, use.height), framing, use.max_side)
