"""Say in words what is odd about a film or a sound that can be shown nonetheless."""

from typing import TYPE_CHECKING

from reka_notebook.media.films.tail import Tail
from reka_notebook.text import file_size

if TYPE_CHECKING:
    from av.video.stream import VideoStream

SHORTFALL = 0.5
"""Seconds that a track may end before the file says it does: encoders round, and a last frame may last longer."""

UNDECODED = "cannot be decoded"
"""Words in every remark on what does not decode."""

_LEAST = 0.002


def extra(size: int) -> str:
    """Remark on bytes that follow the file's own end."""
    return f"The file has {file_size(size)} after its own end, which belong to nothing."


def missing(size: int) -> str:
    """Remark on bytes that the structure of a file promises although the file arrived whole."""
    return f"The file arrived whole, but its last {file_size(size)} are missing at the source."


def of_picture(picture: Tail, stream: "VideoStream", own: float | None, whole: float | None) -> list[str]:
    """Return what is odd about a picture.

    Args:
        picture: Its end.
        stream: Its track.
        own: The time in seconds at which the file says that the picture ends.
        whole: The time at which the file says that the last of all tracks ends.
    """
    end = picture.end or 0.0
    if picture.broken:
        if picture.promised - end > _LEAST:
            return [f"The picture cannot be decoded from {end:.1f} s to its end at {picture.promised:.1f} s."]
        return ["Parts of the picture near its end cannot be decoded."]
    if own is not None and own - end > SHORTFALL:
        return [f"The picture ends at {end:.1f} s, and its last frame is held until {own:.1f} s."]
    if own is None and whole is not None and whole - end > SHORTFALL:
        return [f"The picture ends at {end:.1f} s, and the file says that it lasts {whole:.1f} s."]
    rate = stream.average_rate or stream.guessed_rate
    usual = 1 / float(rate) if rate else 0.0
    if picture.lasts > max(SHORTFALL, 3 * usual):
        return [f"The last frame is held for {picture.lasts:.1f} s."]
    return []


def of_sound(sound: Tail, declared: float | None, picture: Tail | None) -> list[str]:
    """Return what is odd about a sound, or about a sound beside its picture."""
    if sound.end is None:
        return ["The sound cannot be decoded."]
    found = []
    if sound.broken:
        lost = sound.promised - sound.end
        found.append(
            f"The last {lost:.2f} s of the sound cannot be decoded."
            if lost > _LEAST
            else "Parts of the sound near its end cannot be decoded."
        )
    elif picture is None and declared is not None and declared - sound.end > SHORTFALL:
        found.append(f"The sound ends at {sound.end:.1f} s, and the file says {declared:.1f} s.")
    if picture is not None and sound.promised - picture.promised > SHORTFALL:
        longer = sound.promised - picture.promised
        found.append(f"The sound goes on for {longer:.1f} s after the picture.")
    return found
