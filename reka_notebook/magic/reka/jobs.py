"""Run ``%reka jobs``: list unfinished and recent jobs."""

from collections.abc import Sequence

from reka_notebook.commands.facts import left_alone
from reka_notebook.commands.jobs import COLUMNS, job_row
from reka_notebook.jobs import controller
from reka_notebook.magic.reka.answer import Answer, listed
from reka_notebook.options.parser import Parser, count


def run(words: Sequence[str]) -> Answer:
    """List jobs."""
    parser = Parser("jobs", "The jobs that are unfinished, and those that ended last.", prog="%reka")
    parser.add_argument(
        "--limit", type=count, default=10, metavar="N", help="at most so many ended ones (10)"
    )
    asked = parser.read(words)
    library = controller().library
    found = library.jobs.recent(asked.limit)
    if not found:
        return Answer(f"There are no jobs in {library.name} yet.")
    left = [one.id for one in found if one.ended is None and not library.leases.is_alive(one.owner)]
    return listed(COLUMNS, [job_row(record) for record in found], left_alone(left, "%reka"))
