"""Measure a film, an image or a sound with FFmpeg's filters, on a small picture."""

import io
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import structs

from reka_notebook.media.errors import MediaError
from reka_notebook.media.films import tracks
from reka_notebook.media.films.likeness import FirstSecond, resemblance
from reka_notebook.media.films.moving import frames_in, frames_shown
from reka_notebook.media.films.tracks import open_media
from reka_notebook.media.images.colour import to_rgb
from reka_notebook.media.images.picture import decode, open_picture
from reka_notebook.media.measures.measures import Measures
from reka_notebook.media.measures.readings import Filter, Reader, Reading
from reka_notebook.media.measures.table import FINE, SIDE
from reka_notebook.media.signature import PICTURES

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL.Image import Image

MOST_FRAMES = 3_600
"""Frames that are measured at most: two minutes of most films."""

LONGEST = 600.0
"""Seconds of a sound that are measured at most."""

STILL = 0.5
"""Seconds without a change that count as frozen: animations hold a picture for up to a quarter of a second."""

STIR = 0.6
"""Levels per second that a frozen picture may change by: coding makes 0.3, a flame in a corner more than 1."""

SOONEST = 0.4
"""Seconds of a sound that its loudness needs (EBU R 128)."""

SHARPNESS_EVERY = 0.8
"""Seconds from one frame whose sharpness is measured to the next, as it takes longest of all measures. Not a second:
keyframes, which are sharper, often follow each other by one."""

SILENCE = -70.0
"""LUFS of silence: EBU R 128 counts nothing below it."""

_TICKS = 90_000
"""Ticks per second in which frame times are counted."""

_USUAL = 0.04
"""Seconds that a frame is shown for if it does not say so."""

_SLACK = 1e-3
"""Seconds by which times in a file are rounded."""

_SMALL = 80
"""Pixels of the longer side of frames that are compared with the first: small enough to ignore a slight shift."""

_UNFILTERED = "bidir"
"""The frames whose block edges are not smoothed: those between two others, so that nothing adds up. On a small picture
it cannot be seen, and it is a sixth of decoding."""

_LEAST = 16
"""The fewest pixels of a side that the filters take."""


def measure(
    path: "str | os.PathLike[str]", start_image: "str | os.PathLike[str] | bytes | None" = None
) -> Measures:
    """Return the measures of a file; ``None`` for those that do not apply or that damage prevents.

    Args:
        path: A film, an image or a sound.
        start_image: The image that a film was to begin with, or an image was made from: a path, or a file's bytes.

    Raises:
        MediaError: If the file is missing or not media.
    """
    path = Path(path)
    with open_media(path, lenient=True) as (_, media_type):
        pass
    image = _opened(start_image) if start_image is not None else None
    if media_type in PICTURES:
        return _of_image(path, media_type, image)
    return structs.replace(_of_film(path, media_type, image), loudness=_loudness(path, media_type))


def _opened(start_image: "str | os.PathLike[str] | bytes") -> "Image | None":
    """Return an image as RGB; ``None`` if it is damaged or not an image."""
    try:
        data = start_image if isinstance(start_image, bytes) else Path(start_image).read_bytes()
        image = open_picture(io.BytesIO(data), "the start image")
        decode(image, "the start image")
        return to_rgb(image)[0]
    except (MediaError, OSError):
        return None


def _of_image(path: Path, media_type: str, start_image: "Image | None") -> Measures:
    """Measure an image; one that moves is measured as a film is."""
    with suppress(MediaError), path.open("rb") as file:
        image = open_picture(file, path.name)
        decode(image, path.name)
        first = to_rgb(image)[0]
        moves = frames_in(image, media_type) > 1
        shown = frames_shown(image, media_type) if moves else iter([(0.0, 0.0, first)])
        seen = _of_picture(_as_frames(shown))
        return structs.replace(
            seen, likeness=resemblance(start_image, [first]) if start_image is not None else None
        )
    return Measures()


class _Frame(NamedTuple):
    """Hold a frame, its time and how long it is shown, in seconds."""

    frame: "VideoFrame"
    begins: float
    lasts: float


