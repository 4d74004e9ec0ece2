"""Take frames from all over a video, and lay pictures side by side."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reka_notebook.media.errors import MediaError
from reka_notebook.media.films import tracks
from reka_notebook.media.films.moment import frame_shown
from reka_notebook.media.films.moving import frames_at, frames_in, seconds_of
from reka_notebook.media.films.tracks import open_media
from reka_notebook.media.images.colour import to_rgb
from reka_notebook.media.images.picture import decode, open_picture
from reka_notebook.media.signature import PICTURES

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile
from typing import TYPE_CHECKING

from reka_notebook.media.films.tail import read_tail
from reka_notebook.media.images.prepared import to_jpeg

if TYPE_CHECKING:
    from PIL.Image import Image


POSTER_SIDE = 1280
"""Pixels of a poster's larger side at most."""


def poster(path: "str | os.PathLike[str]", max_side: int = POSTER_SIDE, *, lenient: bool = False) -> bytes:
    """Return a video's first frame, or an image itself, as a JPEG with a larger side of at most ``max_side`` pixels.

    Raises:
        MediaError: If it is a sound, or a file that ``probe`` would refuse for its beginning.
    """
    return poster_of(_still(Path(path), last=False, lenient=lenient), max_side)


def poster_of(picture: "Image", max_side: int = POSTER_SIDE) -> bytes:
    """Return a picture as a poster's JPEG; the picture is made smaller in place."""
    from PIL.Image import Resampling

    picture.thumbnail((max_side, max_side), Resampling.LANCZOS, reducing_gap=3.0)
    return to_jpeg(picture, quality=85)


def last_frame(path: "str | os.PathLike[str]", *, lenient: bool = False) -> "Image":
    """Return the last frame of a video in full size, or an image itself, upright and RGB, to begin a next shot with.

    Args:
        path: The file.
        lenient: Whether to return the last frame that there is if the end of the file is missing.

    Raises:
        MediaError: If it is a sound, or a file that ``probe`` would refuse.
    """
    return _still(Path(path), last=True, lenient=lenient)


def frame_at(path: "str | os.PathLike[str]", seconds: float, *, lenient: bool = False) -> "Image":
    """Return the frame that a video shows at a time, like ``last_frame``; after its end, the last one.

    Args:
        path: The file.
        seconds: From the beginning.
        lenient: Whether to accept a file that lacks its end.

    Raises:
        MediaError: If it is a sound, or a file that ``probe`` would refuse.
    """
    return _still(Path(path), last=True, lenient=lenient, at=seconds)


def _still(path: Path, *, last: bool, lenient: bool, at: float | None = None) -> "Image":
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
        if at is not None:
            frame = frame_shown(container, stream, at)
            if frame is None:
                raise tracks.damaged(path.name, "no frame of it decodes")
        elif last:
            frame = read_tail(container, stream, path.name, lenient=lenient).frame
            if frame is None:
                raise tracks.damaged(path.name, "its last frame is missing")
        else:
            frame = tracks.first_frame(container, stream, path.name)
        return tracks.to_image(frame, stream)


MOST_FRAMES = 100
"""Frames that are taken at once: each is held as pixels."""

WIDEST = 8192
"""Pixels of a sheet's width and of a frame's: browsers draw no larger picture."""

_GAP = 4


def frames_of(
    path: "str | os.PathLike[str]", count: int, width: int | None = None, *, lenient: bool = False
) -> list[tuple[float, "Image"]]:
    """Return frames spread evenly over a video, the first and the last included, each with its time in seconds.

    Args:
        path: The video; an image is its own only frame.
        count: How many frames; a shorter video gives all that it has.
        width: Pixels at most; full size if not given.
        lenient: Whether to make do with what there is if the end of the file is missing.

    Raises:
        MediaError: If it is a sound, a damaged file, or an unreasonable number of frames.
    """
    if not 1 <= count <= MOST_FRAMES:
        raise MediaError(f"1 to {MOST_FRAMES} frames can be taken at once, not {count}.")
    if width is not None and not 16 <= width <= WIDEST:
        raise MediaError(f"A frame is 16 to {WIDEST} pixels wide, not {width}.")
    path = Path(path)
    with open_media(path, lenient=lenient) as (file, media_type):
        if media_type in PICTURES:
            image = open_picture(file, path.name)
            decode(image, path.name)
            return [(at, _no_wider(shown, width)) for at, shown in _of_image(image, media_type, count)]
    times = _times(path, media_type)
    chosen = spread(len(times), count)
    return [
        (times[place] - times[0], _no_wider(image, width))
        for place, image in _those(path, media_type, chosen)
    ]


