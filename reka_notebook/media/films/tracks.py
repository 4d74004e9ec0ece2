"""Read the tracks of a video or a sound with PyAV, at both ends and not in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reka_notebook.media.errors import AGAIN, MediaError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL.Image import Image
import os
from typing import IO

from reka_notebook.media.errors import CutShort, NotMedia
from reka_notebook.media.films.envelope import missing_bytes, states_its_end
from reka_notebook.media.signature import HEAD, NOUNS, PICTURES, TEXTS, beginning, recognise
from reka_notebook.text import file_size

SMALLEST = 64
"""Bytes that no film, picture or sound is smaller than, where its kind is not known."""


@contextmanager
def open_media(path: Path, *, lenient: bool = False) -> Iterator[tuple[IO[bytes], str]]:
    """Open a file that is media and as long as its container says; return it, rewound, and its media type.

    Args:
        path: The file.
        lenient: Whether to accept it even if bytes are missing at its end.

    Raises:
        NotMedia: If it is empty, or text.
        CutShort: If bytes are missing at its end.
        MediaError: If it is missing, unreadable, or something else.
    """
    if not path.is_file():
        raise MediaError(f"There is no file {str(path)!r}.")
    try:
        file = path.open("rb")
    except OSError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    with file:
        yield file, _checked(file, path.name, lenient)


def media_type_of(path: Path) -> str | None:
    """Return the media type that a file's first bytes suggest, or None if they suggest nothing."""
    with path.open("rb") as file:
        return recognise(file.read(HEAD))


def is_whole(path: Path) -> bool:
    """Return whether a video, a sound or an image is whole by its own account; false if it does not say."""
    with path.open("rb") as file:
        media_type = recognise(file.read(HEAD))
        return media_type is not None and states_its_end(file, media_type)


def _checked(file: IO[bytes], name: str, lenient: bool) -> str:
    head = file.read(HEAD)
    if not head:
        raise NotMedia(f"{name} is empty.")
    media_type = recognise(head)
    if media_type is None:
        unknown = NotMedia if os.fstat(file.fileno()).st_size < SMALLEST else MediaError
        raise unknown(f"{name} is not a video, an image or a sound that is known here.")
    if media_type not in PICTURES and media_type not in DEMUXERS:
        text = f"{name} is {NOUNS[media_type]}, not a video, an image or a sound."
        if media_type in TEXTS:
            raise NotMedia(f"{text} It begins: “{beginning(head)}”.")
        raise MediaError(text)
    # A picture that is cut off says so when it is decoded.
    missing = 0 if lenient or media_type in PICTURES else missing_bytes(file, media_type)
    if missing:
        raise CutShort(f"{name} is cut short: {file_size(missing)} are missing at its end. {AGAIN}")
    file.seek(0)
    return media_type


LARGEST_FRAME = 8192 * 4320
"""Pixels a video's frame may have; a decoder keeps up to sixteen of them."""

MOST_STRETCHED = 8
"""How much wider than high, or higher than wide, a pixel may be: what says more is taken for nonsense."""

WORTH_THREADS = 640 * 360
"""Pixels of a frame beyond which several threads pay; to start them costs more than decoding a small film."""

DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/mp2t": "mpegts",
    "video/mpeg": "mpeg",
    "video/x-flv": "flv",
    "video/x-ms-asf": "asf",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/aac": "aac",
    "audio/aiff": "aiff",
    "audio/x-caf": "caf",
}
"""FFmpeg's reader for each type. It is named, never guessed: a playlist that calls itself a video could make FFmpeg
open other files and URLs."""

# Streams without an index: FFmpeg guesses their length from the first frames.
_ESTIMATED = frozenset({"mp3", "aac"})
_UNSPECIFIED = 2  # AVCOL_SPC_UNSPECIFIED


@contextmanager
def open_tracks(path: Path, media_type: str) -> "Iterator[InputContainer]":
    """Yield a container, closed at the end; whatever FFmpeg finds wrong meanwhile becomes a ``MediaError``."""
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
    """Return the option that keeps PyAV before version 19 from refusing a file for a title that is not UTF-8."""
    return {"metadata_errors": "replace"} if int(version.partition(".")[0]) < 19 else {}


def damaged(name: str, reason: str) -> MediaError:
    """Return the error for a file that does not decode."""
    return MediaError(f"{name} is cut short or damaged: {reason}. {AGAIN}")


