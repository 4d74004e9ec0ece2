"""A damaged database is put aside and made anew from what lies beside the media."""

import logging
import time
from pathlib import Path

from reka_notebook.library.database import Database, DatabaseDamaged
from reka_notebook.library.folder import MediaFolder
from reka_notebook.library.job_table import JobTable
from reka_notebook.library.journal import Journal
from reka_notebook.library.take_table import TakeTable

log = logging.getLogger("reka_notebook")


def open_database(home: Path) -> Database:
    """The library's database; a damaged one is rebuilt, and kept under another name.

    :raises LibraryError: it cannot be used for another reason.
    """
    from filelock import FileLock

    path = home / "library.sqlite3"
    try:
        return Database(path)
    except DatabaseDamaged:
        with FileLock(home / "rebuild.lock", mode=0o600):
            try:
                return Database(path)  # another process has rebuilt it while this one waited
            except DatabaseDamaged as error:
                return _rebuild(home, path, error)


def _rebuild(home: Path, path: Path, error: DatabaseDamaged) -> Database:
    aside = home / f"damaged-{time.strftime('%Y%m%d-%H%M%S')}.sqlite3"
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    database = Database(path)
    journal = Journal(home)
    jobs, takes = JobTable(database, journal), TakeTable(database, journal)
    kept = [take for take in MediaFolder(home).sidecars() if jobs.restore(take.job)]
    for take in kept:
        takes.add(take)
    pending = sum(jobs.restore(record) for record in journal.records())
    log.warning(
        "%s It was rebuilt: %d takes, %d unfinished jobs. The damaged file is kept as %s.",
        error,
        len(kept),
        pending,
        aside.name,
    )
    return database
