"""Decide when to ask for a job's status next, and how long it will take: pure functions of what is known."""

import math
import random
from collections.abc import Callable
from functools import lru_cache
from statistics import median

from reka_notebook.jobs.polling.observations import Known, Observations
from reka_notebook.jobs.polling.timetable import LATER, Timetable

ENOUGH, WELL_KNOWN = 4, 20  # earlier jobs that make a timetable, and that make a reliable one
EARLY, NOT_EARLIER = 10.0, 3.0  # until then, a look at every tenth part of the time to the first question
# Without a timetable: the first question, and the time between two. It falls from STEADY to QUICKEST until QUICK_FROM,
# as asking ever faster is better than evenly; from SLOWER_FROM on it rises by SLOWER, for a mean delay of 1 %.
FIRST, STEADY, QUICKEST, QUICK_FROM, SLOWER_FROM, SLOWER = 2.5, 0.85, 0.4, 120.0, 200.0, 0.02
LOOKS = 3.7  # looks at a queue of Q seconds are √(LOOKS·D·Q) apart, for a mean delay D at the end: docs/polling.md
JITTER = 0.1  # the share of the time to the next question by which it comes later at most, so that jobs get out of step
# Seconds to the next question at least, and at most while no answer comes or nothing is known.
SHORTEST, LONGEST = 0.1, 60.0

NOTHING, UNSEEN = Known(), Observations()
_shared = lru_cache(maxsize=64)(Timetable)
_chance = random.Random()  # noqa: S311 (its own: a person may have seeded the global one)


def next_delay(
    known: Known,
    elapsed: float,
    seen: Observations = UNSEEN,
    *,
    rate: float | None = None,
    chance: Callable[[], float] = _chance.random,
) -> float:
    """Return the seconds until a job's status is asked for again, from those that have passed since its submission.

    It may use `rate` questions per second on average. `chance` returns numbers from 0 to 1, for the jitter.
    """
    ask = _next_ask(known, elapsed, seen, rate)
    gap = min(ask - elapsed, _next_ask(known, ask, seen, rate) - ask)
    wait = ask - elapsed + JITTER * chance() * gap
    if seen.failures:
        wait = max(wait, back_off(seen.failures, chance))
    return max(wait, seen.retry_after or 0.0, SHORTEST)


def back_off(failures: int, chance: Callable[[], float] = _chance.random) -> float:
    """Return the seconds until the next try after failures in a row: 1, 2, 4, up to a minute, with some jitter."""
    return min(LONGEST, math.ldexp(1.0, min(failures - 1, 6))) * (1 - JITTER * chance())


def expected_duration(known: Known, elapsed: float = 0.0, seen: Observations = UNSEEN) -> float | None:
    """Return the seconds that a job will take in all, as likely longer as shorter; ``None`` where nothing is known."""
    total, work = _timetable(known.durations), _timetable(known.work)
    if work is not None and seen.started is not None:
        return seen.started[0] + work.median_beyond(elapsed - seen.started[0])
    if work is not None and seen.queued is not None:
        return elapsed + _rest_of_queue(elapsed, seen, work, total) + work.median
    if total is not None:
        return total.median_beyond(elapsed)
    return max(median(known.durations), elapsed * LATER) if known.durations else None


def _timetable(durations: tuple[float, ...], blur: float = 0.0, before: float = 0.0) -> Timetable | None:
    """Return a timetable, the same one for many jobs; ``None`` where too few are known."""
    if len(durations) < ENOUGH:
        return None
    return _shared(durations, float(f"{blur:.1g}"), float(f"{before:.1g}"))


def _next_ask(known: Known, elapsed: float, seen: Observations, rate: float | None) -> float:
    """Return the moment of the next question, before any jitter."""
    soonest = elapsed + (1 / rate / (1 + JITTER / 2) if rate else 0.0)
    total = _timetable(known.durations)
    if seen.started is not None:
        start, blur = seen.started
        work = _timetable(known.work, blur, start)
        if work is not None and (total is None or work.questions < total.questions):
            return start + work.next_ask(elapsed - start, rate)
    elif seen.asked == (seen.queued or 0.0) and (work := _timetable(known.work)) is not None:
        queue = max(0.5, total.median - work.median if total is not None else elapsed)
        work = _timetable(known.work, 0.0, queue) or work
        apart = math.sqrt(LOOKS * work.delay * queue)
        blurred = _timetable(known.work, apart / math.sqrt(12), queue) or work
        if total is None or queue / apart + blurred.questions < total.questions:
            rest = _rest_of_queue(elapsed, seen, work, total)
            apart = min(math.sqrt(LOOKS * work.delay * rest), work.next_ask(0.0))
            half = 0.0 if seen.place_takes is None else rest / 2  # it cannot begin before the queue has moved
            return max(elapsed + max(apart, half, 0.5), soonest)
    if total is None:
        return max(elapsed + _gap(elapsed, known.durations, seen), soonest)
    ask = total.next_ask(elapsed, rate)
    early = len(known.durations) < WELL_KNOWN or len(known.work) >= ENOUGH
    while early and ask / EARLY > max(elapsed * 1.01, NOT_EARLIER):
        ask /= EARLY
    return ask


def _gap(elapsed: float, few: tuple[float, ...], seen: Observations) -> float:
    """Return the seconds until the next question where too little is known for a timetable."""
    first = max(FIRST, min(few, default=0.0) / 4)
    if elapsed < first:
        return first - elapsed
    gap = max(STEADY - (STEADY - QUICKEST) * elapsed / QUICK_FROM, QUICKEST, SLOWER * (elapsed - SLOWER_FROM))
    if seen.place_takes is not None and seen.position:  # it cannot be done before the queue has moved
        gap = max(gap, seen.position * seen.place_takes / 2)
    return min(gap, LONGEST)


def _rest_of_queue(elapsed: float, seen: Observations, work: Timetable, total: Timetable | None) -> float:
    """Return the seconds that a job will still wait: by the queue's speed, or else by how long such jobs took."""
    if seen.place_takes is not None and seen.position is not None:
        return max((seen.position + 1) * seen.place_takes - elapsed + seen.moved, seen.place_takes / 4)
    rest = total.median_beyond(elapsed) - elapsed - work.median if total is not None else 0.0
    return max(rest, elapsed / 4, 0.5)
