"""How many requests a minute may be made with one key, by all kernels on this machine together.

The generic cell rate algorithm: one number for each account, the time at which the budget would be even. It lies in
a file of its own, outside of any library, which may lose its last writes in a crash: nothing depends on them.
"""

import math
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import create_private, private_folder
from reka_notebook.library.write_ahead import write_ahead

LONGEST_DEBT = 3600.0
"""Seconds. A number further ahead than this comes from a clock that was set back."""


class Budget:
    """Requests of each account, counted by every process that uses the folder.

    :raises LibraryError: its file cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._path = private_folder(folder) / "budget.sqlite3"
        self._lock = threading.Lock()
        try:
            create_private(self._path)
            self._connection = self._open()
        except (sqlite3.Error, OSError) as error:
            raise LibraryError(
                f"The file {self._path} cannot be used: {error}. Delete it if it is damaged."
            ) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10.0, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, connection.close)
        write_ahead(connection)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS budgets (account TEXT PRIMARY KEY, even REAL NOT NULL)"
        )
        return connection

    def reserve(self, account: str, per_minute: float, longest: float = math.inf) -> float:
        """Reserve one request; how many seconds to wait before it is made. Where it is more than ``longest``, none is.

        A sixth of a minute's requests may be made in a burst, one at least.
        """
        interval = 60.0 / per_minute
        burst = max(1.0, per_minute / 6)
        now = time.time()
        wait = 0.0

        def claim(even: float) -> float:
            nonlocal wait
            claimed = max(even, now) + interval
            wait = max(0.0, claimed - now - burst * interval)
            return claimed if wait <= longest else even

        with self._lock:
            self._change(account, now, claim)
        return wait

    def pause(self, account: str, seconds: float) -> None:
        """Let nobody make a request for this long, because the service says so."""
        now = time.time()
        with self._lock:
            self._change(account, now, lambda even: max(even, now + min(seconds, LONGEST_DEBT)))

    def _change(self, account: str, now: float, change: Callable[[float], float]) -> float:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                row = self._connection.execute(
                    "SELECT even FROM budgets WHERE account = ?", (account,)
                ).fetchone()
                before = row[0] if row and row[0] < now + LONGEST_DEBT * 2 else now
                after = change(before)
                self._connection.execute("INSERT OR REPLACE INTO budgets VALUES (?, ?)", (account, after))
            finally:
                self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise LibraryError(
                f"The file {self._path} cannot be used: {error}. Delete it if it is damaged."
            ) from error
        return after

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
