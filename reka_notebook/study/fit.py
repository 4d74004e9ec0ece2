"""Fit strengths to judgements with the Bradley–Terry model, and the takes' alternatives as a design matrix.

The strength of a take is the sum of what its alternatives add and of a part of its own: two takes of one request are
not alike, and a word gets no credit for one lucky take. The takes' own parts are drawn from a normal distribution,
whose width is found from the judgements. Ranking takes is the case without alternatives.

The fit is our own: packages that fit Bradley–Terry, such as choix, give strengths without intervals, and know neither
ties nor factors. The tests compare it with choix where both apply.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[numpy.float64]

EFFECT = 1.5
"""The standard deviation of an alternative's strength before anything is judged, in logits: weak."""

OWN = 1.0
"""How wide the takes' own parts usually are at most, in logits; the judgements tell little about it."""

RANKED = 2.0
"""How far the takes' strengths lie apart before anything is judged, if only takes are ranked: wide enough for the
intervals to hold, and narrow enough to bound the strength of a take that always wins."""

_WIDTHS = (0.03, 0.15, 0.3, 0.5, 0.75, 1.0, 1.4, 2.0, 2.8, 4.0)
ACCIDENT = 0.04
"""A difference that would arise by accident less often than this is called likely.

It is a little less than one in twenty, since the width of the takes' own parts is estimated, not known.
"""

INTERVAL = 1.645
"""Standard errors on each side of a 90% interval."""

_DRAWS = 4000
_STEPS, _CLOSE = 60, 1e-6


class Contest(NamedTuple):
    """Hold the judgements of two takes: their places, how many, and the first one's points; a tie is half a point."""

    first: int
    second: int
    times: int
    points: float


class _Part(NamedTuple):
    """Hold the fit for one width of the takes' own parts."""

    weight: float
    mean: "Array"
    covariance: "Array"


class Estimate(NamedTuple):
    """Hold a difference of strengths, in logits.

    Args:
        strength: The difference.
        error: Its standard error.
        accident: The chance that the largest of all the differences is this great by accident.
        threshold: How many standard errors from zero the difference must be to be called likely.
        floor: The part of its variance that more judgements of the same takes cannot remove.
    """

    strength: float
    error: float
    accident: float
    threshold: float
    floor: float

    @property
    def low(self) -> float:
        """Return the lower end of the 90% interval."""
        return self.strength - INTERVAL * self.error

    @property
    def high(self) -> float:
        """Return the upper end of the 90% interval."""
        return self.strength + INTERVAL * self.error


