"""Say where the money went: by day, model, notebook and prompt, and what of it was kept."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import msgspec
from sqlalchemy import bindparam, exists, func, or_, select

from reka_notebook.library.records import MediaFile
from reka_notebook.library.request import GenerationRequest
from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.tables import chats, jobs, marks, takes
from reka_notebook.text import day

_AT = func.coalesce(jobs.c.submitted, jobs.c.created)
_ROWS = (
    select(
        *(jobs.c[name] for name in ("endpoint", "notebook", "request", "billed", "estimated")),
        _AT.label("at"),
        *(takes.c[name] for name in ("files", "removed", "shown_again")),
        exists()
        .where(
            marks.c.take == takes.c.job,
            or_(marks.c.starred != 0, marks.c.rating > 0, marks.c.verdict == "picked"),
        )
        .label("liked"),
    )
    .select_from(jobs.outerjoin(takes, takes.c.job == jobs.c.id))
    .where(
        jobs.c.service == bindparam("service"),
        bindparam("since") <= _AT,
        or_(jobs.c.billed.is_not(None), jobs.c.request_id.is_not(None)),
    )
    .order_by(_AT)
)
_CHATS = (
    select(chats.c.model, chats.c.asked, chats.c.dollars, chats.c.billed)
    .where(chats.c.service == bindparam("service"), chats.c.asked >= bindparam("since"))
    .order_by(chats.c.asked)
)

GROUPS = ("day", "model", "notebook", "prompt")
"""What the money can be split by."""

ALIKE = 0.6
"""The share of words that two prompts have in common when they are of one family."""

MOST_FAMILIES = 300

NO_NOTEBOOK = "no notebook"


@dataclass
class Share:
    """Hold what was spent on one day, model, notebook or family of prompts.

    Attributes:
        dollars: Billed, and expected where there was no bill.
        kept: The part of that whose takes are still there.
    """

    name: str
    dollars: float = 0.0
    kept: float = 0.0
    requests: int = 0
    seconds: float = 0.0


@dataclass
class SpendReport:
    """Hold where the money went at one service since a time. All amounts are dollars.

    Attributes:
        since: The first second that counts; 0 for everything.
        billed: What the service says it billed.
        bills: How many requests it billed.
        expected: What was likely charged for requests without a bill, by the prices expected then.
        not_billed: How many requests those are.
        not_known: How many requests may have been charged, with neither a bill nor a known price.
        kept: What went into takes that are still there.
        pinned: The part of that for takes that are pinned, picked or rated.
        lost: What went into jobs that left nothing, or takes whose files were removed.
        seconds: Of video and sound that is still there.
        shown_again: How many times a kept take has answered a request.
        saved: What those requests would have cost.
        by: The same, split: by ``day``, ``model``, ``notebook`` and ``prompt``.
    """

    since: float
    billed: float = 0.0
    bills: int = 0
    expected: float = 0.0
    not_billed: int = 0
    not_known: int = 0
    kept: float = 0.0
    pinned: float = 0.0
    lost: float = 0.0
    seconds: float = 0.0
    shown_again: int = 0
    saved: float = 0.0
    by: dict[str, list[Share]] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Return what was spent, as far as known."""
        return self.billed + self.expected

    @property
    def per_kept_second(self) -> float | None:
        """Return dollars for each second that is still there; ``None`` if there is none, or no price is known.

        What was spent on models that made none of them, such as those for images, does not count.
        """
        spent = sum(share.dollars for share in self.by.get("model", ()) if share.seconds)
        return spent / self.seconds if spent and self.seconds else None


