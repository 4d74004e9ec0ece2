"""Put a sound under a video: the picture is copied, packet by packet, and the sound is encoded once."""

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, cast

from reka_notebook.kinds import kind_of
from reka_notebook.media.errors import MediaError
from reka_notebook.media.films import tracks
from reka_notebook.media.films.info import probe

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

Own: TypeAlias = Literal["keep", "lower", "replace"]
"""What becomes of the video's own sound."""

OWN: tuple[Own, ...] = ("keep", "lower", "replace")

LOUDEST = 4.0
"""How many times as loud as it is a sound may be made."""

LOWERED = 0.25
"""How loud the video's own sound is, of what it was, while another is heard over it."""

FADE = 0.3
"""Seconds that it takes to become so, and back."""

_RATE = 48_000
_PLAIN: dict[str, Any] = {
    "sample_rate": _RATE,
    "format": "fltp",
    "layout": "stereo",
    "time_base": Fraction(1, _RATE),
}
_LEAST = 0.05
"""Seconds of a sound that nobody misses."""


class _Kind(NamedTuple):
    """Hold how a kind of video is written: FFmpeg's name of it, the coding of its sound, its ending."""

    format: str
    coding: str
    ending: str


_KINDS = {
    "video/mp4": _Kind("mp4", "aac", ".mp4"),
    "video/quicktime": _Kind("mov", "aac", ".mov"),
    "video/webm": _Kind("webm", "libopus", ".webm"),
    "video/mp2t": _Kind("mpegts", "aac", ".ts"),
}
_ANY = _Kind("matroska", "aac", ".mkv")
"""Takes nearly any picture."""

_BITS = {"aac": 192_000, "libopus": 128_000}


def ending_of(video: Path) -> str:
    """Return the ending of the file that a video and a sound become."""
    return _KINDS.get(tracks.media_type_of(video) or "", _ANY).ending


def put_under(
    video: Path, sound: Path, target: Path, *, at: float = 0.5, level: float = 1.0, own: Own = "lower"
) -> list[str]:
    """Write a video with a sound under it, and return what is to be said of it, in sentences.

    Args:
        video: The video; its picture is copied bit for bit.
        sound: A sound, or another video whose sound is meant.
        target: Where to; whatever is there is replaced.
        at: When the sound begins, in seconds from the video's beginning.
        level: How loud it is made, 1 for as it is.
        own: Whether the video's own sound is kept, lowered while the other is heard, or replaced.

    Raises:
        MediaError: If one of them is not what it should be, or the picture cannot be copied.
    """
    film, heard = probe(video, lenient=True), probe(sound, lenient=True)
    if not kind_of(film.kind).has_frames:
        raise MediaError(f"{video.name} is no video.")
    if not heard.has_audio:
        raise MediaError(f"{sound.name} has no sound.")
    length = film.duration or 0.0
    if at >= length:
        raise MediaError(f"The video ends at {length:.1f} s, and the sound would begin at {at:g} s.")
    kind = _KINDS.get(film.media_type, _ANY)
    remarks: list[str] = []
    with (
        tracks.open_tracks(video, _type_of(video)) as picture_in,
        tracks.open_tracks(sound, _type_of(sound)) as sound_in,
    ):
        source = tracks.sound_track(sound_in)
        if source is None or not tracks.decodable(source):
            raise MediaError(f"{sound.name} has no sound that can be decoded.")
        end = at + (tracks_length(sound_in, source) or heard.duration or 0.0)
        if end - length > _LEAST:
            remarks.append(f"The sound is {end - length:.1f} s longer than the video, and is cut at its end.")
        beneath = tracks.sound_track(picture_in) if own != "replace" and film.has_audio else None
        if beneath is not None and not tracks.decodable(beneath):
            beneath = None
            remarks.append("The video's own sound is in a coding that is not known here, and is left out.")
        mixed = _Mix(
            source, sound_in, beneath, video, at=at, level=level, end=min(end, length), length=length, own=own
        )
        _write(picture_in, target, kind, mixed, video.name)
    if digest_of_picture(video) != digest_of_picture(target):
        target.unlink(missing_ok=True)
        raise MediaError(
            f"The picture of {video.name} can't be copied unchanged into a file with a new sound."
        )
    return remarks


