"""Show how far a batch is: a bar that moves on a terminal, and a line now and then elsewhere."""

import io
import sys
import time
from typing import TYPE_CHECKING, TextIO

from reka_notebook.batch.run import BatchRun
from reka_notebook.commands.batch.words import standing_words
from reka_notebook.jobs import format_duration
from reka_notebook.key import is_terminal
from reka_notebook.output.terminal import as_text, bar_beside, console
from reka_notebook.text import one_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

OFTEN, STEP = 60.0, 0.05
"""Seconds, and the share of the whole, after which a stream that is no terminal gets another line."""


class BatchBar:
    """Follow a batch on a stream. Use it as a context manager around the run."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr or io.StringIO()  # a process without a console has none
        self._run: BatchRun | None = None
        self._live: Live | None = None
        self._began = time.monotonic()
        self._first = 0
        self._said: tuple[float, float, str | None] = (0.0, -1.0, None)

    def __enter__(self) -> "BatchBar":
        if is_terminal(self._stream) and (out := console(self._stream)).is_interactive:
            from rich.live import Live

            self._live = Live(
                console=out,
                get_renderable=lambda: self._drawn(out),
                refresh_per_second=4,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start(refresh=True)
            out.show_cursor()  # a process that is killed would leave it hidden
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def tell(self, run: BatchRun) -> None:
        """Show how a run stands now."""
        if self._run is None:
            self._run, self._first = run, run.counts.ended
        if self._live is None:
            self._say(run)

    def _say(self, run: BatchRun) -> None:
        when, share, note = self._said
        now, further = time.monotonic(), _share(run) - share
        if run.note != note or (further > 0 and (further >= STEP or now - when >= OFTEN)):
            self._said = (now, _share(run), run.note)
            self._stream.write(f"{self._line(run)}\n")
            self._stream.flush()

    def _line(self, run: BatchRun) -> str:
        """Return how far it is, how much is in progress, and how long the rest will take, in one line."""
        elsewhere = run.counts.claimed - run.claimed
        parts = [
            standing_words(run.counts),
            f"{run.busy:,} in progress" if run.busy else "",
            f"{elsewhere:,} on other machines" if elsewhere > 0 else "",
            self._left(run),
            run.note or "",
        ]
        return one_line(" · ".join(filter(None, parts)))

    def _left(self, run: BatchRun) -> str:
        done = run.counts.ended - self._first
        if done <= 0 or not run.counts.left or run.stopped:
            return ""
        each = (time.monotonic() - self._began) / done
        return f"about {format_duration(max(1.0, each * run.counts.left))} left"

    def _drawn(self, out: "Console") -> "RenderableType":
        run = self._run
        if run is None:
            return as_text("Beginning…", out)
        failed = bool(run.counts.failed or run.counts.expired)
        return bar_beside(self._line(run), _share(run), out, failed=failed)


def _share(run: BatchRun) -> float:
    return run.counts.ended / max(1, run.counts.rows)
