"""Describe each measure: its label, unit, meaning and source."""

from collections.abc import Mapping
from typing import NamedTuple

VERSION = 1
"""Raised when measures change: older takes are then measured again on request."""

SIDE = 320
"""Pixels of the longer side of the picture that is measured; a smaller one is not made larger."""

FINE = 640
"""Pixels of the longer side of the picture whose sharpness is measured: a smaller one is always sharp."""

_FILTERS = "https://ffmpeg.org/ffmpeg-filters.html"


class Measure(NamedTuple):
    """Describe a measure.

    Attributes:
        label: The name that a person reads.
        unit: The unit; empty for a plain number.
        more: What a higher value means.
        source: The FFmpeg filter that it rests on; empty for a measure of our own.
        url: The page that describes the filter.
        digits: How many digits after the decimal point mean something.
    """

    label: str
    unit: str
    more: str
    source: str
    url: str
    digits: int

    def words(self, value: float) -> str:
        """Return a value with its unit, as a person reads it."""
        return f"{value:.{self.digits}f} {self.unit}".rstrip()


MEASURES: Mapping[str, Measure] = {
    "motion": Measure(
        "Motion",
        "levels/s",
        "More of the picture moves, or moves faster",
        "vmafmotion",
        f"{_FILTERS}#vmafmotion",
        1,
    ),
    "sharpness": Measure(
        "Sharpness", "per 100 px", "Edges are narrower", "blurdetect", f"{_FILTERS}#blurdetect", 1
    ),
    "flicker": Measure(
        "Flicker", "levels", "Brightness jumps up and down more", "deflicker", f"{_FILTERS}#deflicker", 2
    ),
    "frozen": Measure(
        "Frozen", "s", "Stands still for longer", "freezedetect", f"{_FILTERS}#freezedetect", 1
    ),
    "black": Measure("Black", "s", "Is black for longer", "blackdetect", f"{_FILTERS}#blackdetect", 1),
    "cuts": Measure("Cuts", "", "Jumps to another shot more often", "scdet", f"{_FILTERS}#scdet-1", 0),
    "loudness": Measure("Loudness", "LUFS", "Is louder", "ebur128", f"{_FILTERS}#ebur128-1", 1),
    "likeness": Measure(
        "Likeness to the start image",
        "",
        "Begins more like the start image",
        "",
        "",
        2,
    ),
    "loop": Measure("Loop", "", "The end meets the beginning better", "ssim", f"{_FILTERS}#ssim", 2),
    "drift": Measure("Drift", "", "Moves further from how it began", "ssim", f"{_FILTERS}#ssim", 2),
}
"""The measures by name, in the order in which they are shown."""
