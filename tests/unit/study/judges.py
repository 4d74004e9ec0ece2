"""Judge takes in tests, as somebody does whose preferences are known."""

import math
from collections.abc import Callable, Sequence
from random import Random

from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.study.factors import Judged
from reka_notebook.study.pairing import next_pair

Choice = Callable[[Random, Sequence[JudgementRecord]], tuple[str, str]]


def judgement(left: str, right: str, preferred: str | None) -> JudgementRecord:
    return JudgementRecord(f"{left}{right}", "", "", left, right, preferred, 0.0)


def judge(
    strengths: Sequence[float], count: int, seed: int, *, adaptive: bool, ties: float = 0.0
) -> list[JudgementRecord]:
    """Return the judgements of somebody who prefers by strength, with the noise that the model speaks of."""
    rng, made = Random(seed), list[JudgementRecord]()
    takes = [f"t{place}" for place in range(len(strengths))]
    for _ in range(count):
        pair = next_pair(takes, made, rng) if adaptive else tuple(rng.sample(takes, 2))
        assert pair is not None
        left, right = pair
        ahead = strengths[int(left[1:])] - strengths[int(right[1:])]
        wins = rng.random() < 1 / (1 + math.exp(-ahead))
        made.append(judgement(left, right, None if rng.random() < ties else left if wins else right))
    return made


def judged(made: Sequence[JudgementRecord]) -> list[Judged]:
    """Return judgements by places."""
    return [
        Judged(
            int(one.left[1:]),
            int(one.right[1:]),
            0.5 if one.preferred is None else float(one.preferred == one.left),
        )
        for one in made
    ]
