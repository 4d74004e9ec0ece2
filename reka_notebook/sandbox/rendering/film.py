"""Make the moving picture: frames from the camera's views, encoded as H.264 with a soft tone.

Everything is done on the three planes of YUV 4:2:0, which costs half of what RGB does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from PIL import Image

from reka_notebook.sandbox.rendering import motion, picture, sound, things
from reka_notebook.sandbox.rendering.caption import Label, caption, tag
from reka_notebook.sandbox.rendering.media import Film, Picture
from reka_notebook.sandbox.rendering.size import Size

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.stream import VideoStream

Planes = list[Image.Image]
"""Y at full size, U and V at half, each as an "L" image."""

HEADROOM = 1.0
"""A picture is kept this much larger than the frame, so that a push in stays sharp."""
FADE = (0.5, 1.3)
"""Seconds between which the caption appears."""
DISSOLVE = (0.55, 0.92)
"""Share of the film between which it dissolves into its end picture."""

# Nearly as quick as plain ultrafast, and less than half the size. A key frame each second, for scrubbing.
_X264 = {"preset": "ultrafast", "crf": "23", "threads": "1", "x264-params": "subme=1:partitions=i4x4"}
_BT709 = 1
_LIMITED = 1


def write(film: Film, path: Path, stopped: Callable[[], bool] = lambda: False) -> None:
    """Write the film as MP4, or stop in the middle once ``stopped()`` says so."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.metadata["comment"] = "Drawn by the sandbox of reka-notebook. No model was asked."
        video = _video_stream(container, film)
        audio = _audio_stream(container) if film.sound else None
        samples = _Samples(film.seconds)
        for number, frame in enumerate(_frames(film)):
            if stopped():
                return
            frame.pts = number
            container.mux(video.encode(frame))
            if audio is not None:
                for piece in samples.until((number + 1) / film.fps):
                    container.mux(audio.encode(piece))
        container.mux(video.encode(None))
        if audio is not None:
            container.mux(audio.encode(None))


def _video_stream(container: OutputContainer, film: Film) -> VideoStream:
    stream = container.add_stream("libx264", rate=film.fps, options={**_X264, "g": str(film.fps)})
    stream.width, stream.height, stream.pix_fmt = film.width, film.height, "yuv420p"
    context = stream.codec_context
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED
    return stream


def _audio_stream(container: OutputContainer) -> AudioStream:
    # A third of what the usual search costs, and a tone needs none.
    stream = container.add_stream("aac", rate=sound.RATE, layout="mono", options={"aac_coder": "fast"})
    stream.bit_rate = 64_000
    return stream


def _frames(film: Film) -> Iterator[VideoFrame]:
    frame = (film.width, film.height)
    move = motion.move(film.prompt)
    start = _planes(_source(film.start, film.prompt, frame))
    end = _planes(_source(film.end, film.prompt, frame)) if film.end else None
    words, plate = caption(film.prompt, frame), _Overlay(tag(frame))
    overlay = _Overlay(words) if words else None
    for number in range(film.frames):
        at = number / max(1, film.frames - 1)
        planes = _look(start, move, at, frame)
        if end is not None and (share := _between(DISSOLVE, at)) > 0:
            other = _look(end, move, at, frame)
            planes = [Image.blend(a, b, share) for a, b in zip(planes, other, strict=True)]
        plate.paint(planes)
        if overlay and (strength := _between(FADE, number / film.fps)) > 0:
            overlay.paint(planes, strength)
        yield _as_frame(planes, frame)


