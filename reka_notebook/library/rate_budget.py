"""Limit how many requests a minute are made with one key, by all kernels on this machine together.

This is the generic cell rate algorithm: one number for each account, the time at which the budget would be
even, and beside it the time until which the service itself wants no request. They lie in a file of their own,
outside any library. A crash may lose its last writes; nothing depends on them.

Each time is written together with the time of writing. If that lies in the future, the clock was set back
meanwhile, and what was ahead of the old clock is put as far ahead of the new one. So neither a debt nor a
pause grows by what a clock does.
"""

import math
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reka_notebook.forks import Lock, hold_while_forking, keep_for_good, renew_in_child
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import create_private, private_folder
from reka_notebook.library.rows.sqlite_file import write_ahead

LONGEST_PAUSE = 3600.0
"""Seconds that a service's wish for a pause is heeded at most."""

_TABLE = """
CREATE TABLE IF NOT EXISTS accounts (
    account TEXT PRIMARY KEY,
    even REAL NOT NULL,
    paused_until REAL NOT NULL,
    written REAL NOT NULL
)
"""


@dataclass(frozen=True)
class _Standing:
    """Hold an account's debt and pause, both in seconds from now and not negative."""

    debt: float = 0.0
    pause: float = 0.0


@dataclass(frozen=True)
class Turn:
    """Say when a request may be made.

    Attributes:
        wait: Seconds to wait for it; where it is not reserved, until it is worth asking again.
        reserved: Whether it is reserved, so that nobody else makes it.
        pause: Seconds for which the service itself wants no request.
    """

    wait: float
    reserved: bool
    pause: float = 0.0


class CountFile:
    """Keep numbers that a machine's processes share, in a file of which a crash may lose the last writes.

    Raises:
        LibraryError: If it cannot be used.
    """

    def __init__(self, path: Path, tables: str) -> None:
        self._path = private_folder(path.parent) / path.name
        self._tables = tables
        self._lock = threading.Lock()
        try:
            create_private(self._path)
            self._connection: sqlite3.Connection | None = self._open()
        except (sqlite3.Error, OSError) as error:
            raise self._failure(error) from error
        hold_while_forking(self._locks)
        renew_in_child(self._renew)

    def _locks(self) -> tuple[Lock]:
        return (self._lock,)

    def _renew(self) -> None:
        """Open the file anew at its next use: this is a child process, and the connection is its parent's."""
        self._lock = threading.Lock()
        if self._connection is not None:
            self._finalizer.detach()
            keep_for_good(self._connection)
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10.0, isolation_level=None, check_same_thread=False)
        self._finalizer = weakref.finalize(self, connection.close)
        write_ahead(connection)
        connection.execute("PRAGMA synchronous = OFF")
        for statement in self._tables.split(";"):
            connection.execute(statement)
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a transaction while no other process is in one.

        Raises:
            LibraryError: If the file cannot be used.
        """
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._open()
                connection = self._connection
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                finally:
                    connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._failure(error) from error

    def _failure(self, error: Exception) -> LibraryError:
        return LibraryError(f"The file {self._path} cannot be used: {error}. Delete it if it is damaged.")

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()


class RateBudget:
    """Count the requests of each account, across every process that uses the folder.

    Raises:
        LibraryError: If its file cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._file = CountFile(folder / "budget.sqlite3", _TABLE)

    def reserve(self, account: str, per_minute: float, longest: float = math.inf) -> float:
        """Reserve a request and return the seconds to wait for it; reserve nothing if that exceeds ``longest``.

        A sixth of a minute's requests may be made in a burst, and at least one.
        """
        interval = 60.0 / per_minute
        burst = max(1.0, per_minute / 6)
        wait = 0.0

        def claim(now: _Standing) -> _Standing:
            nonlocal wait
            debt = max(now.debt, now.pause) + interval  # after a pause too, what waited goes one by one
            wait = max(0.0, debt - burst * interval, now.pause)
            return replace(now, debt=debt) if wait <= longest else now

        self._change(account, claim)
        return wait

    def end_burst(self, account: str, per_minute: float) -> None:
        """Let requests go one by one from now on, because others have counted the burst already."""
        burst = max(1.0, per_minute / 6) * 60.0 / per_minute
        self._change(account, lambda now: replace(now, debt=max(now.debt, burst)))

    def pause(self, account: str, seconds: float) -> None:
        """Let nobody make a request for this many seconds, because the service says so."""
        seconds = min(seconds, LONGEST_PAUSE)
        self._change(account, lambda now: replace(now, pause=max(now.pause, seconds)))

    def paused(self, account: str) -> float:
        """Return for how many seconds the service still wants no request."""
        return self._change(account, lambda now: now).pause

    def _change(self, account: str, change: Callable[[_Standing], _Standing]) -> _Standing:
        with self._file.transaction() as connection:
            now = time.time()
            row = connection.execute(
                "SELECT even, paused_until, written FROM accounts WHERE account = ?", (account,)
            ).fetchone()
            after = change(_standing(row, now) if row else _Standing())
            connection.execute(
                "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?)",
                (account, now + after.debt, now + after.pause, now),
            )
        return after

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _standing(row: tuple[float, float, float], now: float) -> _Standing:
    even, paused_until, written = row
    seen = max(now, written)  # a clock that was set back stood still meanwhile, as far as can be known
    return _Standing(max(0.0, even - seen), min(LONGEST_PAUSE, max(0.0, paused_until - seen)))
