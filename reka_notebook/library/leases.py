"""Tell which process does which job, and whether that process is still alive.

A process proves that it lives in two ways: it holds a lock on a file of its own, which the operating system
releases the moment it dies, and it counts up a number. A process whose lock is free is dead. One whose lock
is held but whose number has stood still for ``STALLED`` seconds is taken for dead too: it hangs, or is on
another machine that sleeps. Should it wake up, what it writes is refused, because the job's epoch has moved
on. No clock is compared with another: whoever looks measures how long the number has stood still. On a file
system without locks the number alone tells.
"""

import secrets
import threading
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Insert, bindparam, select

from reka_notebook.forks import keep_for_good, renew_in_child
from reka_notebook.library.errors import DatabaseUnreachable
from reka_notebook.library.folder import create_private, disk_in_words, private_folder
from reka_notebook.library.rows.database import Database, insert_into
from reka_notebook.library.rows.tables import owners

if TYPE_CHECKING:
    from filelock import BaseFileLock

BEAT = 5.0
"""Seconds between two beats of a process that has jobs."""

STALLED = 30.0
"""Seconds of the looker's own clock without a beat, after which a process is taken for dead."""


_BEAT = select(owners.c.beat).where(owners.c.id == bindparam("owner"))
_FORGET = owners.delete().where(owners.c.id == bindparam("owner"))


@lru_cache
def _beat(dialect: str) -> Insert:
    """Return what counts a beat, also in a database that another process has rebuilt, and which knows no owner."""
    return insert_into(dialect, owners).on_conflict_do_update(
        index_elements=["id"], set_={"beat": owners.c.beat + 1}
    )


class Leases:
    """Hold the lease under which this process does its jobs, and tell which of the other processes live."""

    def __init__(self, database: Database, home: Path) -> None:
        self._database = database
        self._folder = private_folder(home / "owners")
        self._me = ""
        self._naming = threading.Lock()
        self._lock: BaseFileLock | None = None
        self._seen: dict[str, tuple[int, float]] = {}
        renew_in_child(self._start_anew)

    def _start_anew(self) -> None:
        """Become another owner: this is a child process, and what its parent does stays the parent's."""
        keep_for_good(self._lock)  # to release it here would release it there
        self._me, self._lock, self._seen = "", None, {}
        self._naming = threading.Lock()

    @property
    def me(self) -> str:
        """Return this process's name as an owner; from now on it counts as alive.

        Raises:
            LibraryError: If that cannot be written.
        """
        with self._naming:  # two threads that ask at once are one process still
            if not self._me:
                name = secrets.token_hex(6)
                self._lock = self._lock_of(name)
                try:
                    self._lock.acquire(timeout=0)
                except (OSError, NotImplementedError):  # no locks here, or no room
                    with disk_in_words(self._path(name)):
                        create_private(self._path(name))
                self._enter(name)
                self._me = name
            return self._me

    def _enter(self, name: str) -> None:
        self._database.change(owners.insert(), {"id": name})

    @property
    def name(self) -> str | None:
        """Return this process's name if it has become an owner."""
        return self._me or None

    def renew(self) -> None:
        """Show that this process is alive."""
        self._database.change(_beat(self._database.dialect), {"id": self.me, "beat": 1})

    def is_alive(self, owner: str | None) -> bool:
        """Return whether an owner still does its jobs."""
        if owner is None:
            return False
        if owner == self._me:
            return True
        if self._lock_is_free(owner):
            self._forget(owner)
            return False
        rows = self._database.rows(_BEAT, {"owner": owner})
        if not rows:
            return False
        beat, now = int(rows[0].beat), time.monotonic()
        before, since = self._seen.get(owner, (-1, now))
        if beat != before:
            self._seen[owner] = (beat, now)
            return True
        return now - since < STALLED

    def release(self) -> None:
        """Declare that this process does no job any more."""
        if self._me:
            name, self._me = self._me, ""
            with suppress(DatabaseUnreachable):  # then others find out by its silence
                self._forget(name)
            if self._lock is not None:
                self._lock.release()
            with suppress(OSError):
                self._path(name).unlink(missing_ok=True)

    def _path(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"

    def _lock_of(self, owner: str) -> "BaseFileLock":
        from filelock import FileLock

        return FileLock(self._path(owner), mode=0o600, thread_local=False)

    def _lock_is_free(self, owner: str) -> bool:
        if not self._path(owner).exists():
            return True
        lock = self._lock_of(owner)
        try:
            lock.acquire(timeout=0)
            lock.release()
            self._path(owner).unlink(missing_ok=True)
        except (OSError, NotImplementedError):  # held (a timeout), or no locks here: the beats decide
            return False
        return True

    def _forget(self, owner: str) -> None:
        self._seen.pop(owner, None)
        self._database.change(_FORGET, {"owner": owner})
