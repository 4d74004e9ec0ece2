"""Find the frame that a video shows at a time."""

from typing import TYPE_CHECKING

from reka_notebook.media.films import tracks

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_AS_ONE = 5e-4
"""Seconds by which a clock may fall short of a frame's time: browsers round theirs."""


def frame_shown(container: "InputContainer", stream: "VideoStream", at: float) -> "VideoFrame | None":
    """Return the frame that a browser shows at a time, in seconds from the beginning.

    Before the first frame it is the first, after the last the last; ``None`` if nothing decodes.
    """
    wanted = at + max(0, container.start_time or 0) / 1e6 + _AS_ONE
    if stream.time_base is not None and tracks.seek(container, int(wanted / stream.time_base), stream):
        frame, early = _decode(container, stream, wanted)
        if frame is not None and early:
            return frame
    # The index is damaged, or leads to a keyframe that is too late.
    if not tracks.seek(container, 0, None):
        return None
    return _decode(container, stream, wanted)[0]


def _decode(
    container: "InputContainer", stream: "VideoStream", wanted: float
) -> "tuple[VideoFrame | None, bool]":
    """Return the last frame that begins by then, and whether one does; if none does, the first there is."""
    shown: VideoFrame | None = None
    early = False
    for frame in tracks.frames_that_decode(container, stream):
        begins = tracks.seconds(frame.pts or 0, stream)
        if begins > wanted:
            return (shown or frame), early
        shown, early = frame, True
    return shown, early
