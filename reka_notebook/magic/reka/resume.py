"""Run ``%reka resume ID``."""

from collections.abc import Sequence

from reka_notebook.commands.resume import add_arguments, resume
from reka_notebook.commands.terminal import wait
from reka_notebook.jobs import controller
from reka_notebook.key import ask_for_key
from reka_notebook.magic.reka.answer import follow
from reka_notebook.options.parser import Parser
from reka_notebook.output.notebook_file import notebook_file
from reka_notebook.output.terminal import said


def run(words: Sequence[str]) -> None:
    """Go on with a job and show its take: in a notebook later on, in a terminal before the next prompt.

    Raises:
        RekaError: If there is no such job, or it has ended.
    """
    parser = Parser("resume", "Go on with a job that expired, or that another process left.", prog="%reka")
    add_arguments(parser)
    asked = parser.read(words)
    control = controller()
    control.has_key(ask_for_key)
    job = resume(control, asked, notebook_file())
    if not follow(job):
        wait(job)
        said(job)
