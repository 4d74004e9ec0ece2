"""Hold a limit on what is spent: what may still be charged counts until it is settled.

What counts of a job is its bill. While there is none, it is what was set aside for it when it was written; once
it has ended without one, it is what was expected; and nothing if the service certainly never accepted it. The
sum is made in the transaction that writes a job, so that all kernels and command lines of a library keep to it
together.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from reka_notebook.errors import RekaError
from reka_notebook.library.rows.database import Rows, rows_in
from reka_notebook.library.rows.tables import budgets, chats, jobs
from reka_notebook.text import dollars

Period: TypeAlias = Literal["day", "month"]

_CENT_PARTS = 1e-6
"""Dollars by which sums of floating-point numbers may be off."""

_BUDGET = select(budgets.c.dollars, budgets.c.period).where(budgets.c.service == bindparam("service"))


@lru_cache
def _counted(one_account: bool) -> Executable:
    """Return what counts: a job where it was submitted, or from now on if it is not submitted yet, and chats."""
    service: ColumnElement[Any] = bindparam("service")
    since: ColumnElement[Any] = bindparam("since")
    held = case((and_(jobs.c.ended.is_(None), jobs.c.billed.is_(None)), jobs.c.reserved), else_=0.0)
    charged = select(func.coalesce(jobs.c.billed, jobs.c.reserved).label("used"), held.label("held")).where(
        jobs.c.service == service,
        or_(jobs.c.billed.is_not(None), jobs.c.reserved.is_not(None)),
        *of_account(jobs.c.account, one_account),
    )
    asked = select(chats.c.dollars, literal(0.0)).where(
        chats.c.service == service, chats.c.asked >= since, *of_account(chats.c.account, one_account)
    )
    found = union_all(
        charged.where(jobs.c.submitted >= since),
        charged.where(jobs.c.submitted.is_(None), or_(jobs.c.ended.is_(None), jobs.c.ended >= since)),
        asked,
    ).subquery()
    return select(total(found.c.used), total(found.c.held))


def of_account(column: ColumnElement[str | None], one_account: bool) -> list[ColumnElement[bool]]:
    """Return the condition of what one account was charged, or may have been; none for all accounts."""
    return [or_(column.is_(None), column == bindparam("account"))] if one_account else []


def total(dollars: ColumnElement[Any]) -> ColumnElement[float]:
    """Return a sum that is 0 where there is nothing."""
    return func.coalesce(func.sum(dollars), 0.0)


@dataclass(frozen=True)
class Budget:
    """Hold how many dollars may be spent in a day, a month, or in all (``None``)."""

    dollars: float
    period: Period | None = None

    def since(self, now: float) -> float:
        """Return when the period began that a time is in, on this machine's calendar."""
        then = time.localtime(now)
        if self.period is None:
            return 0.0
        first = (then.tm_year, then.tm_mon, then.tm_mday if self.period == "day" else 1)
        # Where clocks go back at midnight there are two, and where they go forward there is none.
        starts = [time.mktime((*first, 0, 0, 0, 0, 0, summer)) for summer in (-1, 0, 1)]
        return min((start for start in starts if time.localtime(start)[:3] == first), default=starts[0])

    @property
    def words(self) -> str:
        """Return the budget in words: ``$20.00 a day``."""
        return f"{dollars(self.dollars)} {f'a {self.period}' if self.period else 'in all'}"

    @property
    def until(self) -> str:
        """Return when more may be spent, as the end of a sentence; empty if that is never by itself."""
        return {"day": "tomorrow", "month": "next month", None: ""}[self.period]