def _of_film(path: Path, media_type: str, start_image: "Image | None") -> Measures:
    """Measure the picture of a film, decoding it once."""
    seen = Measures()
    with suppress(MediaError), tracks.open_tracks(path, media_type) as container:
        stream = tracks.video_track(container, path.name)
        if stream is None:
            return seen
        # What a person waits for has the other cores.
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {"skip_loop_filter": _UNFILTERED}
        first: list[VideoFrame] = []
        seen = _of_picture(_frames(container, stream, first))
        if start_image is not None:
            beginning = (tracks.to_image(frame, stream) for frame in first)
            seen = structs.replace(seen, likeness=resemblance(start_image, beginning))
    return seen


def _frames(
    container: "InputContainer", stream: "VideoStream", first: "list[VideoFrame]"
) -> Iterator[_Frame]:
    """Yield the frames of a film, as far as they decode, and add to ``first`` those that tell how it begins."""
    rate = stream.average_rate or stream.guessed_rate
    usual = float(1 / rate) if rate else _USUAL
    begins, looked_at = 0.0, FirstSecond()
    for frame in tracks.frames_that_decode(container, stream):
        begins = begins if frame.time is None else frame.time
        lasts = tracks.seconds(frame.duration or 0, stream) or usual
        if looked_at.chooses(begins):
            first.append(frame)
        yield _Frame(frame, begins, lasts)
        begins += lasts


def _as_frames(shown: "Iterator[tuple[float, float, Image]]") -> Iterator[_Frame]:
    from av.video.frame import VideoFrame

    for begins, lasts, image in shown:
        frame = VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
        yield _Frame(frame, begins, lasts)


FILTERS = (
    Filter("vmafmotion", {}),
    Filter("deflicker", {"bypass": "1"}),
    Filter("freezedetect", {"duration": str(STILL)}),
    Filter("blackdetect", {}),
    Filter("scdet", {}),
    Filter(
        "scale",
        {"flags": "area"}
        | {side: f"max({_LEAST},2*round({_SMALL / 2:.0f}*i{side}/max(iw,ih)))" for side in "wh"},
    ),
    # Versions of FFmpeg differ where the colour has an odd number of rows.
    Filter("format", {"pix_fmts": "yuv444p"}),
)
"""The filters that each frame passes through before it is compared with the first."""

BLUR = Filter("blurdetect", {})
LOUDNESS = (
    # Many files do not say which channels they have, and older versions of FFmpeg then take none.
    Filter("aformat", {"channel_layouts": "mono|stereo|2.1|3.0|4.0|5.0|5.1|6.1|7.1"}),
    Filter("ebur128", {"metadata": "1"}),
)


def _of_picture(frames: Iterator[_Frame]) -> Measures:
    """Return the measures of frames; ``None`` for those that the filters do not give."""
    import av

    last, end, whole, next_sharpness = -math.inf, 0.0, True, -math.inf
    with Reader(FILTERS, compared=True) as every, Reader([BLUR]) as some:
        small, fine = _Scaled(SIDE), _Scaled(FINE)
        try:
            for number, (frame, begins, lasts) in enumerate(frames):
                whole = number < MOST_FRAMES
                if not whole:
                    break
                if begins <= last:
                    continue
                every.push(small(frame, begins))
                if begins >= next_sharpness:
                    some.push(fine(frame, begins))
                    next_sharpness = begins + SHARPNESS_EVERY - _SLACK
                last, end = begins, begins + lasts
            readings, widths = every.finish(), _values(some.finish(), "blur")
        except (av.FFmpegError, ValueError, ArithmeticError, OSError):  # a picture that no filter takes
            return Measures()
    if not readings:
        return Measures()
    widths = [width for width in widths if width > 0]
    seen = Measures(
        sharpness=100 * len(widths) / sum(widths) if widths else None,
        black=sum(until - since for since, until in _spans(readings, "black_start", "black_end", end)),
    )
    if len(readings) > 1:
        return _of_frames(readings, end, whole, seen)
    return structs.replace(seen, black=float("black_start" in readings[0].values))


class _Scaled:
    """Scale all frames down to one size: a film may change its size midway."""

    def __init__(self, side: int) -> None:
        from fractions import Fraction

        from av.video.reformatter import VideoReformatter

        # With a converter of its own, as in `tracks.to_image`.
        self._side, self._reformatter = side, VideoReformatter()
        self._size: tuple[int, int] | None = None
        self._tick = Fraction(1, _TICKS)

    def __call__(self, frame: "VideoFrame", begins: float) -> "VideoFrame":
        if self._size is None:
            part = min(1.0, self._side / max(frame.width, frame.height))
            width, height = (max(_LEAST, 2 * round(side * part / 2)) for side in (frame.width, frame.height))
            self._size = width, height
        wanted: dict[str, Any] = {"format": "yuv420p", "interpolation": "AREA"}
        try:
            small = self._reformatter.reformat(frame, *self._size, **wanted, threads=1)
        except TypeError:  # a PyAV that has no threads for it
            small = self._reformatter.reformat(frame, *self._size, **wanted)
        small.pts, small.time_base = round(begins * _TICKS), self._tick
        return small


