"""How long something takes, estimated from the few times that it took before. Pure arithmetic."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import fmean, median
from typing import Protocol

BELIEF = 0.4
"""The standard deviation of the logarithm that is believed beforehand, with the weight of one duration."""

NARROWEST = 0.01
"""No service is more regular than this, as a share of the duration."""


class Shape(Protocol):
    """What the shapes have in common."""

    def __init__(self, durations: Sequence[float], blur: float) -> None: ...

    def below(self, time: float) -> float:
        """The share that takes at most so many seconds (from 0.01 on)."""
        ...

    def density(self, time: float) -> float:
        """The density at so many seconds."""
        ...


class Bell(Shape):
    """Log-normal, with the Student distribution's heavy tails that so few durations call for."""

    def __init__(self, durations: Sequence[float], blur: float) -> None:
        logs = [math.log(duration) for duration in durations]
        count = self._freedom = len(logs)
        self._mean = fmean(logs)
        square = (sum((log - self._mean) ** 2 for log in logs) + BELIEF**2) / count
        square = max(square, NARROWEST**2) * (1 + 1 / count) + (blur / median(durations)) ** 2
        self._spread = math.sqrt(square)
        self._top = math.exp(math.lgamma((count + 1) / 2) - math.lgamma(count / 2)) / math.sqrt(
            count * math.pi
        )

    def below(self, time: float) -> float:
        """See `Shape`."""
        z = (math.log(time) - self._mean) / self._spread
        n = self._freedom
        # Student's t as a normal deviate (Wallace 1959): less than 0.01 off from n = 3 on.
        return _normal(z * (1 - 1 / (4 * n)) / math.sqrt(1 + z * z / (2 * n)))

    def density(self, time: float) -> float:
        """See `Shape`."""
        z = (math.log(time) - self._mean) / self._spread
        n = self._freedom
        return self._top * math.pow(1 + z * z / n, -(n + 1) / 2) / (self._spread * time)


class Even(Shape):
    """Even between the shortest and the longest, with one part in n + 1 beyond each, falling off exponentially."""

    def __init__(self, durations: Sequence[float], blur: float) -> None:
        self._low, self._high = durations[0] - blur, durations[-1] + blur
        self._tail = 1 / (len(durations) + 1)
        gap = (self._high - self._low) / (len(durations) - 1)
        self._fall = max(gap, blur, NARROWEST * durations[-1])
        self._width = max(self._high - self._low, NARROWEST * durations[-1])

    def below(self, time: float) -> float:
        """See `Shape`."""
        if time < self._low:
            return self._tail * math.exp((time - self._low) / self._fall)
        if time > self._high:
            return 1 - self._tail * math.exp((self._high - time) / self._fall)
        return self._tail + (1 - 2 * self._tail) * (time - self._low) / self._width

    def density(self, time: float) -> float:
        """See `Shape`."""
        outside = max(self._low - time, time - self._high)
        if outside > 0:
            return self._tail * math.exp(-outside / self._fall) / self._fall
        return (1 - 2 * self._tail) / self._width


class Bells(Shape):
    """A narrow log-normal at each duration: several modes, or one far out, are followed."""

    def __init__(self, durations: Sequence[float], blur: float) -> None:
        logs = self._logs = [math.log(duration) for duration in durations]
        count = len(logs)
        near = round(math.sqrt(count))
        soft = blur / median(durations)
        widths = []
        for index, log in enumerate(logs):  # as far as it is to a few neighbours
            around = sorted(abs(log - other) for other in logs[max(0, index - near) : index + near + 1])
            widths.append(math.hypot(max(around[min(near, len(around) - 1)], NARROWEST), soft))
        self._widths = widths

    def below(self, time: float) -> float:
        """See `Shape`."""
        log = math.log(time)
        return fmean(
            [_normal((log - centre) / width) for centre, width in zip(self._logs, self._widths, strict=True)]
        )

    def density(self, time: float) -> float:
        """See `Shape`."""
        log = math.log(time)
        heights = [
            math.exp(-0.5 * ((log - centre) / width) ** 2) / width
            for centre, width in zip(self._logs, self._widths, strict=True)
        ]
        return fmean(heights) / (math.sqrt(2 * math.pi) * time)


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


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
