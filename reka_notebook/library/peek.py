"""A look into the library that opens nothing for writing and costs next to nothing."""

import sqlite3
from pathlib import Path


def has_unfinished(home: Path) -> bool:
    """Whether some job in the library has not ended; ``False`` also where that cannot be told."""
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
