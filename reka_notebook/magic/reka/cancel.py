"""Run ``%reka cancel ID``."""

from collections.abc import Sequence

from reka_notebook.commands import cancel as command
from reka_notebook.jobs import controller
from reka_notebook.magic.reka.answer import follow
from reka_notebook.options.parser import Parser


def run(words: Sequence[str]) -> None:
    """Cancel a job and show the outcome: in a notebook later on, in a terminal before the next prompt.

    Raises:
        RekaError: If there is no such job, or nothing to cancel.
    """
    parser = Parser("cancel", "Ask for a job to be cancelled.", prog="%reka")
    parser.add_argument("id", metavar="ID", help="its id, or the start of it")
    job = command.ask_to_cancel(controller(), parser.read(words).id)
    if not follow(job):
        command.answer(controller(), job)
