"""Show progress as text in a terminal: a line for a job, or for each of several, rewritten in place."""

import io
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import TextIO

from reka_notebook.jobs import Job, State, Sweep
from reka_notebook.key import is_terminal
from reka_notebook.output.html import kept_words
from reka_notebook.text import cut, one_line

_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal"})
_TERMS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour", "wezterm")
_VARIABLES = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "FORCE_HYPERLINK")
_VTE = 5000
"""The first version of GNOME's terminal widget that shows links."""


def said(work: Job | Sweep) -> None:
    """Print where what it left lies; why it left nothing is said by an error."""
    if isinstance(work, Job):
        if work.take is not None:
            print(linked(work.take.path))
            if kept := kept_words([work.take]):
                print(kept)
        return
    for name, position in zip(work.request.names, work.status.positions, strict=True):
        print(
            f"{name}: {linked(position.take.path) if position.take else one_line(position.error or position.stage)}"
        )
    if kept := kept_words(work.takes):
        print(kept)


def linked(path: Path) -> str:
    """Return a path, as a link (OSC 8) if the terminal is known to show it as one."""
    if not (is_terminal(sys.stdout) and _links()):
        return str(path)
    return f"\x1b]8;;{path.as_uri()}\x1b\\{path}\x1b]8;;\x1b\\"


def _links() -> bool:
    vte = os.getenv("VTE_VERSION", "")
    return (
        any(os.getenv(name, "") not in ("", "0") for name in _VARIABLES)
        or os.getenv("TERM_PROGRAM") in _PROGRAMS
        or os.getenv("TERM", "").startswith(_TERMS)
        or (vte.isdecimal() and int(vte) >= _VTE)
    )


WIDTH = 24


def line(job: Job) -> str:
    """Return a job's progress in one line: a bar, the stage, and the time."""
    status = job.status
    share = min(0.97, status.elapsed / status.expected) if status.expected else 0.0
    share = 1.0 if status.state is State.KEPT else share
    note = f" · {one_line(status.note)}" if status.note else ""
    return f"{_bar(share)} {status.stage} · {status.time_words}{note}"


def lines(sweep: Sweep) -> list[str]:
    """Return the progress of several: the sum, then a line for each."""
    status = sweep.status
    positions = [
        f"{_mark(position.state)} {name} · {position.stage}"
        for name, position in zip(sweep.request.names, status.positions, strict=True)
    ]
    note = f" · {one_line(status.note)}" if status.note else ""
    return [f"{_bar(status.finished / len(positions))} {status.words}{note}", *positions]


def _bar(share: float) -> str:
    filled = round(WIDTH * share)
    return "━" * filled + "─" * (WIDTH - filled)


def _mark(state: State | None) -> str:
    if state is State.KEPT:
        return "✓"
    return "✗" if state in (State.FAILED, State.CANCELLED, State.EXPIRED) else "·"


class TextBar:
    """Follow a job, or several, on a stream until they end. Use it as a context manager around the wait.

    On a terminal the lines are rewritten twice a second; elsewhere every stage gets a line of its own.
    """

    def __init__(self, work: Job | Sweep, stream: TextIO | None = None) -> None:
        self._work = work
        self._stream = stream or sys.stderr or io.StringIO()  # a process without a console has none
        self._live = is_terminal(self._stream) and os.getenv("TERM") != "dumb"
        self._stopped = threading.Event()
        self._said: dict[int, str] = {}
        self._up = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> "TextBar":
        self._show()
        if self._live:
            self._thread.start()
        else:
            self._unsubscribe = self._work.subscribe(lambda _: self._show())
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
                self._rewrite()
            else:
                self._say_changes()
            self._stream.flush()

    def _rewrite(self) -> None:
        size = shutil.get_terminal_size()
        shown = lines(self._work) if isinstance(self._work, Sweep) else [line(self._work)]
        # More lines than the terminal has could not be gone back over.
        shown = shown[: max(1, size.lines - 2)]
        back = f"\x1b[{self._up}A" if self._up else ""
        clear = "\x1b[J" if isinstance(self._work, Sweep) else "\x1b[K"
        self._stream.write(f"\r{back}{clear}" + "\n".join(cut(text, size.columns - 1) for text in shown))
        self._up = len(shown) - 1

    def _say_changes(self) -> None:
        if isinstance(self._work, Sweep):
            said = list(enumerate(lines(self._work)[1:]))
        else:
            status = self._work.status
            said = [(0, f"{status.stage}{status.note or ''}")]
        for place, words in said:
            if self._said.get(place) != words:
                self._said[place] = words
                self._stream.write(f"{words if isinstance(self._work, Sweep) else line(self._work)}\n")
