"""Copy all jobs and takes of a library into another, so that it can be interrupted anywhere and started again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import func, select, tuple_, union
from sqlalchemy import update as sql_update

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.jobs import LISTED, job_from
from reka_notebook.library.journal import Journal
from reka_notebook.library.library import Library
from reka_notebook.library.records import JobRecord, MediaFile, TakeRecord
from reka_notebook.library.rows import tables
from reka_notebook.library.rows.database import Insert, insert_into
from reka_notebook.library.states import FINAL, State
from reka_notebook.library.transfer.files import copy_files, copy_images
from reka_notebook.library.transfer.tables import (
    JOBS,
    OTHERS,
    TAKES,
    Copied,
    Progress,
    Renaming,
    Values,
    known,
    pages,
)

AT_ONCE = 4
"""Takes whose files are on their way at the same time."""

_RANK = {
    State.PREPARED: 0,
    State.SUBMITTING: 1,
    State.QUEUED: 2,
    State.RUNNING: 3,
    State.FETCHING: 4,
    State.EXPIRED: 5,
    State.CANCELLED: 6,
    State.FAILED: 6,
    State.KEPT: 7,
}
"""Of two states of a job the one with the higher number is newer."""


@dataclass
class Outcome:
    """Count what was copied, and what was at the target already.

    Attributes:
        newer_there: Jobs that the target has in a newer state, which stay as they are there.
        older_there: Jobs that the target had in an older state, which are as at the source now.
        same_request: Jobs that the target has under another ID, because the same was asked for there too.
        busy_there: Jobs that are newer at the source, and that a process does at the target just now.
        busy_here: Unfinished jobs that a process does at the source just now.
        kept_as_they_are: Rows of other tables that differ, and stay as they are at the target, by table.
        missing: Files and images that the source itself does not have any more.
    """

    jobs: int = 0
    takes: int = 0
    bytes: int = 0
    there_before: int = 0
    newer_there: list[str] = field(default_factory=list)
    older_there: list[str] = field(default_factory=list)
    same_request: list[str] = field(default_factory=list)
    busy_there: list[str] = field(default_factory=list)
    busy_here: list[str] = field(default_factory=list)
    kept_as_they_are: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


class Copying:
    """Copy a library into another.

    Files come before the rows that name them, so that a row at the target means that its files are there. What the
    target has by then is not copied again, which is all that it takes to go on after an interruption.
    """

    def __init__(self, source: Library, target: Library, progress: Progress = lambda done, of: None) -> None:
        self._source, self._target = source, target
        self._progress = progress
        self.renaming = Renaming((source.person, target.person), {})
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Copy everything, and return what was done.

        Raises:
            LibraryError: If something cannot be read or written now. What has arrived stays, and need not come again.
            LibraryError: If it holds what only an administrator of the target can write; nothing is copied then.
        """
        self._check_rights()
        count = select(func.count()).select_from(tables.jobs)
        total, done = int(self._source.database.rows(count)[0][0]), 0
        self._progress(0, total)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reka-copy") as pool:
            try:
                for page in pages(self._source.database, JOBS):
                    self._copy_jobs(page, pool)
                    done += len(page)
                    self._progress(done, max(done, total))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for copied in OTHERS:
            for page in pages(self._source.database, copied):
                self._copy_others(copied, page)
        return self.outcome

    def _check_rights(self) -> None:
        if self._target.database.dialect == "sqlite":
            return
        from reka_notebook.library.team.rights import foreign  # here: of a team's library alone

        every = [
            tables.jobs.c.person,
            tables.marks.c.person,
            tables.judgements.c.person,
            tables.collections.c.person,
        ]
        people = {row[0] for row in self._source.database.rows(union(*(select(person) for person in every)))}
        named = {self._target.person if person == self._source.person else person for person in people}
        if others := foreign(self._target.database, named):
            raise LibraryError(
                f"{self._source.name} holds takes, ratings or notes of {', '.join(others[:5])}, and you can write "
                f"only your own into {self._target.name}. Have an administrator of that library run this command, with "
                "the address of the role that owns its tables. Nothing was copied."
            )

    def _copy_jobs(self, page: Sequence[Values], pool: ThreadPoolExecutor) -> None:
        here = {row["id"]: row for row in page}
        self._find_same_requests(page)
        renamed = {row["id"]: self.renaming(JOBS, row) for row in page}
        there = known(self._target.database, JOBS, list(renamed.values()))
        owned = self._owners(self._target, [str(row["id"]) for row in renamed.values()])
        working = self._owners(self._source, list(here))
        new, changed = [], []
        for job, row in renamed.items():
            before = there.get((row["id"],))
            if here[job]["ended"] is None and self._source.leases.is_alive(working[job][0]):
                self.outcome.busy_here.append(job)
            if before is None:
                new.append(job)
            elif before == row:
                self.outcome.there_before += 1
            elif _RANK.get(row["state"], 0) <= _RANK.get(before["state"], 0):
                self.outcome.newer_there.append(job)
            elif before["ended"] is None and self._target.leases.is_alive(owned[row["id"]][0]):
                self.outcome.busy_there.append(job)
            else:
                changed.append(job)
                self.outcome.older_there.append(job)
        self._copy_takes([*new, *changed], here, renamed, pool)
        with self._target.database.transaction() as connection:
            if new:
                rows = [{**renamed[job], "owner": None, "epoch": working[job][1]} for job in new]
                connection.execute(self._insert(JOBS), rows)
            for job in changed:
                row = renamed[job]
                epoch = max(working[job][1], owned[row["id"]][1]) + 1  # whoever did it there is told so
                values = {name: value for name, value in row.items() if name != "id"}
                connection.execute(
                    sql_update(tables.jobs)
                    .where(tables.jobs.c.id == row["id"])
                    .values(**values, owner=None, epoch=epoch)
                )
            if self._arrived:
                connection.execute(self._insert(TAKES), self._arrived)
        for job in (*new, *changed):
            self._note(job_from_values(renamed[job]))
        self.outcome.jobs += len(new)

    def _note(self, job: JobRecord) -> None:
        """Keep a second copy of what can go on at the target, as it is made of every job in a folder's library."""
        if self._target.database.dialect == "sqlite":
            journal = Journal(self._target.home)
            if job.state in FINAL:
                journal.remove(job.id)
            else:
                journal.write(job)

    def _copy_takes(
        self,
        jobs: Sequence[str],
        here: dict[str, Values],
        renamed: dict[str, Values],
        pool: ThreadPoolExecutor,
    ) -> None:
        """Copy the files of what some jobs need and have left, and remember the rows of their takes."""
        left = known(self._source.database, TAKES, [{"job": job} for job in jobs])
        wanted = {job: self.renaming(TAKES, left[(job,)]) for job in jobs if (job,) in left}
        there = known(self._target.database, TAKES, list(wanted.values()))
        self._arrived: list[Values] = []

        def bring(job: str) -> tuple[Values | None, list[str]]:
            record = job_from_values(here[job])
            row = wanted.get(job)
            missing = copy_images(record, self._source, self._target)
            if record.state in FINAL:
                missing = []  # it is over, and does without
            if row is None or (row["job"],) in there:
                return None, missing
            take = _take_from(row, job_from_values(renamed[job]))
            if row["removed"] is None:
                take, gone = copy_files(take, self._source, self._target)
                missing += gone
            return {**row, "files": msgspec.json.encode(take.files)}, missing

        for row, missing in pool.map(bring, jobs):
            self.outcome.missing += missing
            if row is not None:
                self._arrived.append(row)
                self.outcome.takes += 1
                files = msgspec.json.decode(row["files"], type=list[MediaFile])
                self.outcome.bytes += sum(file.bytes for file in files) if row["removed"] is None else 0

    def _find_same_requests(self, page: Sequence[Values]) -> None:
        """Find the jobs that the target has under another ID: the same attempt at the same request is one job."""
        key = tuple_(tables.jobs.c.service, tables.jobs.c.idempotency_key)
        query = select(tables.jobs.c.id, tables.jobs.c.service, tables.jobs.c.idempotency_key).where(
            key.in_([(row["service"], row["idempotency_key"]) for row in page])
        )
        found = {(row[1], row[2]): row[0] for row in self._target.database.rows(query)}
        for row in page:
            other = found.get((row["service"], row["idempotency_key"]))
            if other is not None and other != row["id"]:
                self.renaming.jobs[row["id"]] = other
                self.outcome.same_request.append(row["id"])

    def _owners(self, library: Library, jobs: Sequence[str]) -> dict[str, tuple[str | None, int]]:
        c = tables.jobs.c
        rows = library.database.rows(select(c.id, c.owner, c.epoch).where(c.id.in_(jobs)))
        return {row[0]: (row[1], row[2]) for row in rows}

    def _copy_others(self, copied: Copied, page: Sequence[Values]) -> None:
        rows = [self.renaming(copied, row) for row in page]
        there = known(self._target.database, copied, rows)
        new = [row for row in rows if copied.key(row) not in there]
        differing = sum(there.get(copied.key(row), row) != row for row in rows)
        if differing:
            name = copied.table.name
            self.outcome.kept_as_they_are[name] = self.outcome.kept_as_they_are.get(name, 0) + differing
        if new:
            with self._target.database.transaction() as connection:
                connection.execute(self._insert(copied), new)

    def _insert(self, copied: Copied) -> Insert:
        return insert_into(self._target.database.dialect, copied.table).on_conflict_do_nothing()


def job_from_values(row: Values) -> JobRecord:
    """Return a job from the columns of its row."""
    values: Values = {"owner": None, "epoch": 0, **row}
    columns: Any = tuple(values[column.name] for column in LISTED)
    return job_from(columns, row["answers"])


def _take_from(row: Values, job: JobRecord) -> TakeRecord:
    return TakeRecord(
        job=job,
        files=msgspec.json.decode(row["files"], type=list[MediaFile]),
        kept=row["kept"],
        took=row["took"],
        worked=row["worked"],
        requests=row["requests"],
        remarks=msgspec.json.decode(row["remarks"], type=list[str]),
        removed=row["removed"],
        shown_again=row["shown_again"],
    )
