"""Keep takes: what jobs left."""

import sqlite3
import time
from collections.abc import Sequence
from itertools import islice
from typing import Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import structs

from reka_notebook.library.errors import LeaseLost
from reka_notebook.library.jobs import LISTED, SETTLED, insert, job_from, traced
from reka_notebook.library.journal import Journal
from reka_notebook.library.records import MediaFile, TakeRecord
from reka_notebook.library.request import GenerationRequest
from reka_notebook.library.rows.sqlite_file import SqliteFile
from reka_notebook.library.spending.bills import bill_in_answers
from reka_notebook.library.take_filter import JUDGED, KIND, TakeFilter

_OF_A_TAKE = (
    "takes.files, takes.kept, takes.took, takes.worked, takes.requests, takes.starred, takes.rating, takes.verdict, "
    "takes.note, takes.remarks, takes.removed, takes.shown_again FROM takes JOIN jobs ON jobs.id = takes.job"
)
_SELECT = f"SELECT jobs.*, {_OF_A_TAKE}"
_SELECT_LISTED = f"SELECT {LISTED}, {_OF_A_TAKE}"

Mark: TypeAlias = Literal["starred", "rating", "verdict", "note"]
"""The columns of what a person thinks of a take; ``starred`` is of a pinned one."""

EVERY = TakeFilter()

ALIKE = 10
"""So many jobs with the same settings tell more than all of the endpoint together."""

MANY, STANDS = 20, 10.0
"""So many durations stand for so many seconds before they are read again."""

KINDS = 64
"""For so many kinds of requests at most."""


class JudgedCount(NamedTuple):
    """Count takes, how many of them are rated, picked or rejected, and how many rejected."""

    every: int
    judged: int
    rejected: int


