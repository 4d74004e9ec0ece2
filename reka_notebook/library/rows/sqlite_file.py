"""Keep the rows in an SQLite file, and run transactions that reach the disk."""

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, Executable, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError, ResourceClosedError
from sqlalchemy.pool import NullPool

from reka_notebook.forks import Lock, hold_while_forking, keep_for_good, renew_in_child
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import create_private
from reka_notebook.library.rows.database import AnyRow, Database, Values
from reka_notebook.library.rows.schema import VERSION, upgrade

PATIENCE = 10.0
"""Seconds that another process may hold the file."""

_FAILURES = (DBAPIError, ResourceClosedError, sqlite3.Error)
"""What SQLite says, through SQLAlchemy or itself."""


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a file to the write-ahead log, or find that another process has done so.

    SQLite does not apply its own time-out here: if another process is about to write, it answers at once that
    the file is locked.

    Raises:
        sqlite3.Error: If the file is locked for too long, or cannot be used.
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(0.01)


class DatabaseDamaged(LibraryError):
    """Report that the file is no longer a database."""


_handed = threading.local()


@lru_cache
def _engine() -> Engine:
    """Return what runs the statements of every file: each engine compiles them all anew.

    It connects to what ``_handed`` holds, and keeps no connection.
    """
    return create_engine(
        "sqlite://", creator=lambda: _handed.connection, poolclass=NullPool, hide_parameters=True
    )


class _Connection:
    """Connect to the file that lies at the path right now.

    SQLAlchemy runs the statements. Where a transaction begins and ends is said to SQLite itself.

    Attributes:
        core: The connection as SQLAlchemy has it.
        sqlite: The same, as Python has it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.stat().st_ino
        self.sqlite = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
        self.abandoned = False
        _handed.connection = self.sqlite
        try:
            self.core = _engine().connect()
        except BaseException:
            self.sqlite.close()
            raise
        finally:
            del _handed.connection
        self._finalizer = weakref.finalize(
            self, self.core.close
        )  # also where opening fails, and without close()

    @property
    def moved(self) -> bool:
        """Return whether another process has put a rebuilt file in its place, or the connection is the parent's."""
        if self.abandoned:
            return True
        try:
            return self._path.stat().st_ino != self._file
        except OSError:
            return False

    def abandon(self) -> None:
        """Leave the connection to the process that this one was forked from."""
        self.abandoned = True
        self._finalizer.detach()
        keep_for_good(self.core)

    def close(self) -> None:
        """Close the connection, unless it is the parent's."""
        if not self.abandoned:
            self.core.close()


