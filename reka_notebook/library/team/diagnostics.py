"""Find out how far a team's database and store are away, and what they can do."""

import secrets
import statistics
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.server import ServerDatabase, connect
from reka_notebook.library.rows.tables import metadata

if TYPE_CHECKING:
    from reka_notebook.library.store.bucket import Bucket

TRIES = 7
"""So often is a time measured, and the middle one taken."""

HEARD_WITHIN = 3.0
"""Seconds in which a notification arrives, where they do."""

_FLUSHED = text("SELECT pg_logical_emit_message(true, 'reka-notebook', 'a commit that changes nothing')")
_CLOCK = text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)")


@dataclass(frozen=True)
class StoreTimes:
    """Hold the seconds that a small file takes up and down, and whether it can be deleted again."""

    put: float
    get: float
    may_delete: bool


def _middle(what: Callable[[], object], tries: int = TRIES) -> float:
    times = []
    for _ in range(tries):
        begun = time.perf_counter()
        what()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def round_trip(database: Database) -> float:
    """Return the seconds of a question to the database and its answer."""
    return _middle(lambda: database.rows(text("SELECT 1")))


def commit_time(database: Database) -> float:
    """Return the seconds of a transaction until it is on the server's disk; it changes no row."""

    def commit() -> None:
        with database.transaction(alone=False) as connection:
            connection.execute(_FLUSHED)

    return _middle(commit)


def clock_ahead(database: Database) -> float:
    """Return the seconds by which this machine's clock is ahead of the database's; negative if it is behind."""
    best: tuple[float, float] | None = None
    for _ in range(TRIES):
        begun, before = time.perf_counter(), time.time()
        there = float(database.rows(_CLOCK)[0][0])
        took = time.perf_counter() - begun
        if best is None or took < best[0]:
            best = took, before + took / 2 - there
    return best[1] if best is not None else 0.0


def hears(database: ServerDatabase) -> bool:
    """Return whether a notification of one connection reaches another, which most poolers keep from it."""
    channel = f"reka_check_{secrets.token_hex(4)}"
    with closing(connect(database.address, autocommit=True)) as listening:
        listening.execute(f"LISTEN {channel}")
        # Whoever pools by transaction gives the next statement to another connection.
        listening.execute("SELECT 1")
        with closing(connect(database.address, autocommit=True)) as telling:
            telling.execute(f"NOTIFY {channel}")
        return any(True for _ in listening.notifies(timeout=HEARD_WITHIN, stop_after=1))


def encryption(database: Database) -> str | None:
    """Return the version of TLS that the connection has; ``None`` if it is not encrypted."""
    rows = database.rows(text("SELECT version FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()"))
    return str(rows[0][0]) if rows else None


def server_version(database: Database) -> str:
    """Return the server's version, as in ``16.3``."""
    return str(database.rows(text("SHOW server_version"))[0][0]).partition(" ")[0]


def searches_fast(database: Database) -> bool | None:
    """Return whether the extension for searching words is there; ``None`` if the server does not even offer it."""
    rows = database.rows(
        text("SELECT installed_version IS NOT NULL FROM pg_available_extensions WHERE name = 'pg_trgm'")
    )
    return bool(rows[0][0]) if rows else None


def missing_rights(database: Database) -> list[str]:
    """Return what the role that is connected may not do with the tables, as in ``INSERT into jobs``."""
    found = []
    for name in metadata.tables:
        for right in ("SELECT", "INSERT", "UPDATE"):
            rows = database.rows(
                text("SELECT has_table_privilege(to_regclass(:name), :right)"), {"name": name, "right": right}
            )
            if not rows[0][0]:
                found.append(f"{right} {name}")
    return found


def has_tables(database: Database) -> bool:
    """Return whether the library's tables are there, as this role sees them."""
    return database.rows(text("SELECT to_regclass('takes') IS NOT NULL"))[0][0] is True


def try_store(bucket: "Bucket") -> StoreTimes:
    """Write a small object, read it back, compare it, find it in the list, and delete it.

    Raises:
        LibraryError: If any of that is refused.
        ValueError: If it comes back as another one, or is not listed.
    """
    key, data = f"checks/{secrets.token_hex(8)}", secrets.token_bytes(1024)
    try:
        put = _middle(lambda: bucket.write(key, data), 3)
        if bucket.read(key) != data:
            raise ValueError("what is read back is not what was written")
        get = _middle(lambda: bucket.read(key), 3)
        if key not in bucket.listed("checks/"):
            raise ValueError("what was written is not in its list")
    except BaseException:
        with suppress(Exception):  # what was refused first is said
            bucket.delete(key)
        raise
    try:
        bucket.delete(key)
    except LibraryError:
        return StoreTimes(put, get, may_delete=False)
    return StoreTimes(put, get, may_delete=not bucket.has(key))
