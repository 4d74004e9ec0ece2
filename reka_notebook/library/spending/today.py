"""Count what was made today, what was reused, and what a second of it costs."""

from dataclasses import dataclass
from functools import lru_cache

import msgspec
from sqlalchemy import Executable, Insert, and_, bindparam, func, or_, select

from reka_notebook.library.rows.database import Database, insert_into
from reka_notebook.library.rows.tables import chats, jobs, reuses, takes
from reka_notebook.library.spending.limit import of_account, total
from reka_notebook.library.spending.report import since_days
from reka_notebook.text import day

_PRICE = func.coalesce(jobs.c.billed, jobs.c.estimated)


@lru_cache
def _made(one_account: bool) -> Executable:
    return (
        select(jobs.c.endpoint, _PRICE.label("dollars"), takes.c.files, takes.c.removed)
        .select_from(takes.join(jobs, jobs.c.id == takes.c.job))
        .where(
            takes.c.kept >= bindparam("since"),
            jobs.c.service == bindparam("service"),
            *of_account(jobs.c.account, one_account),
        )
    )


@lru_cache
def _spent(one_account: bool) -> Executable:
    expected = and_(jobs.c.request_id.is_not(None), jobs.c.estimated.is_not(None))
    return (
        select(
            jobs.c.endpoint,
            total(_PRICE).label("dollars"),
            func.count(jobs.c.billed).label("bills"),
            func.count().label("charged"),
        )
        .where(
            jobs.c.service == bindparam("service"),
            jobs.c.submitted >= bindparam("since"),
            or_(jobs.c.billed.is_not(None), jobs.c.reserved.is_not(None)),
            or_(jobs.c.billed.is_not(None), expected),
            *of_account(jobs.c.account, one_account),
        )
        .group_by(jobs.c.endpoint)
    )


@lru_cache
def _chats(one_account: bool) -> Executable:
    return select(
        total(chats.c.dollars).label("dollars"),
        func.count().label("charged"),
        func.coalesce(func.sum(chats.c.billed), 0).label("bills"),
    ).where(
        chats.c.service == bindparam("service"),
        chats.c.asked >= bindparam("since"),
        *of_account(chats.c.account, one_account),
    )


@lru_cache
def _reused(one_account: bool) -> Executable:
    found = select(func.coalesce(func.sum(reuses.c.count), 0)).where(
        reuses.c.service == bindparam("service"), reuses.c.day == bindparam("day")
    )
    of_it = or_(reuses.c.account == "", reuses.c.account == bindparam("account"))
    return found.where(of_it) if one_account else found


@lru_cache
def _reuse(dialect: str) -> Insert:
    return insert_into(dialect, reuses).on_conflict_do_update(
        index_elements=["service", "day", "account"], set_={"count": reuses.c.count + 1}
    )


class _Kept(msgspec.Struct):
    """Hold what is read of a file: its seconds."""

    duration: float | None = None


@dataclass(frozen=True)
class Today:
    """Hold the numbers of the day at one service.

    Attributes:
        made: Takes that were made since midnight.
        reused: How many times a kept take has answered a request since then, for nothing.
        spent: Dollars for requests that were sent since then, or None where nothing is known of them.
        billed: Every one of those amounts is a bill, and none is only expected.
        per_second: Dollars for each second of video and sound that was made since then and is still there, or None
            where no bill tells.
    """

    made: int = 0
    reused: int = 0
    spent: float | None = None
    billed: bool = True
    per_second: float | None = None


def count_reuse(database: Database, service: str, account: str | None, now: float | None = None) -> None:
    """Count that a kept take has answered a request for nothing."""
    today = day(database.now() if now is None else now)
    row = {"service": service, "account": account or "", "day": today, "count": 1}
    database.change(_reuse(database.dialect), row)


def count_today(database: Database, service: str, account: str | None, now: float | None = None) -> Today:
    """Return the numbers of the day that a time is in, on this machine's calendar."""
    now = database.now() if now is None else now
    one = account is not None
    whose = {"service": service, **({"account": account} if one else {})}
    since = {**whose, "since": since_days(1, now)}
    made = database.rows(_made(one), since)
    spent = database.rows(_spent(one), since)
    [called] = database.rows(_chats(one), since)
    [(reused,)] = database.rows(_reused(one), {**whose, "day": day(now)})
    seconds: dict[str, float] = {}
    for row in made:
        if row.removed is None and row.dollars is not None:
            files = msgspec.json.decode(row.files, type=list[_Kept])
            length = sum(file.duration or 0.0 for file in files)
            seconds[row.endpoint] = seconds.get(row.endpoint, 0.0) + length
    # What models have cost that made no second, such as those for images, says nothing of a second.
    timed = [row for row in spent if seconds.get(row.endpoint)]
    length = sum(seconds[row.endpoint] for row in timed)
    dollars = sum(row.dollars for row in timed)
    return Today(
        made=len(made),
        reused=round(reused),
        spent=sum(row.dollars for row in (*spent, called)) if spent or called.charged else None,
        billed=all(row.bills == row.charged for row in (*spent, called)),
        per_second=dollars / length if dollars and any(row.bills for row in timed) else None,
    )