def _source(sent: Picture | None, prompt: str, frame: Size) -> Image.Image:
    """Return the picture to move over, just large enough to fill the frame with some headroom."""
    room = (round(frame[0] * HEADROOM), round(frame[1] * HEADROOM))
    if sent is None:
        image = picture.landscape(prompt, _even(room))
        things.draw(image, things.named(prompt), prompt)
        return image
    if sent.file is None:
        return picture.remote(sent.host or "", _even(room))
    scale = max(room[0] / sent.size[0], room[1] / sent.size[1])
    wanted = (max(2, round(sent.size[0] * scale)), max(2, round(sent.size[1] * scale)))
    image = picture.opened(sent.file, max(wanted))
    return image.resize(_even(wanted), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _planes(image: Image.Image) -> Planes:
    whole: VideoFrame = VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
    # With a converter of its own: PyAV keeps one for each thread, and a forked child that frees it hangs.
    frame = VideoReformatter().reformat(
        whole, format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    return [
        Image.frombytes("L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1)
        for plane in frame.planes
    ]


def _look(planes: Planes, move: motion.Move, at: float, frame: Size) -> Planes:
    """Return what the camera sees at this time, 0 to 1."""
    luma = planes[0]
    view = motion.view(move, at, luma.size, frame[0] / frame[1])
    return [_part(plane, view, frame, 1 if plane is luma else 2) for plane in planes]


def _part(plane: Image.Image, view: motion.View, frame: Size, halved: int) -> Image.Image:
    size = (frame[0] // halved, frame[1] // halved)
    if not view.angle:
        left, upper, right, lower = (edge / halved for edge in view.box)
        box = (max(0.0, left), max(0.0, upper), min(plane.width, right), min(plane.height, lower))
        return plane.resize(size, Image.Resampling.BILINEAR, box=box)
    return plane.transform(size, Image.Transform.AFFINE, view.affine(size, halved), Image.Resampling.BILINEAR)


def _between(span: tuple[float, float], at: float) -> float:
    return motion.ease((at - span[0]) / (span[1] - span[0]))


def _even(size: Size) -> Size:
    return (max(2, size[0] // 2 * 2), max(2, size[1] // 2 * 2))


def _as_frame(planes: Planes, size: Size) -> VideoFrame:
    frame = VideoFrame(*size, "yuv420p")
    for image, plane in zip(planes, frame.planes, strict=True):
        if plane.line_size != image.width:
            image = image.crop((0, 0, plane.line_size, image.height))
        plane.update(image.tobytes())
    frame.colorspace = Colorspace.ITU709
    frame.color_range = ColorRange.MPEG
    return frame


class _Overlay:
    """Hold a label ready to be painted on planes. It is grey, so that only its alpha matters to the colours."""

    def __init__(self, label: Label) -> None:
        grey, alpha = label.image.getchannel("R"), label.image.getchannel("A")
        self._luma = grey.point([round(16 + value * 219 / 255) for value in range(256)])
        self._alphas = (alpha, alpha.reduce(2), alpha.reduce(2))
        self._corner = (label.x, label.y)

    def paint(self, planes: Planes, strength: float = 1.0) -> None:
        """Paint onto the planes, in place; strength is 0 to 1."""
        x, y = self._corner
        inks: tuple[Image.Image | int, ...] = (self._luma, 128, 128)
        fainter = [round(value * strength) for value in range(256)] if strength < 1 else None
        for plane, alpha, ink, halved in zip(planes, self._alphas, inks, (1, 2, 2), strict=True):
            mask = alpha.point(fainter) if fainter else alpha
            left, upper = x // halved, y // halved
            plane.paste(ink, (left, upper, left + mask.width, upper + mask.height), mask)


class _Samples:
    """Make the tone under a film, in frames for the encoder, as far as the picture has come."""

    def __init__(self, seconds: float) -> None:
        self._total = round(seconds * sound.RATE)
        self._done = 0

    def until(self, seconds: float) -> Iterator[AudioFrame]:
        loop = sound.tone()
        while self._done < min(self._total, round(seconds * sound.RATE)):
            count = min(1024, self._total - self._done)
            start = self._done % sound.RATE * 4
            piece = (
                (loop[start:] + loop)[: count * 4]
                if start + count * 4 > len(loop)
                else loop[start : start + count * 4]
            )
            frame = AudioFrame(format="fltp", layout="mono", samples=count, align=True)
            frame.planes[0].update(piece.ljust(frame.planes[0].buffer_size, b"\0"))
            frame.sample_rate = sound.RATE
            frame.pts = self._done
            self._done += count
            yield frame
