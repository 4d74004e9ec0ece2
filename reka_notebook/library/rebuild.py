"""Put a damaged database aside, and make a new one from what lies beside the media."""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import disk_in_words, sync_folder
from reka_notebook.library.jobs import JobTable
from reka_notebook.library.journal import Journal
from reka_notebook.library.rows.sqlite_file import DatabaseDamaged, SqliteFile
from reka_notebook.library.store.media_folder import MediaFolder
from reka_notebook.library.takes import TakeTable

log = logging.getLogger("reka_notebook")

PATIENCE = 60.0
"""Seconds that another process may take to rebuild it."""


def open_database(home: Path, media: Callable[[], MediaFolder]) -> SqliteFile:
    """Open the library's database; rebuild a damaged one, and keep the old file under another name.

    Raises:
        LibraryError: If it cannot be used for another reason.
    """
    from filelock import FileLock

    path = home / "library.sqlite3"
    try:
        return SqliteFile(path)
    except DatabaseDamaged:
        with disk_in_words(path), FileLock(home / "rebuild.lock", timeout=PATIENCE, mode=0o600):
            try:
                return SqliteFile(path)  # another process has rebuilt it while this one waited
            except DatabaseDamaged as error:
                return rebuild(home, path, media, error)


def rebuild(home: Path, path: Path, media: Callable[[], MediaFolder], error: LibraryError) -> SqliteFile:
    """Make a new database beside the damaged one, and put it in its place when everything is in it."""
    fresh = home / "rebuilt.sqlite3"
    _clear(fresh, "", "-wal", "-shm")
    database = SqliteFile(fresh)
    journal = Journal(home)
    jobs, takes = JobTable(database, journal), TakeTable(database, journal)
    kept = [take for take in media().sidecars() if jobs.restore(take.job)]
    for take in kept:
        takes.add(take)
    pending = jobs.replay()
    database.close()
    aside = home / f"damaged-{time.strftime('%Y%m%d-%H%M%S')}.sqlite3"
    _clear(path, "-wal", "-shm")  # or they would be taken for the new one's
    try:
        os.link(path, aside)  # so that there is always a file of that name
    except OSError:
        path.replace(aside)
    fresh.replace(path)
    sync_folder(home)
    log.warning(
        "%s It was rebuilt: %d takes, %d unfinished jobs. The damaged file is kept as %s.",
        error,
        len(kept),
        pending,
        aside.name,
    )
    return SqliteFile(path)


def _clear(path: Path, *suffixes: str) -> None:
    for suffix in suffixes:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
