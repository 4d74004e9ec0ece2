"""Say how the rows of each table are copied, and read them a page at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Table, select, tuple_

from reka_notebook.library.rows import tables
from reka_notebook.library.rows.database import Database

Values: TypeAlias = dict[str, Any]

PAGE = 100
"""Rows that are held in memory at once. The answers of a hundred jobs are some megabytes."""


@dataclass(frozen=True)
class Copied:
    """Say how a table is copied.

    Args:
        keys: By which a row is the same in both libraries.
        left_out: What a row has of its own in each: numbers that the database counts up, who is at work on it.
        order: By which rows are read; the keys, unless they are not indexed.
    """

    table: Table
    keys: tuple[str, ...]
    left_out: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Return the columns that are copied."""
        return [name for name in self.table.columns.keys() if name not in self.left_out]  # noqa: SIM118

    def key(self, row: Values) -> tuple[object, ...]:
        """Return what a row is the same by."""
        return tuple(row[name] for name in self.keys)


JOBS = Copied(tables.jobs, ("id",), frozenset({"owner", "epoch"}))
TAKES = Copied(tables.takes, ("job",), frozenset({"number"}))

OTHERS = (
    Copied(tables.marks, ("take", "person")),
    Copied(tables.links, ("job", "role", "place")),
    Copied(tables.digests, ("take", "file")),
    Copied(tables.collections, ("name",)),
    Copied(tables.collected, ("collection", "take")),
    Copied(tables.budgets, ("service",)),
    Copied(tables.reuses, ("service", "day", "account")),
    Copied(tables.chats, ("service", "asked", "model", "dollars"), frozenset({"id"}), ("id",)),
    Copied(tables.measures, ("take",)),
    Copied(tables.judgements, ("id",)),
    Copied(tables.batches, ("id",)),
    Copied(tables.batch_rows, ("batch", "number"), frozenset({"owner", "until"})),
)
"""The tables of which a row that both libraries have stays as it is.

What belongs to the machines that use a library is not copied: which processes live, and their shares of the rate.
"""

EVERY = (JOBS, TAKES, *OTHERS)


def pages(database: Database, copied: Copied) -> Iterator[list[Values]]:
    """Return all rows of a table, in order, a page at a time."""
    order = [copied.table.c[name] for name in copied.order or copied.keys]
    names = {*copied.columns, *copied.order}
    query = select(*(copied.table.c[name] for name in copied.table.columns.keys() if name in names))  # noqa: SIM118
    last: tuple[object, ...] | None = None
    while True:
        after = query if last is None else query.where(tuple_(*order) > tuple_(*last))
        rows = database.rows(after.order_by(*order).limit(PAGE))
        if not rows:
            return
        last = tuple(getattr(rows[-1], column.name) for column in order)
        yield [{name: row._mapping[name] for name in copied.columns} for row in rows]


def known(database: Database, copied: Copied, rows: Sequence[Values]) -> dict[tuple[object, ...], Values]:
    """Return the rows of a database that are the same as some of another's, by their keys."""
    if not rows:
        return {}
    keys = [copied.table.c[name] for name in copied.keys]
    wanted = tuple_(*keys).in_([copied.key(row) for row in rows])
    query = select(*(copied.table.c[name] for name in copied.columns)).where(wanted)
    found = [{name: row._mapping[name] for name in copied.columns} for row in database.rows(query)]
    return {copied.key(row): row for row in found}


@dataclass
class Renaming:
    """Write a row of one library as the other has it.

    Args:
        person: Who copies, as the source calls them, and as the target does: nobody has a name in their own library.
        jobs: The jobs that the target has under another ID, because the same was asked for there too.
    """

    person: tuple[str, str]
    jobs: dict[str, str]

    def __call__(self, copied: Copied, row: Values) -> Values:
        """Return the row as the target has it."""
        # PostgreSQL knows no text with a zero in it, and neither has one then.
        changed = {
            name: value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value
            for name, value in row.items()
        }
        if changed.get("person") == self.person[0]:
            changed["person"] = self.person[1]
        if self.jobs:
            for name in _JOBS_IN.get(copied.table.name, ()):
                changed[name] = self.jobs.get(changed[name], changed[name])
        return changed


_JOBS_IN: Mapping[str, Sequence[str]] = {
    "jobs": ("id", "reused"),
    "takes": ("job",),
    "marks": ("take",),
    "links": ("job", "parent"),
    "digests": ("take",),
    "collected": ("take",),
    "measures": ("take",),
    "judgements": ("left_take", "right_take", "preferred"),
    "batch_rows": ("job",),
}
"""The columns that name jobs."""

Progress: TypeAlias = Callable[[int, int], object]
"""Is told how many of how many have been done."""