def make_report(database: Database, service: str, since: float = 0.0) -> SpendReport:
    """Return where the money went at a service since a time."""
    report = SpendReport(since)
    shares: dict[str, dict[str, Share]] = {name: {} for name in GROUPS}
    families, wanted = _Families(), {"service": service, "since": since}
    for row in database.rows(_ROWS, wanted):
        dollars = row.billed if row.billed is not None else row.estimated
        if row.billed is not None:
            report.billed += row.billed
            report.bills += 1
        elif row.estimated is not None:
            report.expected += row.estimated
            report.not_billed += 1
        else:
            report.not_known += 1
        dollars = dollars or 0.0
        files = msgspec.json.decode(row.files, type=list[MediaFile]) if row.files else []
        there = bool(files) and row.removed is None
        seconds = sum(file.duration or 0.0 for file in files) if there else 0.0
        if there:
            report.kept += dollars
            report.pinned += dollars if row.liked else 0.0
            report.seconds += seconds
            report.shown_again += row.shown_again
            report.saved += dollars * row.shown_again
        else:
            report.lost += dollars
        prompt = msgspec.json.decode(row.request, type=GenerationRequest).prompt
        names = {
            "day": day(row.at),
            "model": row.endpoint,
            "notebook": PurePath(row.notebook).name if row.notebook else NO_NOTEBOOK,
            "prompt": families.name(prompt),
        }
        for group, name in names.items():
            share = shares[group].setdefault(name, Share(name))
            share.dollars += dollars
            share.kept += dollars if there else 0.0
            share.requests += 1
            share.seconds += seconds
    for row in database.rows(_CHATS, wanted):
        report.billed += row.dollars if row.billed else 0.0
        report.bills += bool(row.billed)
        report.expected += 0.0 if row.billed else row.dollars
        report.not_billed += not row.billed
        for group, name in (("day", day(row.asked)), ("model", f"{row.model}/chat")):
            share = shares[group].setdefault(name, Share(name))
            share.dollars += row.dollars
            share.requests += 1
    report.by = {
        group: sorted(found.values(), key=lambda one: one.name)
        if group == "day"
        else sorted(found.values(), key=lambda one: -one.dollars)
        for group, found in shares.items()
    }
    return report


class _Families:
    """Put prompts that differ in a few words into one family, which the first of them gives its name."""

    def __init__(self) -> None:
        self._known: list[tuple[frozenset[str], str]] = []
        self._found: dict[str, str] = {}

    def name(self, prompt: str) -> str:
        """Return the name of a prompt's family."""
        found = self._found.get(prompt)
        if found is None:
            found = self._found[prompt] = self._family(prompt)
        return found

    def _family(self, prompt: str) -> str:
        words = frozenset(word for word in re.findall(r"\w+", prompt.casefold()) if not word.isdigit())
        for others, name in self._known:
            if words == others or (words and len(words & others) >= ALIKE * len(words | others)):
                return name
        title = " ".join(prompt.split()) or "no prompt"
        if len(self._known) >= MOST_FAMILIES:
            return "other prompts"
        self._known.append((words, title))
        return title


def since_days(days: int | None, now: float) -> float:
    """Return when the first of so many days began, today the last of them; 0 without a number."""
    if days is None:
        return 0.0
    then = time.localtime(now)
    return time.mktime((then.tm_year, then.tm_mon, then.tm_mday - days + 1, 0, 0, 0, 0, 0, -1))


def report_facts(report: SpendReport) -> dict[str, Any]:
    """Return a report for a program."""
    facts = {name: getattr(report, name) for name in report.__dataclass_fields__ if name != "by"}
    by = {group: [vars(share) for share in shares] for group, shares in report.by.items()}
    return facts | {"total": report.total, "per_kept_second": report.per_kept_second, "by": by}


def first(shares: Iterable[Share], count: int, rest: Callable[[int], str]) -> list[Share]:
    """Return the first shares, and the others as one."""
    every = list(shares)
    if len(every) <= count + 1:
        return every
    others = every[count:]
    return [
        *every[:count],
        Share(
            rest(len(others)),
            sum(one.dollars for one in others),
            sum(one.kept for one in others),
            sum(one.requests for one in others),
            sum(one.seconds for one in others),
        ),
    ]
