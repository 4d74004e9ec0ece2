"""When to ask for a job's status next: a pure function of what is known."""

from collections.abc import Sequence
from statistics import median

SHORTEST, LONGEST = 0.5, 5.0
"""Seconds between two questions about one job, at least and at most."""


def expected_duration(earlier: Sequence[float]) -> float | None:
    """Seconds that a job will take, from those that earlier jobs of its endpoint took."""
    return median(earlier) if earlier else None


def next_delay(elapsed: float, failures: int = 0) -> float:
    """Seconds until a job's status is asked for again.

    :param elapsed: seconds since its submission.
    :param failures: how many questions in a row have met an error.
    """
    delay = min(LONGEST, max(SHORTEST, elapsed * 0.05))
    return float(min(60.0, delay * 2**failures))
