"""Find words in the prompts of very many takes by an index of three letters each, where SQLite has one.

PostgreSQL has its own, which it keeps itself. In an SQLite file the index is a table beside the others, that whoever
looks for words fills in a thread, up to a take; the few behind that are looked through one by one. So nothing is lost
or held up where another process, of an older SQLite, writes takes and knows no such index.
"""

import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, column, func, literal_column, select, table, text, union_all

from reka_notebook.forks import renew_in_child
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.tables import takes

FEW = 20_000
"""Takes whose prompts are looked through quickly enough."""

BEHIND = 1_000
"""Takes that may be missing in the index before it is filled up."""

MANY = 5_000
"""Takes with a word of which so many have it that the newest of them are soon found one by one."""

AT_ONCE = 2_000
"""Takes that are written into the index in one transaction, which holds others up."""

_MAKE = text(
    "CREATE VIRTUAL TABLE IF NOT EXISTS takes_words USING fts5(words, content='', tokenize='trigram case_sensitive 1')"
)

_index = table("takes_words", column("rowid"), column("words"))
_indexed = table("takes_words_docsize", column("id"))  # FTS5's own list of what it has
_known = table("sqlite_master", column("name"))

_IS_MADE = select(_known.c.name).where(_known.c.name == "takes_words_docsize")
_LAST = select(func.max(takes.c.number))
_LAST_INDEXED = select(func.coalesce(func.max(_indexed.c.id), 0))
_FOUND = select(_index.c.rowid).where(literal_column("takes_words").op("MATCH")(bindparam("match")))
_COUNT = select(func.count()).select_from(_FOUND.limit(MANY).subquery())
_newer = takes.alias("newer")
_FILL = _index.insert().from_select(
    ["rowid", "words"],
    select(takes.c.number, takes.c.words)
    .where(takes.c.number > bindparam("last"))
    .order_by(takes.c.number)
    .limit(AT_ONCE),
)


def in_index() -> ColumnElement[bool]:
    """Return the condition of takes that may have the words, by the values that `WordIndex.narrowed` returns."""
    newer = select(_newer.c.number).where(_newer.c.number > bindparam("indexed"))
    return takes.c.number.in_(union_all(_FOUND, newer))


class WordIndex:
    """Tell by which takes of a database the index narrows a search, and fill it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_made = False
        self._filling = threading.Lock()
        renew_in_child(self._renew)

    def _renew(self) -> None:
        self._filling = threading.Lock()

    def narrowed(self, words: Sequence[str]) -> dict[str, Any] | None:
        """Return the values of `in_index` for a search; ``None`` if it is as quick without, or not possible with.

        Args:
            words: What is looked for, case-folded as it is searched.
        """
        long = [word for word in words if len(word) >= 3 and "\0" not in word]
        if not long or self._database.dialect != "sqlite" or not has_trigrams():
            return None
        last = self._database.rows(_LAST)[0][0] or 0
        if last < FEW:
            return None
        indexed = self._last_indexed()
        if last - indexed > BEHIND:
            self._fill_up()
        if last - indexed > FEW:
            return None
        quoted = ('"' + word.replace('"', '""') + '"' for word in long)
        values = {"match": " AND ".join(quoted)}
        with suppress(
            LibraryError
        ):  # of an index that is damaged, what is looked through one by one knows nothing
            if self._database.rows(_COUNT, values)[0][0] < MANY:
                return {**values, "indexed": indexed}
        return None

    def _last_indexed(self) -> int:
        self._is_made = self._is_made or bool(self._database.rows(_IS_MADE))
        return int(self._database.rows(_LAST_INDEXED)[0][0]) if self._is_made else 0

    def _fill_up(self) -> None:
        if self._filling.acquire(blocking=False):
            thread = threading.Thread(
                target=self._fill, args=(self._filling,), name="reka-notebook-words", daemon=True
            )
            try:
                thread.start()
            except RuntimeError:  # no threads here, or no more
                self._filling.release()

    def _fill(self, filling: threading.Lock) -> None:
        try:
            with suppress(LibraryError):  # who writes next is told what is wrong
                while self._fill_some():
                    time.sleep(0.05)  # others write, too
        finally:
            filling.release()

    def _fill_some(self) -> bool:
        with self._database.transaction() as connection:
            connection.execute(_MAKE)
            last = connection.execute(_LAST_INDEXED).scalar_one()
            connection.execute(_FILL, {"last": last})
            return bool(connection.execute(_LAST_INDEXED).scalar_one() > last)


@cache
def has_trigrams() -> bool:
    """Return whether this SQLite has an index of three letters each: from 3.34 on, unless it was left out."""
    with closing(sqlite3.connect(":memory:")) as connection, suppress(sqlite3.Error):
        connection.execute("CREATE VIRTUAL TABLE found USING fts5(words, tokenize='trigram')")
        return True
    return False
