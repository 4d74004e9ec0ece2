"""When to look at a job that waits in the queue, so that the start of its work is known closely enough.

Once the work has begun, about `C·σ/D` questions find its end with a mean delay `D`, where `σ` is the spread of the
moment at which it ends (`C` is near 0.94 for a bell). Looks that are `δ` apart add `δ²/12` to `σ²`, and `Q/δ` looks are
made in a queue of `Q` seconds. The sum is least near `δ³ = 12·Q·σ·D/C` where `σ` is the larger part, and near
`δ² = √12·Q·D/C` where `δ` is; the larger of both is close to the best in between.
"""

import math

from reka_notebook.jobs.polling.estimate import Estimate
from reka_notebook.jobs.polling.observed import Seen
from reka_notebook.jobs.polling.timetable import AT_ONCE, Timetable

BELL = 0.94


def rest_of_queue(elapsed: float, seen: Seen, work: Estimate, total: Estimate | None) -> float:
    """Seconds that a job will still wait, by the queue's speed, or else by how long such jobs took in all."""
    if seen.place_takes is not None and seen.position is not None:
        at_place = elapsed - seen.moved
        return max((seen.position + 1) * seen.place_takes - at_place, seen.place_takes / 4)
    usual = total.mean_beyond(elapsed) - work.mean if total is not None else 0.0
    return max(usual, elapsed / 4, AT_ONCE)


def start_tells(work: Timetable, total: Estimate | None) -> bool:
    """Whether looking for the start of the work saves more questions than it takes."""
    if total is None:
        return True
    waits = max(total.mean - work.known.mean, 0.0)
    apart = _apart(waits, work)
    spread = math.hypot(work.known.spread, apart / math.sqrt(12))
    return BELL * (total.spread - spread) / work.allowed > waits / apart


def look_into_queue(elapsed: float, seen: Seen, work: Timetable, total: Estimate | None) -> float:
    """When to look next at a job that was in the queue at `elapsed`, or of which nothing was seen yet."""
    rest = rest_of_queue(elapsed, seen, work.known, total)
    half = 0.0 if seen.place_takes is None else rest / 2  # it cannot be done before the queue has moved
    apart = _apart(rest if seen.place_takes is None else min(rest, seen.place_takes), work)
    return elapsed + max(min(max(apart, half), work.first + half), AT_ONCE)


def _apart(rest: float, work: Timetable) -> float:
    """Seconds between two looks that are best in a queue of so many seconds."""
    least = work.allowed / BELL * max(rest, AT_ONCE)
    return max(math.cbrt(12 * least * work.known.spread), math.sqrt(math.sqrt(12) * least))
