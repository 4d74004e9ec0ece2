"""Find the end of a track, and whether what lies there decodes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reka_notebook.media.errors import AGAIN, CutShort
from reka_notebook.media.films.tracks import declared_end, decoded, packets, seconds, seek

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_FURTHER_BACK = (0.0, 2.0, 10.0)
"""Seconds by which to begin earlier where nothing decodes; after the last of them, at the file's beginning."""


@dataclass(frozen=True)
class Tail:
    """Hold what was found at the end of a track. Times are in seconds.

    Attributes:
        end: Where the part that decodes ends; None if nothing does.
        promised: Where the last data end, whether they decode or not.
        lasts: How long the last frame is shown, as far as the file says.
        broken: Whether some of the data do not decode.
        frame: The last frame of a picture.
    """

    end: float | None = None
    promised: float = 0.0
    lasts: float = 0.0
    broken: bool = False
    frame: "VideoFrame | None" = None


def read_tail(
    container: "InputContainer",
    stream: "VideoStream | AudioStream",
    name: str,
    *,
    before_end: float = 0.0,
    lenient: bool = False,
) -> Tail:
    """Decode a track from the last keyframe that is at least ``before_end`` seconds before its end.

    If nothing decodes from there, it is tried from further back.

    Raises:
        CutShort: If the file's index promises data beyond the file's end, and ``lenient`` is not set.
    """
    end = declared_end(container, stream)
    if end is not None and stream.time_base is not None:
        for back in _FURTHER_BACK:
            begin = end - before_end - back
            if begin <= 0:
                break
            if seek(container, int(begin / stream.time_base), stream):
                tail = _read(container, stream, name, lenient)
                if tail.end is not None:
                    return tail
    seek(container, 0, None)
    return _read(container, stream, name, lenient)


def _read(container: "InputContainer", stream: "VideoStream | AudioStream", name: str, lenient: bool) -> Tail:
    last: Any = None
    promised = 0.0
    broken = False
    for packet in packets(container, stream):
        if packet.is_corrupt:  # a decoder would skip it, or paint over it
            if not lenient:
                raise CutShort(f"{name} is cut short: its data end early. {AGAIN}")
            broken = True
            continue
        if packet.pts is not None:
            promised = max(promised, seconds(packet.pts + (packet.duration or 0), stream))
        frames = decoded(packet)
        broken = broken or frames is None
        for frame in frames or ():
            # By its time alone: the one that is held may be decoded before others.
            if last is None or (frame.pts or 0) >= (last.pts or 0):
                last = frame
    is_picture = stream.type == "video"
    if last is None:
        return Tail(promised=promised, broken=broken)
    lasts = _lasts(last, stream)
    end = seconds(last.pts or 0, stream) + lasts
    return Tail(
        end,
        max(promised, end),
        lasts,
        broken or bool(is_picture and last.is_corrupt),
        last if is_picture else None,
    )


def _lasts(frame: Any, stream: "VideoStream | AudioStream") -> float:
    samples = getattr(frame, "samples", None)
    if samples is not None:
        return float(samples / frame.sample_rate) if frame.sample_rate else 0.0
    return seconds(frame.duration or 0, stream)
