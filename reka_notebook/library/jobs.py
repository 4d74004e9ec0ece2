"""Keep jobs, from their first row on."""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec
from msgspec import structs
from sqlalchemy import Connection, Update, and_, bindparam, case, func, or_, select
from sqlalchemy.exc import IntegrityError

from reka_notebook.library.errors import DatabaseUnreachable, LeaseLost, LibraryError
from reka_notebook.library.journal import Journal
from reka_notebook.library.lineage.links import find_parents, write_links
from reka_notebook.library.lineage.parent import Parent
from reka_notebook.library.records import JobRecord
from reka_notebook.library.request import GenerationRequest, Wire
from reka_notebook.library.rows.database import AnyRow, Database, insert_into, rows_in
from reka_notebook.library.rows.tables import IS_KEPT, jobs
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
    "person",
)

LISTED = tuple(jobs.c[name] for name in ("request", "wire", "parents", *_AS_THEY_ARE))
"""The columns that lists read: all but the service's answers, which may hold whole files. Rows begin with them."""

_END = len(LISTED)

_INSERT = jobs.insert()
_WHOLE = select(*LISTED, jobs.c.answers)
_known = bindparam("known", type_=jobs.c.epoch.type)
_BY_EPOCH = _WHOLE.where(jobs.c.id == bindparam("job"), jobs.c.epoch == func.coalesce(_known, jobs.c.epoch))
_BY_START = _WHOLE.where(jobs.c.id >= bindparam("start"), jobs.c.id < bindparam("end")).limit(2)
_EPOCH = select(jobs.c.epoch).where(jobs.c.id == bindparam("job"))
_REQUEST = select(jobs.c.request).where(jobs.c.id == bindparam("job"))
_SERVICE = select(jobs.c.service, jobs.c.account).where(jobs.c.id == bindparam("job"))
_THERE = select(jobs.c.id).where(jobs.c.id == bindparam("job"))
_OVER = _THERE.where(jobs.c.state.in_(sorted(FINAL)))
_ALIKE = select(jobs.c.id, jobs.c.request, jobs.c.take, jobs.c.attempt, jobs.c.state, jobs.c.created).where(
    jobs.c.service == bindparam("service"),
    jobs.c.endpoint == bindparam("endpoint"),
    jobs.c.subject == bindparam("subject"),
)
"""The jobs of one endpoint with the same prompt and images."""

_ADOPTED = (
    select(jobs.c.id)
    .where(jobs.c.service == bindparam("service"), jobs.c.request_id == bindparam("request_id"))
    .order_by(IS_KEPT.desc())
    .limit(1)
)
_BY_REQUEST_ID = (
    select(*LISTED)
    .where(
        jobs.c.service == bindparam("service"),
        jobs.c.request_id.in_(bindparam("request_ids", expanding=True)),
    )
    .order_by(IS_KEPT, jobs.c.ended.is_(None), jobs.c.created)
)
_UNFINISHED = select(*LISTED).where(jobs.c.ended.is_(None)).order_by(jobs.c.created)
_UNFINISHED_AT = _UNFINISHED.where(jobs.c.service == bindparam("service"))
_UNFINISHED_BESIDES = _UNFINISHED_AT.where(or_(jobs.c.owner.is_(None), jobs.c.owner != bindparam("besides")))
_OWNERS = (
    select(jobs.c.owner).distinct().where(jobs.c.service == bindparam("service"), jobs.c.ended.is_(None))
)
_ANY_UNFINISHED = (
    select(jobs.c.id)
    .where(
        jobs.c.service == bindparam("service"),
        jobs.c.ended.is_(None),
        or_(jobs.c.account.is_(None), jobs.c.account.in_(bindparam("accounts", expanding=True))),
    )
    .limit(1)
)
_ENDED = (
    select(*LISTED)
    .where(jobs.c.ended.is_not(None))
    .order_by(jobs.c.ended.desc())
    .limit(bindparam("most", type_=jobs.c.epoch.type))
)
_ALL = select(*LISTED).order_by(jobs.c.created)
_WISHES = select(jobs.c.id, jobs.c.cancel_wanted).where(
    jobs.c.owner == bindparam("owner"), jobs.c.ended.is_(None)
)
_GOES_ON = and_(jobs.c.id == bindparam("job"), jobs.c.epoch == _known, jobs.c.ended.is_(None))
_ACQUIRE = jobs.update().where(_GOES_ON).values(owner=bindparam("by"), epoch=jobs.c.epoch + 1)
_RELEASE = jobs.update().where(_GOES_ON).values(owner=None)