def spread(frames: int, count: int) -> list[int]:
    """Return positions spread evenly over this many frames, the first and the last included."""
    return sorted({round(place * (frames - 1) / max(1, count - 1)) for place in range(count)})


def _of_image(image: "ImageFile", media_type: str, count: int) -> "list[tuple[float, Image]]":
    moves = seconds_of(image, media_type)
    if moves is None:
        return [(0.0, to_rgb(image)[0])]
    places = spread(frames_in(image, media_type), count)
    return [(place / moves[1], shown) for place, shown in zip(places, frames_at(image, places), strict=False)]


def _times(path: Path, media_type: str) -> list[float]:
    """Return when each frame is shown, in seconds, from the packets alone."""
    with tracks.open_tracks(path, media_type) as container:
        stream = tracks.video_track(container, path.name)
        if stream is None:
            raise MediaError(f"{path.name} is a sound and has no picture.")
        times = sorted(
            float(packet.pts * packet.time_base)
            for packet in tracks.packets(container, stream)
            if packet.pts is not None and packet.time_base is not None
        )
    if not times:
        raise tracks.damaged(path.name, "it has no frame")
    return times


def _those(path: Path, media_type: str, places: Sequence[int]) -> "Iterator[tuple[int, Image]]":
    """Return the frames at these positions; if fewer decode than there are, the last that does is the last."""
    wanted = set(places)
    with tracks.open_tracks(path, media_type) as container:
        stream = tracks.video_track(container, path.name)
        if stream is None:
            return
        frame: VideoFrame | None = None
        for place, frame in enumerate(tracks.frames_that_decode(container, stream)):
            if place in wanted:
                wanted.remove(place)
                yield place, tracks.to_image(frame, stream)
            if place >= places[-1]:
                return
        if frame is None:
            raise tracks.damaged(path.name, "no frame of it decodes")
        if place not in places:
            yield place, tracks.to_image(frame, stream)


def sheet(pictures: "Sequence[Image]", columns: int, width: int = 240, background: str = "white") -> "Image":
    """Lay pictures in rows as one picture, all equally wide and none cut.

    Args:
        pictures: At least one.
        columns: How many stand side by side at most.
        width: Pixels of each.
        background: The colour between them.

    Raises:
        MediaError: If there is no picture, or so many that the whole is too large.
    """
    from PIL import Image

    if not pictures or columns < 1 or width < 16:
        raise MediaError("A sheet needs at least one picture, one column, and a width of 16 pixels.")
    columns = min(columns, len(pictures))
    small = [_as_wide(picture, width) for picture in pictures]
    rows = [small[start : start + columns] for start in range(0, len(small), columns)]
    heights = [max(picture.height for picture in row) for row in rows]
    size = (columns * (width + _GAP) - _GAP, sum(heights) + _GAP * (len(rows) - 1))
    if max(size) > WIDEST:
        raise MediaError(f"A sheet of {size[0]} × {size[1]} pixels is too large; make its pictures smaller.")
    whole = Image.new("RGB", size, background)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for place, picture in enumerate(row):
            whole.paste(picture, (place * (width + _GAP), top + (height - picture.height) // 2))
        top += height + _GAP
    return whole


def _no_wider(image: "Image", width: int | None) -> "Image":
    return image if width is None or image.width <= width else _as_wide(image, width)


def _as_wide(image: "Image", width: int) -> "Image":
    from PIL.Image import Resampling

    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Resampling.LANCZOS, reducing_gap=2.0)
