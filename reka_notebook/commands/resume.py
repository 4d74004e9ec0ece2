"""Run ``reka-notebook resume``: go on with a job, or bring in a request of the account."""

from argparse import Namespace
from collections.abc import Sequence

from reka_notebook.commands.terminal import wait
from reka_notebook.jobs import Controller, Job, controller
from reka_notebook.jobs.account.found import resume_request
from reka_notebook.key import ask_for_key
from reka_notebook.options.known import UsageError
from reka_notebook.options.parser import Parser
from reka_notebook.output.terminal import print_path


def run(words: Sequence[str]) -> int:
    """Wait for a job; the path of its file is the last line on stdout."""
    parser = Parser("resume", "Go on with a job that expired, or that another process left, and wait for it.")
    add_arguments(parser)
    asked = parser.read(words)
    control = controller()
    control.has_key(ask_for_key)
    print_path(wait(resume(control, asked, None)).path)
    return 0


def add_arguments(parser: Parser) -> None:
    """Add what names a job, or a request of the account."""
    parser.add_argument("id", nargs="?", metavar="ID", help="its id, or the start of it")
    parser.add_argument(
        "--request", metavar="REQUEST", help="the ID of a request of your account, which need not be here"
    )


def resume(control: Controller, asked: Namespace, notebook_file: str | None) -> Job:
    """Return the job that was named.

    Raises:
        RekaError: None was, or two; there is no such job or request, or it has ended without a take.
    """
    if (asked.id is None) == (asked.request is None):
        raise UsageError("Name a job, or a request of your account with --request.")
    if asked.request is not None:
        return resume_request(control, asked.request, notebook_file=notebook_file)
    return control.resume(asked.id)
