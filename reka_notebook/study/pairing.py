"""Choose which two takes to judge next, and say how far the judging is.

This works without numpy, so that judging needs no extra package: a rough fit is enough to choose a pair. Rough means
that the uncertainty of each take is worked out alone, as if the strengths of its opponents were known.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from random import Random
from typing import NamedTuple

from reka_notebook.errors import RekaError
from reka_notebook.kinds import counted
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.text import joined

SPREAD = 1.5
"""How far the strengths of takes lie apart before anything is judged, as a standard deviation in logits.

Of two takes drawn from such a spread, the better one is preferred 4 times in 5 on average.
"""

ENOUGH = 0.7
"""The reliability at which a ranking counts as decided: the share of its spread that is not uncertainty.

Studies of comparative judgement ask for 0.7 to 0.8, which takes about ten judgements of each take.
"""

_NEIGHBOURS = 24
"""Takes of the nearest strengths that each take may be paired with: a pair that lies far apart tells little."""

_ROUNDS = 8

_BEFORE = SPREAD**-2
"""What is known of a take before anything is judged."""


class Progress(NamedTuple):
    """Hold how far the judging is.

    Args:
        judged: How many judgements there are.
        more: About how many more would probably decide the ranking; 0 if it is decided.
    """

    judged: int
    more: int

    @property
    def share(self) -> float:
        """Return how far it is, from 0 to 1."""
        return self.judged / (self.judged + self.more) if self.judged + self.more else 0.0


def check_kinds(kinds: Iterable[str]) -> None:
    """Check that takes are of one kind: a sound can't be judged against a video.

    Raises:
        RekaError: If they are of several.
    """
    counts = Counter(kinds)
    if len(counts) > 1:
        said = [counted(count, name) for name, count in counts.items()]
        raise RekaError(f"{joined(said)} can't be judged against each other. Judge one kind at a time.")


def next_pair(
    takes: Iterable[str],
    judgements: Iterable[JudgementRecord],
    rng: Random,
    *,
    skipped: Collection[frozenset[str]] = (),
) -> tuple[str, str] | None:
    """Return the two takes whose judgement tells the most, left and right at random.

    A pair is not chosen again while another is equally uncertain.

    Args:
        takes: The takes' IDs.
        judgements: The judgements that count; those of other takes are ignored.
        rng: Decides between equally good pairs, and which take is on the left.
        skipped: Pairs that are not chosen.

    Returns:
        The takes' IDs; ``None`` if there are fewer than two takes, or every pair is skipped.
    """
    known = list(dict.fromkeys(takes))
    rng.shuffle(known)
    fit = _Fit(known, judgements)
    ordered = sorted(range(len(known)), key=fit.strengths.__getitem__)
    best, chosen = -1.0, None
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 : place + 1 + _NEIGHBOURS]:
            gain = fit.gain(one, other)
            if gain > best and not (skipped and frozenset((known[one], known[other])) in skipped):
                best, chosen = gain, (one, other)
    if chosen is None:
        return _any_pair(known, skipped)
    left, right = rng.sample(chosen, 2)
    return known[left], known[right]


def progress(takes: Iterable[str], judgements: Iterable[JudgementRecord]) -> Progress:
    """Return how many judgements there are, and about how many more would probably decide the ranking."""
    known = list(dict.fromkeys(takes))
    fit = _Fit(known, judgements)
    if len(known) < 2:
        return Progress(fit.judged, 0)
    mean = sum(fit.strengths) / len(known)
    between = sum((strength - mean) ** 2 for strength in fit.strengths) / len(known)
    within = sum(1 / known_of for known_of in fit.information) / len(known)
    # Takes that turn out to be nearly equal need not be told apart: judging would not end.
    wanted = (1 - ENOUGH) * max(between + within, SPREAD**2)
    missing = len(known) * (1 / wanted - 1 / within)
    return Progress(fit.judged, max(0, math.ceil(missing / (2 * _INFORMATION))))


_INFORMATION = 0.2
"""What one judgement tells of each of its two takes: 0.25 if they are equal, less if not."""


def _any_pair(known: Sequence[str], skipped: Collection[frozenset[str]]) -> tuple[str, str] | None:
    """Return any pair that is not skipped, however far apart its takes are."""
    pairs = ((one, other) for place, one in enumerate(known) for other in known[:place])
    return next((pair for pair in pairs if frozenset(pair) not in skipped), None)


class _Fit:
    """Fit strengths to judgements by the Bradley–Terry model, one take after the other.

    Attributes:
        strengths: Of each take, in logits around 0.
        information: What is known of each take: the reciprocal of its variance.
    """

    def __init__(self, takes: Sequence[str], judgements: Iterable[JudgementRecord]) -> None:
        places = {take: place for place, take in enumerate(takes)}
        self.judged = 0
        self._times: dict[tuple[int, int], int] = {}
        points = [0.0] * len(takes)
        for one in judgements:
            left, right = places.get(one.left), places.get(one.right)
            if left is None or right is None or left == right:
                continue
            self.judged += 1
            for pair in ((left, right), (right, left)):
                self._times[pair] = self._times.get(pair, 0) + 1
            for place, take in ((left, one.left), (right, one.right)):
                points[place] += 0.5 if one.preferred is None else float(one.preferred == take)
        opponents: list[list[tuple[int, int]]] = [[] for _ in takes]
        for (place, other), times in self._times.items():
            opponents[place].append((other, times))
        self.strengths = [0.0] * len(takes)
        self.information = [_BEFORE] * len(takes)
        for _ in range(_ROUNDS):
            for place, against in enumerate(opponents):
                self._improve(place, against, points[place])

    def _improve(self, place: int, against: Sequence[tuple[int, int]], points: float) -> None:
        """Move a take's strength one step towards the likeliest, given its opponents' strengths."""
        strengths, exp = self.strengths, math.exp  # looked up once: this is nearly all of the work
        strength = strengths[place]
        slope, information = points - strength * _BEFORE, _BEFORE
        for other, times in against:
            chance = 1 / (1 + exp(strengths[other] - strength))
            told = times * chance
            slope -= told
            information += told * (1 - chance)
        strengths[place] = strength + max(-1.0, min(1.0, slope / information))
        self.information[place] = information

    def gain(self, one: int, other: int) -> float:
        """Return how much a judgement of two takes is expected to tell; less each time they are judged again."""
        chance = 1 / (1 + math.exp(self.strengths[other] - self.strengths[one]))
        uncertain = 1 / self.information[one] + 1 / self.information[other]
        return uncertain * chance * (1 - chance) / (1 + self._times.get((one, other), 0))
