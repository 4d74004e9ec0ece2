"""Run ``reka-notebook batch show``: how a batch stands, and what of it failed and why."""

from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from reka_notebook.commands.batch.words import counted, print_failed, standing_words
from reka_notebook.commands.facts import iso
from reka_notebook.commands.terminal import print_beside, print_json, print_styled, say
from reka_notebook.config import open_library
from reka_notebook.library.batches.records import BatchCounts, BatchRecord
from reka_notebook.options.parser import Parser, count
from reka_notebook.text import date_and_time, dollars, one_line

LABEL = 12
"""Columns of the terminal that the names of facts take."""


def run(words: Sequence[str]) -> int:
    """Show one batch."""
    parser = Parser("batch show", "How a batch stands, what it cost, and what of it failed and why.")
    parser.add_argument("id", metavar="ID", help="its id, or the start of it")
    parser.add_argument(
        "--limit", type=count, default=20, metavar="N", help="at most so many rows that failed (20)"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, with every row, for a program")
    asked = parser.read(words)
    with closing(open_library()) as library:
        batches = library.batches
        batch = batches.get(asked.id)
        counts, billed = batches.counts(batch.id), batches.billed(batch.id)
        if asked.json:
            rows = [
                {
                    "line": row.line,
                    "state": row.state,
                    "job": row.job,
                    "error": row.error,
                    "prompt": row.request.prompt,
                }
                for row in batches.rows(batch.id)
            ]
            print_json({**batch_facts(batch, counts), "billed": billed, "requests": rows})
            return 0
        print_styled((f"Batch {batch.id}", "bold"))
        for label, value in _facts(batch, counts, billed):
            print_beside(value, LABEL, f"  {label}")
        bad = counts.failed + counts.expired
        if bad and asked.limit:
            print()
            print_failed(islice(batches.rows(batch.id, "failed", "expired"), asked.limit))
        if bad > asked.limit:
            say(f"There are more; --limit {bad} shows all of them.")
        if counts.failed:
            say(f"reka-notebook batch retry {batch.id} makes what failed once more.")
        if counts.left:
            say(f"reka-notebook batch join {batch.id} goes on with the rest.")
    return 0


def _facts(batch: BatchRecord, counts: BatchCounts, billed: float | None) -> list[tuple[str, str]]:
    facts = batch.facts
    of_file = [
        one_line(batch.source),
        counted(facts.lines, "row"),
        counted(facts.repeats, "repeat") if facts.repeats else "",
        f"{facts.bad:,} left out" if facts.bad else "",
    ]
    stands = [standing_words(counts), f"{counts.claimed:,} in progress" if counts.claimed else ""]
    cost = [
        "" if billed is None else f"{dollars(billed)} billed",
        "" if facts.estimated is None else f"about {dollars(facts.estimated)} expected",
    ]
    found = [
        ("File", ", ".join(filter(None, of_file))),
        ("For all", " ".join(filter(None, facts.options))),
        ("Begun", date_and_time(batch.created) + (f" by {batch.person}" if batch.person else "")),
        ("Stands", ", ".join(filter(None, stands))),
        ("Cost", ", ".join(filter(None, cost))),
    ]
    return [(label, value) for label, value in found if value]


def batch_facts(batch: BatchRecord, counts: BatchCounts) -> dict[str, Any]:
    """Return what is known of a batch as JSON for programs."""
    return {
        "id": batch.id,
        "file": batch.source,
        "service": batch.service,
        "person": batch.person,
        "begun": iso(batch.created),
        "rows": counts.rows,
        "waiting": counts.waiting,
        "in_progress": counts.claimed,
        "kept": counts.kept,
        "failed": counts.failed,
        "timed_out": counts.expired,
        "estimated": batch.facts.estimated,
    }
