"""When to ask for something whose duration's distribution is known.

With `f` the density and `S` the share still running, asking at the rate `r(t)` costs `∫ r·S` requests and finds the
end late by `∫ f / 2r` seconds. The product is least where `r` is proportional to `√(f/S)`; then it is `½·(∫√(f·S))²`.
So the next question comes when the integral of `r` has risen by one, and the factor follows from the delay wanted.
"""

import math
from functools import lru_cache
from itertools import pairwise

from reka_notebook.jobs.polling.estimate import Estimate, estimate, interpolate

AT_ONCE = 0.5
"""Seconds that may pass, on average, until the end of something that takes less than a minute is noticed."""

LONG, SHARE = 60.0, 0.01
"""From so many seconds on, this share of the duration may pass."""

MARGIN, CAUTION = 0.84, 2.0
"""The share of that which is aimed at: MARGIN · n / (n + CAUTION) where n durations are known, as they mislead."""

OVERDUE = 0.05
"""Beyond all that is known: the share of the elapsed time until the next question, a second at least."""

SPARSE = 0.1
"""After the first question: the share of the elapsed time until the next at most, or 2 s; what is known may be old."""


class Timetable:
    """When to ask, for one distribution of durations. Times are seconds since the beginning.

    `first` is the first question of all, `allowed` the mean delay that is aimed at. Everything else is held for the
    points of the distribution's table, and the pace is the rate before its factor.

    :param before: seconds that had passed when it began, for what is allowed: that goes by the whole duration.
    """

    def __init__(self, known: Estimate, before: float = 0.0) -> None:
        times, below = known.times, known.below
        self.known = known
        self._long = LONG - before
        # How bad a second of delay is: so that what is allowed counts as one.
        self._weight = (1 / AT_ONCE, 1 / (SHARE * (LONG + known.mean_beyond(self._long))))
        self._asked, cost, missed, late = [0.0], [0.0], below[0] * self._weigh(times[0]), [0.0]
        rare, pace = 1 - 0.5 / known.count, math.inf
        for (t0, t1), (f0, f1) in zip(pairwise(times), pairwise(below), strict=True):
            width, share, running = t1 - t0, f1 - f0, max(1 - (f0 + f1) / 2, 1e-9)
            weight = self._weigh((t0 + t1) / 2)
            wanted = math.sqrt(share / width * weight / running)
            # Not ever faster, at the few that are late.
            pace = wanted if f0 < rare else min(wanted, pace * t0 / t1)
            self._asked.append(self._asked[-1] + pace * width)
            cost.append(cost[-1] + math.sqrt(share * width * weight * running))
            late.append(late[-1] + (missed + weight * share / 2) * width)
            missed += weight * share
        self._cost, self._late = cost, late
        self._factor = 1.0
        self.first = self._first(1.0)
        aim = MARGIN * known.count / (known.count + CAUTION)
        self.allowed = aim / self._weigh(known.quantile(0.5))
        self._fit(aim)

    def after(self, elapsed: float, rate: float | None = None) -> float:
        """The time of the next question, at `elapsed`.

        :param rate: requests per second that may be made, on average over the whole duration.
        """
        factor, first = self._factor, self.first
        if rate is not None and (affordable := self._affordable(rate)) < factor:
            factor, first = affordable, self._first(affordable)
        if elapsed < first * (1 - 1e-6):
            return first
        asked = interpolate(elapsed, self.known.times, self._asked) + 1 / factor
        if asked < self._asked[-1]:
            longest = max(2.0, SPARSE * elapsed) * self._factor / factor
            return min(interpolate(asked, self._asked, self.known.times), elapsed + longest)
        return elapsed + max(1.0, OVERDUE * elapsed, 1 / rate if rate else 0.0)

    def _weigh(self, time: float) -> float:
        return self._weight[time >= self._long]

    def _first(self, factor: float) -> float:
        """The first question: where waiting any longer costs more in delay than it saves in questions."""
        whole = self._cost[-1]

        def price(index: int) -> float:
            asking = (1 - self.known.below[index]) / 2 + 2 * factor * (whole - self._cost[index])
            return asking + 2 * factor**2 * self._late[index]

        return self.known.times[min(range(len(self._cost)), key=price)]

    def _affordable(self, rate: float) -> float:
        """The factor with which `rate` suffices, for one question at least. The last one comes half a step late."""
        questions = rate * self.known.mean - 0.5
        return max(questions / self._cost[-1], 1 / self._asked[-1])

    def _fit(self, aim: float) -> None:
        for _ in range(5):
            late = self._lateness()
            if abs(late / aim - 1) < 0.01:
                break
            self._factor *= late / aim
            self.first = self._first(self._factor)

    def _lateness(self) -> float:
        """The delay to be expected, as a share of what is allowed."""
        known = self.known
        before, done, area, late = 0.0, 0.0, 0.0, 0.0
        while before < known.times[-1]:
            time = self.after(before)
            done_then, area_then = known.share_before(time), known.area_before(time)
            late += (area_then - area - done * (time - before)) * self._weigh((before + time) / 2)
            before, done, area = time, done_then, area_then
        return late


@lru_cache(maxsize=64)
def timetable(durations: tuple[float, ...], blur: float = 0.0, before: float = 0.0) -> Timetable:
    """The timetable for something that took so many seconds before, made once; see `estimate` and `Timetable`."""
    return Timetable(estimate(durations, blur), before)