@lru_cache
def settling(state: str | None) -> Update:
    """Return the update of a job that gets into a state, whose columns are given with it.

    It also changes what counts against a budget. The service certainly did not charge what it never accepted;
    what it may have charged counts as expected, until there is a bill.
    """
    update = jobs.update().where(
        jobs.c.id == bindparam("job"),
        jobs.c.epoch == func.coalesce(_known, jobs.c.epoch),
    )
    expected = func.coalesce(jobs.c.estimated, jobs.c.reserved)
    if state in (State.FAILED, State.CANCELLED):
        nothing = case((jobs.c.reserved > 0.0, 0.0), else_=jobs.c.reserved)
        return update.values(reserved=case((jobs.c.request_id.is_(None), nothing), else_=expected))
    return update.values(reserved=expected) if state in FINAL or state == State.EXPIRED else update


def insert(connection: Connection, record: JobRecord) -> JobRecord:
    """Write a new row with what it was made from, and return it as it is written.

    Raises:
        sqlalchemy.exc.IntegrityError: If there is a job with this ID or idempotency key.
    """
    record = _with_bill(record)
    connection.execute(_INSERT, _values(record))
    if record.parents is not None:
        write_links(connection, record.id, record.request, record.parents)
    return record


def _with_bill(record: JobRecord) -> JobRecord:
    if record.billed is not None:
        return record  # else it is from a sidecar of an earlier version, say
    return structs.replace(record, billed=bill_in_answers(record.answers, record.request.input))


