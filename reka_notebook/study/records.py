"""Hold a study's findings, each with a sentence that says it."""

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import msgspec

from reka_notebook.jobs.tables.varied import Factor
from reka_notebook.study.fit import ACCIDENT, INTERVAL, Estimate
from reka_notebook.text import beginning, many

Verdict: TypeAlias = Literal["likely", "not yet certain", "no difference seen"]

LIKELY, UNCERTAIN, EQUAL = get_args(Verdict)

OTHERS = "the others"
"""All other alternatives of a factor together."""

_ALIKE = math.log(0.6 / 0.4)
"""A difference too small to matter: the better one is preferred less than 60 times in 100."""

_MOST = 300
"""Further judgements beyond which nobody will go."""

_LONG = 48


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """Say how an alternative does against another one, or against all others.

    Args:
        factor: What was varied: ``words 1`` for the first alternatives in the prompt, ``model``, ``image``, an
            option's name; several with " + " between them, if they never varied alone.
        alternative: The alternative.
        against: The other alternative; ``the others`` if there are more than five, or one take of each.
        wins: How often a take with it was preferred to a take without it: a plain count.
        losses: How often it was the other way round.
        ties: How often neither was preferred.
        strength: How much better it is with all else equal, in logits: 0 is equal, 1.1 is preferred three times in
            four.
        low: The lower end of the 90 % interval.
        high: The upper end.
        verdict: Whether a difference is likely, not yet certain, or likely too small to matter.
        more_needed: About how many more judgements would decide it; 0 if it is decided, ``None`` if only more takes
            could decide it.
        sentence: All of this in words.
    """

    factor: str
    alternative: str
    against: str
    wins: int
    losses: int
    ties: int
    strength: float
    low: float
    high: float
    verdict: Verdict
    more_needed: int | None
    sentence: str


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """Say how a take does against the others.

    Args:
        place: Its place, from 1.
        take: Its ID.
        prompt: Its prompt.
        wins: How often it was preferred.
        losses: How often the other take was preferred.
        ties: How often neither was.
        strength: How much better it is than the average of the others, in logits.
        low: The lower end of the 90 % interval.
        high: The upper end.
        best: The chance that it is the best of all.
        verdict: Whether it is likely to differ from the average of the others.
    """

    place: int
    take: str
    prompt: str
    wins: int
    losses: int
    ties: int
    strength: float
    low: float
    high: float
    best: float
    verdict: Verdict


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Say whether takes with a higher measure are preferred.

    Args:
        measure: The measure's name.
        takes: How many takes of the study have it.
        strength: How much better a take does if its measure is one standard deviation higher, in logits.
        low: The lower end of the 90 % interval.
        high: The upper end.
        verdict: Whether it is likely to make a difference.
        more_needed: About how many more judgements would decide it, as in `Effect`.
        sentence: All of this in words.
    """

    measure: str
    takes: int
    strength: float
    low: float
    high: float
    verdict: Verdict
    more_needed: int | None
    sentence: str


def chance_of(strength: float) -> float:
    """Return how often something of this strength, in logits, is preferred."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, strength))))


def verdict_of(estimate: Estimate) -> Verdict:
    """Return whether there is a difference, as far as can be told."""
    if estimate.accident < ACCIDENT:
        return "likely"
    if abs(estimate.strength) + INTERVAL * estimate.error < _ALIKE:
        return "no difference seen"
    return "not yet certain"


def more_needed(estimate: Estimate, judged: int) -> int | None:
    """Return about how many more judgements would decide whether there is a difference.

    This assumes that the difference stays the same, and that its uncertainty shrinks with the number of judgements,
    down to a part that only more takes could remove.
    """
    if verdict_of(estimate) != UNCERTAIN:
        return 0
    shrinking = max(0.0, estimate.error**2 - estimate.floor) * max(judged, 1)
    size = abs(estimate.strength)
    wanted = max((size / estimate.threshold) ** 2, (max(0.0, _ALIKE - size) / INTERVAL) ** 2) - estimate.floor
    if not judged or wanted <= 0 or shrinking / wanted - judged > _MOST:
        return None
    return max(1, math.ceil(shrinking / wanted - judged))


