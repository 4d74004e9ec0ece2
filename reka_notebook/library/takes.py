"""Keep takes: what jobs left."""

import time
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import msgspec
from msgspec import structs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    FromClause,
    Insert,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)

from reka_notebook.library.errors import LeaseLost
from reka_notebook.library.jobs import LISTED, insert, job_from, settling, traced
from reka_notebook.library.journal import Journal
from reka_notebook.library.records import MediaFile, TakeRecord
from reka_notebook.library.request import GenerationRequest
from reka_notebook.library.rows.database import AnyRow, Database, insert_into, upsert
from reka_notebook.library.rows.tables import IS_KEPT, jobs, marks, measures, takes
from reka_notebook.library.rows.words import WordIndex, in_index
from reka_notebook.library.spending.bills import bill_in_answers
from reka_notebook.library.take_filter import JUDGED, Shape, TakeFilter, conditions
from reka_notebook.media.measures import MEASURES

_OF_JOBS = takes.join(jobs, jobs.c.id == takes.c.job)
_MINE = and_(marks.c.take == takes.c.job, marks.c.person == bindparam("person"))
_LISTED = select(
    *LISTED,
    *(
        takes.c[name]
        for name in ("files", "kept", "took", "worked", "requests", "remarks", "removed", "shown_again")
    ),
    *(marks.c[name] for name in ("starred", "rating", "verdict", "note")),
).select_from(_OF_JOBS.outerjoin(marks, _MINE))
_WHOLE = _LISTED.add_columns(jobs.c.answers).where(takes.c.job == bindparam("job"))
_SOME = _LISTED.where(takes.c.job.in_(bindparam("jobs", expanding=True)))
_REMOVED = _LISTED.where(takes.c.removed.is_not(None))
_KEPT = select(takes.c.kept).where(takes.c.job == bindparam("job"))
_REMARKS = select(takes.c.remarks).where(takes.c.job == bindparam("job"), takes.c.removed.is_(None))
_CHANGE = takes.update().where(takes.c.job == bindparam("take"))
_SHOWN_AGAIN = _CHANGE.values(shown_again=takes.c.shown_again + 1)
_FORGET_MARKS = marks.delete().where(marks.c.take == bindparam("job"), marks.c.person == bindparam("person"))
_OTHERS = (
    select(marks)
    .where(marks.c.take.in_(bindparam("takes", expanding=True)), marks.c.person != bindparam("person"))
    .order_by(marks.c.person)
)
_RATINGS = (
    select(marks.c.take, func.avg(marks.c.rating).label("average"), func.count().label("number"))
    .where(marks.c.take.in_(bindparam("takes", expanding=True)), marks.c.rating > 0)
    .group_by(marks.c.take)
)
_NO_JOB = select(jobs.c.id).where(jobs.c.id == bindparam("job"))
_WANTED = exists().where(marks.c.take == takes.c.job, or_(marks.c.starred != 0, marks.c.verdict == "picked"))
_REMOVE = _CHANGE.where(takes.c.removed.is_(None), ~_WANTED)
"""Not what anybody has pinned or picked."""


def _different(column: ColumnElement[str], condition: ColumnElement[bool]) -> Subquery:
    """Return the different values of an indexed column as ``value``: each is jumped to, as few rows differ in it."""
    found = select(func.min(column).label("value")).where(condition).cte(recursive=True)
    following = select(func.min(column)).where(condition, column > found.c.value).scalar_subquery()
    found = found.union_all(select(following).where(found.c.value.is_not(None)))
    return select(found.c.value).where(found.c.value.is_not(None)).subquery()


_models = _different(jobs.c.endpoint, IS_KEPT)
_MODELS = (
    select(_models.c.value)
    .where(
        select(takes.c.job)
        .select_from(_OF_JOBS)
        .where(jobs.c.endpoint == _models.c.value, IS_KEPT, takes.c.removed.is_(None))
        .limit(1)
        .scalar_subquery()
        .is_not(None)
    )
    .order_by(_models.c.value)
)
_KINDS = select(_different(takes.c.kind, takes.c.removed.is_(None)).c.value)
_DURATIONS = (
    select(jobs.c.request, takes.c.took, takes.c.worked)
    .select_from(_OF_JOBS)
    .where(
        jobs.c.service == bindparam("service"),
        jobs.c.endpoint == bindparam("endpoint"),
        takes.c.took.is_not(None),
    )
    .order_by(takes.c.kept.desc())
    .limit(bindparam("most", type_=takes.c.requests.type))
)

