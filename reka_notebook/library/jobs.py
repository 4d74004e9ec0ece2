"""Keep jobs, from their first row on."""

import secrets
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec
from msgspec import structs

from reka_notebook.library.errors import LeaseLost, LibraryError
from reka_notebook.library.journal import Journal
from reka_notebook.library.lineage.links import find_parents, rows_of, write_links
from reka_notebook.library.lineage.parent import Parent
from reka_notebook.library.records import JobRecord
from reka_notebook.library.request import GenerationRequest, Wire
from reka_notebook.library.rows.sqlite_file import SqliteFile
from reka_notebook.library.spending.bills import bill_in_answers
from reka_notebook.library.spending.limit import Reservation, check_limits
from reka_notebook.library.states import FINAL, State

Meaning: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Says what an input means, whatever names and types it was written with; see the catalogue."""

_AS_THEY_ARE = (
    "id",
    "service",
    "attempt",
    "state",
    "request_id",
    "error",
    "created",
    "submitted",
    "deadline",
    "cancel_wanted",
    "cancel_asked",
    "ended",
    "owner",
    "epoch",
    "notebook",
    "account",
    "key_refused",
    "billed",
    "estimated",
    "reserved",
    "webhook",
    "reused",
)

SETTLED = (
    "CASE WHEN :state IN ('failed', 'cancelled') AND request_id IS NULL THEN min(reserved, 0) "
    "WHEN :state IN ('kept', 'failed', 'cancelled', 'expired') THEN coalesce(estimated, reserved) ELSE reserved END"
)
"""What counts against a budget once a job is in a state. The service certainly did not charge what it never accepted;
what it may have charged counts as expected, until there is a bill."""

LISTED = ", ".join(f"jobs.{name}" for name in ("request", "wire", "parents", *_AS_THEY_ARE))
"""The columns that lists read: all but the service's answers, which may hold whole files."""


def insert(connection: sqlite3.Connection, record: JobRecord) -> JobRecord:
    """Write a new row with what it was made from, and return it as it is written.

    Raises:
        sqlite3.IntegrityError: If there is a job with this ID or idempotency key.
    """
    request = record.request
    if record.billed is None:  # from a sidecar of an earlier version, say
        record = structs.replace(record, billed=bill_in_answers(record.answers, request.input))
    row = {
        "endpoint": request.endpoint,
        "base_key": request.base_key,
        "content_key": request.content_key,
        "take": request.take,
        "idempotency_key": record.idempotency_key,
        "request": msgspec.json.encode(request),
        "answers": msgspec.json.encode(record.answers),
        "subject": request.subject,
        "wire": msgspec.json.encode(record.wire) if record.wire is not None else None,
        "parents": msgspec.json.encode(record.parents) if record.parents is not None else None,
        **{name: getattr(record, name) for name in _AS_THEY_ARE},
    }
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO jobs ({', '.join(row)}) VALUES ({places})", row)
    if record.parents is not None:
        write_links(connection, record.id, request, record.parents)
    return record


def traced(connection: sqlite3.Connection, record: JobRecord) -> JobRecord:
    """Return a new job with the takes that it is made from."""
    if record.parents is not None:
        return record
    return structs.replace(record, parents=find_parents(rows_of(connection), record.request))


def job_from(row: sqlite3.Row) -> JobRecord:
    """Return a job from its row; one that was read for a list has no answers."""
    return JobRecord(
        request=msgspec.json.decode(row["request"], type=GenerationRequest),
        answers=msgspec.json.decode(row["answers"]) if "answers" in row.keys() else {},  # noqa: SIM118 (no mapping)
        wire=msgspec.json.decode(row["wire"], type=Wire) if row["wire"] is not None else None,
        parents=msgspec.json.decode(row["parents"], type=list[Parent])
        if row["parents"] is not None
        else None,
        **{name: row[name] for name in _AS_THEY_ARE},
    )


_CHANGEABLE = frozenset(
    {
        "state",
        "request_id",
        "answers",
        "error",
        "submitted",
        "deadline",
        "cancel_wanted",
        "cancel_asked",
        "ended",
        "key_refused",
        "owner",
        "reserved",
        "wire",
        "webhook",
    }
)


