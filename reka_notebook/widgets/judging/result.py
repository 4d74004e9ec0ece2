"""Say what won so far."""

from collections.abc import Mapping, Sequence

from reka_notebook.catalogue import Catalogue
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.output.compared.differences import NOT_SET, setting_facts
from reka_notebook.prompts.diff import diff_prompts
from reka_notebook.study.records import chance_of
from reka_notebook.study.study import Study
from reka_notebook.text import beginning, many
from reka_notebook.widgets import protocol

EFFECTS = 6
"""Differences that are named, the surest first; `Study.effects` has all of them."""

ROOM = 90
"""Characters of the words that distinguish a take from the others."""


def ranked(
    takes: Sequence[Take], judgements: Sequence[JudgementRecord], catalogue: Catalogue
) -> protocol.JudgedValue:
    """Return the takes, best first; those that were not judged come last."""
    names = dict(zip((take.id for take in takes), telling(takes, catalogue), strict=True))
    try:
        return _by_study(takes, names)
    except RekaError as error:  # numpy is not installed, or fewer than two takes are left
        found = _by_counting(names, judgements)
        return protocol.JudgedValue(found, words_of(found, len(judgements)), [], [str(error)])


def _by_study(takes: Sequence[Take], names: Mapping[str, str]) -> protocol.JudgedValue:
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
                words=names[one.take],
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
    return protocol.JudgedValue(found, words_of(found, findings.judged), differences, findings.notes)


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


def telling(takes: Sequence[Take], catalogue: Catalogue) -> list[str]:
    """Return for each take what distinguishes it: the words and the settings that not all takes share."""
    words = [
        " … ".join(filter(None, (piece.text.strip(" ,.;:") for piece in pieces if piece.differs)))
        for pieces in diff_prompts([take.prompt for take in takes])
    ]
    facts = [fact for fact in setting_facts(takes, catalogue) if fact.differs]
    found = []
    for at, take in enumerate(takes):
        settings = [
            fact.values[at] if fact.plain else f"{fact.name} {fact.values[at]}"
            for fact in facts
            if fact.values[at] not in ("", NOT_SET)
        ]
        said = " · ".join(filter(None, [words[at], *settings])) or take.prompt or take.file_name
        found.append(beginning(said, ROOM))
    return _told_apart(found, takes)


def _told_apart(found: list[str], takes: Sequence[Take]) -> list[str]:
    """Return the words, with the number of the take where several would read the same."""
    return [
        f"{said} · take {take.request.take}" if found.count(said) > 1 and take.request.take > 1 else said
        for said, take in zip(found, takes, strict=True)
    ]
