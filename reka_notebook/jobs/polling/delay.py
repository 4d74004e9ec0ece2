"""When to ask for a job's status next, and how long it will take: pure functions of what is known.

Requests and delay are in exchange for each other. A fixed interval gives a mean delay (in seconds) times requests per
second of a job's life of a half; who knows how long such jobs took before does better, as `schedule_timetable` says.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from reka_notebook.jobs.polling.estimate import ENOUGH, Estimate, estimate
from reka_notebook.jobs.polling.observed import Seen
from reka_notebook.jobs.polling.queue import look_into_queue, rest_of_queue, start_tells
from reka_notebook.jobs.polling.timetable import timetable

FIRST, STEADY, QUICKEST, QUICK_FROM, SLOWER_FROM, SLOWER = 2.5, 0.85, 0.4, 120.0, 200.0, 0.02
"""Where nothing is known: the first question, and the time between two. It falls from STEADY to QUICKEST until
QUICK_FROM, since asking ever faster is better than asking evenly where every end is later than some moment; from
SLOWER_FROM on it rises by SLOWER of the elapsed time, for a mean delay of 1 %."""

EARLY, NOT_EARLIER, WELL_KNOWN = 10.0, 3.0, 20
"""Before a job can plausibly be done: a look at every tenth part of the time until then that is NOT_EARLIER, as a job
may also fail early. None where so many jobs are known that it does not pay."""

LATER = 1.1
"""A job that is later than all that is known is expected to take so many times longer than it has."""

_chance = random.Random()  # noqa: S311 (its own: a person may have seeded the global one)

JITTER = 0.1
"""The share of the time between two questions by which one comes later at most, so that jobs get out of step."""

SHORTEST, LONGEST = 0.1, 60.0
"""Seconds until the next question at least, and at most where the service does not answer or nothing is known."""


@dataclass(frozen=True)
class Known:
    """What earlier jobs of an endpoint, with these settings, tell; in seconds, in any order.

    :param durations: from submission to the end.
    :param work: from the start of the work to the end, of those whose start was seen.
    """

    durations: tuple[float, ...] = ()
    work: tuple[float, ...] = ()


NOTHING = Known()
UNSEEN = Seen()


def next_delay(
    known: Known,
    elapsed: float,
    seen: Seen = UNSEEN,
    *,
    failures: int = 0,
    retry_after: float | None = None,
    rate: float | None = None,
    chance: Callable[[], float] = _chance.random,
) -> float:
    """Seconds until a job's status is asked for again.

    Where jobs take less than a minute, their end is noticed half a second late on average, or less; where they take
    longer, 1 % of the duration. A `rate` comes before that.

    :param elapsed: seconds since its submission.
    :param seen: what the answers so far have told.
    :param failures: how many questions in a row have met an error.
    :param retry_after: seconds that the service wants to be left alone.
    :param rate: requests per second that this job may use, on average over its life.
    :param chance: gives numbers from 0 to 1, for the jitter.
    """
    ask = _next(known, elapsed, seen, rate)
    gap = min(ask - elapsed, _next(known, ask, seen, rate) - ask)
    wait = ask - elapsed + JITTER * chance() * gap
    if failures:
        wait = max(wait, back_off(failures, chance))
    return max(wait, retry_after or 0.0, SHORTEST)


def back_off(failures: int, chance: Callable[[], float] = _chance.random) -> float:
    """Seconds until the next try after so many failures in a row: 1, 2, 4, up to a minute, and some jitter."""
    return min(LONGEST, math.ldexp(1.0, min(failures - 1, 6))) * (1 - JITTER * chance())


def expected_duration(known: Known, elapsed: float = 0.0, seen: Seen = UNSEEN) -> float | None:
    """Seconds that a job will take in all, as likely longer as shorter; longer as it is overdue. ``None``: no idea."""
    work, total = _estimate(known.work), _estimate(known.durations)
    if work is not None and seen.started is not None:
        start = sum(seen.started) / 2
        return start + _half(work, elapsed - start)
    if work is not None and seen.queued is not None:
        return elapsed + rest_of_queue(elapsed, seen, work, total) + work.quantile(0.5)
    if total is not None:
        return _half(total, elapsed)
    return max(median(known.durations), elapsed * LATER) if known.durations else None


def _next(known: Known, elapsed: float, seen: Seen, rate: float | None) -> float:
    """The time of the next question, at `elapsed`, before any jitter."""
    work, total = _estimate(known.work), _estimate(known.durations)
    if work is not None and seen.started is not None:
        low, high = seen.started
        start, blur = (low + high) / 2, _rounded((high - low) / math.sqrt(12))
        if total is None or estimate(known.work, blur).spread < total.spread:
            return start + timetable(known.work, blur, _rounded(start)).after(elapsed - start, rate)
    elif work is not None and seen.asked == (seen.queued or 0.0):
        waits = max(total.mean - work.mean, 0.0) if total is not None else 0.0
        begun = timetable(known.work, 0.0, _rounded(max(waits, elapsed)))
        if start_tells(begun, total):
            return max(look_into_queue(elapsed, seen, begun, total), elapsed + _at_most(rate))
    if total is not None:
        ask = timetable(known.durations).after(elapsed, rate)
        return _early(ask, elapsed) if total.count < WELL_KNOWN or work is not None else ask
    return elapsed + max(_unknown(elapsed, known.durations, seen), _at_most(rate))


def _at_most(rate: float | None) -> float:
    """Seconds between two questions at this rate, before any jitter."""
    return 1 / rate / (1 + JITTER / 2) if rate else 0.0


def _rounded(seconds: float) -> float:
    """To one digit, so that many jobs share a timetable."""
    return float(f"{seconds:.1g}")


def _early(ask: float, elapsed: float) -> float:
    """The next early look before `ask`, or `ask` where there is none."""
    while ask / EARLY > max(elapsed * 1.01, NOT_EARLIER):
        ask /= EARLY
    return ask


def _unknown(elapsed: float, few: tuple[float, ...], seen: Seen) -> float:
    """Seconds until the next question where too little is known for a distribution."""
    if elapsed < FIRST:
        return FIRST - elapsed
    if few and elapsed < min(few) / 4:
        return min(few) / 4 - elapsed
    gap = max(STEADY - (STEADY - QUICKEST) * elapsed / QUICK_FROM, QUICKEST, SLOWER * (elapsed - SLOWER_FROM))
    if seen.place_takes is not None and seen.position:  # it cannot be done before the queue has moved
        gap = max(gap, seen.position * seen.place_takes / 2)
    return min(gap, LONGEST)


def _estimate(durations: tuple[float, ...]) -> Estimate | None:
    return estimate(durations) if len(durations) >= ENOUGH else None


def _half(known: Estimate, elapsed: float) -> float:
    """The time by which half of those are done that are not done at `elapsed`."""
    if elapsed >= known.times[-1]:
        return elapsed * LATER
    return known.quantile((1 + known.share_before(elapsed)) / 2)