class JobTable:
    """Keep every job of a person, in all notebooks; lists leave out the service's answers, which ``get`` reads."""

    def __init__(self, database: SqliteFile, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def add(
        self,
        service: str,
        request: GenerationRequest,
        attempt: int,
        deadline: float,
        notebook_file: str | None = None,
        owner: str | None = None,
        *,
        account: str | None = None,
        another_take: bool = False,
        reservation: Reservation | None = None,
        wire: Wire | None = None,
        meaning: Meaning = dict,
        webhook: str | None = None,
        reused: str | None = None,
    ) -> tuple[JobRecord, bool]:
        """Write a new job, synced to the disk, and return it and whether it is new.

        If two kernels add the same attempt at the same request, one writes it and both get the same row, also
        where they would spell it differently.

        Args:
            owner: Who does the job, if that is known; nobody else acquires it while the owner lives.
            account: The fingerprint of the API key that it is asked with.
            another_take: Whether to use the first take number that no job of this request has, whatever
                ``request`` says. The number is chosen while the database is held, so that two who ask at
                once get two.
            reservation: What a budget holds back for it; ``None`` for nothing.
            wire: How it is spelt when it is sent.
            meaning: As for ``latest``.
            webhook: What the service calls when it has ended.
            reused: The take whose settings it is asked with.

        Raises:
            OverBudget: If that does not fit a budget. Nothing is written then.
            LibraryError: If it could not be written; then it will not be done.
        """
        record = JobRecord(
            id=secrets.token_hex(5),
            service=service,
            request=request,
            attempt=attempt,
            created=time.time(),
            deadline=deadline,
            notebook=notebook_file,
            owner=owner,
            account=account,
            estimated=reservation.estimated if reservation else None,
            reserved=reservation.reserved if reservation else None,
            wire=wire,
            webhook=webhook,
            reused=reused,
        )
        try:
            with self._database.raw_transaction() as connection:
                same = _same(connection.execute(*_alike(service, request)).fetchall(), request, meaning)
                if another_take:
                    last = max((row["take"] for row in same), default=0)
                    record = structs.replace(record, request=structs.replace(request, take=last + 1))
                elif known := _latest((row for row in same if row["attempt"] == attempt), request.take):
                    return self._row(known["id"], None), False
                record = insert(connection, traced(connection, record))
                if reservation is not None:
                    check_limits(connection, service, account, reservation, record.created)
                # Within it, so that nobody takes the copy for a job that the database has lost.
                self._journal.begin(record)
        except BaseException as error:
            self._journal.remove(record.id)
            if not isinstance(error, sqlite3.IntegrityError):
                raise
            there = self.latest(service, request, meaning)
            if there is None:
                raise LibraryError(
                    "The library has a request that sends exactly the same, under another option's name. Nothing was "
                    "sent. Write the option as it was written before."
                ) from error
            return there, False
        self._journal.confirm(record.id)
        return record, True

    def adopt(self, record: JobRecord) -> tuple[JobRecord, bool]:
        """Write a job that the service already has, and return it and whether it is new: two who ask get one row."""
        try:
            with self._database.raw_transaction() as connection:
                known = connection.execute(
                    "SELECT id FROM jobs WHERE service = ? AND request_id = ? ORDER BY state = 'kept' DESC LIMIT 1",
                    (record.service, record.request_id),
                ).fetchone()
                if known is not None:
                    return self._row(known["id"], None), False
                record = insert(connection, traced(connection, record))
                self._journal.begin(record)
        except BaseException:
            self._journal.remove(record.id)
            raise
        self._journal.confirm(record.id)
        return record, True

    def restore(self, record: JobRecord) -> bool:
        """Write a job back that the database has lost, and return whether it had."""
        with self._database.raw_transaction() as connection:
            return _restore(connection, record)

    def replay(self) -> int:
        """Write back the jobs that only the journal has, from a database that is gone, and return how many."""
        with self._database.raw_transaction() as connection:  # while nobody is between the copy and the row
            for job in self._journal.begun():
                if connection.execute("SELECT 1 FROM jobs WHERE id = ?", (job,)).fetchone():
                    self._journal.confirm(job)
                else:  # whoever wrote it has died before its row was there, and before anything was sent
                    self._journal.remove(job)
            return sum(_restore(connection, record) for record in self._journal.records())

    def acquire(self, record: JobRecord, owner: str) -> JobRecord | None:
        """Make ``owner`` the one who does a job; return ``None`` if another was quicker or the job has ended."""
        done = self._database.change(
            "UPDATE jobs SET owner = ?, epoch = epoch + 1 WHERE id = ? AND epoch = ? AND ended IS NULL",
            (owner, record.id, record.epoch),
        )
        with suppress(LeaseLost):  # acquired by yet another, in between
            return self._row(record.id, record.epoch + 1) if done else None
        return None

    def release(self, record: JobRecord) -> None:
        """Let whoever asks do an owner's unfinished job, unless another process has acquired it."""
        self._database.change(
            "UPDATE jobs SET owner = NULL WHERE id = ? AND epoch = ? AND ended IS NULL",
            (record.id, record.epoch),
        )

    def update(
        self, job: str, *, epoch: int | None = None, reservation: Reservation | None = None, **changes: Any
    ) -> JobRecord:
        """Change columns of a job, synced to the disk, and return the new row.

        Args:
            epoch: The epoch of the owner who writes; ``None`` for what anybody may write.
            reservation: What a budget holds back from now on; ``None`` to change nothing about that.

        Raises:
            OverBudget: If that does not fit a budget; nothing was written.
            LeaseLost: If another process does this job now; nothing was written.
        """
        unknown = changes.keys() - _CHANGEABLE
        if unknown:
            raise TypeError(f"a job has no changeable {', '.join(sorted(unknown))}")
        if "wire" in changes:
            before = self._row(job, epoch)
            changes["idempotency_key"] = before.request.idempotency_key(before.attempt, changes["wire"])
            changes["wire"] = msgspec.json.encode(changes["wire"])
        if changes.get("state") in FINAL:
            changes["webhook"] = None
        if "answers" in changes:
            changes |= self._bill(job, changes["answers"])
            changes["answers"] = msgspec.json.encode(changes["answers"])
        if reservation is not None:
            changes |= {"estimated": reservation.estimated, "reserved": reservation.reserved}
        sets = ", ".join(f"{name} = :{name}" for name in changes)
        if "reserved" not in changes and "state" in changes:
            sets += f", reserved = {SETTLED}"
        statement = f"UPDATE jobs SET {sets} WHERE id = :id AND epoch = coalesce(:epoch, epoch)"
        values = {**changes, "id": job, "epoch": epoch}
        if reservation is None:
            changed = self._database.change(statement, values)
        else:
            with self._database.raw_transaction() as connection:
                changed = connection.execute(statement, values).rowcount
                service, account = connection.execute(
                    "SELECT service, account FROM jobs WHERE id = ?", (job,)
                ).fetchone() or ("", None)
                check_limits(connection, service, account, reservation, time.time())
        if not changed:
            raise _lost(job)
        record = self._row(job, epoch)
        if record.state in FINAL:
            self._journal.remove(job)
        elif not changes.keys().isdisjoint({"request_id", "ended", "wire", "webhook"}):
            self._journal.write(record)
        return record

    def _bill(self, job: str, answers: dict[str, Any]) -> dict[str, float]:
        """Return the change to a job that a bill in the service's answers makes."""
        if bill_in_answers(answers) is None:
            return {}
        rows = self._database.rows("SELECT request FROM jobs WHERE id = ?", (job,))
        bill = bill_in_answers(answers, msgspec.json.decode(rows[0][0])["input"]) if rows else None
        return {} if bill is None else {"billed": bill}

    def get(self, job: str) -> JobRecord:
        """Return a job by its ID, or by the start of its ID.

        Raises:
            LibraryError: If there is none, or more than one.
        """
        rows = self._database.rows("SELECT * FROM jobs WHERE id >= ?1 AND id < ?1 || char(1114111)", (job,))
        if len(rows) != 1 or not job:
            raise LibraryError(
                f"{'No job' if not rows else 'More than one job'} in the library starts with {job!r}."
            )
        return job_from(rows[0])

    def epoch(self, job: str) -> int | None:
        """Return how many times a job, given its whole ID, has changed hands; ``None`` if there is no such job."""
        rows = self._database.rows("SELECT epoch FROM jobs WHERE id = ?", (job,))
        return int(rows[0][0]) if rows else None

    def latest(self, service: str, request: GenerationRequest, meaning: Meaning = dict) -> JobRecord | None:
        """Return the last attempt at a request, if there was one: the kept one if several were made.

        Args:
            meaning: Says what an input means; an attempt that was spelt otherwise is found if it meant the same.
        """
        found = self._latest(service, request, meaning)
        return self._row(found["id"], None) if found else None

    def standing(self, service: str, request: GenerationRequest, meaning: Meaning = dict) -> State | None:
        """Return the state of the attempt that ``latest`` returns, without reading all of it."""
        found = self._latest(service, request, meaning)
        return State(found["state"]) if found else None

    def by_request_id(self, service: str, request_ids: Collection[str]) -> dict[str, JobRecord]:
        """Return the jobs that have these IDs at the service, by that ID: the kept one if there are several."""
        found: dict[str, JobRecord] = {}
        wanted = list(request_ids)
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            places = ", ".join("?" for _ in some)
            rows = self._database.rows(
                f"SELECT {LISTED} FROM jobs WHERE service = ? AND request_id IN ({places}) "
                "ORDER BY state = 'kept', ended IS NULL, created",
                (service, *some),
            )
            found |= {row["request_id"]: job_from(row) for row in rows}
        return found

    def wishes(self, owner: str) -> dict[str, bool]:
        """Return an owner's unfinished jobs, and for each whether somebody wants it cancelled."""
        rows = self._database.rows(
            "SELECT id, cancel_wanted FROM jobs WHERE owner = ? AND ended IS NULL", (owner,)
        )
        return {row["id"]: row["cancel_wanted"] is not None for row in rows}

    def unfinished(self, service: str, *, besides: str | None = None) -> list[JobRecord]:
        """Return every job of a service that has not ended, oldest first.

        Args:
            besides: An owner whose jobs are left out.
        """
        rows = self._database.rows(
            f"SELECT {LISTED} FROM jobs WHERE service = ?1 AND ended IS NULL AND (?2 IS NULL OR owner IS NOT ?2) "
            "ORDER BY created",
            (service, besides),
        )
        return [job_from(row) for row in rows]

    def any_unfinished(self, service: str, accounts: Collection[str] = ()) -> bool:
        """Return whether a service has an unfinished job that a process with these accounts' keys may do."""
        places = ", ".join("?" for _ in accounts)
        return bool(
            self._database.rows(
                "SELECT 1 FROM jobs WHERE service = ? AND ended IS NULL "
                f"AND (account IS NULL OR account IN ({places})) LIMIT 1",
                (service, *accounts),
            )
        )

    def all(self) -> list[JobRecord]:
        """Return every job of every service, oldest first."""
        return [job_from(row) for row in self._database.rows(f"SELECT {LISTED} FROM jobs ORDER BY created")]

    def recent(self, ended: int) -> list[JobRecord]:
        """Return unfinished jobs, oldest first, and then those that ended last, newest first, of every service."""
        unfinished = self._database.rows(f"SELECT {LISTED} FROM jobs WHERE ended IS NULL ORDER BY created")
        over = self._database.rows(
            f"SELECT {LISTED} FROM jobs WHERE ended IS NOT NULL ORDER BY ended DESC LIMIT ?", (ended,)
        )
        return [job_from(row) for row in (*unfinished, *over)]

    def _latest(self, service: str, request: GenerationRequest, meaning: Meaning) -> sqlite3.Row | None:
        same = _same(self._database.rows(*_alike(service, request)), request, meaning)
        return _latest(same, request.take)

    def _row(self, job: str, epoch: int | None) -> JobRecord:
        rows = self._database.rows(
            "SELECT * FROM jobs WHERE id = ? AND epoch = coalesce(?, epoch)", (job, epoch)
        )
        if not rows:
            raise _lost(job)
        return job_from(rows[0])


def _alike(service: str, request: GenerationRequest) -> tuple[str, tuple[str, str, str]]:
    """Return the query for the jobs of one endpoint with the same prompt and images, and its values."""
    columns = "id, request, take, attempt, state, created"
    query = f"SELECT {columns} FROM jobs WHERE service = ? AND endpoint = ? AND subject = ?"
    return query, (service, request.endpoint, request.subject)


def _same(rows: Iterable[sqlite3.Row], request: GenerationRequest, meaning: Meaning) -> list[sqlite3.Row]:
    """Return the rows of jobs that meant the same."""
    meant = _canonical(meaning(request.input))
    return [row for row in rows if _meant(meaning, row["request"]) == meant]


@lru_cache(maxsize=8192)
def _meant(meaning: Meaning, request: bytes) -> bytes:
    """Return what a row's request meant. Kept, because a sweep asks for each of its requests among all of them."""
    return _canonical(meaning(msgspec.json.decode(request, type=GenerationRequest).input))


def _canonical(given: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(given, order="sorted")


def _latest(rows: Iterable[sqlite3.Row], take: int) -> sqlite3.Row | None:
    """Return the job that counts, of all attempts at a take: the kept one, else one that can go on, else the last."""

    def rank(row: sqlite3.Row) -> tuple[bool, bool, int, float]:
        return row["state"] == State.KEPT, row["state"] not in FINAL, row["attempt"], row["created"]

    return max((row for row in rows if row["take"] == take), key=rank, default=None)


def _lost(job: str) -> LeaseLost:
    return LeaseLost(f"Job {job} is done by another process now.")


def _restore(connection: sqlite3.Connection, record: JobRecord) -> bool:
    # That a job was about to be sent is not journalled: one that was prepared may have been.
    state = "submitting" if record.state == "prepared" else record.state
    try:
        insert(connection, structs.replace(record, state=state, owner=None))
    except sqlite3.IntegrityError:
        return False
    return True