def video_track(container: "InputContainer", name: str) -> "VideoStream | None":
    """Return the moving picture, if there is one; the cover of a sound is not one.

    Raises:
        MediaError: If its codec is not known, or its frames are larger than ``LARGEST_FRAME``.
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
    """Return the sound, if there is one."""
    return container.streams.audio[0] if container.streams.audio else None


def decodable(stream: "VideoStream | AudioStream") -> bool:
    """Return whether there is a decoder for a track; PyAV leaves the codec context out if there is none."""
    return getattr(stream, "codec_context", None) is not None


def first_frame(container: "InputContainer", stream: "VideoStream", name: str) -> "VideoFrame":
    """Return the first frame that decodes. Call this before ``last_frame``.

    Raises:
        MediaError: If none does.
    """
    for frame in frames_that_decode(container, stream):
        return frame
    raise damaged(name, "it has no frame")


def frames_that_decode(container: "InputContainer", stream: "VideoStream") -> "Iterator[VideoFrame]":
    """Decode frame after frame, passing over data that do not decode."""
    for packet in packets(container, stream):
        yield from decoded(packet) or ()


def declared_end(container: "InputContainer", stream: "VideoStream | AudioStream") -> float | None:
    """Return the time in seconds at which the file says that a track ends, or None if it does not say."""
    if container.format.name in _ESTIMATED:
        return None
    own = own_end(stream)
    if own is not None:
        return own
    return container.duration / 1e6 if container.duration and container.duration > 0 else None


def own_end(stream: "VideoStream | AudioStream") -> float | None:
    """Return the time in seconds at which the file says that this very track ends, or None if it does not say."""
    if stream.duration is None or stream.time_base is None:
        return None
    return seconds((stream.start_time or 0) + stream.duration, stream)


def start(stream: "VideoStream | AudioStream") -> float:
    """Return the time in seconds at which a track begins; encoders often begin a little after zero."""
    return seconds(stream.start_time or 0, stream)


def shown_size(frame: "VideoFrame", stream: "VideoStream") -> tuple[int, int]:
    """Return width and height as shown, with the pixel shape and the rotation that the file asks for."""
    width, height = _with_square_pixels(frame, stream)
    return (height, width) if frame.rotation % 180 == 90 else (width, height)


def to_image(frame: "VideoFrame", stream: "VideoStream") -> "Image":
    """Return a frame as an upright RGB image, with the shape and the colours that a browser shows.

    High-definition video that does not name its colour matrix is taken as BT.709, as browsers do. FFmpeg
    would take BT.601, and a next shot made from a last frame would shift in colour.
    """
    from av.video.reformatter import Colorspace, VideoReformatter

    matrix = (
        Colorspace.ITU709
        if frame.colorspace == _UNSPECIFIED and min(frame.width, frame.height) >= 720
        else None
    )
    # With a converter of its own, gone when this returns. PyAV keeps one for each thread, which has threads itself, and
    # a forked child that frees it waits for them without end.
    rgb = VideoReformatter().reformat(frame, format="rgb24", src_colorspace=matrix)
    image: Image = rgb.to_image()  # type: ignore[no-untyped-call]
    size = _with_square_pixels(frame, stream)
    if size != image.size:
        from PIL.Image import Resampling

        image = image.resize(size, Resampling.LANCZOS)
    rotation = frame.rotation % 360
    return image.rotate(rotation, expand=True) if rotation else image


def _with_square_pixels(frame: "VideoFrame", stream: "VideoStream") -> tuple[int, int]:
    """Return the size at which pixels are square: the shorter side of each is stretched, as browsers do it."""
    width, height, shape = frame.width, frame.height, stream.sample_aspect_ratio
    if not shape or shape <= 0 or not 1 / MOST_STRETCHED <= shape <= MOST_STRETCHED:
        return width, height
    shown = (round(width * shape), height) if shape > 1 else (width, round(height / shape))
    return shown if shown[0] * shown[1] <= LARGEST_FRAME else (width, height)


def seek(container: "InputContainer", ticks: int, stream: "VideoStream | AudioStream | None") -> bool:
    """Go to the keyframe before a time in a track's ticks, without a track in microseconds; False if that fails."""
    import av

    try:
        container.seek(ticks, stream=stream)
    except (av.FFmpegError, ValueError, ArithmeticError):  # an index that is damaged
        return False
    return True


def packets(container: "InputContainer", stream: "VideoStream | AudioStream") -> "Iterator[Packet[Any]]":
    """Return the packets of a track, as far as the file can be read."""
    import av

    try:
        yield from container.demux(stream)
    except (av.FFmpegError, ValueError, ArithmeticError):
        return


def decoded(packet: "Packet[Any]") -> "list[Any] | None":
    """Return what a packet decodes to; None if it does not decode."""
    import av

    try:
        return packet.decode()
    except (av.FFmpegError, ValueError, ArithmeticError):
        return None


def seconds(ticks: int, stream: "VideoStream | AudioStream") -> float:
    """Return a time that is counted in a track's own ticks, in seconds."""
    return float(ticks * stream.time_base) if stream.time_base is not None else 0.0
