"""Make a batch's rows on this machine, and say at the end what there is and what failed."""

from itertools import islice
from pathlib import Path

from reka_notebook.batch.run import BatchRun
from reka_notebook.batch.sheet import write_batch_sheet
from reka_notebook.commands.batch.progress import BatchBar
from reka_notebook.commands.batch.words import counted, print_failed, standing_words
from reka_notebook.commands.terminal import say
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller
from reka_notebook.key import ask_for_key
from reka_notebook.library.batches.records import BatchCounts, BatchRecord
from reka_notebook.output.terminal import print_path
from reka_notebook.text import dollars
from reka_notebook.whole_file import given_path

SHOWN = 20
"""Rows that failed which are listed at the end."""


def make(control: Controller, batch: BatchRecord, *, at_once: int, sheet: Path | None) -> int:
    """Make what is left of a batch, and return 0 if all of it is there.

    Raises:
        RekaError: If it cannot be made on this machine.
        KeyboardInterrupt: If the person does not want to wait; the batch can go on.
    """
    if batch.service != control.service:
        raise RekaError(
            f"Batch {batch.id} is for {batch.service}, and the base URL is {control.service}. Nothing was sent."
        )
    table = control.library.batches
    table.retry(batch.id, "expired")  # goes on without a second charge
    counts = table.counts(batch.id)
    note = None
    if counts.left:
        control.require_key(ask_for_key)
        say(f"Batch {batch.id}. On another machine: reka-notebook batch join {batch.id}")
        bar = BatchBar()
        run = BatchRun(control, batch, at_once, bar.tell)
        try:
            with bar:
                counts = run.run()
        except KeyboardInterrupt:
            busy = (
                f"{counted(run.sent, 'request')} at the service will be finished there. " if run.sent else ""
            )
            say(f"Interrupted. {busy}Nothing is lost: reka-notebook batch join {batch.id} goes on.")
            raise
        note = run.note if run.stopped else None
    _say_end(control, batch, counts, note)
    if sheet is not None and counts.kept:
        for path in write_batch_sheet(control, batch, given_path(sheet)):
            print_path(path)
    elif counts.kept:
        say(f"To write a contact sheet: reka-notebook batch sheet {batch.id}")
    return 0 if counts.kept == counts.rows else 1


def _say_end(control: Controller, batch: BatchRecord, counts: BatchCounts, note: str | None) -> None:
    """Say how the batch stands, what it was billed, and what failed and why."""
    table = control.library.batches
    billed = table.billed(batch.id)
    cost = f" {dollars(billed)} billed." if billed is not None else ""
    say(f"Batch {batch.id}: {standing_words(counts)}.{cost}")
    bad = counts.failed + counts.expired
    if bad:
        print_failed(islice(table.rows(batch.id, "failed", "expired"), SHOWN))
        if bad > SHOWN:
            say(f"{counted(bad - SHOWN, 'more row')}: reka-notebook batch show {batch.id} --limit {bad}")
        if counts.failed:
            say(f"reka-notebook batch retry {batch.id} makes what failed once more.")
    if note:
        say(f"{note.rstrip('.')}. Then go on: reka-notebook batch join {batch.id}")


def sheet_path(source: Path) -> Path:
    """Return the path of a batch's contact sheet: beside its file, or here if the file is on another machine."""
    sheet = source.with_suffix(".html")
    return sheet if sheet.parent.is_dir() else Path(sheet.name)
