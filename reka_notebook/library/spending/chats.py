"""Keep what calls of chat models cost, so that it counts against a limit and tells what the next will cost."""

import time

from reka_notebook.library.database import Database

MOST_CALLS = 12
"""Calls of a model that tell what the next will cost."""

_ADD = """
INSERT INTO chats (service, account, model, asked, dollars, billed)
VALUES (:service, :account, :model, :asked, :dollars, :billed)
"""


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
    asked = time.time() if now is None else now
    values = {"service": service, "account": account, "model": model, "asked": asked}
    database.change(_ADD, {**values, "dollars": dollars, "billed": int(billed)})


def bills_of_chats(database: Database, service: str, model: str) -> list[float]:
    """Return what calls of a model were billed at a service, newest first."""
    rows = database.rows(
        "SELECT dollars FROM chats WHERE service = ? AND model = ? AND billed ORDER BY asked DESC LIMIT ?",
        (service, model, MOST_CALLS),
    )
    return [row["dollars"] for row in rows]
