"""Takes: what jobs left."""

import sqlite3

import msgspec

from reka_notebook.library.database import Database
from reka_notebook.library.errors import LeaseLost
from reka_notebook.library.job_table import job_from
from reka_notebook.library.journal import Journal
from reka_notebook.library.records import MediaFile, TakeRecord

_SELECT = (
    "SELECT jobs.*, takes.files, takes.kept, takes.took, takes.starred "
    "FROM takes JOIN jobs ON jobs.id = takes.job"
)


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
                "INSERT OR REPLACE INTO takes (job, files, kept, took) VALUES (?, ?, ?, ?)",
                (job.id, msgspec.json.encode(take.files), take.kept, take.took),
            )
        self._journal.remove(job.id)
        return take

    def get(self, job: str) -> TakeRecord | None:
        """The take of a job, if it left one."""
        rows = self._database.rows(f"{_SELECT} WHERE takes.job = ?", (job,))
        return _take_from(rows[0]) if rows else None

    def newest(self, limit: int) -> list[TakeRecord]:
        """The takes kept last, newest first."""
        rows = self._database.rows(f"{_SELECT} ORDER BY takes.kept DESC, takes.job LIMIT ?", (limit,))
        return [_take_from(row) for row in rows]

    def durations(self, service: str, endpoint: str, limit: int = 50) -> list[float]:
        """Seconds that the last jobs of an endpoint took, newest first."""
        rows = self._database.rows(
            "SELECT takes.took FROM takes JOIN jobs ON jobs.id = takes.job "
            "WHERE jobs.service = ? AND jobs.endpoint = ? AND takes.took IS NOT NULL ORDER BY takes.kept DESC LIMIT ?",
            (service, endpoint, limit),
        )
        return [row[0] for row in rows]


def _take_from(row: sqlite3.Row) -> TakeRecord:
    return TakeRecord(
        job=job_from(row),
        files=msgspec.json.decode(row["files"], type=list[MediaFile]),
        kept=row["kept"],
        took=row["took"],
        starred=bool(row["starred"]),
    )
