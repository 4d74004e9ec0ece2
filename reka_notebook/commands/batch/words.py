"""Say in words how a batch stands, what it would make, and what of it failed."""

import re
from collections.abc import Iterable

from reka_notebook.batch.plan import Plan
from reka_notebook.commands.terminal import columns, print_styled
from reka_notebook.kinds import kind_of
from reka_notebook.library.batches.records import BatchCounts, BatchRow
from reka_notebook.text import cut, one_line, width, wrapped

_WHOSE = re.compile(r"\s*\((?:job|request) [^()]*\)\.?", re.IGNORECASE)
"""Which job a reason is about; that stands beside the row."""


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number of things, in digits that can be read: ``3,000 videos``."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def planned_words(found: Plan, name: str) -> str:
    """Return what a batch would make, in a sentence."""
    kind = kind_of(next(iter(found.outputs)) if len(found.outputs) == 1 else "other")
    new = [
        f"{found.new:,} new",
        f"{found.kept:,} already made" if found.kept else "",
        f"{found.underway:,} in progress" if found.underway else "",
    ]
    models = sorted(found.models)
    of = f" with {models[0]}" if len(models) == 1 else f" with {len(models)} models"
    repeats = f" {counted(found.repeats, 'repeat')} made once." if found.repeats else ""
    return (
        f"{name}, {counted(found.lines, found.unit)}: {counted(found.rows, kind.one, kind.several)}{of}; "
        f"{', '.join(filter(None, new))}.{repeats}"
    )


def standing_words(counts: BatchCounts) -> str:
    """Return how a batch stands: ``1,204 of 3,000 done, 12 failed``."""
    parts = [
        f"{counts.kept:,} of {counts.rows:,} done",
        f"{counts.failed:,} failed" if counts.failed else "",
        f"{counts.expired:,} timed out" if counts.expired else "",
    ]
    return ", ".join(filter(None, parts))


def print_failed(rows: Iterable[BatchRow], unit: str = "line") -> None:
    """Print what failed: each reason once, in full, and the rows that it is of."""
    by_reason: dict[str, list[BatchRow]] = {}
    for row in rows:
        reason = _WHOSE.sub("", one_line(row.error or "")) or "It is not known why."
        by_reason.setdefault(reason, []).append(row)
    room = columns()
    for reason, those in by_reason.items():
        for line in wrapped(reason, room or 100):
            print_styled((line, "bold"))
        for row in those:
            where = "  ".join(filter(None, [f"  {unit} {row.line}", row.job]))
            prompt = one_line(row.request.prompt)
            print(f"{where}  {cut(prompt, room - width(where) - 2) if room else prompt}")
