"""Tell what a media file holds, and whether it is whole."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from reka_notebook.kinds import kind_of
from reka_notebook.media.errors import AGAIN, CutShort, ImageError, MediaError
from reka_notebook.media.films import oddities, tracks
from reka_notebook.media.films.envelope import missing_bytes, trailing_bytes
from reka_notebook.media.films.filmstrip import poster, poster_of
from reka_notebook.media.films.moving import seconds_of
from reka_notebook.media.films.tail import read_tail
from reka_notebook.media.films.tracks import open_media
from reka_notebook.media.images.picture import decode, open_picture, orientation, upright_size
from reka_notebook.media.signature import PICTURES
from reka_notebook.media.sounds.waveform import waveform
from reka_notebook.text import file_size

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL.Image import Image


@dataclass(frozen=True)
class MediaInfo:
    """Hold what ``probe`` found.

    Attributes:
        kind: "video", "image" or "audio".
        media_type: Told from the content, as "video/mp4".
        width: Pixels as shown, rotation applied; None for a sound.
        height: Likewise.
        duration: Seconds of the picture, or of the sound if there is no picture; None for a still image.
        fps: Frames per second on average; None for a sound or an image, or if the file does not say.
        has_audio: Whether there is a sound track.
        codec: Of the picture, or of the sound if there is no picture: "h264", "vp9", "mp3", "png".
        bytes: Size of the file.
        remarks: What is odd about the file, in sentences; none for most.
    """

    kind: Literal["video", "image", "audio"]
    media_type: str
    width: int | None
    height: int | None
    duration: float | None
    fps: float | None
    has_audio: bool
    codec: str
    bytes: int
    remarks: tuple[str, ...] = ()


def probe(path: "str | os.PathLike[str]", *, lenient: bool = False) -> MediaInfo:
    """Tell what a media file holds, and make sure that it is whole.

    Only both ends are looked at, so a large file costs little time and memory. The container's stated length
    is compared with the file's, the first frame is decoded, and so is everything from the last keyframe to
    the end, and the last second of the sound. What is odd but no reason to refuse the file is told in
    ``remarks``: a sound that is longer than its picture, or an end that does not decode. A few kinds of file
    (an MP3 without a Xing header, AAC streams) state no length, so a cut between two frames is not noticed.

    Args:
        path: The file.
        lenient: Whether to accept a file whose end is missing, with a remark, because there is no more of
            it.

    Raises:
        NotMedia: If it is empty or text, such as an HTML page saved as ``take.mp4``; the message says how
            it begins.
        CutShort: If bytes are missing at its end.
        MediaError: If it is missing, not decodable, or not media at all; the message says which.
    """
    path = Path(path)
    return _looked_at(path, lenient)[0]


def examine(path: "str | os.PathLike[str]", *, lenient: bool = False) -> tuple[MediaInfo, bytes | None]:
    """Return what ``probe`` and ``poster`` tell, for the price of one decoding; a sound's poster is its waveform.

    Args:
        path: The file.
        lenient: As for ``probe``.

    Raises:
        MediaError: As for ``probe``.
    """
    path = Path(path)
    info, first = _looked_at(path, lenient)
    if first is not None:
        return info, poster_of(first)
    if kind_of(info.kind).is_image:
        return info, poster(path, lenient=lenient)
    try:
        return info, waveform(path)
    except MediaError:  # an end that decodes is enough for a sound to be kept
        return info, None


def glance(path: "str | os.PathLike[str]") -> tuple[MediaInfo, bytes]:
    """Return what ``examine`` is about to tell of a film, from its first frame: its end is not decoded.

    That takes a tenth of the time, and is right unless there is something odd about the film.

    Raises:
        MediaError: If it is no film, or cut off by its own account, or its first frame does not decode.
    """
    path = Path(path)
    with open_media(path) as (file, media_type):
        remarks = _of_length(file, media_type, False)
        size = os.fstat(file.fileno()).st_size
    if media_type in PICTURES:
        raise MediaError(f"{path.name} is an image and no film.")
    with tracks.open_tracks(path, media_type) as container:
        picture = tracks.video_track(container, path.name)
        if picture is None:
            raise MediaError(f"{path.name} is a sound and has no picture.")
        sound = tracks.sound_track(container)
        first = tracks.first_frame(container, picture, path.name)
        end = tracks.declared_end(container, picture) or 0.0
        info = _film_info(picture, sound, first, media_type, size, end)
        return replace(info, remarks=tuple(remarks)), poster_of(tracks.to_image(first, picture))


def _looked_at(path: Path, lenient: bool) -> "tuple[MediaInfo, Image | None]":
    with open_media(path, lenient=lenient) as (file, media_type):
        remarks = _of_length(file, media_type, lenient)
        if media_type in PICTURES:
            info, first = _picture(file, path.name, media_type, lenient), None
        else:
            info, first = _tracks(path, media_type, os.fstat(file.fileno()).st_size, lenient)
    return replace(info, remarks=(*remarks, *info.remarks)), first


def _of_length(file: IO[bytes], media_type: str, lenient: bool) -> list[str]:
    """Return what is odd about a file's length."""
    lacks = missing_bytes(file, media_type) if lenient else 0
    more = trailing_bytes(file, media_type)
    return [*([oddities.missing(lacks)] if lacks else []), *([oddities.extra(more)] if more else [])]


