"""Show a running cell's job: its stage, a bar, and a Cancel button that works while the cell waits."""

import threading
import time
from collections.abc import Sequence
from typing import Any

import anyio.to_thread
import anywidget
import ipywidgets
import msgspec
import traitlets

from reka_notebook.jobs import Job, Sweep
from reka_notebook.library import Library
from reka_notebook.output.final_output import posters_html
from reka_notebook.output.shown_again import whole_html, whole_sweep_html
from reka_notebook.widgets import protocol
from reka_notebook.widgets.bundle import static
from reka_notebook.widgets.preview import preview
from reka_notebook.widgets.reloads import Reloads
from reka_notebook.widgets.rpc import Reply, Rpc
from reka_notebook.widgets.views import job_view

SILENCE = 10.0
"""Seconds without a question from any page after which none is there: each asks every two."""


class Progress(Reloads, anywidget.AnyWidget):
    """Show one job's row. The widget is closed when the job ends, so that it is not saved with the notebook.

    A page that was loaded meanwhile never hears that the cell's output was replaced. For it the widget stays,
    and shows the take itself.
    """

    job = traitlets.Dict().tag(sync=True)
    sheet = traitlets.Unicode().tag(sync=True)

    def __init__(self, job: Job, library: Library) -> None:
        self._esm = static("progress.js")
        super().__init__(job=msgspec.to_builtins(job_view(job)), sheet=static("reka.css"))
        self._job = job
        self._asked: float | None = None
        self._library = library
        Rpc(
            self,
            {
                protocol.Ping: self._ping,
                protocol.Cancel: self._cancel,
                protocol.Preview: self._preview,
                protocol.Result: self._result,
            },
            # Behind a gateway, a message with buffers would stall the kernel's whole connection.
            as_text=True,
        )
        self._stop = job.subscribe(self._changed)
        self._changed(job)

    def _changed(self, job: Job) -> None:
        self.job = msgspec.to_builtins(job_view(job))

    def close(self) -> None:
        """End it, in the browser too, unless a page needs it to show what the job left."""
        self._stop()
        if self.was_reloaded or self._was_left():
            self._changed(self._job)
        else:
            super().close()

    def _was_left(self) -> bool:
        """Return whether a page has shown it and none does now: the next one finds no other output."""
        return self._asked is not None and time.monotonic() - self._asked > SILENCE

    async def _ping(self, request: protocol.Ping, buffers: Sequence[bytes]) -> Reply:
        self._asked = time.monotonic()
        self._changed(self._job)
        return protocol.Nothing(), ()

    async def _cancel(self, request: protocol.Cancel, buffers: Sequence[bytes]) -> Reply:
        await anyio.to_thread.run_sync(self._job.cancel)
        return protocol.CancelValue("Cancelling…"), ()

    async def _preview(self, request: protocol.Preview, buffers: Sequence[bytes]) -> Reply:
        return await preview(self._library, request.digest)

    async def _result(self, request: protocol.Result, buffers: Sequence[bytes]) -> Reply:
        return protocol.ResultValue(await anyio.to_thread.run_sync(whole_html, self._job)), ()


OFTEN = 0.4
"""Seconds between two pictures of the grid; hosts drop what comes much quicker."""


class SweepProgress(Reloads, ipywidgets.VBox):  # type: ignore[misc]
    """Show a sweep's rows. The widget is closed when the sweep ends, so that it is not saved with the notebook.

    A page that was loaded meanwhile never hears that the cell's output was replaced. For it the widget stays,
    and shows the takes themselves.
    """

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._grid = ipywidgets.HTML()
        self._words = ipywidgets.HTML()
        self._pause = ipywidgets.Button(
            description="Pause", tooltip="Send nothing new; what is begun goes on"
        )
        self._cancel = ipywidgets.Button(
            description="Cancel",
            tooltip="What is not sent costs nothing; the rest is cancelled at the service",
        )
        # A click may be handled on any thread or loop: it is handed over at once.
        self._pause.on_click(lambda _: threading.Thread(target=self._toggle).start())
        self._cancel.on_click(lambda _: threading.Thread(target=sweep.cancel).start())
        bar = ipywidgets.HBox([self._pause, self._cancel, self._words])
        bar.layout.align_items = "center"
        bar.layout.flex_flow = "row wrap"
        super().__init__([bar, self._grid])
        self._due = threading.Event()
        self._closed = threading.Event()
        self._stop = sweep.subscribe(lambda _: self._due.set())
        self._draw()
        threading.Thread(target=self._follow, name="reka-notebook-grid", daemon=True).start()

    def close(self) -> None:
        """End it, in the browser too, unless a page needs it to show what the sweep left."""
        self._stop()
        self._closed.set()
        self._due.set()
        if self.was_reloaded:
            self._draw()
            self._pause.close()
            self._cancel.close()
            self._grid.value = whole_sweep_html(self._sweep)
            return
        for part in (self._grid, self._words, self._pause, self._cancel, *self.children[:1]):
            part.close()
        super().close()

    def _toggle(self) -> None:
        self._sweep.resume() if self._sweep.status.paused else self._sweep.pause()

    def _follow(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._closed.is_set():
                return
            self._draw()
            self._closed.wait(OFTEN)

    def _draw(self) -> None:
        status: Any = self._sweep.status
        self._grid.value = posters_html(self._sweep)
        self._words.value = f"<span>{status.words}</span>"
        self._pause.description = "Resume" if status.paused else "Pause"
        self._pause.disabled = self._cancel.disabled = status.done or status.cancelled