def digest_of_picture(path: Path) -> str:
    """Return what tells whether two files have the same picture: a hash of its packets, headers left out."""
    digest = hashlib.sha256()
    with tracks.open_tracks(path, _type_of(path)) as container:
        picture = tracks.video_track(container, path.name)
        if picture is None:
            raise MediaError(f"{path.name} has no picture.")
        for packet in tracks.packets(container, picture):
            if packet.size:
                digest.update(bytes(packet))
    return digest.hexdigest()


def tracks_length(container: "InputContainer", sound: "AudioStream") -> float | None:
    """Return how long a sound is by its file's own account."""
    end = tracks.declared_end(container, sound)
    return None if end is None else max(0.0, end - tracks.start(sound))


def _type_of(path: Path) -> str:
    with tracks.open_media(path, lenient=True) as (_, media_type):
        return media_type


def _write(container: "InputContainer", target: Path, kind: _Kind, mixed: "_Mix", name: str) -> None:
    """Copy the picture and encode the sound, one beside the other, as a player reads them."""
    import av

    picture = tracks.video_track(container, name)
    if picture is None:
        raise MediaError(f"{name} has no picture.")
    options = {"movflags": "+faststart"} if kind.format in ("mp4", "mov") else {}
    try:
        with av.open(str(target), "w", format=kind.format, options=options) as out:
            copied = out.add_stream_from_template(picture, opaque=True)
            heard = cast("AudioStream", out.add_stream(kind.coding, rate=_RATE))
            heard.codec_context.layout = "stereo"
            heard.codec_context.bit_rate = _BITS[kind.coding]
            _interleave(container, out, picture, copied, heard, mixed)
    except (av.FFmpegError, ValueError, ArithmeticError) as error:
        target.unlink(missing_ok=True)
        reason = (getattr(error, "strerror", None) or str(error)).strip().rstrip(".")
        raise MediaError(f"{name} can't be written with another sound: {reason}.") from error


def _interleave(
    container: "InputContainer",
    out: "OutputContainer",
    picture: "VideoStream",
    copied: "VideoStream",
    heard: "AudioStream",
    mixed: "_Mix",
) -> None:
    begins = max(0.0, (container.start_time or 0) / 1e6)
    sound = mixed.frames()
    at, more = 0.0, True

    def sound_until(time: float) -> None:
        nonlocal at, more
        while more and at <= time:
            frame = next(sound, None)
            more = frame is not None
            if frame is not None:
                at = float(frame.pts or 0) / _RATE
                frame.pts = (frame.pts or 0) + round(begins * _RATE)
            out.mux(heard.encode(frame))

    for packet in _timed(container, picture):
        sound_until(tracks.seconds(packet.dts or 0, picture) - begins)
        packet.stream = copied
        out.mux(packet)
    sound_until(float("inf"))


def _timed(container: "InputContainer", picture: "VideoStream") -> "Iterator[Packet[VideoStream]]":
    """Yield the packets of a picture, each with the time at which it is decoded; Matroska leaves out the first ones."""
    waiting: list[Packet[VideoStream]] = []
    for packet in container.demux(picture):
        if not packet.size:
            continue
        if packet.dts is None:
            waiting.append(packet)
            continue
        for before, early in enumerate(reversed(waiting), 1):
            early.dts = packet.dts - before * max(1, packet.duration or 1)
        yield from waiting
        waiting = []
        yield packet
    for number, packet in enumerate(waiting):  # no packet says when: as they come
        packet.dts = packet.pts if packet.pts is not None else number
        yield packet


