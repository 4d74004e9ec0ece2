"""Run ``reka-notebook resume``: go on with a job."""

from collections.abc import Sequence

from reka_notebook.commands.terminal import wait
from reka_notebook.jobs import controller
from reka_notebook.key import ask_for_key
from reka_notebook.options.parser import Parser
from reka_notebook.output.terminal import print_path


def run(words: Sequence[str]) -> int:
    """Wait for a job; the path of its file is the last line on stdout."""
    parser = Parser("resume", "Go on with a job that expired, or that another process left, and wait for it.")
    parser.add_argument("id", metavar="ID", help="its id, or the start of it")
    asked = parser.read(words)
    control = controller()
    control.has_key(ask_for_key)
    print_path(wait(control.resume(asked.id)).path)
    return 0
