"""Turn a video into an animated GIF, for places that cannot show a video."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reka_notebook.media.errors import MediaError
from reka_notebook.media.films import tracks
from reka_notebook.media.films.tracks import open_media
from reka_notebook.media.signature import PICTURES

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_FRAMES = 240
"""Frames of a GIF; each takes some 100 KB at a width of 480."""

WIDEST = 1280
FASTEST = 25
"""Frames a second; browsers slow down what is much faster."""

_SAMPLES = 12  # frames that the palette is made from


def gif(path: "str | os.PathLike[str]", width: int = 480, fps: float = 12, *, lenient: bool = False) -> bytes:
    """Return a video as a GIF that plays for ever, all its frames in the same 255 colours, so that none flickers.

    Args:
        path: The video.
        width: Pixels at most; it is never made larger.
        fps: Frames a second at most; fewer if the video would otherwise have more than ``MOST_FRAMES``.
        lenient: Whether to make do with what there is if the end of the file is missing.

    Raises:
        MediaError: If it is not a video, or is damaged.
    """
    if not 16 <= width <= WIDEST:
        raise MediaError(f"A GIF is 16 to {WIDEST} pixels wide, not {width}.")
    if not 1 <= fps <= FASTEST:
        raise MediaError(f"A GIF has 1 to {FASTEST} frames a second, not {fps}.")
    frames, times, end = _frames(Path(path), width, fps, lenient)
    palette = _palette(frames)
    drawn = [_in_colours(frame, palette) for frame in frames]
    # A GIF counts in hundredths of a second: rounded at each frame's end, so that it is as long as the video.
    ends = [round(at * 100) for at in [*times[1:], max(end, times[-1] + 0.02)]]
    begins = [round(times[0] * 100), *ends[:-1]]
    lasting = [max(2, ends[place] - begins[place]) * 10 for place in range(len(drawn))]
    buffer = io.BytesIO()
    drawn[0].save(
        buffer,
        format="GIF",
        save_all=True,
        append_images=drawn[1:],
        duration=lasting,
        loop=0,
        optimize=False,
        disposal=1,
    )
    return buffer.getvalue()


def _frames(path: Path, width: int, fps: float, lenient: bool) -> tuple[list["Image"], list[float], float]:
    """Return small frames with the times in seconds at which they begin, and the time at which the last ends."""
    with open_media(path, lenient=lenient) as (_, media_type):
        if media_type in PICTURES:
            raise MediaError(f"{path.name} is a picture, and a GIF is made of a video.")
    frames: list[Image] = []
    times: list[float] = []
    with tracks.open_tracks(path, media_type) as container:
        stream = tracks.video_track(container, path.name)
        if stream is None:
            raise MediaError(f"{path.name} is a sound, and a GIF is made of a video.")
        end = tracks.declared_end(container, stream)
        # What does not say its length is cut off at the most.
        fps = min(fps, MOST_FRAMES / end) if end else fps
        begin: float | None = None
        last = 0.0
        for frame in tracks.frames_that_decode(container, stream):
            at = float(frame.time or 0.0)
            begin = at if begin is None else begin
            last = at - begin
            # A frame that is due within a hundredth is taken: times are rounded.
            if last + 0.01 < len(frames) / fps:
                continue
            if len(frames) >= MOST_FRAMES:
                break
            frames.append(_small(tracks.to_image(frame, stream), width))
            times.append(last)
    if not frames:
        raise tracks.damaged(path.name, "it has no frame")
    return frames, times, (end - (begin or 0.0)) if end else last + 1 / fps


def _small(image: "Image", width: int) -> "Image":
    from PIL.Image import Resampling

    if image.width <= width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Resampling.LANCZOS, reducing_gap=2.0)


def _palette(frames: list["Image"]) -> "Image":
    """Return the colours of the whole video, from frames all over it side by side."""
    from PIL import Image

    step = max(1, len(frames) // _SAMPLES)
    samples = list(_thumbnails(frames[::step][: _SAMPLES + 1]))
    width, height = samples[0].size
    sheet = Image.new("RGB", (width, height * len(samples)))
    for place, sample in enumerate(samples):
        sheet.paste(sample, (0, place * height))
    return sheet.quantize(255, method=Image.Quantize.MEDIANCUT)


def _thumbnails(frames: list["Image"]) -> Iterator["Image"]:
    for frame in frames:
        small = frame.copy()
        small.thumbnail((240, 240))
        yield small


def _in_colours(frame: "Image", palette: "Image") -> "Image":
    from PIL import Image

    return frame.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