class Fit:
    """Fit the strengths of takes, and of what they have in common.

    Args:
        design: A row for each take; no columns to rank takes alone.
        contests: The judgements, by pair.
        width: The width of the takes' own parts; found from the judgements, if not given.
    """

    def __init__(self, design: "Array", contests: Sequence[Contest], width: float | None = None) -> None:
        import numpy as np

        self.takes, self.columns = design.shape
        self.judged = sum(contest.times for contest in contests)
        self._design = design
        self._first = np.array([one.first for one in contests], int)
        self._second = np.array([one.second for one in contests], int)
        self._times = np.array([one.times for one in contests], float)
        self._points = np.array([one.points for one in contests], float)
        widths = np.array(_WIDTHS if width is None and self.columns else [width or RANKED])
        # A half-normal distribution before anything is judged; the widths' distances stand for its density.
        prior = np.log(np.gradient(widths)) - (widths / OWN) ** 2 / 2 if len(widths) > 1 else np.zeros(1)
        fitted, at = [], np.zeros(self.columns + self.takes)
        for own in widths:
            at, covariance, evidence = self._fit_width(float(own), at)
            fitted.append((at, covariance, evidence))
        logs = prior + np.array([evidence for *_, evidence in fitted])
        weights = np.exp(logs - logs.max())
        weights /= weights.sum()
        self._parts = [
            _Part(float(weight), mean, covariance)
            for weight, (mean, covariance, _) in zip(weights, fitted, strict=True)
            if weight > 1e-3
        ]
        self._own = float(weights @ widths**2)

    def _fit_width(self, own: float, start: "Array") -> tuple["Array", "Array", float]:
        """Return the likeliest strengths, their covariance and the logarithm of the evidence, by Newton's method."""
        import numpy as np

        precision = np.concatenate([np.full(self.columns, EFFECT**-2), np.full(self.takes, own**-2)])
        at = start.copy()

        def value(at: "Array", apart: "Array") -> float:
            return float(self._points @ apart - self._times @ np.logaddexp(0, apart) - precision @ at**2 / 2)

        apart = self._apart(at)
        best = value(at, apart)
        for _ in range(_STEPS):
            chance = 1 / (1 + np.exp(-apart))
            slope = self._pulled(self._points - self._times * chance) - precision * at
            bend = self._bent(self._times * chance * (1 - chance)) + np.diag(precision)
            step, size = np.linalg.solve(bend, slope), 1.0
            while (
                found := value(at + size * step, self._apart(at + size * step))
            ) < best - 1e-9 and size > 1e-6:
                size /= 2
            at, best = at + size * step, found
            apart = self._apart(at)
            if np.abs(size * step).max() < _CLOSE:
                break
        evidence = best + np.log(precision).sum() / 2 - np.linalg.slogdet(bend)[1] / 2
        covariance = np.linalg.inv(bend).astype(float, copy=False)
        return at, covariance, float(evidence)

    def _apart(self, at: "Array") -> "Array":
        """Return the difference of strengths in each contest."""
        strengths: Array = self._design @ at[: self.columns] + at[self.columns :]
        apart: Array = strengths[self._first] - strengths[self._second]
        return apart

    def _pulled(self, pulls: "Array") -> "Array":
        """Return what the contests together pull at each column and each take."""
        import numpy as np

        takes = np.bincount(self._first, pulls, self.takes) - np.bincount(self._second, pulls, self.takes)
        return np.concatenate([self._design.T @ takes, takes])

    def _bent(self, weights: "Array") -> "Array":
        """Return the matrix of second derivatives, of the columns and then of the takes."""
        import numpy as np

        takes = np.zeros((self.takes, self.takes))
        np.add.at(takes, (self._first, self._second), -weights)
        takes += takes.T
        takes[np.diag_indices(self.takes)] = -takes.sum(axis=0)
        columns = self._design.T @ takes
        return np.block([[columns @ self._design, columns], [columns.T, takes]])

    @cached_property
    def mean(self) -> "Array":
        """Return what each column adds, then each take's own part."""
        return sum((part.weight * part.mean for part in self._parts), 0 * self._parts[0].mean)

    def estimates(self, contrasts: "Array", of: int = 1) -> list[Estimate]:
        """Return the estimates of contrasts, with the chance that each arises by accident.

        That chance covers all contrasts together: where nothing makes a difference, no more than one study in twenty
        has any contrast whose ``accident`` is below ``ACCIDENT``. It is the chance that the largest of them is as far
        from zero, as in Hothorn, Bretz and Westfall, "Simultaneous inference in general parametric models" (2008),
        which takes their correlation into account.

        Args:
            contrasts: A row of weights for each, over the columns and then the takes.
            of: How many such fits are looked at, where this is one of several.
        """
        import numpy as np

        if not len(contrasts):
            return []
        mean = contrasts @ self.mean
        variance, accident, threshold = np.zeros((3, len(contrasts)))
        for part, largest in zip(self._parts, self._largest(contrasts), strict=True):
            own = contrasts @ part.mean
            error = np.sqrt(np.einsum("ij,jk,ik->i", contrasts, part.covariance, contrasts))
            variance += part.weight * (error**2 + (own - mean) ** 2)
            beyond = len(largest) - np.searchsorted(largest, np.abs(own) / error)
            accident += part.weight * beyond / len(largest)
            threshold += part.weight * np.quantile(largest, 1 - ACCIDENT / of)
        floor = self._floor(contrasts)
        return [
            Estimate(*map(float, found))
            for found in zip(
                mean, np.sqrt(variance), np.minimum(1, of * accident), threshold, floor, strict=True
            )
        ]

    def _largest(self, contrasts: "Array") -> "Iterator[Array]":
        """Yield, for each width, sorted draws of the largest contrast if nothing makes a difference."""
        import numpy as np

        normal = np.random.default_rng(18).standard_normal((len(contrasts), _DRAWS))
        for part in self._parts:
            covariance = contrasts @ part.covariance @ contrasts.T
            error = np.sqrt(np.diag(covariance))
            alike = covariance / np.outer(error, error) + 1e-9 * np.eye(len(contrasts))
            yield np.sort(np.abs(np.linalg.cholesky(alike) @ normal).max(axis=0))

    def chances(self, contrasts: "Array") -> "Array":
        """Return the chance that each contrast is the greatest of all, given the judgements."""
        import numpy as np

        normal = np.random.default_rng(18).standard_normal((len(contrasts), _DRAWS))
        found = np.zeros(len(contrasts))
        for part in self._parts:
            spread = contrasts @ part.covariance @ contrasts.T + 1e-9 * np.eye(len(contrasts))
            drawn = (contrasts @ part.mean)[:, None] + np.linalg.cholesky(spread) @ normal
            found += part.weight * np.bincount(drawn.argmax(axis=0), minlength=len(contrasts)) / _DRAWS
        return found

    def _floor(self, contrasts: "Array") -> "Array":
        """Return the variance that would be left if the strength of each take were known."""
        import numpy as np

        effects = contrasts[:, : self.columns]
        known = self._design.T @ self._design / self._own + np.eye(self.columns) * EFFECT**-2
        left: Array = np.einsum("ij,ij->i", effects, np.linalg.solve(known, effects.T).T)
        return left


def contests_of(pairs: Sequence[tuple[int, int, float]]) -> list[Contest]:
    """Return judgements, each two places and the first one's points, summed by pair."""
    found: dict[tuple[int, int], tuple[int, float]] = {}
    for first, second, points in pairs:
        if first > second:
            first, second, points = second, first, 1 - points
        times, sum_ = found.get((first, second), (0, 0.0))
        found[first, second] = (times + 1, sum_ + points)
    return [Contest(*pair, times, points) for pair, (times, points) in sorted(found.items())]