def _tracks(path: Path, media_type: str, size: int, lenient: bool) -> "tuple[MediaInfo, Image | None]":
    """Return what a container holds, and the first frame of its picture."""
    name = path.name
    with tracks.open_tracks(path, media_type) as container:
        picture = tracks.video_track(container, name)
        sound = tracks.sound_track(container)
        if picture is not None:
            return _film(container, picture, sound, name, media_type, size, lenient)
        if sound is None:
            raise MediaError(f"{name} holds neither a picture nor a sound.")
        return _sound(container, sound, name, media_type, size, lenient), None


def _film(
    container: "InputContainer",
    picture: "VideoStream",
    sound: "AudioStream | None",
    name: str,
    media_type: str,
    size: int,
    lenient: bool,
) -> "tuple[MediaInfo, Image]":
    first = tracks.first_frame(container, picture, name)
    tail = read_tail(container, picture, name, lenient=lenient)
    own = tracks.own_end(picture)
    remarks: list[str] = []
    heard = None
    if sound is not None and tracks.decodable(sound):
        heard = read_tail(container, sound, name, before_end=1.0, lenient=lenient)
        remarks = oddities.of_sound(heard, None, tail)
    elif sound is not None:
        remarks = ["The sound is in a coding that is not known here."]
    whole = tracks.declared_end(container, picture)
    if heard is not None and whole is not None and whole - heard.promised <= oddities.SHORTFALL:
        whole = None  # that of the sound
    seen = tail.end or 0.0
    # A duration that is shorter than what is there is nonsense.
    end = own if own is not None and own >= seen - oddities.SHORTFALL else max(seen, tail.promised)
    info = _film_info(picture, sound, first, media_type, size, end)
    info = replace(info, remarks=(*oddities.of_picture(tail, picture, own, whole), *remarks))
    return info, tracks.to_image(first, picture)


def _film_info(
    picture: "VideoStream",
    sound: "AudioStream | None",
    first: "VideoFrame",
    media_type: str,
    size: int,
    end: float,
) -> MediaInfo:
    """Return what a film holds; it has nothing odd yet."""
    width, height = tracks.shown_size(first, picture)
    rate = picture.average_rate or picture.guessed_rate
    return MediaInfo(
        kind="video",
        media_type=f"video/{media_type.partition('/')[2]}",
        width=width,
        height=height,
        duration=max(0.0, end - tracks.start(picture)),
        fps=float(rate) if rate else None,
        has_audio=sound is not None,
        codec=picture.codec_context.codec.canonical_name,
        bytes=size,
    )


def _sound(
    container: "InputContainer", sound: "AudioStream", name: str, media_type: str, size: int, lenient: bool
) -> MediaInfo:
    if not tracks.decodable(sound):
        raise MediaError(f"{name} is a sound in a coding that is not known here.")
    tail = read_tail(container, sound, name, before_end=1.0, lenient=lenient)
    if tail.end is None:
        raise tracks.damaged(name, "nothing of it decodes")
    declared = tracks.declared_end(container, sound)
    # A FLAC counts its samples, and has nothing else that tells of a cut.
    counted = container.format.name == "flac" and declared is not None
    if counted and not lenient and declared is not None and declared - tail.end > 1 / 1000:
        raise CutShort(f"{name} is cut short: it ends at {tail.end:.1f} s of {declared:.1f} s. {AGAIN}")
    return MediaInfo(
        kind="audio",
        media_type=f"audio/{media_type.partition('/')[2]}",
        width=None,
        height=None,
        duration=max(0.0, (declared or tail.end) - tracks.start(sound)),
        fps=None,
        has_audio=True,
        codec=sound.codec_context.codec.canonical_name,
        bytes=size,
        remarks=tuple(oddities.of_sound(tail, declared, None)),
    )


def _picture(file: IO[bytes], name: str, media_type: str, lenient: bool) -> MediaInfo:
    missing = 0 if lenient else missing_bytes(file, media_type)
    file.seek(0)
    try:
        info = _image(file, name, media_type)
    except ImageError as error:
        if missing:
            raise CutShort(str(error)) from error
        raise
    if missing:
        raise CutShort(f"{name} is cut short: {file_size(missing)} are missing at its end. {AGAIN}")
    return info


def _image(file: IO[bytes], name: str, media_type: str) -> MediaInfo:
    """Return what an image file holds; one that moves has a duration and frames per second."""
    image = open_picture(file, name)
    size = image.size
    decode(image, name, around=max(1, max(size) // 8))
    width, height = upright_size(size, orientation(image))
    duration, fps = seconds_of(image, media_type) or (None, None)
    return MediaInfo(
        kind="image",
        media_type=media_type,
        width=width,
        height=height,
        duration=duration,
        fps=fps,
        has_audio=False,
        codec=media_type.partition("/")[2],
        bytes=os.fstat(file.fileno()).st_size,
    )
