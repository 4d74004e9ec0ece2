"""Hear what others change in a team's library.

The server tells of each job and take that was changed, as soon as that is committed, and a thread listens. Where
nothing is heard, because a pooler stands in between, the thread looks every few seconds instead.
"""

import logging
import secrets
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import bindparam, func, select, text

from reka_notebook.forks import keep_for_good, renew_in_child
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.rows.server import ServerDatabase, connect
from reka_notebook.library.rows.server_schema import CHANNEL
from reka_notebook.library.rows.tables import jobs, rates, takes
from reka_notebook.library.team.clock import NOW

log = logging.getLogger("reka_notebook")

HEARD_WITHIN = 3.0
"""Seconds in which a call of its own is heard, where calls are."""

TOGETHER = 0.1
"""Seconds for which changes are gathered before they are told."""

LOOK = 3.0
"""Seconds between two looks, where nothing is heard."""

HEARTBEAT = 60.0
"""Seconds after which a connection on which nothing was heard is looked at."""

BEHIND = 200
"""Takes are numbered as they begin to be written, and seen as that ends: so many numbers back are looked at again."""

_CALL = text("SELECT pg_notify(:channel, :word)")
_TAKES = select(takes.c.number, takes.c.job).where(takes.c.number > bindparam("behind"))
_NEWEST = select(func.coalesce(func.max(takes.c.number), 0))
_UNFINISHED = select(jobs.c.id, jobs.c.state, jobs.c.epoch, jobs.c.cancel_wanted).where(
    jobs.c.ended.is_(None)
)
_TOUCHED = text(
    "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables WHERE relid IN "
    "(to_regclass('marks'), to_regclass('collections'), to_regclass('collected'), to_regclass('measures'))"
)
"""How often rows without a number or a time were written, as the server counts it: some ten seconds late at most."""

_PAUSED = select(rates.c.account, rates.c.paused_until).where(rates.c.paused_until > NOW)


@dataclass(frozen=True)
class Changed:
    """Hold what has changed, by ID.

    Attributes:
        takes: Those that are new, or that somebody has marked.
        wishes: Jobs that have got another owner, or that somebody wants cancelled; they are among the ``jobs``.
        pauses: Accounts that the service wants no requests of for a while.
        collections: The names of those whose takes, or who sees them, have changed.
        anything: Whether anything may have changed that was not heard of.
    """

    jobs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()
    pauses: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    anything: bool = False