Mark: TypeAlias = Literal["starred", "rating", "verdict", "note"]
"""The columns of what a person thinks of a take; ``starred`` is of a pinned one."""

MARKS: tuple[Mark, ...] = get_args(Mark)

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


class MarkRecord(NamedTuple):
    """Hold what one person thinks of a take."""

    person: str
    pinned: bool
    rating: int
    verdict: str | None
    note: str


class TeamRating(NamedTuple):
    """Hold what all people together have rated a take: the average, and how many they are."""

    average: float
    number: int


class TakeTable:
    """Keep every take of a person; lists leave out the service's answers, which ``get`` reads."""

    def __init__(self, database: Database, journal: Journal, person: str = "") -> None:
        self._database, self._person = database, person
        self._journal = journal
        self._words = WordIndex(database)
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
        ended = {
            "state": job.state,
            "ended": job.ended,
            "error": None,
            "webhook": None,
            "answers": msgspec.json.encode(job.answers),
            **({"billed": job.billed} if job.billed is not None else {}),
        }
        with self._database.transaction(alone=False) as connection:
            values = {**ended, "job": job.id, "known": job.epoch}
            if not connection.execute(settling(job.state), values).rowcount:
                raise LeaseLost(f"Job {job.id} is done by another process now.")
            self._write(connection, take)
        self._journal.remove(job.id)
        return take

    def add_made_here(self, take: TakeRecord) -> TakeRecord:
        """Write a take that was made on this machine, with its job's row, in one transaction.

        One whose files were removed is there again.
        """
        with self._database.transaction() as connection:
            if not connection.execute(_NO_JOB, {"job": take.id}).fetchone():
                own = structs.replace(take.job, person=self._person)
                take = structs.replace(take, job=insert(connection, traced(connection, own)))
            connection.execute(_FORGET_MARKS, {"job": take.id, "person": self._person})
            self._write(connection, take)
        return take

    def _write(self, connection: Connection, take: TakeRecord) -> None:
        row = {
            "job": take.id,
            "files": msgspec.json.encode(take.files),
            "kept": take.kept,
            "took": take.took,
            "worked": take.worked,
            "requests": take.requests,
            "remarks": msgspec.json.encode(take.remarks),
            "removed": take.removed,
            "shown_again": take.shown_again,
            "kind": take.kind,
            "words": take.words,
        }
        connection.execute(_insertion(connection.dialect.name), row)
        thought = {
            "starred": int(take.pinned),
            "rating": take.rating,
            "verdict": take.verdict,
            "note": take.note,
        }
        if any(thought.values()):
            whose = {"take": take.id, "person": self._person}
            connection.execute(upsert(connection.dialect.name, marks), {**whose, **thought})

    def get(self, job: str) -> TakeRecord | None:
        """Return the take of a job, if it left one."""
        rows = self._database.rows(_WHOLE, {"job": job, "person": self._person})
        return _take_from(rows[0], rows[0].answers) if rows else None

    def some(self, jobs: Sequence[str]) -> list[TakeRecord]:
        """Return takes by their IDs, in that order, also those whose files were removed; others are left out."""
        found: dict[str, TakeRecord] = {}
        for start in range(0, len(jobs), 500):
            wanted = list(jobs[start : start + 500])
            rows = self._database.rows(_SOME, {"jobs": wanted, "person": self._person})
            found |= {row.id: _take_from(row) for row in rows}
        return [found[job] for job in jobs if job in found]

    def newest(self, limit: int) -> list[TakeRecord]:
        """Return the takes kept last, newest first."""
        return self.find(limit=limit)

    def find(
        self,
        wanted: TakeFilter = EVERY,
        *,
        by: str | None = None,
        descending: bool = True,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[TakeRecord]:
        """Return matching takes whose files are there, newest first.

        Args:
            by: The measure that they are sorted by instead, such as ``motion``; those without it come last.
            descending: Whether those come first that have more of it.
            after: The take that the list goes on behind; takes that are added or removed meanwhile shift
                nothing.

        Raises:
            ValueError: If there is no such measure.
        """
        order = _Order(by, descending) if by is not None else None
        values = self._values(wanted)
        if limit is not None:
            values["limit"] = limit
        if after is not None:
            last = self._database.rows(_last(by), {"job": after})
            if not last:
                return []
            values |= {"after": after, "after_kept": last[0].kept}
            if order is not None:
                values["after_value"] = last[0].value
                order = order._replace(measured=last[0].value is not None)
        narrowed = self._words.narrowed(wanted.searched)
        if narrowed is not None:
            values |= narrowed
        rest = after is not None, limit is not None, narrowed is not None
        shape, dialect = wanted.shape, self._database.dialect
        if order is not None and order.measured and shape.fits_most and dialect == "postgresql":
            quick = _find(shape, dialect, order._replace(indexed=True), *rest)
            found = self._database.rows(quick, values)
            if len(found) == limit:
                return [_take_from(row) for row in found]
        statement = _find(shape, dialect, order, *rest)
        return [_take_from(row) for row in self._database.rows(statement, values)]

    def count(self, wanted: TakeFilter = EVERY) -> int:
        """Return how many takes match."""
        narrowed = self._words.narrowed(wanted.searched)
        statement = _count(wanted.shape, self._database.dialect, narrowed is not None)
        return int(self._database.rows(statement, {**self._values(wanted), **(narrowed or {})})[0][0])

    def count_judged(self, wanted: TakeFilter = EVERY) -> JudgedCount:
        """Return how many takes match, and how many of them are judged."""
        statement = _count_judged(wanted.shape, self._database.dialect)
        (row,) = self._database.rows(statement, self._values(wanted))
        return JudgedCount(self.count(wanted), *(number or 0 for number in row))

    def _values(self, wanted: TakeFilter) -> dict[str, Any]:
        return {"person": self._person, **wanted.values(self._database.dialect)}

    def removed(self) -> list[TakeRecord]:
        """Return the takes whose files were removed."""
        return [_take_from(row) for row in self._database.rows(_REMOVED, {"person": self._person})]

    def models(self) -> list[str]:
        """Return the endpoints that there are takes of."""
        return [row.value for row in self._database.rows(_MODELS)]

    def kinds(self) -> set[str]:
        """Return the kinds of files that there are takes of."""
        return {row.value for row in self._database.rows(_KINDS)}

    def team_ratings(self, jobs: Sequence[str]) -> dict[str, TeamRating]:
        """Return what all people together have rated some takes; those that nobody has rated are left out."""
        rows = self._database.rows(_RATINGS, {"takes": list(jobs)}) if jobs else ()
        return {row.take: TeamRating(float(row.average), row.number) for row in rows}

    def others(self, jobs: Sequence[str]) -> dict[str, list[MarkRecord]]:
        """Return what other people think of some takes, by person; those that nobody has marked are left out."""
        found: dict[str, list[MarkRecord]] = {}
        rows = self._database.rows(_OTHERS, {"takes": list(jobs), "person": self._person}) if jobs else ()
        for row in rows:
            if row.starred or row.rating or row.verdict or row.note:
                mark = MarkRecord(row.person, bool(row.starred), row.rating, row.verdict, row.note)
                found.setdefault(row.take, []).append(mark)
        return found

    def mark(self, job: str, mark: Mark, value: int | str | None) -> TakeRecord | None:
        """Change what a person thinks of a take, and return it; ``None`` if its files were removed."""
        values = {"job": job, "person": self._person, "value": value}
        return self.get(job) if self._database.change(_mark(self._database.dialect, mark), values) else None

    def remark(self, job: str, remarks: Sequence[str]) -> TakeRecord | None:
        """Add to the remarks on a take, and return it; ``None`` if there is none, or its files were removed."""
        with self._database.transaction() as connection:
            found = connection.execute(_REMARKS, {"job": job}).fetchone()
            if found is None:
                return None
            known = msgspec.json.decode(found.remarks, type=list[str])
            every = msgspec.json.encode(list(dict.fromkeys([*known, *remarks])))
            connection.execute(_CHANGE, {"take": job, "remarks": every})
        return self.get(job)

    def remove(self, job: str, now: float) -> TakeRecord | None:
        """Mark a take's files as removed; return ``None`` if it is pinned or picked, or was removed before."""
        return self.get(job) if self._database.change(_REMOVE, {"take": job, "removed": now}) else None

    def count_shown_again(self, job: str) -> None:
        """Count that a take has answered a request once more, for which nothing was charged."""
        self._database.change(_SHOWN_AGAIN, {"take": job})

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
        wanted = {"service": service, "endpoint": request.endpoint, "most": 4 * limit}
        rows = self._database.rows(_DURATIONS, wanted)
        same = (
            row
            for row in rows
            if msgspec.json.decode(row.request, type=GenerationRequest).settings == settings
        )
        alike = list(islice(same, limit))
        chosen = alike if len(alike) >= ALIKE else rows
        known = [(row.took, row.worked) for row in chosen[:limit]]
        if len(known) >= MANY:
            if len(self._durations) >= KINDS:
                self._durations.clear()
            self._durations[kind] = (time.monotonic(), known)
        return known


@lru_cache
def _insertion(dialect: str) -> Insert:
    return upsert(dialect, takes, ("job",)).inline()


@lru_cache
def _mark(dialect: str, mark: Mark) -> Insert:
    """Return what writes one mark on a take whose files are there, beside what there is."""
    value = bindparam("value", type_=marks.c[mark].type)
    there = select(takes.c.job, bindparam("person", type_=marks.c.person.type), value)
    there = there.where(takes.c.job == bindparam("job"), takes.c.removed.is_(None))
    statement = insert_into(dialect, marks).from_select(["take", "person", mark], there)
    return statement.on_conflict_do_update(
        index_elements=["take", "person"], set_={mark: statement.excluded[mark]}
    )


class _Order(NamedTuple):
    """Say by which measure takes are sorted, and whether the take has it that the list goes on behind.

    ``indexed`` leaves out takes without it: the rest is read from an index, which a server has of each measure.
    """

    by: str
    descending: bool
    measured: bool = True
    indexed: bool = False


def _last(by: str | None) -> Executable:
    """Return what reads where the list goes on."""
    if by is None:
        return _KEPT
    return (
        select(takes.c.kept, _measure(by).label("value"))
        .select_from(takes.outerjoin(measures, measures.c.take == takes.c.job))
        .where(takes.c.job == bindparam("job"))
    )


def _measure(by: str) -> ColumnElement[float]:
    if by not in MEASURES:
        raise ValueError(f"There is no measure {by!r}. There are {', '.join(MEASURES)}.")
    return measures.c[by]


@lru_cache(maxsize=256)
def _find(
    shape: Shape, dialect: str, order: _Order | None, after: bool, limited: bool, narrowed: bool
) -> Executable:
    found = _LISTED.where(*([in_index()] if narrowed else []), *conditions(shape, dialect))
    newest: list[ColumnElement[Any]] = [takes.c.kept.desc(), takes.c.job.desc()]
    kept = bindparam("after_kept", type_=takes.c.kept.type)
    older = and_(takes.c.kept == kept, takes.c.job < bindparam("after"))
    older = and_(takes.c.kept <= kept, or_(takes.c.kept < kept, older))
    if order is not None:
        value = _measure(order.by)
        found = found.outerjoin(measures, measures.c.take == takes.c.job)
        # As SQLite has had no NULLS LAST for long.
        newest = [value.is_(None), value.desc() if order.descending else value, *newest]
        last = bindparam("after_value", type_=value.type)
        beyond, within = (value < last, value <= last) if order.descending else (value > last, value >= last)
        if order.indexed:
            found, newest = found.where(value.is_not(None)), newest[1:]
            older = and_(within, or_(beyond, older))
        elif order.measured:
            older = or_(beyond, value.is_(None), and_(value == last, older))
        else:
            older = and_(value.is_(None), older)
    if after:
        found = found.where(older)
    found = found.order_by(*newest)
    return found.limit(bindparam("limit", type_=takes.c.requests.type)) if limited else found


@lru_cache(maxsize=256)
def _count(shape: Shape, dialect: str, narrowed: bool) -> Executable:
    found = select(func.count()).select_from(_tables(shape)).where(*conditions(shape, dialect))
    return found.where(in_index()) if narrowed else found


@lru_cache(maxsize=256)
def _count_judged(shape: Shape, dialect: str) -> Executable:
    """Return what counts among the marks of a person: there are fewer of them than takes."""
    rejected = case((marks.c.verdict == "rejected", 1), else_=0)
    tables = _tables(shape).join(marks, _MINE)
    return (
        select(func.count(), func.sum(rejected))
        .select_from(tables)
        .where(JUDGED, *conditions(shape, dialect))
    )


def _tables(shape: Shape) -> FromClause:
    return _OF_JOBS if shape.of_jobs else takes


def _take_from(row: AnyRow, answers: bytes | None = None) -> TakeRecord:
    return TakeRecord(
        job=job_from(row, answers),
        files=_files.decode(row.files),
        kept=row.kept,
        took=row.took,
        worked=row.worked,
        requests=row.requests,
        pinned=bool(row.starred),
        rating=row.rating or 0,
        verdict=row.verdict,
        note=row.note or "",
        remarks=_remarks.decode(row.remarks),
        removed=row.removed,
        shown_again=row.shown_again,
    )


_files = msgspec.json.Decoder(list[MediaFile])
_remarks = msgspec.json.Decoder(list[str])
