"""Know where a command's output goes: how wide it is and whether it has colours; write JSON for programs."""

import json
import os
import shutil
import sys
from typing import Any, TextIO

from reka_notebook.jobs import Job, Take
from reka_notebook.key import is_terminal
from reka_notebook.output.terminal import TextBar


def wait(job: Job, *, cancel_on_interrupt: bool = False) -> Take:
    """Wait for a job's take, with a bar.

    Raises:
        JobError: If it ended without one.
        KeyboardInterrupt: If the person does not want to wait; the job is kept.
    """
    try:
        with TextBar(job):
            take = job.result()
    except KeyboardInterrupt:
        if cancel_on_interrupt and not job.status.cancelling:
            job.cancel()
            say(f"Interrupted. Cancelling job {job.id}… Interrupt again to stop waiting for it.")
            return wait(job)
        asked = " It is being cancelled." if job.status.cancelling else ""
        say(
            f"Interrupted. Job {job.id} is kept, and the service goes on with it.{asked} No second charge: "
            f"reka-notebook resume {job.id} waits for it again, reka-notebook cancel {job.id} cancels it."
        )
        raise
    for remark in take.remarks:
        say(remark)
    return take


_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


def columns(stream: TextIO | None = None) -> int | None:
    """Return how many columns there are to write in; ``None`` for a file or a pipe, where nothing has to be cut."""
    stream = stream or sys.stdout
    if not is_terminal(stream) and not os.getenv("COLUMNS", "").isdigit():
        return None
    return max(20, shutil.get_terminal_size().columns)


def paint(text: str, colour: str, stream: TextIO | None = None) -> str:
    """Return a text in a colour, on a terminal, unless ``NO_COLOR`` is set (no-color.org).

    Args:
        colour: ``bold``, ``dim``, ``red``, ``green`` or ``yellow``.
    """
    stream = stream or sys.stdout
    if not is_terminal(stream) or os.getenv("NO_COLOR") or os.getenv("TERM") == "dumb":
        return text
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"


def print_json(value: Any) -> None:
    """Print a value as JSON for a program to read."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not unicode, indent=2))


def say(text: str) -> None:
    """Tell the person something that is not the command's result, on stderr."""
    print(text, file=sys.stderr, flush=True)
