"""Look at the state of a library without changing, repairing or holding open anything."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from reka_notebook.library.records import MediaFile
from reka_notebook.library.rows.schema import VERSION
from reka_notebook.library.store.names import SIDECAR

PATIENCE = 5.0
"""Seconds that another process may hold the database."""


@dataclass
class Checkup:
    """Hold what was found.

    Attributes:
        problem: Why the database cannot be used, in SQLite's words; ``None`` if it can.
        damaged: Whether it would be rebuilt at its next use, from ``sidecars`` takes and ``pending``
            jobs.
        missing: The IDs of takes whose main file is gone without having been removed by ``prune``.
        copies: Damaged databases that were put aside.
    """

    exists: bool = False
    problem: str | None = None
    damaged: bool = False
    takes: int = 0
    unfinished: int = 0
    expired: int = 0
    missing: list[str] = field(default_factory=list)
    copies: list[Path] = field(default_factory=list)
    sidecars: int = 0
    pending: int = 0


def checkup(home: Path, *, files: bool = True) -> Checkup:
    """Look at the library in a folder, which need not exist.

    Args:
        files: Whether to look for the takes' files, which are not here if the media are in a store.
    """
    database = home / "library.sqlite3"
    found = Checkup(
        exists=database.exists(),
        copies=sorted(home.glob("damaged-*.sqlite3")),
        sidecars=sum(1 for _ in home.glob(f"media/*/*{SIDECAR}")),
        pending=sum(1 for _ in home.glob("pending/*.json")),
    )
    if found.exists:
        try:
            _look(database, found, files)
        except (sqlite3.Error, msgspec.DecodeError) as error:
            found.problem = str(error)
            found.damaged = "malformed" in found.problem or "not a database" in found.problem
    return found


def _look(database: Path, found: Checkup, files_too: bool) -> None:
    with _opened(database, "ro") as connection:
        said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if said != "ok":
            raise sqlite3.DatabaseError(f"database disk image is malformed ({said})")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise sqlite3.DatabaseError(f"it was written by a newer reka-notebook (version {version})")
        found.unfinished = _count(connection, "jobs WHERE ended IS NULL")
        found.expired = _count(connection, "jobs WHERE state = 'expired'")
        rows = connection.execute("SELECT job, files FROM takes WHERE removed IS NULL").fetchall()
    found.takes = len(rows)
    for job, files in rows if files_too else ():
        main = msgspec.json.decode(files, type=list[MediaFile])[0]
        if not (database.parent / "media" / main.name).is_file():
            found.missing.append(job)
    with _opened(database, "rw") as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")


@contextmanager
def _opened(database: Path, mode: str) -> Iterator[sqlite3.Connection]:
    uri = f"{database.absolute().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)) as connection:
        yield connection


def _count(connection: sqlite3.Connection, which: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {which}").fetchone()[0])
