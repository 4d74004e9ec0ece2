"""Three shapes that a distribution of durations may have, each fitted to a few of them.

One alone is badly wrong for some endpoint. A shape is made from durations in seconds, sorted, at least two, and a
blur: the standard deviation, in seconds, of what is uncertain besides.
"""

import math
from collections.abc import Sequence
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
