"""Share a key's budget of requests between machines, and fairly between people.

The database counts as `RateBudget` does on one machine, by its own clock. A machine is given a few requests at a time,
each with the moment from which on it may be made, and spends them from a file of its own, among its processes: for most
questions nobody is asked. So many are given in advance as fit into ``AHEAD`` seconds, shared out between the people who
ask at that time; who has many machines, or many jobs, gets no more than who has one.
"""

import hashlib
import math
import platform
import secrets
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from reka_notebook.library.errors import DatabaseUnreachable
from reka_notebook.library.rate_budget import LONGEST_PAUSE, CountFile, RateBudget, Turn
from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.tables import rate_shares, rates
from reka_notebook.library.team.clock import NOW

AHEAD = 6.0
"""Seconds of requests that are given in advance. Who comes new waits for so long at most."""

AT_LEAST = 1.0
"""Seconds for which what is given can be used in any case. Otherwise a request is lost where the time is past for which
it was counted: there is as much to be had anew by then, and a busy machine would make both."""

ACTIVE = 15.0
"""Seconds for which a machine counts that has asked for requests."""

LONG_GONE = 86_400.0

ASK_AGAIN = 5.0
"""Seconds for which the database is left alone where it could not be reached."""

_TABLES = """
CREATE TABLE IF NOT EXISTS shares (
    account TEXT NOT NULL, at REAL NOT NULL, slots INTEGER NOT NULL, every REAL NOT NULL, until REAL NOT NULL,
    written REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS spent (account TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS machine (name TEXT NOT NULL, parts INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class _Share:
    """Hold what the database gives a machine: requests, and the seconds to the first and between each two.

    Attributes:
        last: Seconds until the time is past for which the last of them is counted.
        parts: How many parts like this machine's the budget has just now.
    """

    slots: int
    first: float
    every: float
    last: float
    pause: float
    parts: int


class TeamRates:
    """Count the requests of each account, across every machine that uses the database.

    Without the database, each machine keeps to its part of the budget by itself.

    Args:
        folder: Where the files of this machine are.
        person: Who asks.
    """

    def __init__(self, folder: Path, database: Database, person: str) -> None:
        self._database, self._person = database, person
        self._own = RateBudget(folder)
        self._file = CountFile(folder / "team-budget.sqlite3", _TABLES)
        self._away_until = -math.inf
        self.parts = 1
        """How many parts like this machine's the budget had when more was asked for last."""

    def take(self, account: str, per_minute: float, longest: float = math.inf, *, waiting: int = 1) -> Turn:
        """Reserve a request, unless it would have to wait for longer than ``longest``.

        Args:
            waiting: How many requests wait in this process, with this one.
        """
        pause = self._own.paused(account)
        found = self._spend(account, longest, pause)
        if found is not None:
            return found
        if time.monotonic() < self._away_until:
            return self._by_itself(account, per_minute, longest)
        wanted = max(waiting, self._spent_lately(account))
        try:
            with self._database.transaction(alone=False) as connection:
                share = _give(connection, account, self._machine, self._person, per_minute, wanted)
        except DatabaseUnreachable:
            self._away_until = time.monotonic() + ASK_AGAIN
            self._own.end_burst(account, per_minute / self._parts)
            return self._by_itself(account, per_minute, longest)
        self.parts = share.parts
        if share.pause > pause:
            self._own.pause(account, share.pause)
        if not share.slots:
            return Turn(share.first, False, share.pause)
        self._store(account, share)
        return self._spend(account, longest, share.pause) or Turn(0.01, False, share.pause)

    def pause(self, account: str, seconds: float) -> None:
        """Let nobody make a request for this many seconds, on any machine, because the service says so."""
        seconds = min(seconds, LONGEST_PAUSE)
        self._own.pause(account, seconds)
        until = NOW + seconds
        added = insert(rates).values(account=account, even=0.0, paused_until=until)
        self._database.change(
            added.on_conflict_do_update(
                index_elements=[rates.c.account],
                set_={"paused_until": func.greatest(rates.c.paused_until, until)},
            )
        )

    def paused(self, account: str) -> float:
        """Return for how many seconds the service still wants no request, as far as this machine has heard."""
        return self._own.paused(account)

    def hear_of_pause(self, account: str) -> None:
        """Read that pause from the database: another machine has told of it."""
        left = self._database.rows(select(rates.c.paused_until - NOW).where(rates.c.account == account))
        if left and left[0][0] is not None and left[0][0] > 0:
            self._own.pause(account, min(left[0][0], LONGEST_PAUSE))

    def give_back(self, account: str) -> int:
        """Give the requests back that this machine will not make, and return how many."""
        with self._file.transaction() as file:
            _drop_late(file)
            rows = file.execute("SELECT slots, every FROM shares WHERE account = ?", (account,)).fetchall()
            file.execute("DELETE FROM shares WHERE account = ?", (account,))
        seconds = sum(slots * every for slots, every in rows)
        if seconds:
            here = rate_shares.c.account == account, rate_shares.c.machine == self._machine
            with self._database.transaction(alone=False) as connection:
                connection.execute(
                    update(rates).where(rates.c.account == account).values(even=rates.c.even - seconds)
                )
                connection.execute(delete(rate_shares).where(*here))
        return sum(slots for slots, _ in rows)

    def close(self) -> None:
        """Close the files."""
        self._file.close()
        self._own.close()

    @property
    def _machine(self) -> str:
        """Return the name of this machine, which is in the file; a copy of the file elsewhere has another."""
        with self._file.transaction() as file:
            found = file.execute("SELECT name FROM machine").fetchone()
            if found is None:
                found = (secrets.token_hex(6),)
                file.execute("INSERT INTO machine VALUES (?, 1)", found)
        return f"{found[0]}-{hashlib.sha256(platform.node().encode()).hexdigest()[:6]}"

    def _spend(self, account: str, longest: float, pause: float) -> Turn | None:
        """Take the first of this machine's requests; ``None`` if it has none."""
        now = time.time()
        with self._file.transaction() as file:
            _drop_late(file)
            row = file.execute(
                "SELECT rowid, at, every FROM shares WHERE account = ? ORDER BY at LIMIT 1", (account,)
            ).fetchone()
            if row is None:
                return None
            number, at, every = row
            wait = max(0.0, at - now, pause)
            if wait > longest:
                return Turn(wait, False, pause)
            file.execute("UPDATE shares SET slots = slots - 1, at = ? WHERE rowid = ?", (at + every, number))
            file.execute("INSERT INTO spent VALUES (?, ?)", (account, now))
        return Turn(wait, True, pause)

    def _store(self, account: str, share: _Share) -> None:
        now = time.time()
        until = now + max(AT_LEAST, share.last)
        with self._file.transaction() as file:
            file.execute(
                "INSERT INTO shares VALUES (?, ?, ?, ?, ?, ?)",
                (account, now + share.first, share.slots, share.every, until, now),
            )
            file.execute("UPDATE machine SET parts = ?", (share.parts,))

    def _spent_lately(self, account: str) -> int:
        """Return how many requests this machine has made in as many seconds as are given in advance."""
        now = time.time()
        with self._file.transaction() as file:
            file.execute("DELETE FROM spent WHERE at < ? OR at > ?", (now - AHEAD, now))
            return int(file.execute("SELECT count(*) FROM spent WHERE account = ?", (account,)).fetchone()[0])

    def _by_itself(self, account: str, per_minute: float, longest: float) -> Turn:
        wait = self._own.reserve(account, per_minute / self._parts, longest)
        return Turn(wait, wait <= longest)

    @property
    def _parts(self) -> int:
        """Return how many parts like this machine's the budget had when it was heard of last."""
        with self._file.transaction() as file:
            (parts,) = file.execute("SELECT parts FROM machine").fetchone() or (1,)
        return max(1, int(parts))