class TakeTable:
    """Keep every take of a person; lists leave out the service's answers, which ``get`` reads."""

    def __init__(self, database: SqliteFile, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._durations: dict[tuple[object, ...], tuple[float, list[tuple[float, float | None]]]] = {}

    def add(self, take: TakeRecord) -> TakeRecord:
        """Write a take and its job's end, in one transaction.

        Raises:
            LeaseLost: If another process does this job now; nothing was written.
        """
        job = take.job
        if job.billed is None:
            job = structs.replace(job, billed=bill_in_answers(job.answers, job.request.input))
            take = structs.replace(take, job=job)
        with self._database.raw_transaction() as connection:
            done = connection.execute(
                "UPDATE jobs SET state = :state, ended = :ended, error = NULL, webhook = NULL, answers = :answers, "
                f"billed = coalesce(:billed, billed), reserved = {SETTLED} WHERE id = :id AND epoch = :epoch",
                {
                    "state": job.state,
                    "ended": job.ended,
                    "answers": msgspec.json.encode(job.answers),
                    "billed": job.billed,
                    "id": job.id,
                    "epoch": job.epoch,
                },
            )
            if not done.rowcount:
                raise LeaseLost(f"Job {job.id} is done by another process now.")
            _write(connection, take)
        self._journal.remove(job.id)
        return take

    def add_made_here(self, take: TakeRecord) -> TakeRecord:
        """Write a take that was made on this machine, with its job's row, in one transaction.

        One whose files were removed is there again.
        """
        with self._database.raw_transaction() as connection:
            if not connection.execute("SELECT 1 FROM jobs WHERE id = ?", (take.id,)).fetchone():
                take = structs.replace(take, job=insert(connection, traced(connection, take.job)))
            _write(connection, take)
        return take

    def get(self, job: str) -> TakeRecord | None:
        """Return the take of a job, if it left one."""
        rows = self._database.rows(f"{_SELECT} WHERE takes.job = ?", (job,))
        return _take_from(rows[0]) if rows else None

    def some(self, jobs: Sequence[str]) -> list[TakeRecord]:
        """Return takes by their IDs, in that order, also those whose files were removed; others are left out."""
        found: dict[str, TakeRecord] = {}
        for start in range(0, len(jobs), 500):
            wanted = tuple(jobs[start : start + 500])
            places = ", ".join("?" for _ in wanted)
            rows = self._database.rows(f"{_SELECT_LISTED} WHERE takes.job IN ({places})", wanted)
            found |= {row["id"]: _take_from(row) for row in rows}
        return [found[job] for job in jobs if job in found]

    def newest(self, limit: int) -> list[TakeRecord]:
        """Return the takes kept last, newest first."""
        return self.find(limit=limit)

    def find(
        self, wanted: TakeFilter = EVERY, *, after: str | None = None, limit: int | None = None
    ) -> list[TakeRecord]:
        """Return matching takes whose files are there, newest first.

        Args:
            after: The take that the list goes on behind; takes that are added or removed meanwhile shift
                nothing.
        """
        condition, values = wanted.condition()
        behind = (
            " AND (takes.kept, takes.job) < (SELECT kept, job FROM takes WHERE job = :after)" if after else ""
        )
        rows = self._database.rows(
            f"{_SELECT_LISTED} WHERE {condition}{behind} ORDER BY takes.kept DESC, takes.job DESC LIMIT :limit",
            {**values, "after": after, "limit": -1 if limit is None else limit},
        )
        return [_take_from(row) for row in rows]

    def count(self, wanted: TakeFilter = EVERY) -> int:
        """Return how many takes match."""
        condition, values = wanted.condition()
        return int(
            self._database.rows(f"SELECT count(*) FROM {_tables(condition)} WHERE {condition}", values)[0][0]
        )

    def count_judged(self, wanted: TakeFilter = EVERY) -> JudgedCount:
        """Return how many takes match, and how many of them are judged."""
        condition, values = wanted.condition()
        (row,) = self._database.rows(
            f"SELECT count(*), sum({JUDGED}), sum(takes.verdict IS 'rejected') FROM {_tables(condition)} "
            f"WHERE {condition}",
            values,
        )
        return JudgedCount(*(number or 0 for number in row))

    def removed(self) -> list[TakeRecord]:
        """Return the takes whose files were removed."""
        return [
            _take_from(row)
            for row in self._database.rows(f"{_SELECT_LISTED} WHERE takes.removed IS NOT NULL")
        ]

    def models(self) -> list[str]:
        """Return the endpoints that there are takes of."""
        rows = self._database.rows(
            "SELECT endpoint FROM (SELECT DISTINCT endpoint FROM jobs WHERE state = 'kept') AS known WHERE EXISTS "
            "(SELECT 1 FROM jobs JOIN takes ON takes.job = jobs.id WHERE jobs.endpoint = known.endpoint "
            "AND jobs.state = 'kept' AND takes.removed IS NULL) ORDER BY endpoint"
        )
        return [row[0] for row in rows]

    def kinds(self) -> set[str]:
        """Return the kinds of files that there are takes of."""
        rows = self._database.rows(
            f"SELECT DISTINCT {KIND} FROM takes JOIN jobs ON jobs.id = takes.job WHERE takes.removed IS NULL"
        )
        return {row[0] for row in rows}

    def mark(self, job: str, mark: Mark, value: int | str | None) -> TakeRecord | None:
        """Change what a person thinks of a take, and return it; ``None`` if its files were removed."""
        return self._change(f"UPDATE takes SET {mark} = ? WHERE job = ? AND removed IS NULL", value, job)

    def remark(self, job: str, remarks: Sequence[str]) -> TakeRecord | None:
        """Add to the remarks on a take, and return it; ``None`` if there is none, or its files were removed."""
        with self._database.raw_transaction() as connection:
            found = connection.execute(
                "SELECT remarks FROM takes WHERE job = ? AND removed IS NULL", (job,)
            ).fetchone()
            if found is None:
                return None
            known = msgspec.json.decode(found[0], type=list[str])
            connection.execute(
                "UPDATE takes SET remarks = ? WHERE job = ?",
                (msgspec.json.encode(list(dict.fromkeys([*known, *remarks]))), job),
            )
        return self.get(job)

    def remove(self, job: str, now: float) -> TakeRecord | None:
        """Mark a take's files as removed; return ``None`` if it is pinned or picked, or was removed before."""
        return self._change(
            "UPDATE takes SET removed = ? WHERE job = ? AND removed IS NULL AND NOT starred "
            "AND verdict IS NOT 'picked'",
            now,
            job,
        )

    def count_shown_again(self, job: str) -> None:
        """Count that a take has answered a request once more, for which nothing was charged."""
        self._database.change("UPDATE takes SET shown_again = shown_again + 1 WHERE job = ?", (job,))

    def _change(self, statement: str, value: float | str | None, job: str) -> TakeRecord | None:
        return self.get(job) if self._database.change(statement, (value, job)) else None

    def durations(
        self, service: str, request: GenerationRequest, limit: int = 50
    ) -> list[tuple[float, float | None]]:
        """Return the seconds that an endpoint's last jobs took, and were worked on, newest first.

        These are jobs with the same settings if there are enough of them to tell something, else jobs with
        any. Where many are known, what was read stands for some seconds: one more tells little.
        """
        settings = request.settings
        kind = (service, request.endpoint, msgspec.json.encode(settings, order="sorted"), limit)
        read, known = self._durations.get(kind, (0.0, []))
        if known and time.monotonic() - read < STANDS:
            return known
        rows = self._database.rows(
            "SELECT jobs.request, takes.took, takes.worked FROM takes JOIN jobs ON jobs.id = takes.job "
            "WHERE jobs.service = ? AND jobs.endpoint = ? AND takes.took IS NOT NULL ORDER BY takes.kept DESC LIMIT ?",
            (service, request.endpoint, 4 * limit),
        )
        same = (
            row
            for row in rows
            if msgspec.json.decode(row["request"], type=GenerationRequest).settings == settings
        )
        alike = list(islice(same, limit))
        chosen = alike if len(alike) >= ALIKE else rows
        known = [(row["took"], row["worked"]) for row in chosen[:limit]]
        if len(known) >= MANY:
            if len(self._durations) >= KINDS:
                self._durations.clear()
            self._durations[kind] = (time.monotonic(), known)
        return known


def _write(connection: sqlite3.Connection, take: TakeRecord) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO takes (job, files, kept, took, worked, requests, starred, rating, verdict, "
        "note, remarks, removed, shown_again) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            take.id,
            msgspec.json.encode(take.files),
            take.kept,
            take.took,
            take.worked,
            take.requests,
            take.pinned,
            take.rating,
            take.verdict,
            take.note,
            msgspec.json.encode(take.remarks),
            take.removed,
            take.shown_again,
        ),
    )


def _tables(condition: str) -> str:
    return "takes JOIN jobs ON jobs.id = takes.job" if "jobs." in condition else "takes"


def _take_from(row: sqlite3.Row) -> TakeRecord:
    return TakeRecord(
        job=job_from(row),
        files=msgspec.json.decode(row["files"], type=list[MediaFile]),
        kept=row["kept"],
        took=row["took"],
        worked=row["worked"],
        requests=row["requests"],
        pinned=bool(row["starred"]),
        rating=row["rating"],
        verdict=row["verdict"],
        note=row["note"],
        remarks=msgspec.json.decode(row["remarks"], type=list[str]),
        removed=row["removed"],
        shown_again=row["shown_again"],
    )
