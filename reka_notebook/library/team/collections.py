"""Keep named sets of takes, which their person may share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.rows.database import Database, insert_into
from reka_notebook.library.rows.tables import collected, collections, takes
from reka_notebook.text import did_you_mean

LONGEST = 100
"""Characters of a name."""


@dataclass(frozen=True)
class CollectionRecord:
    """Represent a collection.

    Args:
        person: Whose it is; empty in a person's own library.
        takes: How many takes are in it whose files are there.
    """

    name: str
    person: str
    shared: bool
    created: float
    takes: int


class Added(NamedTuple):
    """Say which takes were not in a collection before, and whether it was made for them."""

    takes: list[str]
    made: bool


class CollectionTable:
    """Keep the collections of a person, and see those that others share.

    A name is one collection for all who use the library. Whoever made it shares it, adds to it and removes from it.
    What is shared, everybody adds to, and takes out again what they have added.
    """

    def __init__(self, database: Database, person: str) -> None:
        self._database = database
        self._person = person

    def all(self) -> list[CollectionRecord]:
        """Return this person's collections, and those that are shared, by name."""
        there = (
            select(func.count())
            .select_from(collected.join(takes, takes.c.job == collected.c.take))
            .where(collected.c.collection == collections.c.name, takes.c.removed.is_(None))
            .scalar_subquery()
        )
        rows = self._database.rows(
            select(collections, there.label("takes")).where(self._seen()).order_by(collections.c.name)
        )
        return [_record(row) for row in rows]

    def get(self, name: str) -> CollectionRecord:
        """Return a collection.

        Raises:
            LibraryError: If there is none that this person sees.
        """
        known = self.all()
        found = next((one for one in known if one.name == name), None)
        if found is None:
            names = [one.name for one in known]
            hint = did_you_mean(name, names) if names else "There are none yet; adding a take makes one."
            raise LibraryError(f"There is no collection {name!r}. {hint}")
        return found

    def of(self, jobs: Sequence[str]) -> dict[str, list[str]]:
        """Return the names of the collections that takes are in, of those that this person sees."""
        found: dict[str, list[str]] = {}
        if jobs:
            rows = self._database.rows(
                select(collected.c.take, collected.c.collection)
                .join(collections, collections.c.name == collected.c.collection)
                .where(collected.c.take.in_(list(jobs)), self._seen())
                .order_by(collected.c.collection)
            )
            for row in rows:
                found.setdefault(row.take, []).append(row.collection)
        return found

    def add(self, name: str, jobs: Sequence[str], *, shared: bool = False) -> Added:
        """Add takes to a collection, which is made, ``shared`` or not, if there is none of that name.

        Raises:
            LibraryError: If the name cannot be one, or is another person's who does not share it.
        """
        if not name.strip() or len(name) > LONGEST or not name.isprintable():
            raise LibraryError(
                f"A collection's name has 1 to {LONGEST} printable characters, and {name[:LONGEST]!r} has not."
            )
        now = self._database.now()
        with self._database.transaction() as connection:
            dialect = self._database.dialect
            named = select(collections.c.name).where(collections.c.name == name)
            made = not connection.execute(named).all()
            connection.execute(
                insert_into(dialect, collections)
                .values(name=name, person=self._person, shared=int(shared), created=now)
                .on_conflict_do_nothing()
            )
            whose = connection.execute(
                select(collections.c.person, collections.c.shared).where(collections.c.name == name)
            ).one()
            if whose.person != self._person and not whose.shared:
                raise LibraryError(
                    f"There is a collection {name!r} of {whose.person} already, who does not share it. Choose another "
                    "name, or ask them to share it."
                )
            inside = select(collected.c.take).where(
                collected.c.collection == name, collected.c.take.in_(list(jobs))
            )
            there = {row.take for row in connection.execute(inside)}
            added = [job for job in dict.fromkeys(jobs) if job not in there]
            for job in added:
                connection.execute(
                    insert_into(dialect, collected)
                    .values(collection=name, take=job, added=now, person=self._person)
                    .on_conflict_do_nothing()
                )
            return Added(added, made)

    def remove(self, name: str, jobs: Sequence[str]) -> int:
        """Take takes out of a collection, and return how many were in it; the takes themselves stay.

        Raises:
            LibraryError: If there is no such collection, or another person has added one of them.
        """
        found = self.get(name)
        inside = collected.c.collection == name, collected.c.take.in_(list(jobs))
        if found.person != self._person:
            rows = self._database.rows(
                select(collected.c.take, collected.c.person).where(
                    *inside, collected.c.person != self._person
                )
            )
            if rows:
                raise LibraryError(
                    f"Take {rows[0].take} was added to {name!r} by {rows[0].person}. Only they, or {found.person}, "
                    "whose collection it is, can take it out."
                )
        return self._database.change(delete(collected).where(*inside))

    def share(self, name: str, shared: bool = True) -> CollectionRecord:
        """Share a collection with all who use the library, or no longer, and return it.

        Raises:
            LibraryError: If there is no such collection, or it is another person's.
        """
        self._own(name)
        self._database.change(
            update(collections).where(collections.c.name == name).values(shared=int(shared))
        )
        return self.get(name)

    def delete(self, name: str) -> None:
        """Delete a collection; its takes stay in the library.

        Raises:
            LibraryError: If there is no such collection, or it is another person's.
        """
        self._own(name)
        with self._database.transaction() as connection:
            connection.execute(delete(collected).where(collected.c.collection == name))
            connection.execute(delete(collections).where(collections.c.name == name))

    def _own(self, name: str) -> None:
        found = self.get(name)
        if found.person != self._person:
            raise LibraryError(
                f"The collection {name!r} is {found.person}'s, and only they can share or delete it. Nothing was "
                "changed."
            )

    def _seen(self) -> ColumnElement[bool]:
        return or_(collections.c.person == self._person, collections.c.shared != 0)


def _record(row: Any) -> CollectionRecord:
    return CollectionRecord(
        name=row.name, person=row.person, shared=bool(row.shared), created=row.created, takes=row.takes
    )
