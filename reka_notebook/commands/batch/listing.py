"""Run ``reka-notebook batch list``: the batches in the library, and how far each is."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from reka_notebook.commands.batch.show import batch_facts
from reka_notebook.commands.batch.words import standing_words
from reka_notebook.commands.table import Column, table
from reka_notebook.commands.terminal import print_json, say
from reka_notebook.config import open_library
from reka_notebook.options.parser import Parser
from reka_notebook.text import short_moment

COLUMNS = (
    Column("ID"),
    Column("BEGUN", spare=2),
    Column("ROWS", right=True, spare=1),
    Column("STANDS", least=16),
    Column("FILE", least=12),
)


def run(words: Sequence[str]) -> int:
    """List batches, newest first."""
    parser = Parser("batch list", "The batches in the library, newest first.")
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    asked = parser.read(words)
    with closing(open_library()) as library:
        found = [(batch, library.batches.counts(batch.id)) for batch in library.batches.all()]
    if asked.json:
        print_json([batch_facts(batch, counts) for batch, counts in found])
    elif found:
        rows = [
            (
                batch.id,
                short_moment(batch.created),
                f"{batch.rows:,}",
                standing_words(counts),
                Path(batch.source).name,
            )
            for batch, counts in found
        ]
        print(table(COLUMNS, rows))
    else:
        say("There are no batches yet. `reka-notebook batch --help` says how to make one.")
    return 0
