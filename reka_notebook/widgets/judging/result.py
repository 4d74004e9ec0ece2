"""Say what won so far."""

from collections.abc import Sequence

from reka_notebook.catalogue import Catalogue
from reka_notebook.jobs import Take
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.output.compared.differences import NOT_SET, setting_facts
from reka_notebook.prompts.diff import diff_prompts
from reka_notebook.text import beginning, many
from reka_notebook.widgets import protocol

ROOM = 90
"""Letters of what tells a take from the others."""


def ranked(
    takes: Sequence[Take], judgements: Sequence[JudgementRecord], catalogue: Catalogue
) -> protocol.JudgedValue:
    """Return takes by how often they were preferred, best first; those that were not judged stand last."""
    wins, losses, ties = ({take.id: 0 for take in takes} for _ in range(3))
    for one in judgements:
        for take in (one.left, one.right):
            counts = ties if one.preferred is None else wins if one.preferred == take else losses
            counts[take] += 1
    names = dict(zip((take.id for take in takes), telling(takes, catalogue), strict=True))
    shares = {take.id: _share(wins[take.id], losses[take.id], ties[take.id]) for take in takes}

    def order(take: Take) -> tuple[float, int]:
        share = shares[take.id]
        return (-1.0 if share is None else share, wins[take.id])

    in_order = sorted(takes, key=order, reverse=True)
    places: dict[tuple[float, int], int] = {}
    found = [
        protocol.Ranked(
            take=take.id,
            place=places.setdefault(order(take), at),
            words=names[take.id],
            wins=wins[take.id],
            losses=losses[take.id],
            ties=ties[take.id],
            share=shares[take.id],
            low=None,
            high=None,
        )
        for at, take in enumerate(in_order, 1)
    ]
    return protocol.JudgedValue(found, words_of(found, len(judgements)))


def _share(wins: int, losses: int, ties: int) -> float | None:
    judged = wins + losses + ties
    # With one judgement for and one against it beforehand: one win of one is no certainty.
    return round((wins + ties / 2 + 1) / (judged + 2), 4) if judged else None


def words_of(found: Sequence[protocol.Ranked], judged: int) -> str:
    """Return what won in a sentence."""
    if not judged:
        return "Nothing is judged yet."
    first = [one for one in found if one.place == 1]
    said = f"After {many(judged, 'judgement')}"
    if len(first) > 1:
        return f"{said}, {len(first)} are level in first place."
    return f"{said}, first: {first[0].words}."


def telling(takes: Sequence[Take], catalogue: Catalogue) -> list[str]:
    """Return for each take what tells it from the others: the words and the settings that not all of them share."""
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
    """Return the words with the number of the take, where several are the same."""
    return [
        f"{said} · take {take.request.take}" if found.count(said) > 1 and take.request.take > 1 else said
        for said, take in zip(found, takes, strict=True)
    ]