def _values(record: JobRecord) -> dict[str, object]:
    request = record.request
    return {
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


def traced(connection: Connection, record: JobRecord) -> JobRecord:
    """Return a new job with the takes that it is made from."""
    if record.parents is not None:
        return record
    return structs.replace(record, parents=find_parents(rows_in(connection), record.request))


def job_from(row: AnyRow, answers: bytes | None = None) -> JobRecord:
    """Return a job from a row that begins with `LISTED`."""
    request, wire, parents, *others = row[:_END]
    return JobRecord(
        request=_requests.decode(request),
        answers=msgspec.json.decode(answers) if answers is not None else {},
        wire=_wires.decode(wire) if wire is not None else None,
        parents=_parents.decode(parents) if parents is not None else None,
        **dict(zip(_AS_THEY_ARE, others, strict=True)),
    )


_requests = msgspec.json.Decoder(GenerationRequest)
_wires = msgspec.json.Decoder(Wire)
_parents = msgspec.json.Decoder(list[Parent])


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

    def __init__(self, database: Database, journal: Journal, person: str = "") -> None:
        self._database, self._person = database, person
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
            created=self._database.now(),
            deadline=deadline,
            notebook=notebook_file,
            owner=owner,
            account=account,
            estimated=reservation.estimated if reservation else None,
            reserved=reservation.reserved if reservation else None,
            wire=wire,
            webhook=webhook,
            reused=reused,
            person=self._person,
        )
        try:
            with self._database.transaction() as connection:
                alike = connection.execute(_ALIKE, _kind(service, request)).fetchall()
                same = _same(alike, request, meaning)
                if another_take:
                    last = max((row.take for row in same), default=0)
                    record = structs.replace(record, request=structs.replace(request, take=last + 1))
                elif known := _latest((row for row in same if row.attempt == attempt), request.take):
                    return self._row(known.id, None), False
                record = insert(connection, traced(connection, record))
                if reservation is not None:
                    check_limits(connection, service, account, reservation, record.created)
                # Within it, so that nobody takes the copy for a job that the database has lost.
                self._journal.begin(record)
        except DatabaseUnreachable:  # perhaps after all was written
            if not self._is_there(record.id):
                self._journal.remove(record.id)
                raise
        except BaseException as error:
            self._journal.remove(record.id)
            if not isinstance(error, IntegrityError):
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

    def _is_there(self, job: str) -> bool:
        """Return whether a job is written whose writing was cut short, once that is certainly over."""
        with self._database.transaction() as connection:
            return connection.execute(_THERE, {"job": job}).fetchone() is not None

    def adopt(self, record: JobRecord) -> tuple[JobRecord, bool]:
        """Write a job that the service already has, and return it and whether it is new: two who ask get one row."""
        record = structs.replace(record, person=self._person)
        try:
            with self._database.transaction() as connection:
                named = {"service": record.service, "request_id": record.request_id}
                known = connection.execute(_ADOPTED, named).fetchone()
                if known is not None:
                    return self._row(known.id, None), False
                record = insert(connection, traced(connection, record))
                self._journal.begin(record)
        except BaseException:
            self._journal.remove(record.id)
            raise
        self._journal.confirm(record.id)
        return record, True

    def restore(self, record: JobRecord) -> bool:
        """Write a job back that the database has lost, and return whether it had."""
        with self._database.transaction() as connection:
            return _restore(connection, record)

    def replay(self) -> int:
        """Write back the jobs that only the journal has, from a database that is gone, and return how many."""
        with self._database.transaction() as connection:  # while nobody is between the copy and the row
            for job in self._journal.begun():
                if connection.execute(_THERE, {"job": job}).fetchone():
                    self._journal.confirm(job)
                else:  # whoever wrote it has died before its row was there, and before anything was sent
                    self._journal.remove(job)
            restored = 0
            for record in self._journal.records():
                if self._may_ask(record) and _restore(connection, record):
                    restored += 1
                elif connection.execute(_OVER, {"job": record.id}).fetchone():  # on another machine
                    self._journal.remove(record.id)
            return restored

    def _may_ask(self, record: JobRecord) -> bool:
        """Return whether a job may be written here; a server takes a person's own alone, and theirs have copies too."""
        return self._database.dialect == "sqlite" or record.person == self._person

    def acquire(self, record: JobRecord, owner: str) -> JobRecord | None:
        """Make ``owner`` the one who does a job; return ``None`` if another was quicker or the job has ended."""
        done = self._database.change(_ACQUIRE, {"by": owner, "job": record.id, "known": record.epoch})
        with suppress(LeaseLost):  # acquired by yet another, in between
            return self._row(record.id, record.epoch + 1) if done else None
        return None

    def release(self, record: JobRecord) -> None:
        """Let whoever asks do an owner's unfinished job, unless another process has acquired it."""
        self._database.change(_RELEASE, {"job": record.id, "known": record.epoch})

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
        statement = settling(None if "reserved" in changes else changes.get("state"))
        values = {**changes, "job": job, "known": epoch}
        if reservation is None:
            changed = self._database.change(statement, values)
        else:
            with self._database.transaction() as connection:
                changed = connection.execute(statement, values).rowcount
                service, account = connection.execute(_SERVICE, {"job": job}).fetchone() or ("", None)
                check_limits(connection, service, account, reservation, self._database.now())
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
        rows = self._database.rows(_REQUEST, {"job": job})
        bill = bill_in_answers(answers, msgspec.json.decode(rows[0][0])["input"]) if rows else None
        return {} if bill is None else {"billed": bill}

    def get(self, job: str) -> JobRecord:
        """Return a job by its ID, or by the start of its ID.

        Raises:
            LibraryError: If there is none, or more than one.
        """
        rows = self._database.rows(_BY_START, {"start": job, "end": f"{job}\U0010ffff"})
        if len(rows) != 1 or not job:
            raise LibraryError(
                f"{'No job' if not rows else 'More than one job'} in the library starts with {job!r}."
            )
        return job_from(rows[0], rows[0].answers)

    def epoch(self, job: str) -> int | None:
        """Return how many times a job, given its whole ID, has changed hands; ``None`` if there is no such job."""
        rows = self._database.rows(_EPOCH, {"job": job})
        return int(rows[0][0]) if rows else None

    def latest(self, service: str, request: GenerationRequest, meaning: Meaning = dict) -> JobRecord | None:
        """Return the last attempt at a request, if there was one: the kept one if several were made.

        Args:
            meaning: Says what an input means; an attempt that was spelt otherwise is found if it meant the same.
        """
        found = self._latest(service, request, meaning)
        return self._row(found.id, None) if found else None

    def standing(self, service: str, request: GenerationRequest, meaning: Meaning = dict) -> State | None:
        """Return the state of the attempt that ``latest`` returns, without reading all of it."""
        found = self._latest(service, request, meaning)
        return State(found.state) if found else None

    def by_request_id(self, service: str, request_ids: Collection[str]) -> dict[str, JobRecord]:
        """Return the jobs that have these IDs at the service, by that ID: the kept one if there are several."""
        found: dict[str, JobRecord] = {}
        wanted = list(request_ids)
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            rows = self._database.rows(_BY_REQUEST_ID, {"service": service, "request_ids": some})
            found |= {row.request_id: job_from(row) for row in rows}
        return found

    def wishes(self, owner: str) -> dict[str, bool]:
        """Return an owner's unfinished jobs, and for each whether somebody wants it cancelled."""
        rows = self._database.rows(_WISHES, {"owner": owner})
        return {row.id: row.cancel_wanted is not None for row in rows}

    def unfinished(self, service: str, *, besides: str | None = None) -> list[JobRecord]:
        """Return every job of a service that has not ended, oldest first.

        Args:
            besides: An owner whose jobs are left out.
        """
        if besides is None:
            rows = self._database.rows(_UNFINISHED_AT, {"service": service})
        else:
            rows = self._database.rows(_UNFINISHED_BESIDES, {"service": service, "besides": besides})
        return [job_from(row) for row in rows]

    def owners(self, service: str, *, besides: str | None = None) -> set[str | None]:
        """Return who does a service's unfinished jobs, ``None`` where nobody does, without reading the jobs."""
        found = {row.owner for row in self._database.rows(_OWNERS, {"service": service})}
        return found if besides is None else found - {besides}

    def any_unfinished(self, service: str, accounts: Collection[str] = ()) -> bool:
        """Return whether a service has an unfinished job that a process with these accounts' keys may do."""
        wanted = {"service": service, "accounts": list(accounts)}
        return bool(self._database.rows(_ANY_UNFINISHED, wanted))

    def all(self) -> list[JobRecord]:
        """Return every job of every service, oldest first."""
        return [job_from(row) for row in self._database.rows(_ALL)]

    def recent(self, ended: int) -> list[JobRecord]:
        """Return unfinished jobs, oldest first, and then those that ended last, newest first, of every service."""
        unfinished = self._database.rows(_UNFINISHED)
        over = self._database.rows(_ENDED, {"most": ended})
        return [job_from(row) for row in (*unfinished, *over)]

    def _latest(self, service: str, request: GenerationRequest, meaning: Meaning) -> AnyRow | None:
        same = _same(self._database.rows(_ALIKE, _kind(service, request)), request, meaning)
        return _latest(same, request.take)

    def _row(self, job: str, epoch: int | None) -> JobRecord:
        rows = self._database.rows(_BY_EPOCH, {"job": job, "known": epoch})
        if not rows:
            raise _lost(job)
        return job_from(rows[0], rows[0].answers)


