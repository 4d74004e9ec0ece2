"""A running cell's job: its stage, a bar, and a Cancel button that works while the cell waits."""

import time
from collections.abc import Sequence

import anyio.to_thread
import anywidget
import msgspec
import traitlets

from reka_notebook.jobs import Job
from reka_notebook.library import Library
from reka_notebook.notebook import protocol
from reka_notebook.notebook.bundle import static
from reka_notebook.notebook.exchange import Exchange, Reply
from reka_notebook.notebook.preview import preview
from reka_notebook.notebook.reloads import Reloads
from reka_notebook.notebook.shown_again import shown_again
from reka_notebook.notebook.views import job_view

SILENCE = 10.0
"""Seconds without a question from any page after which none is there: each asks every two."""


class Progress(Reloads, anywidget.AnyWidget):
    """One job's row. Closed when the job ends, so that nothing of it is saved with the notebook.

    A page that was loaded meanwhile never hears that the cell's output was replaced. For it the widget stays, and shows
    the take itself.
    """

    job = traitlets.Dict().tag(sync=True)
    sheet = traitlets.Unicode().tag(sync=True)

    def __init__(self, job: Job, library: Library) -> None:
        self._esm = static("progress.js")
        super().__init__(job=msgspec.to_builtins(job_view(job)), sheet=static("reka.css"))
        self._job = job
        self._asked: float | None = None
        self._library = library
        Exchange(
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
        """Whether a page has shown it and none does now: the next one finds no other output."""
        return self._asked is not None and time.monotonic() - self._asked > SILENCE

    async def _ping(self, request: protocol.Ping, buffers: Sequence[bytes]) -> Reply:
        self._asked = time.monotonic()
        self._changed(self._job)
        return protocol.Nothing(), ()

    async def _cancel(self, request: protocol.Cancel, buffers: Sequence[bytes]) -> Reply:
        self._job.cancel()
        return protocol.CancelValue("The service is asked to cancel it."), ()

    async def _preview(self, request: protocol.Preview, buffers: Sequence[bytes]) -> Reply:
        return await preview(self._library, request.digest)

    async def _result(self, request: protocol.Result, buffers: Sequence[bytes]) -> Reply:
        return protocol.ResultValue(await anyio.to_thread.run_sync(shown_again, self._job)), ()
