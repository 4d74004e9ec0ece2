"""Run ``reka-notebook batch sheet``: write the contact sheet of what a batch has made so far."""

from collections.abc import Sequence
from pathlib import Path

from reka_notebook.batch.sheet import write_batch_sheet
from reka_notebook.commands.batch.making import sheet_path
from reka_notebook.jobs import controller
from reka_notebook.options.parser import Parser
from reka_notebook.output.contact_sheet import PAPER
from reka_notebook.output.terminal import print_path
from reka_notebook.whole_file import given_path


def run(words: Sequence[str]) -> int:
    """Write the sheet, and print its path.

    Raises:
        RekaError: If there is no such batch, nothing of it is made yet, or the sheet cannot be written.
    """
    parser = Parser(
        "batch sheet",
        "Write the contact sheet of what a batch has made so far: one page that plays (.html), or pages to print "
        "(.pdf, .png).",
    )
    parser.add_argument("id", metavar="ID", help="its id, or the start of it")
    parser.add_argument(
        "--to", type=Path, metavar="PAGE", help="where it goes (default: beside the batch's file)"
    )
    parser.add_argument(
        "--copy", action="store_true", help="copy the files beside it, so that the two can be moved together"
    )
    parser.add_argument("--paper", default=PAPER, metavar="SIZE", help="A4 or Letter (default: A4)")
    asked = parser.read(words)
    control = controller()
    batch = control.library.batches.get(asked.id)
    to = asked.to or sheet_path(Path(batch.source))
    for path in write_batch_sheet(control, batch, given_path(to), copy=asked.copy, paper=asked.paper):
        print_path(path)
    return 0
