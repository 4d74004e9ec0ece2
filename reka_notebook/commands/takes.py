"""Run ``reka-notebook takes``: list what the library has, newest first."""

import argparse
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from reka_notebook.commands.facts import model_of, take_facts
from reka_notebook.commands.table import Column, table
from reka_notebook.commands.terminal import print_json, say
from reka_notebook.config import open_library
from reka_notebook.library import Library, TakeFilter, TakeRecord
from reka_notebook.library.records import HIGHEST_RATING
from reka_notebook.library.states import State
from reka_notebook.library.take_filter import VERDICTS
from reka_notebook.media import file_size
from reka_notebook.options.parser import Parser, count
from reka_notebook.text import dollars, short_moment
from reka_notebook.whole_file import given_path

COLUMNS = (
    Column("ID"),
    Column("DATE", spare=2),
    Column("MODEL", least=8, spare=3),
    Column("LENGTH", right=True, spare=4),
    Column("SIZE", right=True, spare=5),
)
OPTIONAL: tuple[tuple[Column, Callable[[TakeRecord], str]], ...] = (
    (
        Column("BILLED", right=True, spare=2),
        lambda take: "" if take.job.billed is None else dollars(take.job.billed),
    ),
    (Column("PINNED", spare=1), lambda take: "yes" if take.pinned else ""),
    (Column("RATED", spare=1), lambda take: f"{take.rating} of {HIGHEST_RATING}" if take.rating else ""),
    (Column("PERSON", spare=2), lambda take: take.job.person),
    (Column("VERDICT", spare=1), lambda take: take.verdict or ""),
)
"""Columns that are there if any take has something in them."""
PROMPT = Column("PROMPT", least=16)


def run(words: Sequence[str]) -> int:
    """List takes."""
    parser = takes_parser(limit=20)
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    parser.add_argument(
        "--sheet",
        type=Path,
        metavar="PAGE",
        help="write their contact sheet: .html to play, .pdf or .png to print",
    )
    parser.add_argument("--paper", default="A4", metavar="SIZE", help="A4 or Letter (default: A4)")
    asked = parser.read(words)
    if asked.sheet is not None:
        return _write_sheet(asked)
    with closing(open_library()) as library:
        wanted = wanted_takes(asked, library)
        found = library.takes.find(wanted, limit=asked.limit + 1)
        shown = found[: asked.limit]
        if asked.json:
            print_json([take_facts(take, library) for take in shown])
        elif found:
            print(takes_table(shown))
            if len(found) > len(shown):
                say(f"There are more; --limit {2 * max(10, asked.limit)} shows more of them.")
        else:
            say(_none(library, searched=bool(asked.search and not asked.verdict), model=asked.model))
        if library.media.address is not None and not asked.json:
            _say_waiting(library)
        return 0


def _say_waiting(library: Library) -> None:
    """Name the jobs whose files are here but not in the team's store, and that nobody is uploading."""
    jobs = sorted({job for job in library.media.waiting().values() if job})
    for job in (library.jobs.get(job) for job in jobs):
        if job.state != State.KEPT and (job.ended is not None or not library.leases.is_alive(job.owner)):
            say(
                f"The file of job {job.id} is here and paid for, but not yet in the store "
                f"{library.media.address}. To upload it: reka-notebook resume {job.id}"
            )


def _write_sheet(asked: argparse.Namespace) -> int:
    """Write the contact sheet of the requested takes, and print the paths of its files."""
    from reka_notebook.jobs import controller
    from reka_notebook.output.contact_sheet import ContactSheet
    from reka_notebook.output.terminal import print_path

    control = controller()
    wanted = wanted_takes(asked, control.library)
    takes = [control.take(record) for record in control.library.takes.find(wanted, limit=asked.limit)]
    title = asked.collection or asked.search or "Takes"
    sheet = ContactSheet(title, takes, control.catalogue)
    for path in sheet.write(given_path(asked.sheet), paper=asked.paper):
        print_path(path)
    return 0


def takes_parser(prog: str = "reka-notebook", *, limit: int) -> Parser:
    """Return the parser of what a terminal and a notebook have in common."""
    parser = Parser("takes", "The takes in the library, newest first.", prog=prog)
    parser.add_argument("--limit", type=count, default=limit, metavar="N", help=f"at most so many ({limit})")
    parser.add_argument(
        "--search", default="", metavar="WORDS", help="those with all these words in the prompt"
    )
    parser.add_argument("--model", metavar="MODEL", help="those of a model, as in kling-v3-pro")
    parser.add_argument(
        "--verdict", choices=VERDICTS, help="those that are picked, rejected or not judged yet"
    )
    parser.add_argument("--mine", action="store_true", help="those that you asked for, in a team's library")
    parser.add_argument("--person", metavar="NAME", help="those that a person of the team asked for")
    parser.add_argument("--collection", metavar="NAME", help="those in a collection")
    return parser


def wanted_takes(asked: argparse.Namespace, library: Library) -> TakeFilter:
    """Return what the words of a line ask for.

    Raises:
        RekaError: If there is no such collection, or two people are meant.
    """
    if asked.collection is not None:
        library.collections.get(asked.collection)
    return TakeFilter(
        words=tuple(asked.search.split()),
        model=asked.model,
        verdict=asked.verdict,
        person=library.whose(mine=asked.mine, person=asked.person),
        collection=asked.collection,
    )


def takes_table(takes: Sequence[TakeRecord]) -> str:
    """Return takes as a table, with bills, pins, ratings and verdicts if there are any."""
    optional = {column: [cell(take) for take in takes] for column, cell in OPTIONAL}
    there = {column: cells for column, cells in optional.items() if any(cells)}
    rows = [_row(take, [cells[place] for cells in there.values()]) for place, take in enumerate(takes)]
    return table((*COLUMNS, *there, PROMPT), rows)


def _row(take: TakeRecord, optional: Sequence[str]) -> tuple[str, ...]:
    main = take.files[0]
    return (
        take.id,
        short_moment(take.kept),
        model_of(take.job.request.endpoint),
        "" if main.duration is None else f"{main.duration:.1f} s",
        file_size(main.bytes),
        *optional,
        take.job.request.prompt,
    )


def _none(library: Library, *, searched: bool, model: str | None) -> str:
    models = [model_of(endpoint) for endpoint in library.takes.models()]
    if not models:
        return (
            f"There are no takes in {library.name} yet. `reka-notebook generate --help` says how to make one."
        )
    if model and not library.takes.count(TakeFilter(model=model)):
        return f"There is no take of {model}. There are takes of {', '.join(models)}."
    return "No take has all these words in its prompt." if searched else "No matching takes."