class SqliteFile(Database):
    """Hold a connection that writes, its commits synced to the disk, and one that reads meanwhile.

    Each is used by one thread at a time. A reader sees what was committed last, and does not wait for a
    writer.
    """

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._writing, self._reading = threading.RLock(), threading.Lock()
        self._path = path
        self._open()
        self._reader = self._open_reader()
        hold_while_forking(self._locks)
        renew_in_child(self._renew)

    def _locks(self) -> tuple[Lock, Lock]:
        return self._reading, self._writing

    def _renew(self) -> None:
        """Open the file anew at its next use: this is a child process, and the connections are its parent's."""
        self._writing, self._reading = threading.RLock(), threading.Lock()
        self._writer.abandon()
        self._reader.abandon()

    def _open(self) -> None:
        try:
            # Made private before SQLite writes into it; its journal files inherit the mode.
            create_private(self._path)
            self._writer = _Connection(self._path)
            write_ahead(self._writer.sqlite)
            self._writer.sqlite.execute("PRAGMA synchronous = FULL")
            self._check()
            self._migrate()
        except (*_FAILURES, OSError) as error:
            raise self._failure(error) from error

    def _open_reader(self) -> _Connection:
        try:
            reader = _Connection(self._path)
            reader.sqlite.execute("PRAGMA query_only = ON")
        except (*_FAILURES, OSError) as error:
            raise self._failure(error) from error
        return reader

    def _check(self) -> None:
        found = self._writer.sqlite.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"database disk image is malformed ({found})")

    def _follow(self) -> None:
        """Switch to the file that another process has rebuilt in this one's place."""
        if self._writer.abandoned:
            self._open()
        elif self._writer.moved and not self._writer.sqlite.in_transaction:
            self._writer.close()
            self._open()
            self.replaced()

    def _migrate(self) -> None:
        with self.transaction():
            connection = self._writer.sqlite
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise LibraryError(
                    f"The library {self._path} was written by a newer reka-notebook (its version is {version}, "
                    f"this one knows {VERSION}). Update reka-notebook, or set REKA_NOTEBOOK_HOME to another folder."
                )
            upgrade(connection, version)

    @contextmanager
    def transaction(self, *, alone: bool = True) -> Iterator[Connection]:
        """Run a write transaction: all of it is on disk when the block ends, or none of it.

        Raises:
            LibraryError: If the file is locked for too long, damaged or read-only, or the disk is full.
        """
        with self._writing:
            try:
                self._follow()
                writer = self._writer
                writer.sqlite.execute("BEGIN IMMEDIATE")
                try:
                    yield writer.core
                    writer.sqlite.execute("COMMIT")
                except BaseException:
                    if writer.sqlite.in_transaction:  # a full disk has rolled it back already
                        writer.sqlite.execute("ROLLBACK")
                    raise
            except (IntegrityError, sqlite3.IntegrityError):
                raise
            except _FAILURES as error:
                raise self._failure(error) from error

    def change(self, statement: Executable, values: Values | None = None) -> int:
        """Run one statement as a transaction of its own, and return how many rows it changed.

        Every call to SQLite releases Python's lock, and waits to have it back while the file is held. One
        call keeps others out of the file for a fraction of the time that a transaction with its beginning and
        end does.

        Raises:
            LibraryError: As for ``transaction``.
        """
        with self._writing:
            try:
                self._follow()
                return self._writer.core.execute(statement, values).rowcount
            except (IntegrityError, sqlite3.IntegrityError):
                raise
            except _FAILURES as error:
                raise self._failure(error) from error

    def rows(self, statement: Executable, values: Values | None = None) -> Sequence[AnyRow]:
        """Return the rows of a query over what is committed."""
        with self._reading:
            try:
                if self._reader.moved:
                    with self._writing:
                        self._follow()
                    self._reader.close()
                    self._reader = self._open_reader()
                return self._reader.core.execute(statement, values).fetchall()
            except _FAILURES as error:
                raise self._failure(error) from error

    def now(self) -> float:
        """Return the seconds since 1970 by this machine's clock: whoever has the file is on it."""
        return time.time()

    def close(self) -> None:
        """Close the file."""
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()

    def _failure(self, error: Exception) -> LibraryError:
        if isinstance(error, DBAPIError) and isinstance(error.orig, Exception):
            error = error.orig
        said = str(error).rstrip(".")
        if isinstance(error, sqlite3.DatabaseError) and ("malformed" in said or "not a database" in said):
            return DatabaseDamaged(
                f"The library's database {self._path} is damaged: {said}. Restart the kernel: it is rebuilt from "
                "what lies beside the media, and nothing is charged again."
            )
        if not _is_own(self._path):
            return LibraryError(
                f"{self._path.parent} belongs to another user of this machine, and only they can use it ({said}). "
                "Nothing was sent. Set REKA_NOTEBOOK_HOME to a folder of your own."
            )
        return LibraryError(
            f"The library's database {self._path} cannot be used: {said}. Nothing was lost or charged by this. "
            "Check that the disk has room and the folder can be written to, or set REKA_NOTEBOOK_HOME to another one."
        )


def _is_own(path: Path) -> bool:
    """Return whether a file belongs to this process's user; true if that cannot be told."""
    try:
        return not hasattr(os, "geteuid") or path.stat().st_uid == os.geteuid()
    except OSError:
        return True
