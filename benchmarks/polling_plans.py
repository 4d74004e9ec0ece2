"""Plan how long the jobs of the polling benchmark take, and who waits for which."""

import json
import math
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from statistics import NormalDist, fmean
from typing import Any

from benchmarks.queue_server import Course
from reka_notebook.jobs.polling.delay import NOTHING, next_delay
from reka_notebook.jobs.polling.observations import Observations

KNOWN = 20
STRATA = 24
ALIKE = 12
"""Of so many jobs the same is known: what twenty jobs have told is what scatters most."""
OTHERS = {
    "fal_client": "fal-client",
    "openai": "openai",
    "replicate": "replicate",
    "runwayml": "runwayml",
}


@dataclass(frozen=True)
class Set:
    """Hold a distribution of durations. ``work`` is the time that the work takes; the queue takes the rest."""

    name: str
    work: float
    sigma: float | None = None

    def quantile(self, share: float) -> float:
        """Return the duration that this share does not exceed; for the first set even from 3 to 40 s."""
        if self.sigma is None:
            return 3 + 37 * share
        return 120 * math.exp(self.sigma * NormalDist().inv_cdf(min(max(share, 1e-9), 1 - 1e-9)))

    def draw(self, dice: random.Random) -> list[float]:
        """Return twenty-four durations: one from each of as many equal parts, or independent ones."""
        if self.sigma is None:
            shares = [(index + dice.random()) / STRATA for index in range(STRATA)]
        else:
            shares = [dice.random() for _ in range(STRATA)]
        dice.shuffle(shares)
        return [self.quantile(share) for share in shares]

    @property
    def limit(self) -> float:
        """Return ½·(∫√(f·S))²/E, with the quantile function in place of the density."""
        parts = 100_000
        times = [self.quantile(index / parts) for index in range(parts + 1)]
        root = sum(
            math.sqrt((times[index + 1] - times[index]) / parts * (1 - (index + 0.5) / parts))
            for index in range(parts)
        )
        return 0.5 * root**2 / fmean(times)


STRATIFIED = Set("3 to 40 s", work=2.5)
WIDE = Set("about 120 s, σ 0.25", work=50.0, sigma=0.25)
NARROW = Set("about 120 s, σ 0.15", work=70.0, sigma=0.15)


@dataclass(frozen=True)
class Plan:
    """Plan who waits for how many times twenty-four jobs, in how many waves, and what else the server tells."""

    title: str
    who: str
    draws: int
    waves: int = 1
    warm: bool = False
    told: str = ""
    split: str = "none"


def plans(quick: bool, stratified: bool) -> list[Plan]:
    """Return what is run for one set: so much at once that all clients together leave the machine half idle."""
    waves = 8 if stratified and not quick else 1
    known, cold, told, their = (24, 8, 8, 4) if stratified else (24, 2, 4, 1)
    if quick:
        known, cold, told, their = 3, 2, 1, 1
    ours = Plan("", "reka_notebook", draws=told, waves=min(waves, told), warm=True)
    others = [
        Plan(f"{title} {version(title)}", who, draws=their if who != "fal_client" else 1)
        for who, title in OTHERS.items()
    ]
    others = [replace(plan, waves=min(waves, plan.draws)) for plan in others]
    return [
        replace(ours, title=f"reka-notebook, {KNOWN} jobs known", draws=known, waves=waves),
        replace(ours, title="reka-notebook, nothing known", draws=cold, waves=min(waves, cold), warm=False),
        replace(ours, title="… and the start is told (queue 5 to 25 %)", told="start", split="some"),
        replace(ours, title="… and the queue's position too", told="position", split="some"),
        replace(
            ours,
            title="… and the start is told (queue is nearly all that varies)",
            told="start",
            split="most",
        ),
        replace(ours, title="… and the queue's position too ", told="position", split="most"),
        *others,
    ]


def course(dice: random.Random, set_: Set, plan: Plan, ends: float, label: str) -> Course:
    """Return how a job of this duration goes."""
    if plan.split == "none":
        return Course(label, ends)
    starts = ends * dice.uniform(0.05, 0.25)
    if plan.split == "most":
        starts = max(0.0, ends - set_.work * math.exp(dice.gauss(0, 0.05)))
    gaps = [dice.uniform(0.5, 1.5) for _ in range(dice.randint(1, 5))]
    leaving = [starts * sum(gaps[: index + 1]) / sum(gaps) for index in range(len(gaps) - 1)]
    return Course(label, ends, starts, leaving if plan.told == "position" else None)


def remembered(dice: random.Random, earlier: Sequence[Course], *, told: bool) -> dict[str, list[float]]:
    """Return the durations that the library remembers of jobs waited for cold: each end lies between two looks."""
    durations, work = [], []
    for one in earlier:
        seen, elapsed = Observations(), 0.0
        while True:
            asked = elapsed + next_delay(NOTHING, elapsed, seen, chance=dice.random)
            if asked >= one.ends:
                break
            elapsed = asked
            seen = seen.add(elapsed, running=elapsed >= one.starts if told else None)
        took, worked = seen.took(asked)
        durations.append(took)
        if worked is not None:
            work.append(worked)
    return {"durations": durations, "work": work}


def jobs_of(set_: Set, plan: Plan, seed: str) -> list[dict[str, Any]]:
    """Return the jobs of a plan, each twenty-four drawn anew, with what is known beforehand of each twelve."""
    dice = random.Random(f"{seed} {set_.name} {plan.title}")
    wave = set_.quantile(1.0) + 1.0 if set_.sigma is None else 0.0
    found = []
    known: dict[str, list[float]] = {}
    for draw in range(plan.draws):
        label = json.dumps([set_.name, plan.title, draw])
        for index, ends in enumerate(set_.draw(dice)):
            if plan.warm and index % ALIKE == 0:
                earlier = [course(dice, set_, plan, took, "") for took in set_.draw(dice)[:KNOWN]]
                known = remembered(dice, earlier, told=bool(plan.told))
            at = draw % plan.waves * wave + dice.uniform(0, 5)
            found.append({"at": at, "course": asdict(course(dice, set_, plan, ends, label)), "known": known})
    return found
