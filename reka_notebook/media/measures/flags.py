"""Say in words what is probably wrong with a take."""

from reka_notebook.media.films.likeness import UNLIKE
from reka_notebook.media.measures.measures import Measures

FROZEN = 1.0
"""Seconds of standing still that are flagged: a film that rests at its beginning or end does so for less."""

BLACK = 0.5
"""Seconds of black that are flagged: a fade, which may be wanted, is black for less."""

SILENT = -60.0
"""LUFS below which nobody hears anything. Digital silence is -70, and coding noise is below this."""


def flags(measures: Measures, seconds: float | None = None) -> list[str]:
    """Return, in short words, what is probably wrong with a take; empty for most.

    Args:
        measures: The take's measures.
        seconds: Its length, if flags are to mention it.
    """
    moves = measures.motion is not None
    found: list[str] = []
    # A black picture stands still, too.
    if (measures.frozen or 0.0) - (measures.black or 0.0) >= FROZEN:
        found.append(f"Frozen for {_of(measures.frozen or 0.0, seconds)}")
    if measures.black is not None and measures.black >= BLACK:
        found.append(f"Black for {_of(measures.black, seconds)}" if moves else "Black")
    if measures.cuts:
        found.append("1 cut" if measures.cuts == 1 else f"{measures.cuts:.0f} cuts")
    # An edited image may rightly be unlike the original.
    if moves and measures.likeness is not None and measures.likeness < UNLIKE:
        found.append("Unlike the start image")
    # A film may rightly be silent: some services add an empty sound track to every film.
    if (
        measures.loudness is not None
        and measures.loudness <= SILENT
        and measures.sharpness is None
        and not moves
    ):
        found.append("Silent")
    return found


def _of(part: float, seconds: float | None) -> str:
    if seconds is None:
        return f"{part:.1f} s"
    return "its whole length" if part >= 0.95 * seconds else f"{part:.1f} of {seconds:g} s"
