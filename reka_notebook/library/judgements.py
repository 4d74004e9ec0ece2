"""Keep judgements: which of two takes somebody preferred."""

import secrets
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import bindparam, select

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.tables import judgements

_OF_LEFT = select(judgements).where(judgements.c.left_take.in_(bindparam("takes", expanding=True)))
_TAKE_BACK = judgements.delete().where(
    judgements.c.id == bindparam("judgement"), judgements.c.person == bindparam("whose")
)


class JudgementRecord(NamedTuple):
    """Hold one judgement.

    Args:
        person: Who judged, or asked a model to; empty in a person's own library.
        model: The chat model that voted; empty if the person judged.
        left: The take that was shown on the left.
        right: The take that was shown on the right.
        preferred: Which of the two was preferred; ``None`` for a tie.
        judged: When, in seconds since 1970.
    """

    id: str
    person: str
    model: str
    left: str
    right: str
    preferred: str | None
    judged: float


class JudgementTable:
    """Keep a person's judgements, and read those of others who share the library."""

    def __init__(self, database: Database, person: str) -> None:
        self._database = database
        self._person = person

    def add(self, left: str, right: str, preferred: str | None, model: str = "") -> JudgementRecord:
        """Write a judgement, and return it.

        Raises:
            LibraryError: If the preferred take is neither of the two, or both are the same.
        """
        if left == right or preferred not in (left, right, None):
            raise LibraryError("A judgement needs two different takes, and prefers one of them or neither.")
        record = JudgementRecord(
            secrets.token_hex(8), self._person, model, left, right, preferred, self._database.now()
        )
        values = record._asdict()
        values |= {"left_take": values.pop("left"), "right_take": values.pop("right")}
        self._database.change(judgements.insert(), values)
        return record

    def take_back(self, judgement: str) -> bool:
        """Delete a judgement of this person, and return whether it existed."""
        return bool(self._database.change(_TAKE_BACK, {"judgement": judgement, "whose": self._person}))

    def among(self, takes: Collection[str]) -> list[JudgementRecord]:
        """Return everybody's judgements between these takes, oldest first."""
        wanted, asked = set(takes), sorted(takes)
        found: list[JudgementRecord] = []
        for start in range(0, len(asked), 500):
            rows = self._database.rows(_OF_LEFT, {"takes": asked[start : start + 500]})
            found += [
                JudgementRecord(
                    *(row.id, row.person, row.model, row.left_take, row.right_take, row.preferred, row.judged)
                )
                for row in rows
                if row.right_take in wanted
            ]
        return sorted(found, key=lambda one: (one.judged, one.id))
