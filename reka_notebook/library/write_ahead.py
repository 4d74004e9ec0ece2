"""SQLite's write-ahead log, also where two processes make the same file in the same instant."""

import sqlite3
import time

PATIENCE = 10.0
"""Seconds that another process may hold the file."""


def write_ahead(connection: sqlite3.Connection) -> None:
    """Change a file to the write-ahead log, or find that another process has.

    SQLite does not apply its own time-out here: to another process that is about to write it answers at once that
    the file is locked.

    :raises sqlite3.Error: it is locked for too long, or cannot be used.
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
