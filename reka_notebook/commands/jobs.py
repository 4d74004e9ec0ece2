"""Run ``reka-notebook jobs``: list unfinished and recent jobs."""

import time
from collections.abc import Sequence
from contextlib import closing

from reka_notebook.commands.facts import job_facts, left_alone, model_of, stage
from reka_notebook.commands.table import Column, table
from reka_notebook.commands.terminal import print_json, say
from reka_notebook.config import open_library
from reka_notebook.jobs import format_duration
from reka_notebook.library import JobRecord
from reka_notebook.options.parser import Parser, count
from reka_notebook.text import short_moment

COLUMNS = (
    Column("ID"),
    Column("STATE", least=9),
    Column("ASKED", spare=3),
    Column("TIME", right=True, spare=4),
    Column("MODEL", least=8, spare=2),
    Column("PROMPT", least=16, spare=1),
)


def run(words: Sequence[str]) -> int:
    """List jobs."""
    parser = Parser("jobs", "Unfinished and recent jobs.")
    parser.add_argument(
        "--limit", type=count, default=10, metavar="N", help="at most so many ended ones (10)"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    asked = parser.read(words)
    with closing(open_library()) as library:
        found = library.jobs.recent(asked.limit)
        done = {record.id: record.ended is None and library.leases.is_alive(record.owner) for record in found}
        if asked.json:
            print_json([job_facts(record, being_done=done[record.id]) for record in found])
            return 0
        if not found:
            say(f"There are no jobs in {library.name} yet.")
            return 0
        print(table(COLUMNS, [job_row(record) for record in found]))
        left = [record.id for record in found if record.ended is None and not done[record.id]]
        if words := left_alone(left, "reka-notebook"):
            say(words)
        return 0


def job_row(record: JobRecord) -> tuple[str, ...]:
    """Return a job as a row under ``COLUMNS``."""
    spent = (record.ended or time.time()) - record.created
    return (
        record.id,
        stage(record),
        short_moment(record.created),
        format_duration(max(0.0, spent)),
        model_of(record.request.endpoint),
        record.request.prompt,
    )