class Changes:
    """Tell listeners what others, and this process itself, change. A thread of its own runs while there are any."""

    def __init__(self, database: ServerDatabase) -> None:
        self._database = database
        self._listeners: list[Callable[[Changed], object]] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._end = _End()
        self._connection: psycopg.Connection[Any] | None = None
        renew_in_child(self._renew)

    def _renew(self) -> None:
        """Listen no more: this is a child process, and both the thread and who listens are its parent's."""
        keep_for_good(self._connection)
        self._connection, self._thread, self._listeners = None, None, []
        self._lock, self._end = threading.Lock(), _End()

    def subscribe(self, listener: Callable[[Changed], object]) -> Callable[[], None]:
        """Call ``listener(changed)`` on the thread from now on, and return what ends this."""
        with self._lock:
            self._listeners.append(listener)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, args=(self._end,), name="reka-notebook-changes", daemon=True
                )
                self._thread.start()

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def close(self) -> None:
        """End the thread."""
        self._end.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(2.0)

    def _run(self, end: "_End") -> None:
        again = False
        while not end.wait(LOOK if again else 0.0):
            try:
                self._hear(end)
            except (LibraryError, psycopg.Error) as error:
                log.debug("the team's database is not heard: %s", error)
            except Exception:
                log.exception("the changes of a team's library are not heard")
            again = True

    def _hear(self, end: "_End") -> None:
        """Listen until the connection is lost; look instead, if a call of its own is not heard."""
        with closing(connect(self._database.address, autocommit=True)) as connection:
            self._connection = connection
            connection.execute(f"LISTEN {CHANNEL}")
            connection.execute("SELECT 1")  # whoever pools by transaction does this on another connection
            hello = f"hello {secrets.token_hex(6)}"
            self._database.rows(_CALL, {"channel": CHANNEL, "word": hello})
            self._tell(Changed(anything=True))  # of what was before, nothing was heard
            until, heard = time.monotonic() + HEARD_WITHIN, False
            while not heard and time.monotonic() < until and not end.wait(0.0):
                words = _words(connection, end, until - time.monotonic())
                heard = hello in words
                self._tell(_changed(words))
            while heard and not end.wait(0.0):
                words = _words(connection, end, HEARTBEAT)
                if words and not end.wait(TOGETHER):
                    words += _words(connection, end, 0.0)
                self._tell(_changed(words))
        self._connection = None
        if not end.wait(0.0):
            for changed in self._look(end):
                self._tell(changed)

    def _look(self, end: "_End") -> Iterator[Changed]:
        """Yield what has changed since the last look, for as long as the thread is wanted."""
        log.info("What others change in %s is looked for every few seconds.", self._database.address)
        newest = int(self._database.rows(_NEWEST)[0][0])
        before = self._snapshot(newest)
        yield Changed(anything=True)  # of what came before this first look, nothing was heard
        while not end.wait(LOOK):
            now = self._snapshot(before.newest)
            jobs = _differing(before.unfinished, now.unfinished)
            pauses = _differing(before.pauses, now.pauses) & now.pauses.keys()
            touched = now.touched != before.touched
            yield Changed(jobs, now.takes - before.takes, jobs, pauses, anything=touched)
            before = now

    def _snapshot(self, newest: int) -> "_Snapshot":
        rows = self._database.rows(_TAKES, {"behind": newest - BEHIND})
        return _Snapshot(
            max((newest, *(row.number for row in rows))),
            frozenset(row.job for row in rows),
            {row.id: tuple(row[1:]) for row in self._database.rows(_UNFINISHED)},
            {row.account: row.paused_until for row in self._database.rows(_PAUSED)},
            int(self._database.rows(_TOUCHED)[0][0]),
        )

    def _tell(self, changed: Changed) -> None:
        if changed == Changed():
            return
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(changed)
            except Exception:
                log.exception("a listener of the team's changes failed")


@dataclass(frozen=True)
class _Snapshot:
    """Hold what there was at one look."""

    newest: int
    takes: frozenset[str]
    unfinished: dict[str, tuple[Any, ...]]
    pauses: dict[str, float]
    touched: int


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> frozenset[str]:
    return frozenset(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


class _End:
    """Wait for something to end, alone or together with a connection."""

    def __init__(self) -> None:
        self._told, self._teller = socket.socketpair()

    def set(self) -> None:
        """Let everybody who waits, or will wait, go on."""
        with suppress(OSError):
            self._teller.send(b"!")

    def wait(self, seconds: float, connection: psycopg.Connection[Any] | None = None) -> bool:
        """Wait for the end, or for something on the connection; return whether it is the end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._told, selectors.EVENT_READ)
            if connection is not None:
                selector.register(connection, selectors.EVENT_READ)
            return any(key.fileobj is self._told for key, _ in selector.select(max(0.0, seconds)))

    def __del__(self) -> None:
        self._told.close()
        self._teller.close()


def _words(connection: psycopg.Connection[Any], end: _End, seconds: float) -> list[str]:
    """Return what was called since; wait some seconds for the first call."""
    end.wait(seconds, connection)
    return [call.payload for call in connection.notifies(timeout=0)]


def _changed(words: list[str]) -> Changed:
    named: dict[str, set[str]] = {kind: set[str]() for kind in ("job", "take", "wish", "pause", "collection")}
    for word in words:
        kind, _, which = word.partition(" ")
        if kind in named:
            named[kind].add(which)
    jobs, takes, wishes, pauses, collections = map(frozenset, named.values())
    return Changed(jobs | wishes, takes, wishes, pauses, collections)
