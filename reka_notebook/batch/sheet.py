"""Write the contact sheet of a batch."""

from itertools import islice
from pathlib import Path

from reka_notebook.jobs import Controller, Take
from reka_notebook.library.batches.records import BatchRecord
from reka_notebook.output.contact_sheet import PAPER, ContactSheet, Missing

MOST = 2000
"""Takes on one page: with more of them, a browser is slow."""

MOST_MISSING = 200
"""Rows that failed which the page lists."""


def write_batch_sheet(
    control: Controller, batch: BatchRecord, page: Path, *, copy: bool = False, paper: str = PAPER
) -> list[Path]:
    """Write the sheet of a batch's takes, in the order of its file, and return its files' paths.

    Raises:
        RekaError: If nothing is made yet, or the page cannot be written.
    """
    table, library = control.library.batches, control.library
    takes: list[Take] = []
    labels: list[str] = []
    for row in table.rows(batch.id, "kept"):
        record = library.takes.get(row.job) if row.job else None
        if record is not None and record.removed is None:
            takes.append(control.take(record))
            labels.append(f"line {row.line}")
        if len(takes) == MOST:
            break
    missing = [
        Missing(f"line {row.line}", row.request.prompt, row.error or "not known")
        for row in islice(table.rows(batch.id, "failed", "expired"), MOST_MISSING)
    ]
    counts = table.counts(batch.id)
    note = f"These are the first {MOST:,} of {counts.kept:,}." if counts.kept > MOST else ""
    return ContactSheet(Path(batch.source).name, takes, control.catalogue, labels, missing, note).write(
        page, copy=copy, paper=paper
    )
