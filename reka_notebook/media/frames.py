"""Still pictures of what was made."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from reka_notebook.media import tracks
from reka_notebook.media.colour import to_rgb
from reka_notebook.media.errors import MediaError
from reka_notebook.media.moving import frames_at, frames_in
from reka_notebook.media.opening import open_media
from reka_notebook.media.picture import decode, open_picture
from reka_notebook.media.prepared import to_jpeg
from reka_notebook.media.signature import PICTURES
from reka_notebook.media.tail import read_tail

if TYPE_CHECKING:
    from PIL.Image import Image


POSTER_SIDE = 1280
"""Pixels of a poster's larger side at most."""


def poster(path: "str | os.PathLike[str]", max_side: int = POSTER_SIDE, *, lenient: bool = False) -> bytes:
    """The first frame of a video, or an image itself, as a JPEG whose larger side is at most `max_side` pixels.

    Raises:
        MediaError: a sound, or a file that `probe` would refuse for its beginning.
    """
    return poster_of(_still(Path(path), last=False, lenient=lenient), max_side)


def poster_of(picture: "Image", max_side: int = POSTER_SIDE) -> bytes:
    """A picture, which is made smaller in place, as a poster's JPEG."""
    from PIL.Image import Resampling

    picture.thumbnail((max_side, max_side), Resampling.LANCZOS, reducing_gap=3.0)
    return to_jpeg(picture, quality=85)


def last_frame(path: "str | os.PathLike[str]", *, lenient: bool = False) -> "Image":
    """The last frame of a video in full size, or an image itself, upright and RGB: where a next shot begins.

    Args:
        path: the file.
        lenient: where the end of the file is missing, give the last frame that there is.

    Raises:
        MediaError: a sound, or a file that `probe` would refuse.
    """
    return _still(Path(path), last=True, lenient=lenient)


def _still(path: Path, *, last: bool, lenient: bool) -> "Image":
    with open_media(path, lenient=lenient) as (file, media_type):
        if media_type in PICTURES:
            image = open_picture(file, path.name)
            decode(image, path.name)
            frames = frames_in(image, media_type) if last else 1
            return frames_at(image, [frames - 1])[-1] if frames > 1 else to_rgb(image)[0]
    with tracks.open_tracks(path, media_type) as container:
        stream = tracks.video_track(container, path.name)
        if stream is None:
            raise MediaError(f"{path.name} is a sound and has no picture.")
        if last:
            frame = read_tail(container, stream, path.name, lenient=lenient).frame
            if frame is None:
                raise tracks.damaged(path.name, "its last frame is missing")
        else:
            frame = tracks.first_frame(container, stream, path.name)
        return tracks.to_image(frame, stream)
