"""Keep what calls of chat models cost, so that it counts against a limit and tells what the next will cost."""

import time
from dataclasses import dataclass

from reka_notebook.library.rows.sqlite_file import SqliteFile
from reka_notebook.library.spending.limit import Reservation, check_limits

MOST_CALLS = 12
"""Calls of a model that tell what the next will cost."""

_ADD = """
INSERT INTO chats (service, account, model, asked, dollars, billed)
VALUES (:service, :account, :model, :asked, :dollars, :billed)
"""


def count_chat(
    database: SqliteFile,
    service: str,
    account: str | None,
    model: str,
    dollars: float,
    *,
    billed: bool,
    now: float | None = None,
) -> None:
    """Count what a call cost: what was billed, or what was expected where nothing was told."""
    asked = time.time() if now is None else now
    values = {"service": service, "account": account, "model": model, "asked": asked}
    database.change(_ADD, {**values, "dollars": dollars, "billed": int(billed)})


@dataclass(frozen=True)
class ReservedChat:
    """Hold the row of a call that is under way: its number, and when it was written, which a rebuilt file lacks."""

    row: int
    asked: float


def reserve_chat(
    database: SqliteFile, service: str, account: str | None, model: str, reservation: Reservation
) -> ReservedChat:
    """Set aside what a call may cost, so that all who share the library keep to a limit together.

    It counts until it is settled; of a process that died meanwhile, it goes on counting: the call may be charged.

    Raises:
        OverBudget: If it does not fit a budget. Nothing is written then.
    """
    asked = time.time()
    values = {"service": service, "account": account, "model": model, "asked": asked}
    with database.raw_transaction() as connection:
        row = connection.execute(_ADD, {**values, "dollars": reservation.reserved, "billed": 0}).lastrowid
        check_limits(connection, service, account, reservation, asked)
    return ReservedChat(row or 0, asked)


def settle_chat(database: SqliteFile, reserved: ReservedChat, dollars: float | None, *, billed: bool) -> None:
    """Put what a call did cost in place of what was set aside for it; ``None`` for nothing that is known."""
    if dollars is None:
        database.change("DELETE FROM chats WHERE rowid = ? AND asked = ?", (reserved.row, reserved.asked))
        return
    database.change(
        "UPDATE chats SET dollars = ?, billed = ? WHERE rowid = ? AND asked = ?",
        (dollars, int(billed), reserved.row, reserved.asked),
    )


def bills_of_chats(database: SqliteFile, service: str, model: str) -> list[float]:
    """Return what calls of a model were billed at a service, newest first."""
    rows = database.rows(
        "SELECT dollars FROM chats WHERE service = ? AND model = ? AND billed ORDER BY asked DESC LIMIT ?",
        (service, model, MOST_CALLS),
    )
    return [row["dollars"] for row in rows]
