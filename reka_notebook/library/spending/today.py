"""Count what was made today, what was reused, and what a second of it costs."""

import time
from dataclasses import dataclass

import msgspec

from reka_notebook.library.rows.sqlite_file import SqliteFile
from reka_notebook.library.spending.report import since_days
from reka_notebook.text import day

_OF_ACCOUNT = "AND (account IS NULL OR :account IS NULL OR account = :account)"
_MADE = f"""
SELECT jobs.endpoint, coalesce(jobs.billed, jobs.estimated) AS dollars, takes.files, takes.removed
FROM takes JOIN jobs ON jobs.id = takes.job
WHERE takes.kept >= :since AND jobs.service = :service {_OF_ACCOUNT}
"""
_SPENT = f"""
SELECT endpoint, total(coalesce(billed, estimated)) AS dollars, count(billed) AS bills, count(*) AS charged
FROM jobs INDEXED BY jobs_charged
WHERE service = :service AND submitted >= :since AND (billed IS NOT NULL OR reserved IS NOT NULL)
AND (billed IS NOT NULL OR (request_id IS NOT NULL AND estimated IS NOT NULL)) {_OF_ACCOUNT}
GROUP BY endpoint
"""
_CHATS = f"""
SELECT total(dollars) AS dollars, count(*) AS charged, total(billed) AS bills FROM chats
WHERE service = :service AND asked >= :since {_OF_ACCOUNT}
"""
_REUSED = """
SELECT total(count) FROM reuses WHERE service = :service AND day = :day
AND (account = '' OR :account IS NULL OR account = :account)
"""
_REUSE = """
INSERT INTO reuses (service, account, day, count) VALUES (:service, :account, :day, 1)
ON CONFLICT DO UPDATE SET count = count + 1
"""


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


def count_reuse(database: SqliteFile, service: str, account: str | None, now: float | None = None) -> None:
    """Count that a kept take has answered a request for nothing."""
    today = day(time.time() if now is None else now)
    database.change(_REUSE, {"service": service, "account": account or "", "day": today})


def count_today(database: SqliteFile, service: str, account: str | None, now: float | None = None) -> Today:
    """Return the numbers of the day that a time is in, on this machine's calendar."""
    now = time.time() if now is None else now
    values = {"service": service, "account": account, "since": since_days(1, now), "day": day(now)}
    made = database.rows(_MADE, values)
    spent = database.rows(_SPENT, values)
    [chats] = database.rows(_CHATS, values)
    [(reused,)] = database.rows(_REUSED, values)
    seconds: dict[str, float] = {}
    for row in made:
        if row["removed"] is None and row["dollars"] is not None:
            files = msgspec.json.decode(row["files"], type=list[_Kept])
            length = sum(file.duration or 0.0 for file in files)
            seconds[row["endpoint"]] = seconds.get(row["endpoint"], 0.0) + length
    # What models have cost that made no second, such as those for images, says nothing of a second.
    timed = [row for row in spent if seconds.get(row["endpoint"])]
    length = sum(seconds[row["endpoint"]] for row in timed)
    dollars = sum(row["dollars"] for row in timed)
    return Today(
        made=len(made),
        reused=round(reused),
        spent=sum(row["dollars"] for row in (*spent, chats)) if spent or chats["charged"] else None,
        billed=all(row["bills"] == row["charged"] for row in (*spent, chats)),
        per_second=dollars / length if dollars and any(row["bills"] for row in timed) else None,
    )
