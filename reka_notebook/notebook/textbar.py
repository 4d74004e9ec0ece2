"""Progress as one line of text, for a terminal, rewritten in place; line by line where that cannot be."""

import shutil
import sys
import threading
from typing import TextIO

from reka_notebook.jobs import Job, State, duration_words
from reka_notebook.notebook.text import cut, one_line

WIDTH = 24


def line(job: Job) -> str:
    """A job's progress in one line: a bar, the stage, and the time."""
    status = job.status
    share = min(0.97, status.elapsed / status.expected) if status.expected else 0.0
    share = 1.0 if status.state is State.KEPT else share
    filled = round(WIDTH * share)
    bar = "━" * filled + "─" * (WIDTH - filled)
    left = f" of about {duration_words(status.expected)}" if status.expected and not status.done else ""
    note = f" · {one_line(status.note)}" if status.note else ""
    return f"{bar} {status.stage} · {duration_words(status.elapsed)}{left}{note}"


class TextBar:
    """Follows a job on a stream until it ends. Use as a context manager around the wait.

    On a terminal the line is rewritten twice a second; elsewhere every stage gets a line of its own.
    """

    def __init__(self, job: Job, stream: TextIO | None = None) -> None:
        self._job = job
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._stopped = threading.Event()
        self._said = ""
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> "TextBar":
        self._show()
        if self._live:
            self._thread.start()
        else:
            self._unsubscribe = self._job.subscribe(lambda _: self._show())
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._stopped.set()
            self._thread.join()
        else:
            self._unsubscribe()
        self._show()
        if self._live:
            self._stream.write("\n")
            self._stream.flush()

    def _follow(self) -> None:
        while not self._stopped.wait(0.5):
            self._show()

    def _show(self) -> None:
        with self._lock:
            if self._live:
                width = shutil.get_terminal_size().columns - 1
                self._stream.write(f"\r\x1b[K{cut(line(self._job), width)}")
            elif self._said != (said := f"{self._job.status.stage}{self._job.status.note or ''}"):
                self._said = said
                self._stream.write(f"{line(self._job)}\n")
            self._stream.flush()
