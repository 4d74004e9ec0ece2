"""Show the progress of a running cell: the row of one job, or a grid of several, with buttons that work meanwhile."""

import threading
import time
from collections.abc import Sequence
from typing import Any

import anyio.to_thread
import anywidget
import msgspec
import traitlets

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Job, Sweep
from reka_notebook.library import Library
from reka_notebook.output.player import still
from reka_notebook.output.shown_again import whole_html, whole_sweep_html
from reka_notebook.widgets import protocol
from reka_notebook.widgets.bundle import static
from reka_notebook.widgets.preview import preview
from reka_notebook.widgets.reloads import Reloads
from reka_notebook.widgets.rpc import Handler, Reply, Rpc
from reka_notebook.widgets.views import job_view, sweep_view

SILENCE = 10.0
"""Seconds without a question from any page after which none is there: each asks every two."""


class ShownProgress(Reloads, anywidget.AnyWidget):
    """Show progress in a cell. The widget is closed when the work ends, so that it is not saved with the notebook.

    A page that was loaded meanwhile never hears that the cell's output was replaced. For it the widget stays,
    and shows the takes itself.
    """

    sheet = traitlets.Unicode().tag(sync=True)

    def __init__(self, handlers: dict[type[protocol.Request], Handler], **traits: Any) -> None:
        self._esm = static("progress.js")
        super().__init__(sheet=static("reka.css"), **traits)
        self._asked: float | None = None
        # Behind a gateway, a message with buffers would stall the kernel's whole connection.
        Rpc(self, {protocol.Ping: self._ping, **handlers}, as_text=True)

    def tell(self) -> None:
        """Tell the pages where the work stands."""
        raise NotImplementedError

    def close(self) -> None:
        """End it, in the browser too, unless a page needs it to show what the work left."""
        if self.was_reloaded or self._was_left():
            self.tell()
        else:
            super().close()

    def _was_left(self) -> bool:
        """Return whether a page has shown it and none does now: the next one finds no other output."""
        return self._asked is not None and time.monotonic() - self._asked > SILENCE

    async def _ping(self, request: protocol.Ping, buffers: Sequence[bytes]) -> Reply:
        self._asked = time.monotonic()
        self.tell()
        return protocol.Nothing(), ()


class Progress(ShownProgress):
    """Show one job's row."""

    job = traitlets.Dict().tag(sync=True)

    def __init__(self, job: Job, library: Library) -> None:
        self._job = job
        self._library = library
        super().__init__(
            {
                protocol.Cancel: self._cancel,
                protocol.Preview: self._preview,
                protocol.Result: self._result,
            },
            job=msgspec.to_builtins(job_view(job)),
        )
        self._stop = job.subscribe(lambda _: self.tell())
        self.tell()

    def tell(self) -> None:
        """Tell the pages where the job stands."""
        self.job = msgspec.to_builtins(job_view(self._job))

    def close(self) -> None:
        """End it, as any progress."""
        self._stop()
        super().close()

    async def _cancel(self, request: protocol.Cancel, buffers: Sequence[bytes]) -> Reply:
        await anyio.to_thread.run_sync(self._job.cancel)
        return protocol.CancelValue("Cancelling…"), ()

    async def _preview(self, request: protocol.Preview, buffers: Sequence[bytes]) -> Reply:
        return await preview(self._library, request.digest)

    async def _result(self, request: protocol.Result, buffers: Sequence[bytes]) -> Reply:
        return protocol.ResultValue(await anyio.to_thread.run_sync(whole_html, self._job)), ()


OFTEN = 0.4
"""Seconds between two states of a grid; hosts drop what comes much quicker."""


class SweepProgress(ShownProgress):
    """Show a sweep's grid."""

    sweep = traitlets.Dict().tag(sync=True)
    jobs: Any = traitlets.List().tag(sync=True)

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._lock = threading.Lock()
        super().__init__(
            {
                protocol.SweepControl: self._control,
                protocol.Poster: self._poster,
                protocol.Result: self._result,
            },
            **self._state(),
        )
        self._due = threading.Event()
        self._closed = threading.Event()
        self._stop = sweep.subscribe(lambda _: self._due.set())
        self._due.set()  # it may have changed before anybody listened
        threading.Thread(target=self._follow, name="reka-notebook-grid", daemon=True).start()

    def _state(self) -> dict[str, Any]:
        shown = {
            "sweep": sweep_view("", self._sweep.request, self._sweep.status),
            "jobs": list(map(job_view, self._sweep.jobs)),
        }
        return {name: msgspec.to_builtins(value) for name, value in shown.items()}

    def tell(self) -> None:
        """Tell the pages where the sweep stands, and each of its jobs that is at work."""
        with self._lock, self.hold_sync():
            self.set_trait("sweep", (state := self._state())["sweep"])
            self.set_trait("jobs", state["jobs"])

    def close(self) -> None:
        """End it, as any progress."""
        self._stop()
        self._closed.set()
        self._due.set()
        super().close()

    def _follow(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._closed.is_set():
                return
            self.tell()
            self._closed.wait(OFTEN)

    async def _control(self, request: protocol.SweepControl, buffers: Sequence[bytes]) -> Reply:
        match request.do:
            case "pause":
                self._sweep.pause()
            case "resume":
                self._sweep.resume()
            case "cancel":
                await anyio.to_thread.run_sync(self._sweep.cancel)
        return protocol.Nothing(), ()

    async def _poster(self, request: protocol.Poster, buffers: Sequence[bytes]) -> Reply:
        take = next((take for take in self._sweep.takes if take.id == request.take), None)
        picture = await anyio.to_thread.run_sync(still, take, POSTER) if take else None
        if picture is None:
            raise RekaError("There is nothing to look at in this take.")
        return protocol.PictureValue("image/jpeg"), [picture]

    async def _result(self, request: protocol.Result, buffers: Sequence[bytes]) -> Reply:
        return protocol.ResultValue(await anyio.to_thread.run_sync(whole_sweep_html, self._sweep)), ()


POSTER = 480
"""Pixels of the larger side of a poster in the grid."""
