"""Say which alternatives are preferred, taking everything else that was varied into account."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from reka_notebook.jobs.tables.varied import SEED, Factor
from reka_notebook.study.fit import Fit, contests_of
from reka_notebook.study.records import OTHERS, Effect, effect_of
from reka_notebook.text import joined

if TYPE_CHECKING:
    from reka_notebook.study.fit import Array

INSEPARABLE = 0.9
"""The share of a factor's variation that others explain, above which they cannot be told apart."""


class Judged(NamedTuple):
    """Hold a judgement of two takes by their places, with the first one's points: 1, 0, or 0.5 for a tie."""

    first: int
    second: int
    points: float


class Separated(NamedTuple):
    """Hold the factors whose effects can be told apart, and sentences about the others."""

    factors: list[Factor]
    notes: list[str]


def separate(factors: Sequence[Factor]) -> Separated:
    """Join factors that never varied alone, and leave out those that only name the takes.

    A seed or a prompt that each take has to itself cannot be compared between takes, and counts as what is the takes'
    own; few prompts are left out only if another factor depends on them.
    """
    apart = [factor for factor in factors if _names_takes(factor)]
    left = [factor for factor in factors if factor not in apart]
    while (found := _inseparable(left)) is not None:
        one, other = (left[place] for place in found)
        coarse, fine = sorted(
            (one, other), key=lambda factor: (factor.name == SEED, len(factor.alternatives))
        )
        if fine.name == SEED or (_is_own(fine) and not _is_own(coarse)):
            left.remove(fine)
            apart.append(fine)
            continue
        left[found[0]] = _together(one, other)
        del left[found[1]]
    notes = [
        f"{joined(factor.name.split(JOINT))} never varied alone, so their effects are inseparable and shown together."
        for factor in left
        if JOINT in factor.name
    ]
    if any(factor.own for factor in apart):
        notes.append(
            "Not compared: words that only one or a few prompts have. "
            "They can't be told apart from the rest of these prompts."
        )
    names = ["prompts" if factor.words else factor.name for factor in apart if not factor.own]
    if names:
        notes.append(
            f"Not compared: {joined(list(dict.fromkeys(names)))}. Nearly every take has a different one, "
            "so nothing can be compared."
        )
    return Separated(left, [f"{note[:1].upper()}{note[1:]}" for note in notes])


JOINT = " + "
"""The text between the names of factors that never varied alone, and between their alternatives."""


FEW = 6
"""So many prompts, each of one take, are still shown one against the others."""


def _names_takes(factor: Factor) -> bool:
    """Return whether a factor only tells takes apart, whatever else was varied."""
    if factor.words:
        return factor.own or (_is_own(factor) and len(factor.alternatives) > FEW)
    return factor.name == SEED and _is_own(factor)


def _is_own(factor: Factor) -> bool:
    """Return whether there is more than one alternative for every two takes."""
    return len(factor.alternatives) > len(factor.chosen) / 2


def _together(one: Factor, other: Factor) -> Factor:
    pairs = list(zip(one.chosen, other.chosen, strict=True))
    there = list(dict.fromkeys(pairs))
    return Factor(
        one.name + JOINT + other.name,
        tuple(one.alternatives[first] + JOINT + other.alternatives[second] for first, second in there),
        tuple(map(there.index, pairs)),
        one.words and other.words,
    )


def _inseparable(factors: Sequence[Factor]) -> tuple[int, int] | None:
    """Return the places of the factor that the others explain too well, and of the one that explains it most."""
    import numpy as np

    columns = [_centred(factor) for factor in factors]
    worst, found = INSEPARABLE, None
    for place, own in enumerate(columns):
        others = [column for at, column in enumerate(columns) if at != place]
        if others and (told := _told(own, np.hstack(others))) > worst:
            worst, found = told, place
    if found is None:
        return None
    shares = [
        (max(_told(columns[found], column), _told(column, columns[found])), -at)
        for at, column in enumerate(columns)
        if at != found
    ]
    partner = -max(shares)[1]
    return min(found, partner), max(found, partner)


def _centred(factor: Factor) -> "Array":
    """Return a column for each alternative, around its mean over the takes."""
    import numpy as np

    indicators = (np.array(factor.chosen)[:, None] == np.arange(len(factor.alternatives))).astype(float)
    centred: Array = indicators - indicators.mean(axis=0)
    return centred


