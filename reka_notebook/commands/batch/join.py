"""Run ``reka-notebook batch join``: work on a batch that was begun, here or on another machine."""

from collections.abc import Sequence
from pathlib import Path

from reka_notebook.commands.batch.making import make, sheet_path
from reka_notebook.commands.batch.start import add_making
from reka_notebook.jobs import controller
from reka_notebook.options.parser import Parser


def run(words: Sequence[str]) -> int:
    """Make rows of a batch until none is left.

    Raises:
        RekaError: If there is no such batch, or it cannot be made here.
    """
    parser = Parser(
        "batch join", "Work on a batch, on as many machines as you like: each row is made by one of them."
    )
    parser.add_argument("id", metavar="ID", help="its id, or the start of it")
    add_making(parser)
    asked = parser.read(words)
    control = controller()
    batch = control.library.batches.get(asked.id)
    sheet = None if asked.no_sheet else asked.sheet or sheet_path(Path(batch.source))
    return make(control, batch, at_once=asked.at_once, sheet=sheet)
