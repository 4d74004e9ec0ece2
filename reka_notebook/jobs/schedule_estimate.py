"""How long something takes, estimated from the few times that it took before. Pure arithmetic."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from reka_notebook.jobs.schedule_shapes import Bell, Bells, Even, Shape

ENOUGH = 4
"""So many durations make a distribution; with fewer, nothing is taken for known."""

SHAPES: dict[type[Shape], float] = {Bell: 1.0, Even: 1.0, Bells: 0.1}
"""The shapes, with the odds given to each beforehand: the last fits anything, so it has more to prove."""

CELLS = 80
FOLDS = 10


class Estimate:
    """A distribution of durations as a table, linear between its points.

    `times` are seconds, rising. Up to each of them, `below` is the share that is done, and `area` its integral.
    """

    def __init__(self, times: Sequence[float], below: Sequence[float], count: int) -> None:
        self.times = times
        self.below = below
        self.count = count
        area, square = [0.0], times[0] ** 2
        for (t0, t1), (f0, f1) in zip(pairwise(times), pairwise(below), strict=True):
            area.append(area[-1] + (t1 - t0) * (f0 + f1) / 2)
            square += (t1**2 - t0**2) * (1 - (f0 + f1) / 2)
        self.area = area
        self.mean = times[-1] - area[-1]
        self.spread = math.sqrt(max(square - self.mean**2, 0.0))

    def share_before(self, time: float) -> float:
        """The share that is done by then."""
        return 0.0 if time < self.times[0] else interpolate(time, self.times, self.below)

    def area_before(self, time: float) -> float:
        """The integral of the share that is done, up to then."""
        if time >= self.times[-1]:
            return self.area[-1] + time - self.times[-1]
        return interpolate(time, self.times, self.area)

    def mean_beyond(self, time: float) -> float:
        """Seconds that those which are not done by then still take, on average."""
        running = 1 - self.share_before(time)
        rest = self.times[-1] - time - self.area[-1] + self.area_before(time)
        return rest / running if running > 0 else 0.0

    def quantile(self, share: float) -> float:
        """The time by which this share is done."""
        return interpolate(share, self.below, self.times)


@lru_cache(maxsize=64)
def estimate(durations: tuple[float, ...], blur: float = 0.0) -> Estimate:
    """The distribution of the next duration: a mixture of shapes.

    Each shape counts by its odds, times the square root of the likelihood with which it foretells durations that it
    was not fitted to. The root, because in twenty durations chance still has much to say.

    :param durations: seconds, at least `ENOUGH`, in any order.
    :param blur: the standard deviation, in seconds, of what is uncertain besides: the moment it began, say.
    """
    values = sorted(max(duration, 0.01) for duration in durations)
    logs = [_foretold(shape, values, blur) for shape in SHAPES]
    weights = [
        odds * math.exp((log - max(logs)) / 2) for odds, log in zip(SHAPES.values(), logs, strict=True)
    ]
    parts = [
        (weight / sum(weights), shape(values, blur)) for weight, shape in zip(weights, SHAPES, strict=True)
    ]
    times = _points(values, blur)
    below = [sum(weight * part.below(time) for weight, part in parts) for time in times]
    return Estimate(times, [*below[:-1], 1.0], len(values))


def interpolate(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """The value at `x` of the line through the points; `xs` do not fall. Beyond them, the value at the end."""
    index = bisect_right(xs, x)
    if index == 0:
        return ys[0]
    if index == len(xs):
        return ys[-1]
    x0, y0 = xs[index - 1], ys[index - 1]
    return y0 + (ys[index] - y0) * (x - x0) / (xs[index] - x0)


def _foretold(shape: type[Shape], values: Sequence[float], blur: float) -> float:
    folds = min(FOLDS, len(values))
    total = 0.0
    for fold in range(folds):
        fitted = shape([value for index, value in enumerate(values) if index % folds != fold], blur)
        total += sum(math.log(fitted.density(value) + 1e-9) for value in values[fold::folds])
    return total


def _points(values: Sequence[float], blur: float) -> list[float]:
    """Where the table has its points: spaced by the logarithm, and at the shortest and the longest."""
    logs = [math.log(value) for value in values]
    mean = sum(logs) / len(logs)
    square = sum((log - mean) ** 2 for log in logs) / len(logs)
    reach = 3 * math.sqrt(square + (blur / math.exp(mean)) ** 2 + 0.01)
    low = max(min(logs[0] - 0.7, mean - reach), logs[0] - 2.3)
    high = min(max(logs[-1] + 0.3, mean + reach), logs[-1] + 1.1)
    step = (high - low) / CELLS
    return sorted({values[0], values[-1], *(math.exp(low + step * index) for index in range(CELLS + 1))})
