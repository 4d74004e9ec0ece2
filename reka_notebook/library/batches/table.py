"""Keep batches and their rows, and hand rows out to machines, each to one at a time."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, and_, delete, func, insert, select, update

from reka_notebook.library.batches.records import BatchCounts, BatchFacts, BatchRecord, BatchRow, RowState
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.request import GenerationRequest
from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.tables import batch_rows, batches, jobs
from reka_notebook.library.states import State

PLANNED, BEGUN = "planned", "begun"

PAGE = 500
"""Rows that are read, or looked for, in one statement."""

ABANDONED = 86_400.0
"""Seconds after which a plan that nobody has agreed to is removed, whoever made it."""


class BatchTable:
    """Keep every batch of a library."""

    def __init__(self, database: Database, person: str = "") -> None:
        self._database = database
        self._person = person

    # Planning

    def plan(self, service: str, source: str, digest: str) -> BatchRecord:
        """Write a batch that has no row yet, and is not begun; such as were left behind are removed."""
        now = self._database.now()
        record = BatchRecord(
            id=secrets.token_hex(3),
            service=service,
            person=self._person,
            created=now,
            source=source,
            digest=digest,
            rows=0,
            begun=False,
            facts=BatchFacts(),
        )
        left = select(batches.c.id).where(batches.c.state == PLANNED, batches.c.created < now - ABANDONED)
        for [batch] in self._database.rows(left):
            self.remove(batch)
        self._database.change(
            insert(batches).values(
                id=record.id,
                service=service,
                person=self._person,
                created=now,
                options=msgspec.json.encode(record.facts),
                source=source,
                digest=digest,
                rows=0,
                state=PLANNED,
            )
        )
        return record

    def add(self, batch: str, rows: Sequence[BatchRow]) -> None:
        """Write rows of a batch that is being planned."""
        values = [
            {
                "batch": batch,
                "number": row.number,
                "line": row.line,
                "key": row.request.content_key,
                "request": msgspec.json.encode(row.request),
                "webhook": row.webhook,
                "job": row.job,
                "state": row.state,
            }
            for row in rows
        ]
        with self._database.transaction() as connection:
            connection.execute(insert(batch_rows), values)

    def known(self, batch: str, keys: Collection[str]) -> set[str]:
        """Return those of some content keys that rows of a batch have already."""
        wanted = select(batch_rows.c.key).where(batch_rows.c.batch == batch, batch_rows.c.key.in_(list(keys)))
        return {key for [key] in self._database.rows(wanted)} if keys else set()

    def standings(
        self, service: str, requests: Collection[GenerationRequest]
    ) -> dict[str, tuple[str, State]]:
        """Return the jobs that there are of some requests, by content key: the ID and state of the one that counts.

        One that was spelt otherwise and meant the same is not among them; it is found when the request is made.
        """
        query = select(jobs.c.id, jobs.c.content_key, jobs.c.state).where(
            jobs.c.service == service,
            jobs.c.endpoint.in_({request.endpoint for request in requests}),
            jobs.c.subject.in_({request.subject for request in requests}),
            jobs.c.content_key.in_({request.content_key for request in requests}),
        )
        found: dict[str, tuple[str, State]] = {}
        for row in self._database.rows(query.order_by(jobs.c.attempt, jobs.c.created)):
            before = found.get(row.content_key)
            if before is None or before[1] in (State.FAILED, State.CANCELLED) or row.state == State.KEPT:
                found[row.content_key] = (row.id, State(row.state))
        return found

    def begin(
        self, record: BatchRecord, facts: BatchFacts, instead_of: BatchRecord | None = None
    ) -> BatchRecord:
        """Let a batch begin, and return it; the one of the same file, where that was begun meanwhile.

        Args:
            instead_of: An earlier one of the same file, which is over and no longer stands for it.
        """
        with self._database.transaction() as connection:
            if instead_of is not None:
                over = f"{instead_of.digest}:{instead_of.id}"
                connection.execute(update(batches).where(batches.c.id == instead_of.id).values(digest=over))
            same = connection.execute(
                _begun().where(batches.c.service == record.service, batches.c.digest == record.digest)
            ).first()
            if same is None:
                rows = select(func.count()).where(batch_rows.c.batch == record.id).scalar_subquery()
                connection.execute(
                    update(batches)
                    .where(batches.c.id == record.id)
                    .values(state=BEGUN, options=msgspec.json.encode(facts), rows=rows)
                )
        if same is not None:
            self.remove(record.id)
            return _record(same)
        return self.get(record.id)

    def remove(self, batch: str) -> None:
        """Remove a batch and its rows; what was made of them stays."""
        with self._database.transaction() as connection:
            connection.execute(delete(batch_rows).where(batch_rows.c.batch == batch))
            connection.execute(delete(batches).where(batches.c.id == batch))

    # Finding

    def find(self, service: str, digest: str) -> BatchRecord | None:
        """Return the batch of a file that was begun; ``None`` if there is none."""
        found = self._database.rows(_begun().where(batches.c.service == service, batches.c.digest == digest))
        return _record(found[0]) if found else None

    def get(self, start: str) -> BatchRecord:
        """Return a batch that was begun by its ID, or by the start of its ID.

        Raises:
            LibraryError: If there is none, or more than one.
        """
        found = self._database.rows(_begun().where(batches.c.id.startswith(start, autoescape=True)).limit(2))
        if len(found) != 1 or not start:
            raise LibraryError(
                f"{'No batch' if not found else 'More than one batch'} in the library starts with {start!r}. "
                "`reka-notebook batch list` lists them."
            )
        return _record(found[0])

    def all(self) -> list[BatchRecord]:
        """Return every batch that was begun, newest first."""
        return [_record(row) for row in self._database.rows(_begun().order_by(batches.c.created.desc()))]

    def counts(self, batch: str) -> BatchCounts:
        """Count the rows of a batch by where they stand."""
        state = batch_rows.c.state
        query = select(state, func.count().label("rows")).where(batch_rows.c.batch == batch).group_by(state)
        return BatchCounts.of({row.state: row.rows for row in self._database.rows(query)})

    def rows(self, batch: str, *states: RowState, after: int = 0) -> Iterator[BatchRow]:
        """Yield the rows of a batch in order, a page of them in memory at a time.

        Args:
            states: Those in these states alone; all if not given.
            after: Those with a higher number than this.
        """
        while True:
            query = select(batch_rows).where(batch_rows.c.batch == batch, batch_rows.c.number > after)
            if states:
                query = query.where(batch_rows.c.state.in_(list(states)))
            found = self._database.rows(query.order_by(batch_rows.c.number).limit(PAGE))
            yield from map(_row, found)
            if len(found) < PAGE:
                return
            after = found[-1].number

    def images_needed(self) -> set[str]:
        """Return the digests of the images of rows that are not made yet, or may be made once more."""
        query = select(batch_rows.c.batch).distinct()
        return {
            use.digest
            for [batch] in self._database.rows(query)
            for row in self.rows(batch, "waiting", "claimed", "expired", "failed")
            for uses in row.request.images.values()
            for use in uses
        }

    def billed(self, batch: str) -> float | None:
        """Return the dollars that a batch's takes were billed; ``None`` if no bill is known."""
        query = (
            select(func.sum(jobs.c.billed))
            .join(batch_rows, batch_rows.c.job == jobs.c.id)
            .where(batch_rows.c.batch == batch)
        )
        [[found]] = self._database.rows(query)
        return None if found is None else float(found)

    # Making

    def claim(self, batch: str, owner: str, most: int, lease: float) -> list[BatchRow]:
        """Hand some rows out to an owner, for so many seconds: such as wait, and such as nobody does any more."""
        now = self._database.now()
        lapsed = and_(batch_rows.c.state == "claimed", batch_rows.c.until < now)
        found: list[Row[Any]] = []
        with self._database.transaction(alone=False) as connection:
            for free in (lapsed, batch_rows.c.state == "waiting"):
                wanted = (
                    select(batch_rows).where(batch_rows.c.batch == batch, free).order_by(batch_rows.c.number)
                )
                # SQLite, where one writes at a time, leaves the locks out.
                wanted = wanted.limit(most - len(found)).with_for_update(skip_locked=True)
                found += connection.execute(wanted).all()
            if found:
                connection.execute(
                    update(batch_rows)
                    .where(
                        batch_rows.c.batch == batch, batch_rows.c.number.in_([row.number for row in found])
                    )
                    .values(state="claimed", owner=owner, until=now + lease)
                )
        return [_row(row) for row in found]

    def renew(self, batch: str, owner: str, lease: float) -> int:
        """Keep what an owner has claimed for so many seconds more, and return how many rows that is."""
        return self._database.change(
            update(batch_rows).where(_held(batch, owner)).values(until=self._database.now() + lease)
        )

    def owners(self, batch: str) -> set[str]:
        """Return who has rows of a batch."""
        query = select(batch_rows.c.owner).where(batch_rows.c.batch == batch, batch_rows.c.state == "claimed")
        return {owner for [owner] in self._database.rows(query.distinct()) if owner}

    def release(self, batch: str, owner: str, numbers: Collection[int] = ()) -> None:
        """Let others do what an owner has claimed: all of it, or some rows."""
        held = _held(batch, owner)
        if numbers:
            held = and_(held, batch_rows.c.number.in_(list(numbers)))
        self._database.change(update(batch_rows).where(held).values(state="waiting", owner=None, until=None))

    def note_job(self, batch: str, number: int, owner: str, job: str) -> None:
        """Write down which job does a row."""
        self._database.change(
            update(batch_rows).where(_held(batch, owner), batch_rows.c.number == number).values(job=job)
        )

    def settle(
        self, batch: str, number: int, owner: str, state: RowState, job: str | None, error: str | None = None
    ) -> None:
        """Write down how a row ended, unless another has it by now."""
        self._database.change(
            update(batch_rows)
            .where(_held(batch, owner), batch_rows.c.number == number)
            .values(
                state=state,
                job=job,
                error=error,
                owner=None,
                until=None,
                **(
                    {"webhook": None} if state == "kept" else {}
                ),  # it may hold a secret, and has done its work
            )
        )

    def retry(self, batch: str, *states: RowState) -> int:
        """Let rows that ended badly be made once more, and return how many there are."""
        return self._database.change(
            update(batch_rows)
            .where(batch_rows.c.batch == batch, batch_rows.c.state.in_(list(states)))
            .values(state="waiting", error=None)
        )


def _begun() -> Select[Any]:
    return select(batches).where(batches.c.state == BEGUN)


def _held(batch: str, owner: str) -> Any:
    return and_(batch_rows.c.batch == batch, batch_rows.c.owner == owner, batch_rows.c.state == "claimed")


def _record(row: Row[Any]) -> BatchRecord:
    return BatchRecord(
        id=row.id,
        service=row.service,
        person=row.person,
        created=row.created,
        source=row.source,
        digest=row.digest,
        rows=row.rows,
        begun=row.state == BEGUN,
        facts=msgspec.json.decode(row.options, type=BatchFacts),
    )


def _row(row: Row[Any]) -> BatchRow:
    return BatchRow(
        number=row.number,
        line=row.line,
        request=msgspec.json.decode(row.request, type=GenerationRequest),
        webhook=row.webhook,
        job=row.job,
        state=row.state,
        error=row.error,
    )
