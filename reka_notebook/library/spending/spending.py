"""Look up bills and budgets in the library."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import bindparam, select

from reka_notebook.catalogue import Endpoint
from reka_notebook.library.records import MediaFile
from reka_notebook.library.request import GenerationRequest
from reka_notebook.library.rows.database import Database, upsert
from reka_notebook.library.rows.tables import budgets, jobs, takes
from reka_notebook.library.spending.chats import (
    ReservedChat,
    bills_of_chats,
    count_chat,
    reserve_chat,
    settle_chat,
)
from reka_notebook.library.spending.estimate import Estimate, estimate
from reka_notebook.library.spending.features import features_of
from reka_notebook.library.spending.limit import (
    Budget,
    BudgetStatus,
    Reservation,
    statuses_of,
    stored_budget,
)
from reka_notebook.library.spending.prices import Bill
from reka_notebook.library.spending.report import SpendReport, make_report
from reka_notebook.library.spending.today import Today, count_reuse, count_today

MOST_BILLS = 24
"""Bills of an endpoint that tell its price; those before them are of another time."""

_BILLS = (
    select(jobs.c.request, jobs.c.billed, takes.c.files)
    .select_from(jobs.join(takes, takes.c.job == jobs.c.id))
    .where(
        jobs.c.service == bindparam("service"),
        jobs.c.endpoint == bindparam("endpoint"),
        jobs.c.billed.is_not(None),
    )
    .order_by(jobs.c.created.desc())
    .limit(MOST_BILLS)
)
_FORGET_BUDGET = budgets.delete().where(budgets.c.service == bindparam("at"))


class Spending:
    """Answer what was billed, what will be, and how much may still be spent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def bills(self, service: str, endpoint: Endpoint) -> list[Bill]:
        """Return what takes of an endpoint were billed at a service, newest first."""
        rows = self._database.rows(_BILLS, {"service": service, "endpoint": endpoint.id})
        requests = (msgspec.json.decode(row.request, type=GenerationRequest) for row in rows)
        return [
            Bill(
                features_of(request, endpoint, msgspec.json.decode(row.files, type=list[MediaFile])),
                row.billed,
            )
            for row, request in zip(rows, requests, strict=True)
            if request.found_as is None  # else what was asked for is not known, and so not what it cost
        ]

    def estimate(
        self, service: str, asked: Iterable[tuple[Endpoint, GenerationRequest]], worst: float | None = None
    ) -> Estimate:
        """Return what requests will likely cost together at a service; see `estimate`."""
        return estimate(asked, lambda endpoint: self.bills(service, endpoint), worst)

    def report(self, service: str, since: float = 0.0) -> SpendReport:
        """Return where the money went at a service since a time."""
        return make_report(self._database, service, since)

    def today(self, service: str, account: str | None) -> Today:
        """Return the numbers of the day at a service, of one account if there is one."""
        return count_today(self._database, service, account)

    def count_reuse(self, service: str, account: str | None) -> None:
        """Count that a kept take has answered a request for nothing."""
        count_reuse(self._database, service, account)

    def count_chat(
        self, service: str, account: str | None, model: str, dollars: float, *, billed: bool
    ) -> None:
        """Count what a call of a chat model cost; ``billed`` says whether the service told it."""
        count_chat(self._database, service, account, model, dollars, billed=billed)

    def reserve_chat(
        self, service: str, account: str | None, model: str, reservation: Reservation
    ) -> ReservedChat:
        """Set aside what a call of a chat model may cost, until it is settled.

        Raises:
            OverBudget: If it does not fit a budget.
        """
        return reserve_chat(self._database, service, account, model, reservation)

    def settle_chat(self, reserved: ReservedChat, dollars: float | None, *, billed: bool = False) -> None:
        """Count what such a call did cost; ``None`` for nothing that is known."""
        settle_chat(self._database, reserved, dollars, billed=billed)

    def bills_of_chats(self, service: str, model: str) -> list[float]:
        """Return what calls of a chat model were billed at a service, newest first."""
        return bills_of_chats(self._database, service, model)

    def budget(self, service: str) -> Budget | None:
        """Return the budget that everybody who shares the library keeps to at a service."""
        return stored_budget(self._database.rows, service)

    def set_budget(self, service: str, budget: Budget | None) -> None:
        """Set that budget, or remove it with ``None``."""
        if budget is None:
            self._database.change(_FORGET_BUDGET, {"at": service})
        else:
            row = {"service": service, "dollars": budget.dollars, "period": budget.period}
            self._database.change(upsert(self._database.dialect, budgets), row)

    def statuses(
        self, service: str, account: str | None, budgets: Iterable[Budget] = ()
    ) -> list[BudgetStatus]:
        """Return how much of each budget is used: of these, and of the library's own."""
        return statuses_of(self._database.rows, service, account, budgets, self._database.now())