@dataclass(frozen=True)
class BudgetStatus:
    """Hold how much of a budget is used.

    Attributes:
        used: Dollars that were billed or are held back.
        held: The part of them that is held back for jobs that have not ended.
    """

    budget: Budget
    used: float
    held: float

    @property
    def left(self) -> float:
        """Return the dollars that may still be spent."""
        return max(0.0, self.budget.dollars - self.used)

    @property
    def words(self) -> str:
        """Return what is left in words: ``$3.40 of $20 left today``."""
        when = {"day": " today", "month": " this month", None: ""}[self.budget.period]
        return f"{dollars(self.left)} of {dollars(self.budget.dollars).removesuffix('.00')} left{when}"

    @property
    def held_words(self) -> str:
        """Return how much of what is used is only held back, to go on after the sum; empty if nothing is."""
        return f", {dollars(self.held)} of it for unfinished jobs" if self.held >= 0.005 else ""

    def is_over(self, more: float) -> bool:
        """Return whether this many dollars more would go over it."""
        return more > 0 and self.used + more > self.budget.dollars + _CENT_PARTS


@dataclass(frozen=True)
class Reservation:
    """Hold what is set aside for a job when it is written.

    Attributes:
        reserved: Dollars, at most, as far as that can be told.
        estimated: Dollars that are expected; ``None`` if the price is not known.
        budgets: The limits of this process; the library's own is kept to also.
    """

    reserved: float
    estimated: float | None = None
    budgets: tuple[Budget, ...] = ()


class OverBudget(RekaError):
    """Report that what was asked for could go over a budget. It was not sent.

    Attributes:
        status: The budget, and how much of it was used before.
        wanted: Dollars that would have been held back.
        known: Whether a price is known for all of it.
        advice: What would fit, as sentences.
    """

    def __init__(
        self, status: BudgetStatus, wanted: float, *, known: bool, what: str = "this", advice: str = ""
    ) -> None:
        self.status, self.wanted, self.known, self.advice = status, wanted, known, advice
        budget = status.budget
        may = f"may cost up to {dollars(wanted)}"
        if not known:
            may = f"{'count' if what != 'this' else 'counts'} as {dollars(wanted)} because a price is not known yet"
        sentences = [
            f"Over budget: {what} {may}, and {dollars(status.left)} is left of {budget.words} "
            f"({dollars(status.used)} used{status.held_words}).",
            "Nothing was sent.",
            advice,
            "" if known else PRICE_ADVICE,
            f"More can be spent {budget.until}." if budget.until else "",
            "Change the budget with %reka budget, reka-notebook spend --budget, or configure(budget=...).",
        ]
        super().__init__(" ".join(filter(None, sentences)))


PRICE_ADVICE = (
    "The first bill will tell. If you know the price, add it to catalogue.json as price, or set unknown_price to the "
    "amount to assume."
)


def stored_budget(rows: Rows, service: str) -> Budget | None:
    """Return the budget that the library itself has for a service."""
    found = rows(_BUDGET, {"service": service})
    return Budget(*found[0]) if found else None


def statuses_of(
    rows: Rows, service: str, account: str | None, budgets: Iterable[Budget], now: float
) -> list[BudgetStatus]:
    """Return how much of each budget is used by all who share the library: of these, and of the library's own."""
    stored = stored_budget(rows, service)
    statuses = []
    for budget in dict.fromkeys((*budgets, *([stored] if stored else []))):
        values = {"service": service, "since": budget.since(now)}
        if account is not None:
            values["account"] = account
        ((used, held),) = rows(_counted(account is not None), values)
        statuses.append(BudgetStatus(budget, used, held))
    return statuses


def check_limits(
    connection: Connection, service: str, account: str | None, reservation: Reservation, now: float
) -> None:
    """Check, within the transaction that has written a job's row, that what is set aside fits every budget.

    Raises:
        OverBudget: If it does not.
    """
    wanted = reservation.reserved
    for status in statuses_of(rows_in(connection), service, account, reservation.budgets, now):
        before = BudgetStatus(status.budget, status.used - wanted, max(0.0, status.held - wanted))
        if before.is_over(wanted):
            raise OverBudget(before, wanted, known=reservation.estimated is not None)


def tightest(statuses: Iterable[BudgetStatus]) -> BudgetStatus | None:
    """Return the budget that has the least left."""
    return min(statuses, key=lambda status: status.left, default=None)
