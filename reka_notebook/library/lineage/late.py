"""Find out later where images came from: of what earlier versions wrote, and of files that went out and came back."""

import hashlib
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
from sqlalchemy import Connection, bindparam, exists, select

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.lineage.links import find_parents, write_links, write_parents
from reka_notebook.library.lineage.parent import Parent
from reka_notebook.library.records import MediaFile
from reka_notebook.library.request import GenerationRequest, ImageUse
from reka_notebook.library.rows.database import Database, rows_in, upsert
from reka_notebook.library.rows.holds import holds
from reka_notebook.library.rows.tables import digests, jobs, links, takes
from reka_notebook.library.store.names import media_path

AT_ONCE = 500
"""Rows that are looked at in one transaction; nobody waits for more than these."""

LARGEST = 64 * 1024 * 1024
"""Bytes of a file whose digest is looked for: what is larger is no image."""

_FRAME = re.compile(r"(?P<last>last frame of )?(?P<stem>.+?)(?: at (?P<at>\d+\.\d) s)?\.png")
"""How a frame of a take has been called from the beginning; the file's stem has the take's ID."""

_UNTRACED = (
    select(jobs.c.id, jobs.c.request, jobs.c.created)
    .where(jobs.c.parents.is_(None))
    .order_by(jobs.c.created)
    .limit(AT_ONCE)
)
_UNREAD = (
    select(takes.c.job, takes.c.files, takes.c.kept)
    .where(
        takes.c.kept >= bindparam("since"),
        takes.c.removed.is_(None),
        holds(takes.c.files, b'"image"'),
        ~exists().where(digests.c.take == takes.c.job),
    )
    .order_by(takes.c.kept)
)
_KEPT = select(takes.c.kept).where(takes.c.job == bindparam("take"))
_WITH_IMAGE = (
    select(links.c.job, links.c.role, links.c.place, jobs.c.parents)
    .select_from(links.join(jobs, jobs.c.id == links.c.job))
    .where(
        links.c.digest == bindparam("digest"),
        links.c.parent.is_(None),
        jobs.c.created >= bindparam("since"),
        jobs.c.id != bindparam("take"),
    )
)
_LINK = links.update().where(
    links.c.job == bindparam("link"), links.c.role == bindparam("as"), links.c.place == bindparam("nth")
)


class LateFinder:
    """Look once at each old row, and once at each image file.

    Args:
        found: Told of a take whose parents were found late, so that its sidecar says so too.
    """

    def __init__(self, database: Database, home: Path, found: Callable[[str], object]) -> None:
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
        rows = self._database.rows(_UNTRACED)
        if not rows:
            return False
        late = []
        with self._database.transaction() as connection:
            for row in rows:
                parents: list[Parent] = []
                with suppress(msgspec.DecodeError):
                    request = msgspec.json.decode(row.request, type=GenerationRequest)
                    parents = _parents_by_name(connection, request, row.created)
                    named = {(parent.role, parent.place) for parent in parents}
                    known = find_parents(rows_in(connection), request)
                    parents += [
                        parent
                        for parent in known
                        if (parent.role, parent.place) not in named
                        and _kept(connection, parent.take, row.created)
                    ]
                    write_links(connection, row.id, request, parents)
                write_parents(connection, row.id, parents)
                late += [row.id] if parents else []
        self._tell(late)
        return True

    def _hash(self, end: float) -> bool:
        """Write down the digests of image files, and link the requests that had such an image."""
        rows = self._database.rows(_UNREAD, {"since": self._latest})
        for row in rows:
            if time.monotonic() > end:
                return False
            files = msgspec.json.decode(row.files, type=list[MediaFile])
            found = [
                {
                    "take": row.job,
                    "file": number,
                    "digest": _digest_of(file, media_path(self._home, file.name)),
                }
                for number, file in enumerate(files, 1)
                if file.kind == "image"
            ]
            late = []
            if found:
                with self._database.transaction() as connection:
                    connection.execute(upsert(connection.dialect.name, digests), found)
                    for one in found:
                        late += _link(connection, row.job, one["file"], one["digest"], row.kept)
            self._tell(late)
            self._latest = row.kept
        return True

    def _tell(self, jobs: list[str]) -> None:
        for job in jobs:
            with suppress(LibraryError, OSError):  # the row has it
                self._found(job)


def _parents_by_name(connection: Connection, request: GenerationRequest, created: float) -> list[Parent]:
    """Return the takes that a request's images are named after, as only frames of takes are."""
    found = []
    for role, uses in request.images.items():
        for place, use in enumerate(uses):
            parent = None if use.url else _named(connection, role, place, use, created)
            found += [parent] if parent else []
    return found


def _named(connection: Connection, role: str, place: int, use: ImageUse, created: float) -> Parent | None:
    match = _FRAME.fullmatch(use.name)
    if match is None:
        return None
    for part in reversed(match["stem"].split("-")):
        if re.fullmatch(r"[0-9a-f]{10}", part) and _kept(connection, part, created):
            at = float(match["at"]) if match["at"] else None
            last = match["last"] is not None
            return Parent(take=part, role=role, place=place, digest=use.digest, at=at, last=last)
    return None


def _kept(connection: Connection, take: str, before: float) -> bool:
    """Return whether a take was there before a request was made; what came later led to nothing earlier."""
    row = connection.execute(_KEPT, {"take": take}).fetchone()
    return row is not None and row.kept <= before


def _link(connection: Connection, take: str, file: int, digest: str, kept: float) -> list[str]:
    """Link the later requests that had this image, and return their jobs."""
    if not digest:
        return []
    rows = connection.execute(_WITH_IMAGE, {"digest": digest, "since": kept, "take": take}).fetchall()
    for row in rows:
        known = msgspec.json.decode(row.parents or b"[]", type=list[Parent])
        parent = Parent(take=take, role=row.role, place=row.place, digest=digest, file=file)
        write_parents(connection, row.job, [*known, parent])
        connection.execute(_LINK, {"link": row.job, "as": row.role, "nth": row.place, "parent": take})
    return [row.job for row in rows]


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
