"""Reading the tracks of a video or a sound with PyAV, at both ends and not in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from reka_notebook.media.errors import MediaError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL.Image import Image

    Track = TypeVar("Track", VideoStream, AudioStream)

LARGEST_FRAME = 8192 * 4320
"""Pixels a video's frame may have; a decoder keeps up to sixteen of them."""

WORTH_THREADS = 640 * 360
"""Pixels of a frame beyond which several threads pay; to start them costs more than decoding a small film."""

DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/aac": "aac",
}
"""FFmpeg's reader for each type. It is named, never guessed: a playlist that calls itself a video could make FFmpeg
open other files and URLs."""

# Streams without an index: FFmpeg guesses their length from the first frames.
_ESTIMATED = frozenset({"mp3", "aac"})
_UNSPECIFIED = 2  # AVCOL_SPC_UNSPECIFIED


@contextmanager
def open_tracks(path: Path, media_type: str) -> "Iterator[InputContainer]":
    """A container, closed at the end; whatever FFmpeg finds wrong meanwhile becomes a `MediaError`."""
    import av

    try:
        with av.open(
            str(path.absolute()),
            "r",
            format=DEMUXERS[media_type],
            container_options={"protocol_whitelist": "file"},
            **_lenient(av.__version__),
        ) as container:
            yield container
    except MediaError:
        raise
    # PyAV refuses some of what FFmpeg lets through: a time base of nothing, a length beyond 64 bits.
    except (av.FFmpegError, ValueError, ArithmeticError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).strip().rstrip(".")
        raise damaged(path.name, reason[:1].lower() + reason[1:]) from error


def _lenient(version: str) -> dict[str, Any]:
    """Before its version 19, PyAV refuses a whole file for a title that is not UTF-8, unless told."""
    return {"metadata_errors": "replace"} if int(version.partition(".")[0]) < 19 else {}


def damaged(name: str, reason: str) -> MediaError:
    """The error for a file that does not decode."""
    return MediaError(f"{name} is cut short or damaged: {reason}. Fetch it again.")


def video_track(container: "InputContainer", name: str) -> "VideoStream | None":
    """The moving picture, if there is one; the cover of a sound is none.

    Raises:
        MediaError: its coding is not known, or its frames are larger than `LARGEST_FRAME`.
    """
    from av.stream import Disposition

    for stream in container.streams.video:
        if stream.disposition & Disposition.attached_pic:
            continue
        if not decodable(stream):
            raise MediaError(f"{name} is a video in a coding that is not known here.")
        if stream.width * stream.height > LARGEST_FRAME:
            raise MediaError(
                f"{name} has frames of {stream.width} × {stream.height}, which is too large to decode."
            )
        if stream.width * stream.height > WORTH_THREADS:
            stream.thread_type = "AUTO"
        else:
            stream.codec_context.thread_count = 1
        return stream
    return None


def sound_track(container: "InputContainer") -> "AudioStream | None":
    """The sound, if there is one."""
    return container.streams.audio[0] if container.streams.audio else None


def decodable(stream: "VideoStream | AudioStream") -> bool:
    """Whether there is a decoder for a track; PyAV leaves the codec context out where there is none."""
    return getattr(stream, "codec_context", None) is not None


def first_frame(container: "InputContainer", stream: "VideoStream", name: str) -> "VideoFrame":
    """The first frame. Ask before `last`.

    Raises:
        MediaError: there is none.
    """
    for frame in container.decode(stream):
        return frame
    raise damaged(name, "it has no frame")


def last_frame(container: "InputContainer", stream: "VideoStream", name: str) -> "tuple[VideoFrame, float]":
    """The last frame and the time in seconds at which it ends, decoding from the last keyframe on.

    Raises:
        MediaError: data between the last keyframe and the end is missing or does not decode.
    """
    frame: VideoFrame | None = None
    for packet in _tail(container, stream, name, before_end=0.0):
        frames = packet.decode()
        frame = frames[-1] if frames else frame
    if frame is None:
        raise damaged(name, "its last frame is missing")
    return frame, _seconds((frame.pts or 0) + frame.duration, stream)


def last_sound(container: "InputContainer", stream: "AudioStream", name: str) -> float | None:
    """The time in seconds at which a sound ends, decoding its last second; None where there is nothing in that.

    Raises:
        MediaError: data near the end is missing or does not decode.
    """
    end: float | None = None
    for packet in _tail(container, stream, name, before_end=1.0):
        for frame in packet.decode():
            end = _seconds(frame.pts or 0, stream) + frame.samples / frame.sample_rate
    return end


def declared_end(container: "InputContainer", stream: "VideoStream | AudioStream") -> float | None:
    """The time in seconds at which the file says that a track ends, or None where it does not say."""
    if container.format.name in _ESTIMATED:
        return None
    if stream.duration is not None and stream.time_base is not None:
        return _seconds((stream.start_time or 0) + stream.duration, stream)
    return container.duration / 1e6 if container.duration and container.duration > 0 else None


def start(stream: "VideoStream | AudioStream") -> float:
    """The time in seconds at which a track begins; encoders often begin a little after zero."""
    return _seconds(stream.start_time or 0, stream)


def shown_size(frame: "VideoFrame") -> tuple[int, int]:
    """Width and height as shown, with the rotation that the file asks for."""
    return (frame.height, frame.width) if frame.rotation % 180 == 90 else (frame.width, frame.height)


def to_image(frame: "VideoFrame") -> "Image":
    """A frame as an upright RGB image, with the colours that a browser shows.

    High-definition video that does not name its colour matrix is taken as BT.709, as browsers do; FFmpeg would take
    BT.601, and a next shot made from a last frame would shift in colour.
    """
    matrix = "itu709" if frame.colorspace == _UNSPECIFIED and min(frame.width, frame.height) >= 720 else None
    image: Image = frame.to_image(src_colorspace=matrix)  # type: ignore[no-untyped-call]
    rotation = frame.rotation % 360
    return image.rotate(rotation, expand=True) if rotation else image


def _tail(
    container: "InputContainer", stream: "Track", name: str, before_end: float
) -> "Iterator[Packet[Track]]":
    """Packets from the last keyframe that is at least `before_end` seconds before the end; all of them where the end
    is not known.

    One that the file's index promises and that is cut is an error: a decoder would skip it, or paint over it.
    """
    end = declared_end(container, stream)
    if end is None or stream.time_base is None:
        container.seek(0)
    else:
        container.seek(int(max(0.0, end - before_end) / stream.time_base), stream=stream)
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise damaged(name, "its data end early")
        yield packet


def _seconds(ticks: int, stream: "VideoStream | AudioStream") -> float:
    return float(ticks * stream.time_base) if stream.time_base is not None else 0.0