class _Mix:
    """Mix a sound and the one that it is put over, by FFmpeg's filters, as they are read."""

    def __init__(
        self,
        sound: "AudioStream",
        container: "InputContainer",
        beneath: "AudioStream | None",
        video: Path,
        *,
        at: float,
        level: float,
        end: float,
        length: float,
        own: Own,
    ) -> None:
        from av.filter import Graph

        self._sound, self._container, self._beneath, self._video = sound, container, beneath, video
        self._at = at
        self._graph = graph = Graph()
        plain = "sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo"
        above = self._over = graph.add_abuffer(**_PLAIN)
        self._under: Any = None
        chain: list[tuple[str, str]] = [
            ("volume", f"{level:.6f}"),
            ("adelay", f"{round(at * 1000)}:all=1"),
        ]
        last = self._chain(above, chain)
        if beneath is not None:
            self._under = graph.add_abuffer(**_PLAIN)
            softer = [("aresample", f"{_RATE}:async=1:first_pts=0"), ("aformat", plain)]  # it may begin late
            if own == "lower":
                softer.append(("volume", f"volume='{_lowered(at, end)}':eval=frame"))
            mixer = graph.add("amix", "inputs=2:normalize=0:duration=longest")
            self._chain(self._under, softer).link_to(mixer, 0, 0)
            last.link_to(mixer, 0, 1)
            last = self._chain(mixer, [("alimiter", "limit=0.97:level=0:latency=1")])
        whole = [("apad", f"whole_dur={length:.6f}"), ("atrim", f"end={length:.6f}"), ("aformat", plain)]
        self._chain(last, whole).link_to(graph.add("abuffersink"))
        graph.configure()

    def _chain(self, first: Any, filters: list[tuple[str, str]]) -> Any:
        for name, options in filters:
            following = self._graph.add(name, options)
            first.link_to(following)
            first = following
        return first

    def frames(self) -> "Iterator[AudioFrame]":
        """Yield the mixed sound; what is behind comes first, so that little waits in between."""
        sources: list[tuple[Any, Iterator[AudioFrame], list[float]]] = [
            (self._over, _frames(self._container, self._sound), [self._at])
        ]
        if self._under is None:
            yield from self._run(sources)
            return
        with tracks.open_tracks(self._video, _type_of(self._video)) as container:  # read on its own
            beneath = tracks.sound_track(container)
            if beneath is not None:
                begins = max(0.0, (container.start_time or 0) / 1e6)
                sources.append((self._under, _frames(container, beneath, begins), [0.0]))
                yield from self._run(sources)

    def _run(self, sources: "list[tuple[Any, Iterator[AudioFrame], list[float]]]") -> "Iterator[AudioFrame]":
        import av

        while sources:
            one = min(sources, key=lambda source: source[2][0])
            into, frames, time = one
            frame = next(frames, None)
            try:
                into.push(frame)
            except av.EOFError:  # the rest of it lies behind the video's end
                frame = None
            if frame is None:
                sources.remove(one)
            else:
                time[0] += frame.samples / (frame.sample_rate or _RATE)
            yield from self._ready()
        yield from self._ready()

    def _ready(self) -> "Iterator[AudioFrame]":
        import av

        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            yield frame  # type: ignore[misc]


def _frames(
    container: "InputContainer", sound: "AudioStream", begins: float | None = None
) -> "Iterator[AudioFrame]":
    """Decode a sound as stereo of one rate.

    Args:
        begins: When the video begins by its file's clock, for the sound of a video; ``None`` for a sound that
            begins where it begins.
    """
    from av.audio.resampler import AudioResampler

    plain = AudioResampler(format="fltp", layout="stereo", rate=_RATE)
    first, clock = None if begins is None else round(begins * _RATE), Fraction(1, _RATE)
    for frame in _resampled(container, sound, plain):
        # One that was stereo of this rate before still counts as its file does.
        at = round((frame.pts or 0) * (frame.time_base or clock) / clock)
        first = at if first is None else first
        frame.time_base, frame.pts = clock, at - first
        yield frame


def _resampled(
    container: "InputContainer", sound: "AudioStream", plain: "AudioResampler"
) -> "Iterator[AudioFrame]":
    for packet in tracks.packets(container, sound):
        for decoded in tracks.decoded(packet) or ():
            yield from plain.resample(decoded)
    yield from (frame for frame in plain.resample(None) if frame.samples)


def _lowered(at: float, end: float) -> str:
    """Return how loud the own sound is at a time, in FFmpeg's words: low from ``at`` to ``end``."""
    down = f"clip((t-{at - FADE:.3f})/{FADE},0,1)"
    back = f"clip(({end + FADE:.3f}-t)/{FADE},0,1)"
    return f"1-{1 - LOWERED}*{down}*{back}"
