"""Run ``reka-notebook cancel``: ask for a job to be cancelled, and say what came of it."""

from collections.abc import Sequence

from reka_notebook.commands.terminal import say, wait
from reka_notebook.jobs import Controller, Job, JobCancelled, JobError, State, controller
from reka_notebook.key import ask_for_key
from reka_notebook.options.parser import Parser
from reka_notebook.output.terminal import print_path
from reka_notebook.text import one_line


def run(words: Sequence[str]) -> int:
    """Cancel a job and wait for its end; if it is kept nonetheless, its path is the last line on stdout.

    Raises:
        JobError: If it cannot be cancelled, or ended otherwise.
    """
    parser = Parser("cancel", "Ask for a job to be cancelled, and wait for the answer.")
    parser.add_argument("id", metavar="ID", help="its id, or the start of it")
    asked = parser.read(words)
    control = controller()
    answer(control, ask_to_cancel(control, asked.id))
    return 0


def ask_to_cancel(control: Controller, start: str) -> Job:
    """Ask for a job to be cancelled, by its ID or the beginning of the ID.

    Raises:
        JobError: If there is nothing to cancel.
    """
    record = control.library.jobs.get(start)
    if record.state == State.KEPT:
        raise JobError(f"Job {record.id} is done, and its take is kept: there is nothing to cancel.")
    control.has_key(ask_for_key)
    return control.cancel(record.id)


def answer(control: Controller, job: Job) -> None:
    """Wait for the outcome and print it; if the job is kept nonetheless, its path is the last line.

    Raises:
        JobError: If it ended otherwise.
    """
    try:
        take = wait(job)
    except JobCancelled as end:
        print(f"{_answer(control.library.jobs.get(job.id).answers)}{end}")
        return
    say(
        f"{_answer(control.library.jobs.get(job.id).answers)}It was finished before the cancellation came to anything. "
        "It is paid for, and kept:"
    )
    print_path(take.path)


def _answer(answers: dict[str, dict[str, object]]) -> str:
    """Return what the service said to the cancellation, if it was asked and answered."""
    if "cancel" not in answers:
        return ""
    status = answers["cancel"].get("status")
    return f"The service answered {one_line(status)}. " if isinstance(status, str) and status else ""
