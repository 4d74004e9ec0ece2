"""Choose which takes are judged next, and save each judgement."""

import math
import secrets
from collections.abc import Sequence
from random import SystemRandom
from typing import NamedTuple

from reka_notebook.errors import RekaError
from reka_notebook.kinds import kind_of
from reka_notebook.library import Library, TakeRecord
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.study.pairing import check_kinds, next_pair, progress
from reka_notebook.text import many
from reka_notebook.widgets import protocol

MOST = 200
"""Takes that are judged against each other at most; with more, nobody gets to the end."""

AHEAD = 1
"""Pairs that are loaded while another is looked at."""

WAVEFORM = 3.0
"""Width by height of a sound's picture."""

KINDS = ("video", "image", "audio")
"""The kinds of takes that can be judged."""


class _Asked(NamedTuple):
    """Hold a pair as it was shown: ``left`` and ``right`` are IDs of takes."""

    id: str
    left: str
    right: str


class Judging:
    """Ask for judgements of takes, for one page. Not to be called on the engine's loop, and by one caller at a time.

    Every answer reads the judgements again, so what the same person judges in another notebook counts at once.

    Args:
        takes: The takes' IDs.

    Raises:
        RekaError: If fewer than two of them exist, or they cannot be judged against each other.
    """

    def __init__(self, library: Library, takes: Sequence[str]) -> None:
        self._library = library
        self._rng = SystemRandom()
        self.takes = list(dict.fromkeys(takes))
        self._records = {record.id: record for record in self._there()}
        _check(list(self._records.values()), len(self.takes))
        self.takes = list(self._records)
        self._asked: dict[str, _Asked] = {}
        self._said: dict[str, str | None] = {}
        """The judgement of each pair, or ``None`` if it was skipped, in order."""
        self._begun = library.now()

    def begin(self) -> protocol.JudgingValue:
        """Return the first pairs."""
        judgements = self.judgements()
        pairs = [pair for _ in range(1 + AHEAD) if (pair := self._next(judgements))]
        ratios = [
            record.files[0].width / record.files[0].height
            for record in self._records.values()
            if record.files[0].width and record.files[0].height
        ]
        ratio = math.sqrt(min(ratios) * max(ratios)) if ratios else WAVEFORM
        return protocol.JudgingValue(
            judging=secrets.token_hex(8),
            pairs=pairs,
            ratio=round(ratio, 4),
            standing=self._standing(judgements),
            can_take_back=bool(judgements),
        )

    def vote(self, pair: str, choice: protocol.Choice, *, more: bool = True) -> protocol.VoteValue:
        """Save the judgement of a pair, and return another pair if one is wanted.

        Raises:
            RekaError: If another page showed the pair.
        """
        asked = self._pair(pair)
        note = self._pass_over(asked)
        if pair not in self._said and not note:
            preferred = {"left": asked.left, "right": asked.right}.get(choice)
            self._said[pair] = (
                None
                if choice == "skip"
                else self._library.judgements.add(asked.left, asked.right, preferred).id
            )
        judgements = self.judgements()
        following = self._next(judgements) if more else None
        return protocol.VoteValue(following, self._standing(judgements, note))

    def take_back(self, pair: str | None) -> protocol.TakeBackValue:
        """Take back the judgement of a pair, or the last one from before this page, and return the pair.

        Raises:
            RekaError: If another page showed the pair.
        """
        note, asked = "", self._earlier() if pair is None else self._pair(pair)
        if pair is not None:
            judgement = self._said.pop(pair, None)
            if judgement is not None:
                self._library.judgements.take_back(judgement)
        if asked is not None and (note := self._pass_over(asked)):
            asked = None
        judgements = self.judgements()
        return protocol.TakeBackValue(
            asked and self._view(asked), self._standing(judgements, note), bool(judgements)
        )

    def _earlier(self) -> _Asked | None:
        """Take back the person's last judgement from before this page; those made elsewhere since then stay."""
        for judgement in reversed(self.judgements()):
            if judgement.judged < self._begun and self._library.judgements.take_back(judgement.id):
                return self._put(judgement.left, judgement.right)
        return None

    def judgements(self) -> list[JudgementRecord]:
        """Return this person's own judgements of these takes, oldest first."""
        person = self._library.person
        return [one for one in self.every() if one.person == person and not one.model]

    def votes(self) -> list[JudgementRecord]:
        """Return what chat models voted on these takes for this person, oldest first."""
        person = self._library.person
        return [one for one in self.every() if one.person == person and one.model]

    def every(self) -> list[JudgementRecord]:
        """Return all judgements of these takes, oldest first."""
        return self._library.judgements.among(self.takes)

    def _next(self, judgements: Sequence[JudgementRecord]) -> protocol.Pair | None:
        """Return the next pair: none that is shown or loaded already, nor one that was skipped."""
        self._look_again()
        waiting = {frozenset(one[1:]) for one in self._asked.values() if one.id not in self._said}
        skipped = {frozenset(self._asked[pair][1:]) for pair, kept in self._said.items() if kept is None}
        found = next_pair(self.takes, judgements, self._rng, skipped=waiting | skipped)
        found = found or next_pair(self.takes, judgements, self._rng, skipped=skipped)
        # All were skipped: they are asked for once more.
        found = found or next_pair(self.takes, judgements, self._rng)
        return self._view(self._put(*found)) if found else None

    def _put(self, left: str, right: str) -> _Asked:
        asked = _Asked(secrets.token_hex(8), left, right)
        self._asked[asked.id] = asked
        return asked

    def _pair(self, pair: str) -> _Asked:
        asked = self._asked.get(pair)
        if asked is None:
            raise RekaError("This pair belongs to another page. Start judging again.")
        return asked

    def _view(self, asked: _Asked) -> protocol.Pair:
        return protocol.Pair(asked.id, _side(self._records[asked.left]), _side(self._records[asked.right]))

    @property
    def records(self) -> list[TakeRecord]:
        """Return the takes that still exist."""
        self._look_again()
        return [self._records[take] for take in self.takes]

    def _there(self) -> list[TakeRecord]:
        return [record for record in self._library.takes.some(self.takes) if record.removed is None]

    def _look_again(self) -> None:
        """Leave out the takes that were removed meanwhile."""
        there = {record.id for record in self._there()}
        self.takes = [take for take in self.takes if take in there]

    def _pass_over(self, asked: _Asked) -> str:
        """Skip a pair if one of its takes was removed, and return words for that; empty if both exist."""
        self._look_again()
        if asked.left in self.takes and asked.right in self.takes:
            return ""
        self._said.pop(asked.id, None)
        self._asked.pop(asked.id, None)
        return "A take of this pair was removed, so the pair was skipped."

    def _standing(self, judgements: Sequence[JudgementRecord], note: str = "") -> protocol.Standing:
        far = progress(self.takes, judgements)
        more = None if len(self.takes) < 2 else far.more
        return protocol.Standing(far.judged, more, words_of(far.judged, more), note)


