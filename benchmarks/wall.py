"""Scroll through a thousand takes, at 60 frames a second and with at most 60 pictures alive, and look through films."""

from statistics import median, quantiles

from benchmarks.chromium import run_shots
from benchmarks.table import Table

FRAME = 1000 / 60
"""Milliseconds that a screen of 60 hertz gives."""


def run() -> Table:
    """Compare the studio's wall with a page that holds all the pictures."""
    measured = run_shots("scroll.mjs")

    def row(title: str, name: str) -> list[str]:
        frames, most = measured[name]["frames"], measured[name]["most"]
        late = sum(frame > 1.5 * FRAME for frame in frames) / len(frames)
        return [
            title,
            f"{1000 / (sum(frames) / len(frames)):.0f}",
            f"{median(frames):.1f}",
            f"{quantiles(frames, n=100)[98]:.1f}",
            f"{100 * late:.1f}",
            f"{1000 * measured[name]['cpu']:.1f}",
            str(most),
        ]

    scrubbed, paints = measured["scrubbed"], [paint["cpu"] for paint in measured["paint"]]
    return Table(
        "A thousand takes, scrolled through",
        [
            "page",
            "frames a second",
            "median, ms",
            "99 in 100 within, ms",
            "late, %",
            "CPU a frame, ms",
            "alive at once",
        ],
        [
            row("the studio's wall, videos", "wall"),
            row("the studio's wall, four kinds", "kinds"),
            row("all pictures at once", "plain"),
        ],
        [
            "60 pixels a frame from the newest take to the last, in headless Chromium without a GPU. The wall shows "
            "all its rows as the page scrolls, and asks a kernel in memory for pages and pictures on the way; the "
            "four kinds are videos, images, sounds and boxes in turn. The plain page has its picture before it begins. "
            "Late is a frame that came after one and a half of a 60 hertz screen's 16.7 ms, which on a busy machine "
            "is not the page's doing: CPU is what its main thread took.",
            f"Moving over a poster shows the frame at that position after {median(scrubbed):.0f} ms, the slowest of "
            f"{len(scrubbed)} after {max(scrubbed):.0f} ms; wanted: 50 ms.",
            f"The studio over these takes takes {median(paints):.0f} ms of the page's main thread until it is first "
            f"seen, median of {len(paints)} showings, the quickest {min(paints):.0f} ms.",
        ],
    )
