"""Takes: what jobs left."""

import sqlite3
from collections.abc import Sequence
from itertools import islice

import msgspec

from reka_notebook.library.database import Database
from reka_notebook.library.errors import LeaseLost
from reka_notebook.library.job_row import job_from
from reka_notebook.library.journal import Journal
from reka_notebook.library.records import MediaFile, TakeRecord
from reka_notebook.library.request import GenerationRequest

_SELECT = (
    "SELECT jobs.*, takes.files, takes.kept, takes.took, takes.worked, takes.starred, takes.removed "
    "FROM takes JOIN jobs ON jobs.id = takes.job"
)

ALIKE = 10
"""So many jobs with the same settings tell more than all of the endpoint together."""


class TakeTable:
    """Every take of a person."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def add(self, take: TakeRecord) -> TakeRecord:
        """Write a take and its job's end, in one transaction.

        :raises LeaseLost: another process does this job now; nothing was written.
        """
        job = take.job
        with self._database.transaction() as connection:
            done = connection.execute(
                "UPDATE jobs SET state = ?, ended = ?, error = NULL WHERE id = ? AND epoch = ?",
                (job.state, job.ended, job.id, job.epoch),
            )
            if not done.rowcount:
                raise LeaseLost(f"Job {job.id} is done by another process now.")
            connection.execute(
                "INSERT OR REPLACE INTO takes (job, files, kept, took, worked, starred, removed) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    job.id,
                    msgspec.json.encode(take.files),
                    take.kept,
                    take.took,
                    take.worked,
                    take.starred,
                    take.removed,
                ),
            )
        self._journal.remove(job.id)
        return take

    def get(self, job: str) -> TakeRecord | None:
        """The take of a job, if it left one."""
        rows = self._database.rows(f"{_SELECT} WHERE takes.job = ?", (job,))
        return _take_from(rows[0]) if rows else None

    def newest(self, limit: int) -> list[TakeRecord]:
        """The takes kept last, newest first."""
        return self.find(limit=limit)

    def find(
        self, *, words: Sequence[str] = (), model: str | None = None, limit: int | None = None
    ) -> list[TakeRecord]:
        """Takes whose files are there, newest first.

        :param words: each is somewhere in the prompt, in capitals or not.
        :param model: ``kling-v3-pro``, or with a task ``kling-v3-pro/text-to-video``.
        """
        rows = self._database.rows(
            f"{_SELECT} WHERE takes.removed IS NULL AND (?1 IS NULL OR jobs.endpoint = ?1 "
            "OR substr(jobs.endpoint, 1, length(?1) + 1) = ?1 || '/') "
            "ORDER BY takes.kept DESC, takes.job LIMIT ?2",
            (model, -1 if words or limit is None else limit),
        )
        # SQLite folds the case of ASCII alone.
        wanted = [word.casefold() for word in words]
        fitting = (
            take
            for take in map(_take_from, rows)
            if all(word in take.job.request.prompt.casefold() for word in wanted)
        )
        return list(islice(fitting, limit))

    def removed(self) -> list[TakeRecord]:
        """The takes whose files were removed."""
        return [_take_from(row) for row in self._database.rows(f"{_SELECT} WHERE takes.removed IS NOT NULL")]

    def models(self) -> list[str]:
        """The endpoints that there are takes of."""
        rows = self._database.rows(
            "SELECT DISTINCT jobs.endpoint FROM takes JOIN jobs ON jobs.id = takes.job "
            "WHERE takes.removed IS NULL ORDER BY jobs.endpoint"
        )
        return [row[0] for row in rows]

    def star(self, job: str, starred: bool) -> TakeRecord | None:
        """Star a take, or take the star away; the take as it is now, ``None`` where its files were removed."""
        return self._change("UPDATE takes SET starred = ? WHERE job = ? AND removed IS NULL", starred, job)

    def remove(self, job: str, now: float) -> TakeRecord | None:
        """Mark a take's files as removed; ``None`` where it has a star, or was removed before."""
        return self._change(
            "UPDATE takes SET removed = ? WHERE job = ? AND removed IS NULL AND NOT starred", now, job
        )

    def _change(self, statement: str, value: float, job: str) -> TakeRecord | None:
        with self._database.transaction() as connection:
            done = connection.execute(statement, (value, job))
        return self.get(job) if done.rowcount else None

    def durations(
        self, service: str, request: GenerationRequest, limit: int = 50
    ) -> list[tuple[float, float | None]]:
        """Seconds that the last jobs of an endpoint took, and that they were worked on, newest first.

        Those with the same settings, where there are enough of them to tell something; else those with any.
        """
        rows = self._database.rows(
            "SELECT jobs.request, takes.took, takes.worked FROM takes JOIN jobs ON jobs.id = takes.job "
            "WHERE jobs.service = ? AND jobs.endpoint = ? AND takes.took IS NOT NULL ORDER BY takes.kept DESC LIMIT ?",
            (service, request.endpoint, 4 * limit),
        )
        alike = [
            row
            for row in rows
            if msgspec.json.decode(row["request"], type=GenerationRequest).settings == request.settings
        ]
        chosen = alike if len(alike) >= ALIKE else rows
        return [(row["took"], row["worked"]) for row in chosen[:limit]]


def _take_from(row: sqlite3.Row) -> TakeRecord:
    return TakeRecord(
        job=job_from(row),
        files=msgspec.json.decode(row["files"], type=list[MediaFile]),
        kept=row["kept"],
        took=row["took"],
        worked=row["worked"],
        starred=bool(row["starred"]),
        removed=row["removed"],
    )
