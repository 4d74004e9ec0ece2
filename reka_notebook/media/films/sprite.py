"""Lay frames from all over a film on one small sheet, to look through it without the film."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from reka_notebook.media.errors import MediaError
from reka_notebook.media.films import tracks
from reka_notebook.media.films.filmstrip import spread
from reka_notebook.media.films.tracks import open_media
from reka_notebook.media.images.prepared import to_jpeg
from reka_notebook.media.signature import PICTURES

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from PIL.Image import Image

FRAMES, COLUMNS = 24, 6
_AREA = 192 * 108
"""Pixels of a tile, whatever its shape."""

_FLATTEST = 4.0
"""How much wider than high a tile may be, or higher than wide: a stripe shows nothing."""

HEAVIEST = 150_000
"""Bytes of a sprite at most."""

_QUALITIES = (75, 65, 55, 45, 35, 25, 15)

_LONG = 1_500
"""Frames beyond which the key frames do, where there are enough of them: the others take minutes to decode."""


class Layout(msgspec.Struct, frozen=True):
    """Say how a sprite is laid out, in rows from the film's first frame to its last.

    Attributes:
        width: Pixels of a tile.
        height: Likewise.
    """

    frames: int
    columns: int
    width: int
    height: int


@dataclass(frozen=True)
class Sprite:
    """Hold a sprite: a JPEG that says in its comment how it is laid out."""

    layout: Layout
    data: bytes


def make_sprite(path: "str | os.PathLike[str]") -> Sprite:
    """Return up to 24 frames of a film as one JPEG; a shorter or a broken film gives the frames that it has.

    Raises:
        MediaError: If it is no film, or nothing of it decodes.
    """
    from PIL import Image

    path = Path(path)
    tiles: list[Image.Image] = []
    size: tuple[int, int] | None = None
    for picture in _frames(path):
        size = size or _tile_size(picture)
        tiles.append(picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0))
    if size is None:
        raise MediaError(f"{path.name} has no frame that decodes.")
    layout = Layout(len(tiles), min(COLUMNS, len(tiles)), *size)
    sheet = Image.new("RGB", (layout.columns * size[0], ceil(layout.frames / layout.columns) * size[1]))
    for index, picture in enumerate(tiles):
        sheet.paste(picture, (index % layout.columns * size[0], index // layout.columns * size[1]))
    return _written(sheet, layout)


def read_sprite(data: bytes) -> Sprite:
    """Return a sprite from its file.

    Raises:
        MediaError: If it is none.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as sheet:
            layout = msgspec.json.decode(sheet.info["comment"], type=Layout)
    except (OSError, KeyError, msgspec.MsgspecError) as error:
        raise MediaError("This file is no sprite.") from error
    return Sprite(layout, data)


def _written(sheet: "Image", layout: Layout) -> Sprite:
    comment = msgspec.json.encode(layout)
    for quality in _QUALITIES:
        data = to_jpeg(sheet, quality, comment)
        if len(data) <= HEAVIEST:
            return Sprite(layout, data)
    # Noise, which no quality makes light: on tiles of half the size.
    smaller = Layout(layout.frames, layout.columns, max(1, layout.width // 2), max(1, layout.height // 2))
    rows = ceil(layout.frames / layout.columns)
    return _written(sheet.resize((smaller.columns * smaller.width, rows * smaller.height)), smaller)


def _tile_size(picture: "Image") -> tuple[int, int]:
    ratio = min(_FLATTEST, max(1 / _FLATTEST, picture.width / picture.height))
    return round(sqrt(_AREA * ratio)), round(sqrt(_AREA / ratio))


def _frames(path: Path) -> "Iterator[Image]":
    with open_media(path, lenient=True) as (_, media_type):
        if media_type in PICTURES:
            raise MediaError(f"{path.name} is an image and no film.")
    keys_alone, chosen = _chosen(path, media_type)
    with tracks.open_tracks(path, media_type) as container:
        stream = tracks.video_track(container, path.name)
        if stream is None:
            return
        # In the background: what a person waits for has the other cores.
        stream.codec_context.thread_count = 1
        if keys_alone:
            stream.codec_context.skip_frame = "NONKEY"
        frame: VideoFrame | None = None
        for place, frame in enumerate(tracks.frames_that_decode(container, stream)):
            if place in chosen:
                yield tracks.to_image(frame, stream)
        if frame is not None and place not in chosen:
            yield tracks.to_image(frame, stream)


def _chosen(path: Path, media_type: str) -> tuple[bool, set[int]]:
    """Return whether key frames are enough, and the positions of those to take among all of the kind."""
    with tracks.open_tracks(path, media_type) as container:
        stream = tracks.video_track(container, path.name)
        if stream is None:
            raise MediaError(f"{path.name} is a sound and has no picture.")
        frames = keys = 0
        for packet in tracks.packets(container, stream):
            if packet.pts is not None:
                frames, keys = frames + 1, keys + packet.is_keyframe
    keys_alone = frames > _LONG and keys >= FRAMES
    return keys_alone, set(spread(keys if keys_alone else frames, FRAMES))
