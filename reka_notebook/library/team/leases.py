"""Tell by the database's clock which processes of a team are alive.

A process on another machine has no lock that could be tried here, and its clock may be wrong. With every beat it has
the database write down the time. Who has not been heard of for ``STALLED`` seconds is dead. That has to be seen twice,
``TWICE`` seconds apart: where the database was away for a while, all are late, and have that long to beat again.
"""

import hashlib
import platform
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Double, bindparam, delete, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from reka_notebook.library.leases import STALLED, Leases
from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.tables import owners
from reka_notebook.library.team.clock import NOW

TWICE = 10.0
"""Seconds between the two times that a process has to be found silent."""

LONG_SILENT = 300.0
"""Seconds of silence that are believed at once."""

FORGOTTEN = 86_400.0
"""Seconds after which the row of a silent process goes."""

_started = literal_column("CAST(extract(epoch FROM pg_postmaster_start_time()) AS double precision)", Double)
_silence = NOW - func.greatest(owners.c.seen, _started)
_STANDING = select(owners.c.machine, owners.c.seen, _silence.label("silence")).where(
    owners.c.id == bindparam("owner")
)
_OLD = delete(owners).where(owners.c.seen < NOW - FORGOTTEN)
_ENTER = insert(owners).values(id=bindparam("owner"), machine=bindparam("here"), beat=1, seen=NOW)
_BEAT = _ENTER.on_conflict_do_update(
    index_elements=[owners.c.id], set_={"beat": owners.c.beat + 1, "seen": NOW}
)


class TeamLeases(Leases):
    """Hold the lease under which this process does its jobs, and tell which processes of all machines live."""

    def __init__(self, database: Database, home: Path) -> None:
        super().__init__(database, home)
        self._silent: dict[str, tuple[float, float]] = {}

    def _enter(self, name: str) -> None:
        self._database.change(_OLD)
        self._database.change(_BEAT, {"owner": name, "here": machine()})

    def renew(self) -> None:
        """Show that this process is alive."""
        self._database.change(_BEAT, {"owner": self.me, "here": machine()})

    def is_alive(self, owner: str | None) -> bool:
        """Return whether an owner still does its jobs."""
        if owner is None:
            return False
        if owner == self._me:
            return True
        rows = self._database.rows(_STANDING, {"owner": owner})
        if not rows:
            return False
        where, seen, silence = str(rows[0].machine), float(rows[0].seen), float(rows[0].silence)
        if where == machine() and self._path(owner).exists() and self._lock_is_free(owner):
            self._forget(owner)
            return False
        if silence < STALLED:
            self._silent.pop(owner, None)
            return True
        before, since = self._silent.get(owner, (-1.0, 0.0))
        if before != seen:
            self._silent[owner] = (seen, time.monotonic())
            return silence < LONG_SILENT
        return silence < LONG_SILENT and time.monotonic() - since < TWICE


def machine() -> str:
    """Return what tells this machine from others, as long as it runs; two containers on one are two."""
    said = platform.node()
    with suppress(OSError):
        said += Path("/proc/sys/kernel/random/boot_id").read_text("utf-8")
    return hashlib.sha256(said.encode()).hexdigest()[:12]
