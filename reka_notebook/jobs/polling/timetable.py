"""Plan when to ask for something, by how long it took before: at a rate as √(f/S), as docs/polling.md explains."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

SMOOTHING, BELIEF, NARROWEST = 0.65, 0.8, 0.01  # see `_width`
CELLS, REACH = 80, 6.0  # the table's cells, and by how many widths it reaches beyond what is known
CAUTION = 6.0  # n known durations mislead: n / (n + CAUTION) of the allowed delay is aimed at
EARLIEST = 0.01  # the share that may end before the first question
SPARSE = 0.1  # of the elapsed time between two questions at most, or 2 s, as what is known may be old
OVERDUE = 0.04  # of the elapsed time between two questions beyond all that is known, or 1 s
LATER = 1.1  # beyond all that is known, a job is expected to take so many times longer than it has


class Timetable:
    """Hold the distribution of how long something takes, in seconds, and when to ask for it.

    Attributes:
        median: How long it takes, as likely longer as shorter.
        delay: How late its end is noticed on average, as planned.
        questions: How many questions that takes on average.
    """

    def __init__(self, durations: Sequence[float], blur: float = 0.0, before: float = 0.0) -> None:
        """Smooth the known durations, and number the questions.

        ``blur`` is the standard deviation of when this one began. The job had waited for ``before`` seconds
        until then; the allowed delay depends on the whole.
        """
        logs = sorted(math.log(max(duration, 0.01)) for duration in durations)
        width = _width(logs, blur)
        low, high = logs[0] - REACH * width, logs[-1] + REACH * width
        points = [low + (high - low) * cell / CELLS for cell in range(CELLS + 1)]
        self._times = [math.exp(point) for point in points]
        # A logistic curve at each duration: beyond the last one it falls off as slowly as our ignorance calls for.
        self._ended = [0.5 + fmean([math.tanh((at - log) / 2 / width) for log in logs]) / 2 for at in points]
        self.median = _interpolate(0.5, self._ended, self._times)
        self._mean, self._longest = fmean(durations), max(durations)
        allowed = [0.5 if before + duration < 60 else 0.01 * (before + duration) for duration in durations]
        self.delay = fmean(allowed) * len(logs) / (len(logs) + CAUTION)
        # With f the density of the end and S the share still running: ∫ √(f/S) up to each time, and ∫ √(f·S).
        numbers, effort = [0.0], 0.0
        for (t0, t1), (f0, f1) in zip(pairwise(self._times), pairwise(self._ended), strict=True):
            running = max(1 - (f0 + f1) / 2, 1e-9)
            step = math.sqrt((f1 - f0) * (t1 - t0) / running)
            numbers.append(numbers[-1] + step)
            effort += step * running
        factor = effort / 2 / self.delay
        self._numbers = [factor * number for number in numbers]  # of questions asked until then
        self.questions = factor * effort

    def next_ask(self, elapsed: float, rate: float | None = None) -> float:
        """Return when to ask next; at most `rate` questions a second, on average over the whole duration."""
        step = 1.0
        if rate:
            step = min(max(1.0, self.questions / max(rate * self._mean - 0.5, 1e-9)), self._numbers[-1])
        first = max(
            _interpolate(step, self._numbers, self._times), _interpolate(EARLIEST, self._ended, self._times)
        )
        latest = elapsed + max(
            self._longest, 1 / rate if rate else 0.0
        )  # whatever the smoothing holds possible
        if elapsed < first * (1 - 1e-6):
            return min(first, latest)
        number = _interpolate(elapsed, self._times, self._numbers) + step
        if number < self._numbers[-1]:
            ask = _interpolate(number, self._numbers, self._times)
            return min(ask, elapsed + max(2.0, SPARSE * elapsed) * step, latest)
        return elapsed + max(1.0, OVERDUE * elapsed, 1 / rate if rate else 0.0)

    def median_beyond(self, elapsed: float) -> float:
        """Return when half of those will have ended that are running now."""
        ended = _interpolate(elapsed, self._times, self._ended)
        later = _interpolate((1 + ended) / 2, self._ended, self._times)
        return later if elapsed < self._times[-1] else elapsed * LATER


def _interpolate(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the value at `x` of the line through the points; beyond them, the value at the end."""
    index = bisect_right(xs, x)
    if index in (0, len(xs)):
        return ys[min(index, len(xs) - 1)]
    x0, y0 = xs[index - 1], ys[index - 1]
    return y0 + (ys[index] - y0) * (x - x0) / (xs[index] - x0)


def _width(logs: Sequence[float], blur: float) -> float:
    """Return the width of a duration's curve, by the shortest stretch with half of them, as some may lie far out."""
    count = len(logs)
    stretch = min(high - low for low, high in zip(logs, logs[(count + 1) // 2 :], strict=False))
    blur = min(blur / 1.8 / math.exp(logs[count // 2]), 1.0)  # a logistic curve deviates by 1.8 widths
    return max(math.hypot(SMOOTHING * stretch / math.cbrt(count), BELIEF / count**1.5, blur), NARROWEST)