def effect_of(
    factor: Factor,
    pair: tuple[int, int | None],
    score: tuple[int, int, int],
    estimate: Estimate,
    judged: int,
) -> Effect:
    """Return the record of an alternative against another, the better one first, or against all others."""
    one, other = pair
    names = [factor.alternatives[one], OTHERS if other is None else factor.alternatives[other]]
    wins, losses, ties = score
    if estimate.strength < 0 and other is not None:
        names.reverse()
        wins, losses = losses, wins
        estimate = estimate._replace(strength=-estimate.strength)
    verdict, more = verdict_of(estimate), more_needed(estimate, judged)
    read = [_quoted(name, words=factor.words) if name != OTHERS else name for name in names]
    lone = len(factor.alternatives) == len(factor.chosen)
    return Effect(
        factor=factor.name,
        alternative=names[0],
        against=names[1],
        wins=wins,
        losses=losses,
        ties=ties,
        strength=estimate.strength,
        low=estimate.low,
        high=estimate.high,
        verdict=verdict,
        more_needed=more,
        sentence=_sentence(read, (wins, losses, ties), estimate.strength, verdict, more, lone=lone),
    )


def _sentence(
    names: Sequence[str],
    score: tuple[int, int, int],
    strength: float,
    verdict: Verdict,
    more: int | None,
    *,
    lone: bool,
) -> str:
    wins, losses, ties = score
    one, other = names
    if not wins + losses + ties:
        if verdict == LIKELY:
            return f"{one} was not judged against {other}, but did better against what both were: likely."
        missing = f"; {_missing(more, lone=lone)}" if more else ""
        return f"{one} was not judged against {other} yet{missing}."
    counted = f"{wins} to {losses}" + (f" with {many(ties, 'tie')}" if ties else "")
    if verdict == EQUAL:
        begins = f"{one} does as well as {other}, {counted}"
    elif (wins - losses) * strength <= 0 and verdict != LIKELY:
        begins = f"{one} and {other}, {counted}"
    elif (wins - losses) * strength <= 0:
        better = "better" if strength > 0 else "worse"
        begins = f"{one} does {better} than {other} with all else equal, though the count is {counted}"
    else:
        begins = f"{one} {'beats' if strength > 0 else 'loses to'} {other}, {counted}"
    if verdict != UNCERTAIN:
        return f"{begins}: {verdict}."
    return f"{begins}: not yet certain; {_missing(more, lone=lone)}."


def _missing(more: int | None, *, lone: bool) -> str:
    if more is not None:
        return f"about {many(more, 'more judgement')} would decide it"
    return "with one take of each, more takes are needed" if lone else "more takes are needed to decide it"


def next_decided(effects: Sequence[Effect]) -> str:
    """Return in a sentence which difference the fewest more judgements would decide; empty if there is none."""
    undecided = [effect for effect in effects if effect.more_needed]
    if not undecided:
        return ""
    first = min(undecided, key=lambda effect: effect.more_needed or 0)
    return (
        f"About {many(first.more_needed or 0, 'more judgement')} would decide {first.alternative} "
        f"against {first.against}."
    )


def explanation_of(measure: str, takes: int, estimate: Estimate, judged: int) -> Explanation:
    """Return the record of a measure."""
    verdict, more = verdict_of(estimate), more_needed(estimate, judged)
    than = "more" if estimate.strength > 0 else "less"
    if verdict == LIKELY:
        words = f"Takes with {than} {measure} are preferred: likely."
    elif verdict == EQUAL:
        words = f"{measure.capitalize()}: no difference seen."
    else:
        words = f"Takes with {than} {measure} seem to be preferred: not yet certain; {_missing(more, lone=False)}."
    return Explanation(
        measure=measure,
        takes=takes,
        strength=estimate.strength,
        low=estimate.low,
        high=estimate.high,
        verdict=verdict,
        more_needed=more,
        sentence=words,
    )


def _quoted(text: str, *, words: bool) -> str:
    short = beginning(text, _LONG)
    return f"“{short}”" if words and not text.startswith("(") else short
