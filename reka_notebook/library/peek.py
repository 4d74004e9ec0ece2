"""Look into the library without opening it for writing, at next to no cost."""

import sqlite3
from pathlib import Path


def has_unfinished(home: Path) -> bool:
    """Return whether some job in the library has not ended; ``False`` also if that cannot be told."""
    database = home / "library.sqlite3"
    if not database.exists():
        return False
    try:
        connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=1.0)
        try:
            return connection.execute("SELECT 1 FROM jobs WHERE ended IS NULL LIMIT 1").fetchone() is not None
        finally:
            connection.close()
    except sqlite3.Error:
        return False  # what is wrong is said by the first thing that needs the library
