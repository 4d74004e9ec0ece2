"""Say in words how a batch stands, what it would make, and what of it failed."""

from collections.abc import Iterable

from reka_notebook.batch.plan import Plan
from reka_notebook.commands.table import Column, table
from reka_notebook.kinds import kind_of
from reka_notebook.library.batches.records import BatchCounts, BatchRow

FAILED = (
    Column("LINE", right=True),
    Column("JOB", spare=1),
    Column("WHY", least=24),
    Column("PROMPT", least=16, spare=2),
)


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


def failed_table(rows: Iterable[BatchRow]) -> str:
    """Return what failed and why, as a table."""
    return table(
        FAILED,
        [(str(row.line), row.job or "", row.error or "not known", row.request.prompt) for row in rows],
    )
