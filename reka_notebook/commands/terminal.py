"""Know where a command's output goes: how wide it is and whether it has colours; write JSON for programs."""

import json
import os
import shutil
import sys
from typing import Any, TextIO

from reka_notebook.jobs import Job, Take
from reka_notebook.key import is_terminal
from reka_notebook.output.terminal import TextBar, console
from reka_notebook.text import printable, wrapped

NARROW, INDENT = 24, 4
"""Columns that a text needs beside its label, and by how many it is moved in below it."""


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


def columns(stream: TextIO | None = None) -> int | None:
    """Return how many columns there are to write in; ``None`` for a file or a pipe, where nothing has to be cut."""
    stream = stream or sys.stdout
    if not is_terminal(stream) and not os.getenv("COLUMNS", "").isdigit():
        return None
    return max(20, shutil.get_terminal_size().columns)


def print_styled(*parts: str | tuple[str, str]) -> None:
    """Print a line on stdout.

    Args:
        parts: Its words, or pairs of words and their style, as in ``bold`` or ``red``.
    """
    from rich.text import Text

    # The terminal breaks a line that is too long: what is copied from it stays in one piece.
    console(sys.stdout).print(Text.assemble(*parts), soft_wrap=True)


def print_beside(text: str, column: int, *label: str | tuple[str, str]) -> None:
    """Print a text on stdout beside its label, all of its lines from one column on; below it where that is narrow."""
    room = columns() or 100
    if room - column < NARROW:
        print_styled(*label)
        label, column = (), INDENT
    used = sum(len(part if isinstance(part, str) else part[0]) for part in label)
    for number, line in enumerate(wrapped(printable(text), room - column)):
        gap = " " * (column if number else max(1, column - used))
        print_styled(*(() if number else label), f"{gap}{line}".rstrip())


def print_json(value: Any) -> None:
    """Print a value as JSON for a program to read."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not unicode, indent=2))


def agrees(question: str) -> bool:
    """Ask a question, and return whether the answer is yes; nobody at a terminal has not agreed."""
    if not is_terminal(sys.stdin):
        return False
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def say(text: str) -> None:
    """Tell the person something that is not the command's result, on stderr."""
    print(text, file=sys.stderr, flush=True)
