"""Say beside a sweep's headings how each alternative did in the judgements of its takes."""

from collections.abc import Sequence
from itertools import product

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Sweep
from reka_notebook.jobs.tables.varied import Factor, find_varied
from reka_notebook.prompts import Axis
from reka_notebook.study.factors import JOINT
from reka_notebook.study.records import LIKELY, Effect, chance_of
from reka_notebook.study.study import Study
from reka_notebook.text import many
from reka_notebook.widgets import protocol

_NOTHING = protocol.EffectsValue([], [], "")


def effects_view(sweep: Sweep, control: Controller) -> protocol.EffectsValue:
    """Return how the alternatives of a sweep did; empty if nothing is judged."""
    takes = sweep.takes
    if len(takes) < 2 or not control.library.judgements.among([take.id for take in takes]):
        return _NOTHING
    asked = sweep.request
    try:
        study = Study(sweep)
        findings = study.findings
    except (
        RekaError
    ) as error:  # there is no numpy, or a sound beside a video: a person who judges wants to know
        return protocol.EffectsValue([], [], str(error))
    if not findings.judged or not asked.axes:
        return _NOTHING
    varied = find_varied([take.request for take in study.takes], control.catalogue, asked)
    effects = [*findings.overall, *findings.effects]
    places = {take.id: place for place, take in enumerate(study.takes)}
    named = {factor.name: factor for factor in varied}
    kept = [places.get(position.take.id) if position.take else None for position in sweep.status.positions]

    def of_axis(number: int) -> list[protocol.Effect | None]:
        """Return how each value of an axis did."""
        factor = named.get(_name_of(asked.axes, number))
        if factor is None:
            return [None] * len(asked.axes[number].values)
        there = _alternatives(asked.axes, number, asked.left_out, kept, factor)
        return [
            None if value is None else _effect(factor.name, value, effects, findings.notes) for value in there
        ]

    by_axis = [of_axis(number) for number in range(len(asked.axes))]
    columns = by_axis.pop(asked.across)
    return protocol.EffectsValue(
        columns, [list(row) for row in product(*by_axis)], _summary(effects, findings.judged)
    )


def _name_of(axes: Sequence[Axis], number: int) -> str:
    """Return the name of an axis in a study."""
    axis = axes[number]
    return f"words {sum(one.words for one in axes[: number + 1])}" if axis.words else axis.name


def _alternatives(
    axes: Sequence[Axis],
    number: int,
    left_out: frozenset[int],
    kept: Sequence[int | None],
    factor: Factor,
) -> list[str | None]:
    """Return the alternative that each value of an axis stands for; ``None`` if it has no take."""
    found: list[str | None] = [None] * len(axes[number].values)
    combinations = product(*(range(len(axis.values)) for axis in axes))
    asked = [values for place, values in enumerate(combinations) if place not in left_out]
    for values, place in zip(asked, kept, strict=True):
        if place is not None:
            found[values[number]] = factor.alternatives[factor.chosen[place]]
    return found


def _effect(
    factor: str, alternative: str, effects: Sequence[Effect], notes: Sequence[str]
) -> protocol.Effect | None:
    """Return how an alternative did; ``None`` if it was never compared."""
    for effect in effects:
        if factor in effect.factor.split(JOINT) and effect.factor != factor:
            words = next((note for note in notes if "inseparable" in note), "It never varied alone.")
            return protocol.Effect(0, 0, 0.5, 0, 1, words, certain=False, separable=False)
        if effect.factor == factor and alternative in (effect.alternative, effect.against):
            judged = effect.wins + effect.losses + effect.ties
            if not judged:
                return None
            mine = alternative == effect.alternative
            strength, low, high = effect.strength, effect.low, effect.high
            share, least, most = (
                round(chance_of(value), 3)
                for value in ((strength, low, high) if mine else (-strength, -high, -low))
            )
            won = (effect.wins if mine else effect.losses) + effect.ties / 2
            certain = effect.verdict == LIKELY
            return protocol.Effect(won, judged, share, least, most, effect.sentence, certain)
    return None


def _summary(effects: Sequence[Effect], judged: int) -> str:
    """Return in a line what is likely to be better, one alternative for each factor."""
    won: dict[str, str] = {}
    for effect in effects:
        if effect.verdict == LIKELY and effect.strength > 0:
            won.setdefault(effect.factor, f"{effect.alternative} likely beats {effect.against}")
    return " · ".join([f"{many(judged, 'judgement')}", *(list(won.values())[:2] or ["nothing certain yet"])])