def _kind(service: str, request: GenerationRequest) -> dict[str, object]:
    return {"service": service, "endpoint": request.endpoint, "subject": request.subject}


def _same(rows: Iterable[AnyRow], request: GenerationRequest, meaning: Meaning) -> list[AnyRow]:
    """Return the rows of jobs that meant the same."""
    meant = _canonical(meaning(request.input))
    return [row for row in rows if _meant(meaning, row.request) == meant]


@lru_cache(maxsize=8192)
def _meant(meaning: Meaning, request: bytes) -> bytes:
    """Return what a row's request meant. Kept, because a sweep asks for each of its requests among all of them."""
    return _canonical(meaning(msgspec.json.decode(request, type=GenerationRequest).input))


def _canonical(given: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(given, order="sorted")


def _latest(rows: Iterable[AnyRow], take: int) -> AnyRow | None:
    """Return the job that counts, of all attempts at a take: the kept one, else one that can go on, else the last."""

    def rank(row: AnyRow) -> tuple[bool, bool, int, float]:
        return row.state == State.KEPT, row.state not in FINAL, row.attempt, row.created

    return max((row for row in rows if row.take == take), key=rank, default=None)


def _lost(job: str) -> LeaseLost:
    return LeaseLost(f"Job {job} is done by another process now.")


def _restore(connection: Connection, record: JobRecord) -> bool:
    # That a job was about to be sent is not journalled: one that was prepared may have been.
    state = "submitting" if record.state == "prepared" else record.state
    record = _with_bill(structs.replace(record, state=state, owner=None))
    statement = insert_into(connection.dialect.name, jobs).on_conflict_do_nothing()
    if not connection.execute(statement, _values(record)).rowcount:
        return False
    if record.parents is not None:
        write_links(connection, record.id, record.request, record.parents)
    return True