def _of_frames(readings: Sequence[Reading], end: float, whole: bool, seen: Measures) -> Measures:
    """Add the measures that need two frames or more."""
    steps = readings[1:]
    moved = [
        reading.values["vmafmotion.score"]
        for reading in steps
        if "vmafmotion.score" in reading.values and "scd.time" not in reading.values
    ]
    alike = [_alike(reading.values) for reading in readings if "ssim.Y" in reading.values]
    return structs.replace(
        seen,
        motion=sum(moved) / (readings[-1].time - readings[0].time) if moved else None,
        flicker=_flicker(_values(readings, "deflicker.luminance")),
        frozen=_frozen(readings, end),
        cuts=float(sum("scd.time" in reading.values for reading in steps)),
        loop=max(0.0, min(1.0, alike[-1] / alike[1])) if len(alike) > 2 and whole else None,
        drift=max(0.0, 1 - sorted(alike)[len(alike) // 10]) if len(alike) > 1 else None,
    )


def _values(readings: Sequence[Reading], name: str) -> list[float]:
    return [reading.values[name] for reading in readings if name in reading.values]


def _alike(values: dict[str, float]) -> float:
    """Return how much a frame resembles the first, weighing brightness as FFmpeg does in 4:2:0."""
    return (4 * values["ssim.Y"] + values.get("ssim.U", 1.0) + values.get("ssim.V", 1.0)) / 6


def _spans(readings: Sequence[Reading], start: str, end: str, whole: float) -> list[tuple[float, float]]:
    """Return when something began and ended each time; if it has not ended, it lasts to the film's end."""
    spans: list[tuple[float, float]] = []
    since: float | None = None
    for reading in readings:
        if end in reading.values and since is not None:
            spans.append((since, reading.values[end]))
            since = None
        if start in reading.values:
            since = reading.values[start]
    return spans if since is None else [*spans, (since, max(since, whole))]


def _frozen(readings: Sequence[Reading], whole: float) -> float:
    """Return how many seconds nothing changes for."""
    frozen = 0.0
    for start, end in _spans(readings, "freezedetect.freeze_start", "freezedetect.freeze_end", whole):
        within = [reading for reading in readings if start < reading.time < end]
        if sum(_values(within, "vmafmotion.score")) <= STIR * (end - start):
            frozen += end - start
    return frozen


def _flicker(levels: Sequence[float]) -> float | None:
    """Return how much the brightness goes up and down from frame to frame; a fade only rises or falls."""
    steps = [after - before for before, after in pairwise(levels)]
    if len(steps) < 2:
        return None
    back = [min(abs(one), abs(other)) if one * other < 0 else 0.0 for one, other in pairwise(steps)]
    return sum(back) / len(back)


def _loudness(path: Path, media_type: str) -> float | None:
    """Return the integrated loudness of a sound; ``None`` if there is no sound or too little."""
    import av

    with Reader(LOUDNESS) as reader:
        try:
            for frame in _samples(path, media_type):
                reader.push(frame)
            readings = reader.finish()
        except (av.FFmpegError, ValueError, ArithmeticError, OSError):
            return None
    if not readings or readings[-1].time < SOONEST - 0.1:
        return None
    return max(SILENCE, readings[-1].values.get("r128.I", SILENCE))


def _samples(path: Path, media_type: str) -> "Iterator[AudioFrame]":
    """Yield a file's sound, without gaps, until it fails to decode or changes its form."""
    from fractions import Fraction

    with suppress(MediaError), tracks.open_tracks(path, media_type) as container:
        sound = tracks.sound_track(container)
        if sound is None or not tracks.decodable(sound):
            return
        form, samples = None, 0
        for packet in tracks.packets(container, sound):
            for frame in tracks.decoded(packet) or ():
                form = form or _form(frame)
                if _form(frame) != form or samples > LONGEST * frame.sample_rate:
                    return
                frame.pts, frame.time_base = samples, Fraction(1, frame.sample_rate)
                samples += frame.samples
                yield frame


def _form(frame: "AudioFrame") -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name
