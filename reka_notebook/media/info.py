"""What a media file holds, and whether it is whole."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from reka_notebook.media import tracks
from reka_notebook.media.errors import MediaError
from reka_notebook.media.frames import poster, poster_of
from reka_notebook.media.opening import open_media
from reka_notebook.media.picture import decode, open_picture, orientation, upright_size
from reka_notebook.media.signature import PICTURES

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

SHORTFALL = 0.5
"""Seconds that a track may end before the file says it does: encoders round, and a last frame may last longer."""


@dataclass(frozen=True)
class MediaInfo:
    """What `probe` found.

    Attributes:
        kind: "video", "image" or "audio".
        media_type: told from the content, as "video/mp4".
        width: pixels as shown, rotation applied; None for a sound.
        height: the same.
        duration: seconds; None for an image.
        fps: frames per second on average; None for a sound or an image, or where the file does not say.
        has_audio: whether there is a sound track.
        codec: of the picture, or of the sound where there is none: "h264", "vp9", "mp3", "png".
        bytes: size of the file.
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


def probe(path: "str | os.PathLike[str]") -> MediaInfo:
    """Tell what a media file holds, and make sure that it is whole.

    Looks at both ends only, so a large file costs little time and memory: the container's stated length is compared
    with the file's, the first frame is decoded, and everything from the last keyframe to the end, and the last second
    of the sound. A few kinds of file state no length, and a cut is not noticed where it falls between two frames: an
    MP3 without a Xing header, AAC and Ogg streams, a WebM recorded live.

    Raises:
        MediaError: missing, empty, cut short, not decodable, or no media at all, such as an HTML page saved as
            `take.mp4`; the text says which, and how such a page begins.
    """
    return _looked_at(Path(path))[0]


def examine(path: "str | os.PathLike[str]") -> tuple[MediaInfo, bytes | None]:
    """What `probe` and `poster` tell, for one decoding; a sound has no poster.

    Raises:
        MediaError: as of `probe`.
    """
    path = Path(path)
    info, first = _looked_at(path)
    if first is not None:
        return info, poster_of(tracks.to_image(first))
    return info, poster(path) if info.kind == "image" else None


def _looked_at(path: Path) -> "tuple[MediaInfo, VideoFrame | None]":
    with open_media(path) as (file, media_type):
        if media_type in PICTURES:
            return _image(file, path.name, media_type), None
        return _tracks(path, media_type, os.fstat(file.fileno()).st_size)


def _image(file: IO[bytes], name: str, media_type: str) -> MediaInfo:
    image = open_picture(file, name)
    size = image.size
    decode(image, name, around=max(1, max(size) // 8))
    width, height = upright_size(size, orientation(image))
    size_on_disk = os.fstat(file.fileno()).st_size
    codec = media_type.partition("/")[2]
    return MediaInfo("image", media_type, width, height, None, None, False, codec, size_on_disk)


def _tracks(path: Path, media_type: str, size: int) -> "tuple[MediaInfo, VideoFrame | None]":
    """What a container holds, and the first frame of its picture."""
    name = path.name
    subtype = media_type.partition("/")[2]
    with tracks.open_tracks(path, media_type) as container:
        picture = tracks.video_track(container, name)
        sound = tracks.sound_track(container)
        if picture is not None:
            first = tracks.first_frame(container, picture, name)
            width, height = tracks.shown_size(first)
            _, end = tracks.last_frame(container, picture, name)
            if sound is not None and tracks.decodable(sound):
                tracks.last_sound(container, sound, name)
            rate = picture.average_rate or picture.guessed_rate
            info = MediaInfo(
                kind="video",
                media_type=f"video/{subtype}",
                width=width,
                height=height,
                duration=_duration(container, picture, end, name),
                fps=float(rate) if rate else None,
                has_audio=sound is not None,
                codec=picture.codec_context.codec.canonical_name,
                bytes=size,
            )
            return info, first
        if sound is None:
            raise MediaError(f"{name} holds neither a picture nor a sound.")
        if not tracks.decodable(sound):
            raise MediaError(f"{name} is a sound in a coding that is not known here.")
        sound_end = tracks.last_sound(container, sound, name)
        if sound_end is None:
            raise tracks.damaged(name, "its end is missing")
        info = MediaInfo(
            kind="audio",
            media_type=f"audio/{subtype}",
            width=None,
            height=None,
            duration=_duration(container, sound, sound_end, name),
            fps=None,
            has_audio=True,
            codec=sound.codec_context.codec.canonical_name,
            bytes=size,
        )
        return info, None


def _duration(
    container: "InputContainer", stream: "VideoStream | AudioStream", end: float, name: str
) -> float:
    """Seconds from the first to the end of the last frame, once the end is where the file says it is."""
    declared = tracks.declared_end(container, stream)
    if declared is not None and declared - end > SHORTFALL:
        raise MediaError(f"{name} is cut short: it ends at {end:.1f} s of {declared:.1f} s. Fetch it again.")
    return max(0.0, (declared or end) - tracks.start(stream))