def _told(columns: "Array", others: "Array") -> float:
    """Return how much of the direction that others tell best they tell: the first canonical correlation, squared."""
    import numpy as np

    one, other = (_directions(which) for which in (columns, others))
    return float(np.linalg.svd(one.T @ other, compute_uv=False)[0] ** 2)


def _directions(columns: "Array") -> "Array":
    import numpy as np

    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, sizes > 1e-9 * max(1.0, sizes[0])]


PAIRS = 5
"""So many alternatives are compared pair by pair; more would be too many pairs to read."""


class Effects(NamedTuple):
    """Hold how the alternatives of each factor do.

    Args:
        compared: One alternative against another, or each of many against all the others together.
        overall: Each of three or more alternatives against all the others together.
    """

    compared: list[Effect]
    overall: list[Effect]


def effects_of(factors: Sequence[Factor], takes: int, judged: Sequence[Judged]) -> Effects:
    """Return how the alternatives of each factor do; what is likely is so among all these comparisons together.

    Args:
        factors: What was varied, as `separate` leaves it.
        takes: How many takes there are.
        judged: What was judged of them.
    """
    import numpy as np

    if not factors:
        return Effects([], [])
    counts = [len(factor.alternatives) for factor in factors]
    design = np.hstack(
        [
            np.array(factor.chosen)[:, None] == np.arange(count)
            for factor, count in zip(factors, counts, strict=True)
        ]
    ).astype(float)
    fit = Fit(design, contests_of(judged))
    asked = [
        (place, one, other)
        for place, factor in enumerate(factors)
        for one, other in (*_alone(factor), *_in_pairs(factor))
    ]
    contrasts = np.zeros((len(asked), sum(counts) + takes))
    starts = np.cumsum([0, *counts])
    for row, (place, one, other) in zip(contrasts, asked, strict=True):
        if other is None:
            row[starts[place] : starts[place] + counts[place]] = -1 / (counts[place] - 1)
        else:
            row[starts[place] + other] = -1
        row[starts[place] + one] = 1
    made = [
        effect_of(
            factors[place], (one, other), _score(factors[place], one, other, judged), estimate, fit.judged
        )
        for (place, one, other), estimate in zip(asked, fit.estimates(contrasts), strict=True)
    ]
    overall = [effect for effect in made if effect.against == OTHERS]
    pairs = [effect for effect in made if effect.against != OTHERS]
    named = {effect.factor for effect in pairs}
    compared = [*pairs, *(effect for effect in overall if effect.factor not in named)]
    return Effects(list(_in_order(factors, compared, overall)), list(_in_order(factors, overall, overall)))


def _alone(factor: Factor) -> list[tuple[int, None]]:
    """Return each of three or more alternatives."""
    count = len(factor.alternatives)
    return [(place, None) for place in range(count)] if count > 2 else []


def _in_pairs(factor: Factor) -> list[tuple[int, int]]:
    """Return the pairs of alternatives that are compared."""
    count = len(factor.alternatives)
    # With one take of each alternative, the ranking of the takes says the same.
    lone = count == len(factor.chosen) > 2
    return [] if lone or count > PAIRS else [*combinations(range(count), 2)]


def _in_order(
    factors: Sequence[Factor], effects: Sequence[Effect], overall: Sequence[Effect]
) -> Iterator[Effect]:
    """Yield the effects factor by factor, those of the best alternative first, and first against the next best."""
    strengths = {(effect.factor, effect.alternative): effect.strength for effect in overall}

    def place(effect: Effect) -> tuple[float, float]:
        """Return the strength of an alternative, and of the one that it is compared with."""
        one, other = (
            strengths.get((effect.factor, name), 0.0) for name in (effect.alternative, effect.against)
        )
        return -one, -other

    for factor in factors:
        yield from sorted((effect for effect in effects if effect.factor == factor.name), key=place)


def _score(factor: Factor, one: int, other: int | None, judged: Sequence[Judged]) -> tuple[int, int, int]:
    """Return how often takes with an alternative won against takes with another, or any other, lost, and tied."""
    wins = losses = ties = 0
    for first, second, points in judged:
        there = factor.chosen[first], factor.chosen[second]
        if there[0] == there[1] or one not in there or other not in (None, *there):
            continue
        own = points if there[0] == one else 1 - points
        wins, losses, ties = wins + (own == 1), losses + (own == 0), ties + (own == 0.5)
    return wins, losses, ties