def _drop_late(file: sqlite3.Connection) -> None:
    """Drop the requests whose time is past, the first ones of each share; ``until`` is when that of its last is."""
    now = {"now": time.time()}
    left = "CAST((until - :now) / every AS INTEGER) + 1"
    file.execute(
        "DELETE FROM shares WHERE slots < 1 OR until < :now OR written > :now", now
    )  # or a clock was set back
    file.execute(
        f"UPDATE shares SET at = at + every * (slots - ({left})), slots = {left} WHERE slots > {left}",
        now,
    )


def _give(
    connection: Connection, account: str, machine: str, person: str, per_minute: float, wanted: int
) -> _Share:
    """Give a machine a share of an account's requests, while no other machine is given one."""
    every = 60.0 / per_minute
    burst = max(1.0, per_minute / 6) * every
    now, even, pause = _standing(connection, account)
    others = connection.execute(
        select(rate_shares).where(rate_shares.c.account == account, rate_shares.c.until > now - ACTIVE)
    ).all()
    people = {person, *(row.person for row in others)}
    own_machines = {machine, *(row.machine for row in others if row.person == person)}
    parts = len(people) * len(own_machines)
    most = max(1.0, AHEAD / every / len(people))
    room = math.floor(most - _to_come(others, person, now, every) + 1e-6)
    slots = min(max(1, wanted), math.ceil(most / len(own_machines)), room)
    debt = max(0.0, even - now, pause)
    if slots < 1:
        return _Share(0, max(0.02, min(1.0, every * len(people))), every, 0.0, pause, parts)
    connection.execute(
        update(rates).where(rates.c.account == account).values(even=now + debt + slots * every)
    )
    before = [row for row in others if row.machine == machine]
    row = {
        "person": person,
        "slots": slots + _to_come(before, person, now, every),
        "until": now + debt + slots * every - burst,
    }
    added = insert(rate_shares).values(account=account, machine=machine, **row)
    connection.execute(
        added.on_conflict_do_update(index_elements=[rate_shares.c.account, rate_shares.c.machine], set_=row)
    )
    if not before:
        connection.execute(delete(rate_shares).where(rate_shares.c.until < now - LONG_GONE))
    return _Share(slots, debt + every - burst, every, debt + slots * every, pause, parts)


def _standing(connection: Connection, account: str) -> tuple[float, float, float]:
    """Return the time, until when an account's requests are given away, and how long the service wants none."""
    query = (
        select(NOW, rates.c.even, rates.c.paused_until).where(rates.c.account == account).with_for_update()
    )
    row = connection.execute(query).first()
    if row is None:
        connection.execute(
            insert(rates).values(account=account, even=0.0, paused_until=0.0).on_conflict_do_nothing()
        )
        row = connection.execute(query).one()
    now, even, paused_until = row
    return now, even or 0.0, min(LONGEST_PAUSE, max(0.0, (paused_until or 0.0) - now))


def _to_come(shares: Sequence[Row[Any]], person: str, now: float, every: float) -> float:
    """Return how many of a person's requests are given away whose moment has not come."""
    mine = [row for row in shares if row.person == person]
    return math.fsum(max(0.0, min(float(row.slots), float(row.until - now) / every)) for row in mine)
