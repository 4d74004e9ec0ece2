"""Decide how a request goes, from submission to its end, all from the start: pure functions of the clock.

How long it takes is drawn from a log-normal distribution. Its median, in seconds, is 24 + 6 × the video's
duration for a video (54 for five seconds), 12 for an image, 6 for sound, 4 for anything else; its σ is 0.25.
A share of that, drawn evenly from 5 to 25 per cent, is spent in the queue, behind none to four others that
leave it one by one. All of it is divided by the sandbox's speed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Stage: TypeAlias = Literal["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
Seconds: TypeAlias = "float | Callable[[str, Mapping[str, Any]], float] | None"
"""How long requests take: always so many seconds, or a function of endpoint id and input, or as drawn."""

SIGMA = 0.25
QUEUE_SHARE = (0.05, 0.25)
MOST_AHEAD = 4


@dataclass(frozen=True)
class Pace:
    """Say how long requests take; ``speed`` divides that, and ``seed`` makes it repeatable by content, in any order.

    ``seconds`` and ``queue_share`` (0 to 1, of the whole time) take the place of chance.
    """

    speed: float = 1.0
    seed: int | None = None
    seconds: Seconds = None
    queue_share: float | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """Describe the course of a request, in seconds on the sandbox's clock.

    ``leaving`` are the times at which the others ahead have left. The request waits in the queue until
    ``started`` and is done at ``completed``.
    """

    submitted: float
    leaving: tuple[float, ...]
    started: float
    completed: float

    def stage(self, now: float) -> Stage:
        """Return where it is at this time."""
        if now >= self.completed:
            return "COMPLETED"
        return "IN_PROGRESS" if now >= self.started else "IN_QUEUE"

    def position(self, now: float) -> int | None:
        """Return how many are ahead of it in the queue, or None once it has left the queue."""
        return sum(time > now for time in self.leaving) if now < self.started else None

    def progress(self, now: float) -> float:
        """Return the share of the work that is done, 0 to 1."""
        span = self.completed - self.started
        return min(1.0, max(0.0, (now - self.started) / span)) if span > 0 else float(now >= self.started)


def median(output: str, duration: float | None) -> float:
    """Return the median of the distribution, in seconds, for what an endpoint makes and the video's duration."""
    if output == "video":
        return 24 + 6 * (5.0 if duration is None else duration)
    return {"image": 12.0, "audio": 6.0}.get(output, 4.0)


def draw(
    dice: random.Random,
    submitted: float,
    median_seconds: float,
    *,
    seconds: float | None = None,
    queue_share: float | None = None,
    speed: float = 1.0,
) -> Course:
    """Return the course of one request, the same for the same dice.

    ``seconds`` and ``queue_share`` take the place of chance.
    """
    drawn = dice.lognormvariate(math.log(median_seconds), SIGMA)
    share = dice.uniform(*QUEUE_SHARE)
    ahead = dice.randint(0, MOST_AHEAD)
    gaps = [dice.uniform(0.5, 1.5) for _ in range(ahead + 1)]
    total = max(0.0, drawn if seconds is None else seconds) / speed
    waiting = total * (share if queue_share is None else min(1.0, max(0.0, queue_share)))
    step = waiting / sum(gaps)
    leaving, at = [], submitted
    for gap in gaps[:-1]:
        at += gap * step
        leaving.append(at)
    return Course(submitted, tuple(leaving), submitted + waiting, submitted + total)
