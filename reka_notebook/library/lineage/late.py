"""Find out later where images came from: of what earlier versions wrote, and of files that went out and came back."""

import hashlib
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.lineage.links import find_parents, rows_of, write_links, write_parents
from reka_notebook.library.lineage.parent import Parent
from reka_notebook.library.records import MediaFile
from reka_notebook.library.request import GenerationRequest, ImageUse
from reka_notebook.library.rows.sqlite_file import SqliteFile
from reka_notebook.library.store.names import media_path

AT_ONCE = 500
"""Rows that are looked at in one transaction; nobody waits for more than these."""

LARGEST = 64 * 1024 * 1024
"""Bytes of a file whose digest is looked for: what is larger is no image."""

_FRAME = re.compile(r"(?P<last>last frame of )?(?P<stem>.+?)(?: at (?P<at>\d+\.\d) s)?\.png")
"""How a frame of a take has been called from the beginning; the file's stem has the take's ID."""


class LateFinder:
    """Look once at each old row, and once at each image file.

    Args:
        found: Told of a take whose parents were found late, so that its sidecar says so too.
    """

    def __init__(self, database: SqliteFile, home: Path, found: Callable[[str], object]) -> None:
        self._database = database
        self._home = home
        self._found = found
        self._latest = 0.0
        """When the newest take was kept whose files have their digests."""

    def look(self, seconds: float) -> bool:
        """Look for at most about so many seconds, and return whether everything was looked at."""
        end = time.monotonic() + seconds
        while self._trace():
            if time.monotonic() > end:
                return False
        return self._hash(end)

    def _trace(self) -> bool:
        """Look at some rows that an earlier version wrote, and return whether there were any."""
        rows = self._database.rows(
            "SELECT id, request, created FROM jobs WHERE parents IS NULL ORDER BY created LIMIT ?", (AT_ONCE,)
        )
        if not rows:
            return False
        late = []
        with self._database.raw_transaction() as connection:
            for row in rows:
                parents: list[Parent] = []
                with suppress(msgspec.DecodeError):
                    request = msgspec.json.decode(row["request"], type=GenerationRequest)
                    parents = _parents_by_name(connection, request, row["created"])
                    named = {(parent.role, parent.place) for parent in parents}
                    known = find_parents(rows_of(connection), request)
                    parents += [
                        parent
                        for parent in known
                        if (parent.role, parent.place) not in named
                        and _kept(connection, parent.take, row["created"])
                    ]
                    write_links(connection, row["id"], request, parents)
                write_parents(connection, row["id"], parents)
                late += [row["id"]] if parents else []
        self._tell(late)
        return True

    def _hash(self, end: float) -> bool:
        """Write down the digests of image files, and link the requests that had such an image."""
        rows = self._database.rows(
            "SELECT job, files, kept FROM takes WHERE kept >= ? AND removed IS NULL "
            "AND instr(CAST(files AS TEXT), '\"image\"') "
            "AND NOT EXISTS (SELECT 1 FROM digests WHERE digests.take = takes.job) ORDER BY kept",
            (self._latest,),
        )
        for row in rows:
            if time.monotonic() > end:
                return False
            files = msgspec.json.decode(row["files"], type=list[MediaFile])
            digests = [
                (row["job"], number, _digest_of(file, media_path(self._home, file.name)))
                for number, file in enumerate(files, 1)
                if file.kind == "image"
            ]
            with self._database.raw_transaction() as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO digests (take, file, digest) VALUES (?, ?, ?)", digests
                )
                late = [
                    job
                    for take, number, digest in digests
                    if digest
                    for job in _link(connection, take, number, digest, row["kept"])
                ]
            self._tell(late)
            self._latest = row["kept"]
        return True

    def _tell(self, jobs: list[str]) -> None:
        for job in jobs:
            with suppress(LibraryError, OSError):  # the row has it
                self._found(job)


def _parents_by_name(
    connection: sqlite3.Connection, request: GenerationRequest, created: float
) -> list[Parent]:
    """Return the takes that a request's images are named after, as only frames of takes are."""
    found = []
    for role, uses in request.images.items():
        for place, use in enumerate(uses):
            parent = None if use.url else _named(connection, role, place, use, created)
            found += [parent] if parent else []
    return found


def _named(
    connection: sqlite3.Connection, role: str, place: int, use: ImageUse, created: float
) -> Parent | None:
    match = _FRAME.fullmatch(use.name)
    if match is None:
        return None
    for part in reversed(match["stem"].split("-")):
        if re.fullmatch(r"[0-9a-f]{10}", part) and _kept(connection, part, created):
            at = float(match["at"]) if match["at"] else None
            last = match["last"] is not None
            return Parent(take=part, role=role, place=place, digest=use.digest, at=at, last=last)
    return None


def _kept(connection: sqlite3.Connection, take: str, before: float) -> bool:
    """Return whether a take was there before a request was made; what came later led to nothing earlier."""
    row = connection.execute("SELECT kept FROM takes WHERE job = ?", (take,)).fetchone()
    return row is not None and row[0] <= before


def _link(connection: sqlite3.Connection, take: str, file: int, digest: str, kept: float) -> list[str]:
    """Link the later requests that had this image, and return their jobs."""
    rows = connection.execute(
        "SELECT links.job, links.role, links.place, jobs.parents FROM links JOIN jobs ON jobs.id = links.job "
        "WHERE links.digest = ? AND links.parent IS NULL AND jobs.created >= ? AND jobs.id IS NOT ?",
        (digest, kept, take),
    ).fetchall()
    for job, role, place, parents in rows:
        known = msgspec.json.decode(parents or b"[]", type=list[Parent])
        write_parents(
            connection, job, [*known, Parent(take=take, role=role, place=place, digest=digest, file=file)]
        )
        connection.execute(
            "UPDATE links SET parent = ? WHERE job = ? AND role = ? AND place = ?", (take, job, role, place)
        )
    return [row[0] for row in rows]


def _digest_of(file: MediaFile, path: Path) -> str:
    """Return a file's digest as an image's is written; empty if it cannot be read."""
    if file.sha256 is not None:
        return f"sha256:{file.sha256}" if file.bytes <= LARGEST else ""
    try:
        if path.stat().st_size > LARGEST:
            return ""
        return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    except OSError:
        return ""
