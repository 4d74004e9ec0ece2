"""Keep what calls of chat models cost, so that it counts against a limit and tells what the next will cost."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.tables import chats
from reka_notebook.library.spending.limit import Reservation, check_limits

MOST_CALLS = 12
"""Calls of a model that tell what the next will cost."""

_ADD = chats.insert()
_THIS = (chats.c.id == bindparam("row"), chats.c.asked == bindparam("since"))
_SETTLE = chats.update().where(*_THIS)
_FORGET = chats.delete().where(*_THIS)
_BILLS = (
    select(chats.c.dollars)
    .where(chats.c.service == bindparam("service"), chats.c.model == bindparam("model"), chats.c.billed != 0)
    .order_by(chats.c.asked.desc())
    .limit(MOST_CALLS)
)


def count_chat(
    database: Database,
    service: str,
    account: str | None,
    model: str,
    dollars: float,
    *,
    billed: bool,
    now: float | None = None,
) -> None:
    """Count what a call cost: what was billed, or what was expected where nothing was told."""
    asked = database.now() if now is None else now
    values = {"service": service, "account": account, "model": model, "asked": asked}
    database.change(_ADD, {**values, "dollars": dollars, "billed": int(billed)})


@dataclass(frozen=True)
class ReservedChat:
    """Hold the row of a call that is under way: its number, and when it was written, which a rebuilt file lacks."""

    row: int
    asked: float


def reserve_chat(
    database: Database, service: str, account: str | None, model: str, reservation: Reservation
) -> ReservedChat:
    """Set aside what a call may cost, so that all who share the library keep to a limit together.

    It counts until it is settled; of a process that died meanwhile, it goes on counting: the call may be charged.

    Raises:
        OverBudget: If it does not fit a budget. Nothing is written then.
    """
    asked = database.now()
    values = {"service": service, "account": account, "model": model, "asked": asked}
    with database.transaction() as connection:
        written = connection.execute(_ADD, {**values, "dollars": reservation.reserved, "billed": 0})
        check_limits(connection, service, account, reservation, asked)
    return ReservedChat(key[0] if (key := written.inserted_primary_key) else 0, asked)


def settle_chat(database: Database, reserved: ReservedChat, dollars: float | None, *, billed: bool) -> None:
    """Put what a call did cost in place of what was set aside for it; ``None`` for nothing that is known."""
    this: dict[str, object] = {"row": reserved.row, "since": reserved.asked}
    if dollars is None:
        database.change(_FORGET, this)
    else:
        database.change(_SETTLE, {**this, "dollars": dollars, "billed": int(billed)})


def bills_of_chats(database: Database, service: str, model: str) -> list[float]:
    """Return what calls of a model were billed at a service, newest first."""
    return [row.dollars for row in database.rows(_BILLS, {"service": service, "model": model})]
