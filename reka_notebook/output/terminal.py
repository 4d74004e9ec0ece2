"""Show progress, paths and styled words in a terminal, by way of rich, which is imported only where it is used.

What a person or the service wrote reaches rich as ``Text``: no markup, no emoji codes, no highlighting.
"""

import io
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reka_notebook.jobs import Job, State, Sweep
from reka_notebook.key import is_terminal
from reka_notebook.output.html import kept_words
from reka_notebook.text import one_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live
    from rich.text import Text

WIDTH = 24
"""Columns of a bar, where there is room for that."""

_IN_ASCII = str.maketrans({"✓": "+", "✗": "x", "·": "-", "…": "...", "→": "->", "×": "x"})


def console(stream: TextIO) -> "Console":
    """Return rich's view of a stream.

    A pipe gets no escape sequence, whatever the environment asks for, and with ``NO_COLOR`` (no-color.org) a
    terminal gets no styled text either.
    """
    from rich.console import Console

    return Console(
        file=stream,
        force_terminal=is_terminal(stream),
        force_jupyter=False,  # a kernel that serves a terminal
        color_system=None if os.getenv("NO_COLOR") else "auto",
        markup=False,
        emoji=False,
        highlight=False,
    )


def as_text(words: str, out: "Console", style: str = "") -> "Text":
    """Return words on a single line, cut at the edge, in characters that the stream can encode."""
    from rich.text import Text

    ascii_only = out.options.ascii_only
    if ascii_only:
        words = words.translate(_IN_ASCII).encode(out.encoding, "replace").decode(out.encoding)
    text = Text(no_wrap=True, overflow="crop" if ascii_only else "ellipsis")
    # Of the words alone, and not of what a column is filled up with.
    return text.append(words, style)


def print_path(path: Path, before: str = "") -> None:
    """Print a path on stdout, as a link where that is a terminal."""
    if not is_terminal(sys.stdout):
        print(f"{before}{path}")
        return
    from rich.style import Style
    from rich.text import Text

    text = Text.assemble(before, (str(path), Style(link=path.absolute().as_uri())))
    console(sys.stdout).print(text, soft_wrap=True)


def said(work: Job | Sweep) -> None:
    """Print where the files are; why there is none is said by an error."""
    if isinstance(work, Job):
        if work.take is not None:
            print_path(work.take.path)
            if kept := kept_words([work.take]):
                print(kept)
        return
    for name, position in zip(work.request.names, work.status.positions, strict=True):
        if position.take:
            print_path(position.take.path, f"{one_line(name)}: ")
        else:
            print(f"{one_line(name)}: {one_line(position.error or position.stage)}")
    if kept := kept_words(work.takes):
        print(kept)


def line(work: Job | Sweep) -> str:
    """Return the progress of a job, or of several together, in one line."""
    words = (
        work.status.words if isinstance(work, Sweep) else f"{work.status.stage} · {work.status.time_words}"
    )
    return one_line(f"{words} · {work.status.note}" if work.status.note else words)


def position_lines(sweep: Sweep) -> list[str]:
    """Return the progress of each of several, in one line each."""
    return [
        one_line(f"{_mark(position.state)} {name} · {position.stage}")
        for name, position in zip(sweep.request.names, sweep.status.positions, strict=True)
    ]


def _mark(state: State | None) -> str:
    if state is State.KEPT:
        return "✓"
    return "✗" if state in (State.FAILED, State.CANCELLED, State.EXPIRED) else "·"


_STYLES = {"✓": "green", "✗": "red", "·": ""}


def bar_beside(words: str, share: float, out: "Console", *, failed: bool) -> "RenderableType":
    """Return a bar with words beside it.

    Args:
        share: How much is done, 0 to 1.
        failed: Whether it is red when all is done, because something was not made.
    """
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    bar = ProgressBar(
        total=1.0,
        completed=share,
        width=min(WIDTH, out.width // 4),
        style="bright_black",
        complete_style="cyan",
        finished_style="red" if failed else "green",
    )
    top = Table.grid(padding=(0, 1))
    top.add_row(bar, as_text(words, out))
    return top


def drawn(work: Job | Sweep, out: "Console") -> "RenderableType":
    """Return the progress as it is drawn: a bar with words beside it, and a line for each of several."""
    from rich.console import Group

    rows = position_lines(work) if isinstance(work, Sweep) else []
    failed = not all(row[0] == "✓" for row in rows)
    top = bar_beside(line(work), _share(work), out, failed=failed)
    return Group(top, *(as_text(row, out, _STYLES[row[0]]) for row in rows))


def _share(work: Job | Sweep) -> float:
    if isinstance(work, Sweep):
        return work.status.finished / len(work.status.positions)
    status = work.status
    if status.state is State.KEPT:
        return 1.0
    return min(0.97, status.elapsed / status.expected) if status.expected else 0.0


class TextBar:
    """Follow a job, or several, on a stream until they end. Use it as a context manager around the wait.

    On a terminal the lines are rewritten in place; elsewhere every stage gets a line of its own.
    """

    def __init__(self, work: Job | Sweep, stream: TextIO | None = None) -> None:
        self._work = work
        self._stream = stream or sys.stderr or io.StringIO()  # a process without a console has none
        self._live: Live | None = None
        self._said: dict[int, str] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> "TextBar":
        if is_terminal(self._stream) and (out := console(self._stream)).is_interactive:
            from rich.live import Live

            self._live = Live(
                console=out,
                get_renderable=lambda: drawn(self._work, out),
                refresh_per_second=4,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start(refresh=True)
            out.show_cursor()  # a process that is killed would leave it hidden
        else:
            self._say_changes()
            self._unsubscribe = self._work.subscribe(lambda _: self._say_changes())
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
        else:
            self._unsubscribe()
            self._say_changes()

    def _say_changes(self) -> None:
        with self._lock:
            if isinstance(self._work, Sweep):
                changes = [(words, words) for words in position_lines(self._work)]
            else:
                status = self._work.status
                changes = [(f"{status.stage}{status.note or ''}", line(self._work))]
            for place, (change, words) in enumerate(changes):
                if self._said.get(place) != change:
                    self._said[place] = change
                    self._stream.write(f"{words}\n")
            self._stream.flush()
