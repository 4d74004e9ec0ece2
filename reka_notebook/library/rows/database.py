"""Describe what a database of the library offers, whichever engine it has."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from sqlalchemy import Connection, Executable, Row, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

    Insert: TypeAlias = sqlite.Insert | postgresql.Insert
    AnyRow: TypeAlias = Row[*tuple[Any, ...]]
else:
    AnyRow, Insert = Row, sqlite.Insert  # whoever has a file does without PostgreSQL's

Dialect: TypeAlias = Literal["sqlite", "postgresql"]

Values: TypeAlias = Mapping[str, object]


class Rows(Protocol):
    """Read what a query finds: within a transaction, or what is committed."""

    def __call__(self, statement: Executable, values: Values | None = None, /) -> Sequence[AnyRow]:
        """Return the rows of a query."""


def rows_in(connection: Connection) -> Rows:
    """Return what reads within a transaction."""
    return lambda statement, values=None: connection.execute(statement, values).fetchall()


class Database(ABC):
    """Run statements over the tables.

    Attributes:
        dialect: Which engine it is.
        replaced: Called when another process has put a rebuilt database in this one's place, which is then used.
    """

    dialect: Dialect

    def __init__(self) -> None:
        self.replaced: Callable[[], object] = lambda: None

    @abstractmethod
    def transaction(self, *, alone: bool = True) -> AbstractContextManager[Connection]:
        """Run a write transaction: all of it is on disk when the block ends, or none of it.

        Args:
            alone: Whether nobody else is in the middle of such a transaction meanwhile, so that what is read in it
                still holds when it is written. ``change`` does not wait for that.

        Raises:
            LibraryError: If the database cannot be used, in words.
            sqlalchemy.exc.IntegrityError: If there is such a row already.
        """

    @abstractmethod
    def change(self, statement: Executable, values: Values | None = None) -> int:
        """Run one statement as a transaction of its own, and return how many rows it changed.

        Raises:
            LibraryError: As for ``transaction``.
        """

    @abstractmethod
    def rows(self, statement: Executable, values: Values | None = None) -> Sequence[AnyRow]:
        """Return the rows of a query over what is committed.

        Raises:
            LibraryError: As for ``transaction``.
        """

    @abstractmethod
    def now(self) -> float:
        """Return the seconds since 1970 by the clock that all who use the database share."""

    def ahead(self) -> float:
        """Return the seconds by which that clock is ahead of this machine's."""
        return 0.0

    @abstractmethod
    def close(self) -> None:
        """Close the database."""


def insert_into(dialect: str, table: Table) -> "Insert":
    """Return an insertion that can say what is done where a row is there already; both engines say so alike."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # not for those who have a file

    return postgresql.insert(table)


@lru_cache(maxsize=256)
def upsert(
    dialect: str, table: Table, keys: tuple[str, ...] = (), changed: tuple[str, ...] | None = None
) -> "Insert":
    """Return an insertion that changes the row which is there already.

    Args:
        dialect: The engine's, as `Database.dialect` or ``connection.dialect.name`` tells it.
        table: Where to insert.
        keys: The columns by which a row is the same; the primary key's, unless told.
        changed: The columns that it then changes; all others that are not keys, unless told.
    """
    same: Collection[str] = keys or table.primary_key.columns.keys()
    statement = insert_into(dialect, table)
    columns = changed
    if columns is None:
        columns = tuple(
            column.name for column in table.columns if column.name not in same and not column.primary_key
        )
    return statement.on_conflict_do_update(
        index_elements=list(same), set_={name: statement.excluded[name] for name in columns}
    )
