"""Draw docs/pictures/polling.svg: how long jobs took, and when the next one is asked for.

Run as ``python scripts/polling_picture.py``. The colours read on a light page and on a dark one.
"""

import math
import sys
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from reka_notebook.jobs.polling.delay import NOTHING, next_delay  # noqa: E402
from reka_notebook.jobs.polling.observations import Known  # noqa: E402
from reka_notebook.jobs.polling.timetable import Timetable  # noqa: E402

PICTURE = ROOT / "docs" / "pictures" / "polling.svg"
DURATIONS = tuple(120 * math.exp(0.15 * NormalDist().inv_cdf((place + 0.5) / 20)) for place in range(20))
UNTIL = 180.0
WIDTH, LEFT, SCALE, FLOOR, HIGH = 760, 20, 4.0, 190.0, 150.0
INK, CURVE, ASKED = "#7b818a", "#0f9d8f", "#d9822b"


def across(seconds: float) -> float:
    """Return where a moment is, in the picture."""
    return LEFT + SCALE * seconds


def questions(known: Known) -> list[float]:
    """Return when a job that takes long is asked for."""
    asked, elapsed = [], 0.0
    while elapsed < UNTIL:
        elapsed += next_delay(known, elapsed, chance=lambda: 0.5)
        asked.append(elapsed)
    return asked[:-1]


def ticks(moments: list[float], top: float, colour: str) -> str:
    """Return a short line at each moment."""
    lines = "".join(f"M{across(moment):.1f} {top:.0f}v16" for moment in moments)
    return f'<path d="{lines}" stroke="{colour}" stroke-width="1.4"/>'


def count(known: Known) -> int:
    """Return how many questions it takes until the end of a job that takes two minutes is noticed."""
    return sum(moment < 120 for moment in questions(known)) + 1


def label(x: float, y: float, words: str, more: str = "") -> str:
    """Return a line of text."""
    return f'<text x="{x:.0f}" y="{y:.0f}" {more}>{words}</text>'


def draw() -> str:
    """Return the picture."""
    table = Timetable(DURATIONS)
    points = [
        ((t0 + t1) / 2, (f1 - f0) / (t1 - t0))
        for (t0, t1), (f0, f1) in zip(pairwise(table._times), pairwise(table._ended), strict=True)
        if t1 < UNTIL
    ]
    highest = max(density for _, density in points)
    curve = " ".join(f"L{across(t):.1f} {FLOOR - HIGH * density / highest:.1f}" for t, density in points)
    curve = f"M{across(points[0][0]):.1f} {FLOOR:.0f} {curve}"
    dots = "".join(
        f'<circle cx="{across(took):.1f}" cy="{FLOOR + 9:.0f}" r="2.6" fill="{CURVE}"/>' for took in DURATIONS
    )
    seconds = "".join(
        label(across(at), 340, f"{at} s", 'text-anchor="middle"') for at in range(0, int(UNTIL) + 1, 30)
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 350" role="img"
  font-family="system-ui, sans-serif" font-size="13" fill="{INK}">
<title>How long jobs took, and when the next one is asked about</title>
<path d="{curve} V{FLOOR:.0f}Z" fill="{CURVE}" fill-opacity="0.18"/>
<path d="{curve}" fill="none" stroke="{CURVE}" stroke-width="1.6"/>
{dots}
<path d="M{LEFT} {FLOOR:.0f}H{across(UNTIL):.0f}M{LEFT} 322H{across(UNTIL):.0f}" stroke="{INK}" fill="none"/>
{label(LEFT, 30, "When the next job is likely to end,")}
{label(LEFT, 47, "as twenty earlier ones tell (the dots)")}
{label(LEFT, 230, f"Twenty jobs known: {count(Known(DURATIONS))} questions until the end of a job of 120 s")}
{ticks(questions(Known(DURATIONS)), 236, ASKED)}
{label(LEFT, 280, f"Nothing known: {count(NOTHING)} questions")}
{ticks(questions(NOTHING), 286, ASKED)}
{seconds}
</svg>
"""


if __name__ == "__main__":
    PICTURE.write_text(draw(), "utf-8")
