"""Say in words what is probably wrong with a take."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from reka_notebook.media.films.likeness import UNLIKE
from reka_notebook.media.measures.measures import Measures

FROZEN = 1.0
"""Seconds of standing still that are flagged: a film that rests at its beginning or end does so for less."""

BLACK = 0.5
"""Seconds of black that are flagged: a fade, which may be wanted, is black for less."""

SILENT = -60.0
"""LUFS below which nobody hears anything. Digital silence is -70, and coding noise is below this."""


class Flag(NamedTuple):
    """Say which takes are flagged; a library selects them by the same.

    Attributes:
        measure: What is compared with the limit; a take without it is not flagged.
        compare: How, with the measure on the left: a function of `operator`, which takes columns of a table too.
        limit: The limit.
        minus: The measure that is subtracted first, if any.
        only_with: Measures that a flagged take has.
        only_without: Measures that a flagged take does not have.
    """

    measure: str
    compare: Callable[[Any, Any], Any]
    limit: float
    minus: str | None = None
    only_with: tuple[str, ...] = ()
    only_without: tuple[str, ...] = ()

    def fits(self, measures: Measures) -> bool:
        """Return whether a take with these measures is flagged."""
        value = getattr(measures, self.measure)
        if value is None:
            return False
        if self.minus is not None:
            value -= getattr(measures, self.minus) or 0.0
        return (
            self.compare(value, self.limit)
            and all(getattr(measures, name) is not None for name in self.only_with)
            and all(getattr(measures, name) is None for name in self.only_without)
        )


FLAGS: Mapping[str, Flag] = {
    # A black picture stands still, too.
    "frozen": Flag("frozen", operator.ge, FROZEN, minus="black"),
    "black": Flag("black", operator.ge, BLACK),
    "cut": Flag("cuts", operator.ge, 1.0),
    # An edited image, which does not move, may rightly be unlike the original.
    "unlike": Flag("likeness", operator.lt, UNLIKE, only_with=("motion",)),
    # A film may rightly be silent: some services add an empty sound track to every film.
    "silent": Flag("loudness", operator.le, SILENT, only_without=("sharpness", "motion")),
}
"""What is flagged, in the order in which it is said."""


def flags(measures: Measures, seconds: float | None = None) -> list[str]:
    """Return, in short words, what is probably wrong with a take; empty for most.

    Args:
        measures: The take's measures.
        seconds: Its length, if flags are to mention it.
    """
    return [_words(name, measures, seconds) for name, flag in FLAGS.items() if flag.fits(measures)]


def _words(name: str, measures: Measures, seconds: float | None) -> str:
    match name:
        case "frozen":
            return f"Frozen for {_of(measures.frozen or 0.0, seconds)}"
        case "black":
            moves = measures.motion is not None
            return f"Black for {_of(measures.black or 0.0, seconds)}" if moves else "Black"
        case "cut":
            return "1 cut" if measures.cuts == 1 else f"{measures.cuts:.0f} cuts"
        case "unlike":
            return "Unlike the start image"
        case _:
            return "Silent"


def _of(part: float, seconds: float | None) -> str:
    if seconds is None:
        return f"{part:.1f} s"
    return "its whole length" if part >= 0.95 * seconds else f"{part:.1f} of {seconds:g} s"
