"""Rank takes by their judgements, and say whether measures explain the ranking."""

from collections.abc import Mapping, Sequence

from reka_notebook.library import TakeRecord
from reka_notebook.media.measures import Measures
from reka_notebook.study.factors import Judged
from reka_notebook.study.fit import Fit, contests_of
from reka_notebook.study.records import Explanation, Ranked, explanation_of, verdict_of

_FEWEST = 4
"""Takes that must have a measure: with fewer, anything would seem to explain the ranking."""


def rank(takes: Sequence[TakeRecord], judged: Sequence[Judged]) -> list[Ranked]:
    """Return how each take does against the others, best first."""
    import numpy as np

    count = len(takes)
    if count < 2:
        return []
    fit = Fit(np.zeros((count, 0)), contests_of(judged))
    contrasts = (np.eye(count) * count - 1) / (count - 1)
    best = fit.chances(contrasts)
    score = _scores(count, judged)
    found = fit.estimates(contrasts)
    order = sorted(range(count), key=lambda place: -found[place].strength)
    return [
        Ranked(
            place=number,
            take=takes[place].id,
            prompt=takes[place].job.request.prompt,
            wins=score[place][0],
            losses=score[place][1],
            ties=score[place][2],
            strength=found[place].strength,
            low=found[place].low,
            high=found[place].high,
            best=float(best[place]),
            verdict=verdict_of(found[place]),
        )
        for number, place in enumerate(order, 1)
    ]


def _scores(count: int, judged: Sequence[Judged]) -> list[list[int]]:
    """Return how often each take won, lost and tied."""
    found = [[0, 0, 0] for _ in range(count)]
    for first, second, points in judged:
        for place, own in ((first, points), (second, 1 - points)):
            found[place][0 if own == 1 else 1 if own == 0 else 2] += 1
    return found


def explain(
    takes: Sequence[TakeRecord],
    measures: Mapping[str, Measures],
    judged: Sequence[Judged],
    names: Sequence[str],
) -> list[Explanation]:
    """Return whether takes with a higher measure are preferred, for each measure by itself.

    What was varied is left out on purpose: a word that makes takes move more may be preferred for that very reason.
    A measure that fewer than four takes have, or that is the same for all, is left out.
    """
    import numpy as np

    found = []
    for name in names:
        values = {
            place: float(value)
            for place, take in enumerate(takes)
            if take.id in measures and (value := getattr(measures[take.id], name)) is not None
        }
        if len(values) < _FEWEST or len(set(values.values())) < 2:
            continue
        column = np.array(list(values.values()))
        column = ((column - column.mean()) / column.std())[:, None]
        places = {place: number for number, place in enumerate(values)}
        own = [
            (places[first], places[second], points)
            for first, second, points in judged
            if first in places and second in places
        ]
        fit = Fit(column, contests_of(own))
        found.append((name, len(values), fit, len(own)))
    # Each is a fit of its own, so that what they have in common is not known: as if they had nothing.
    explained = []
    for name, count, fit, judgements in found:
        contrast = np.zeros((1, 1 + count))
        contrast[0, 0] = 1
        (estimate,) = fit.estimates(contrast, of=len(found))
        explained.append(explanation_of(name, count, estimate, judgements))
    return explained
