"""Say what won so far."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from reka_notebook.catalogue import Catalogue
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.study.names import names_of
from reka_notebook.study.pairing import progress
from reka_notebook.study.records import chance_of, next_decided
from reka_notebook.study.study import Study
from reka_notebook.text import many
from reka_notebook.widgets import protocol

EFFECTS = 6
"""Differences that are named, the surest first; `Study.effects` has all of them."""


def ranked(
    takes: Sequence[Take],
    judgements: Sequence[JudgementRecord],
    votes: Sequence[JudgementRecord],
    catalogue: Catalogue,
) -> protocol.JudgedValue:
    """Return the takes, best first; those that were not judged come last.

    Args:
        judgements: The person's.
        votes: Those of chat models.
    """
    names = names_of(takes, catalogue)
    models = _models(takes, votes, names, catalogue)
    try:
        return _by_study(takes, judgements, models)
    except RekaError as error:  # numpy is not installed, or fewer than two takes are left
        found = _by_counting(names, judgements)
        return protocol.JudgedValue(found, words_of(found, len(judgements)), [], [str(error)], models)


def _by_study(
    takes: Sequence[Take], judgements: Sequence[JudgementRecord], models: list[protocol.ModelVotes]
) -> protocol.JudgedValue:
    """Return what a study of these takes finds, with intervals and what made the difference."""
    findings = Study(takes).findings
    ranking = sorted(findings.ranking, key=lambda one: not _count(one.wins, one.losses, one.ties))
    found = []
    for one in ranking:
        judged = _count(one.wins, one.losses, one.ties) > 0
        share, low, high = (
            round(chance_of(value), 4) if judged else None for value in (one.strength, one.low, one.high)
        )
        found.append(
            protocol.Ranked(
                take=one.take,
                place=one.place,
                words=findings.labels[one.take],
                wins=one.wins,
                losses=one.losses,
                ties=one.ties,
                share=share,
                low=low,
                high=high,
            )
        )
    effects = sorted(
        (effect for effect in findings.effects if _count(effect.wins, effect.losses, effect.ties)),
        key=lambda effect: (
            effect.verdict != "likely",
            effect.verdict != "not yet certain",
            -abs(effect.strength),
        ),
    )
    differences = [
        protocol.MadeDifference(effect.sentence, effect.verdict == "likely") for effect in effects[:EFFECTS]
    ]
    words = words_of(found, findings.judged)
    if findings.judged and not progress([take.id for take in takes], judgements).more:
        words = " ".join([words, "That is enough for a ranking.", next_decided(findings.effects)]).rstrip()
    return protocol.JudgedValue(found, words, differences, findings.notes, models)


def _models(
    takes: Sequence[Take],
    votes: Sequence[JudgementRecord],
    names: Mapping[str, str],
    catalogue: Catalogue,
) -> list[protocol.ModelVotes]:
    """Return what each chat model voted, and how often it agrees with the person."""
    found = []
    for model in dict.fromkeys(one.model for one in votes) if len(takes) > 1 else ():
        count = sum(one.model == model for one in votes)
        agreement = Study(takes).agreement(model)
        words = f"{many(count, 'vote')}, not counted above."
        with suppress(RekaError):  # numpy is not installed
            words += f" First by its votes: {names[Study(takes, model=model).findings.ranking[0].take]}."
        found.append(
            protocol.ModelVotes(
                title=catalogue.chat[model].title if model in catalogue.chat else model,
                words=words,
                pairs=agreement.pairs,
                same=agreement.same,
                chance=round(agreement.chance, 4),
                agreement=agreement.sentence,
            )
        )
    return found


def _by_counting(names: Mapping[str, str], judgements: Sequence[JudgementRecord]) -> list[protocol.Ranked]:
    """Return takes by how often they were preferred."""
    wins, losses, ties = (dict.fromkeys(names, 0) for _ in range(3))
    for one in judgements:
        for take in (one.left, one.right):
            counts = ties if one.preferred is None else wins if one.preferred == take else losses
            counts[take] += 1
    shares = {
        # With one judgement for and one against it beforehand: one win of one is no certainty.
        take: round((wins[take] + ties[take] / 2 + 1) / (judged + 2), 4) if judged else None
        for take in names
        for judged in [_count(wins[take], losses[take], ties[take])]
    }
    in_order = sorted(names, key=lambda take: (shares[take] or -1.0, wins[take]), reverse=True)
    return [
        protocol.Ranked(
            take=take,
            place=at,
            words=names[take],
            wins=wins[take],
            losses=losses[take],
            ties=ties[take],
            share=shares[take],
            low=None,
            high=None,
        )
        for at, take in enumerate(in_order, 1)
    ]


def _count(wins: int, losses: int, ties: int) -> int:
    return wins + losses + ties


def words_of(found: Sequence[protocol.Ranked], judged: int) -> str:
    """Return what won in a sentence."""
    if not judged or not found:
        return "Nothing judged yet."
    return f"After {many(judged, 'judgement')}, first: {found[0].words}."
