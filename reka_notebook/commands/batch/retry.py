"""Run ``reka-notebook batch retry``: make once more what failed of a batch."""

from collections.abc import Sequence
from pathlib import Path

from reka_notebook.commands.batch.making import make, sheet_path
from reka_notebook.commands.batch.start import add_making
from reka_notebook.commands.batch.words import counted
from reka_notebook.commands.terminal import agrees, say
from reka_notebook.jobs import controller
from reka_notebook.options.parser import Parser


def run(words: Sequence[str]) -> int:
    """Make once more what failed, and what is left.

    Raises:
        RekaError: If there is no such batch, or it cannot be made here.
    """
    parser = Parser(
        "batch retry",
        "Make once more what failed of a batch. Each is a new request with a charge of its own.",
    )
    parser.add_argument("id", metavar="ID", help="its id, or the start of it")
    parser.add_argument("--yes", action="store_true", help="begin without asking")
    add_making(parser)
    asked = parser.read(words)
    control = controller()
    table = control.library.batches
    batch = table.get(asked.id)
    failed = table.counts(batch.id).failed
    if not failed:
        say(f"Nothing of batch {batch.id} has failed.")
    elif not asked.yes and not agrees(
        f"Make {counted(failed, 'row')} once more? You'll be charged for each."
    ):
        say("Nothing was sent. --yes begins without asking.")
        return 1
    table.retry(batch.id, "failed")
    sheet = None if asked.no_sheet else asked.sheet or sheet_path(Path(batch.source))
    return make(control, batch, at_once=asked.at_once, sheet=sheet)