def words_of(judged: int, more: int | None) -> str:
    """Return how far the judging is in words."""
    said = f"{judged:,} judged"
    if more is None:
        return f"{said}; fewer than two takes are left."
    if more == 0:
        return f"{said}; enough for a ranking."
    return f"{said}; about {more:,} more would be enough for a ranking."


def _check(records: Sequence[TakeRecord], asked: int) -> None:
    """Check that takes can be judged against each other.

    Raises:
        RekaError: If they cannot, in words that say what to do.
    """
    if len(records) < 2:
        gone = asked - len(records)
        removed = (
            f" {gone} of these {many(asked, 'take')} {'was' if gone == 1 else 'were'} removed."
            if gone
            else ""
        )
        raise RekaError(f"Judging needs at least two takes.{removed}")
    if len(records) > MOST:
        raise RekaError(
            f"{len(records):,} takes are too many to judge in pairs. Choose at most {MOST}, with a search or a "
            "collection."
        )
    kinds = [record.files[0].kind for record in records]
    for name in kinds:
        if name not in KINDS:
            raise RekaError(
                f"{kind_of(name).plural.capitalize()} can't be judged. Choose videos, images or sounds."
            )
    check_kinds(kinds)


def _side(record: TakeRecord) -> protocol.Side:
    file = record.files[0]
    return protocol.Side(
        take=record.id,
        kind=file.kind,  # type: ignore[arg-type]
        width=file.width,
        height=file.height,
        fps=file.fps,
        has_audio=file.has_audio,
    )
