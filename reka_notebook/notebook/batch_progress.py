"""The grid of a cell that makes several, while it fills: posters, where each stands, Pause and Cancel."""

import threading
from typing import Any

import ipywidgets

from reka_notebook.notebook.batch import Batch
from reka_notebook.notebook.batch_html import posters_html
from reka_notebook.notebook.reloads import Reloads
from reka_notebook.notebook.shown_again import batch_shown_again

OFTEN = 0.4
"""Seconds between two pictures of the grid; hosts drop what comes much quicker."""


class BatchProgress(Reloads, ipywidgets.VBox):  # type: ignore[misc]
    """Closed when the batch ends, so that nothing of it is saved with the notebook.

    A page that was loaded meanwhile never hears that the cell's output was replaced. For it the widget stays, and shows
    the takes themselves.
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
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
        self._cancel.on_click(lambda _: threading.Thread(target=batch.cancel).start())
        bar = ipywidgets.HBox([self._pause, self._cancel, self._words])
        bar.layout.align_items = "center"
        bar.layout.flex_flow = "row wrap"
        super().__init__([bar, self._grid])
        self._due = threading.Event()
        self._closed = threading.Event()
        self._stop = batch.subscribe(lambda _: self._due.set())
        self._draw()
        threading.Thread(target=self._follow, name="reka-notebook-grid", daemon=True).start()

    def close(self) -> None:
        """End it, in the browser too, unless a page needs it to show what the batch left."""
        self._stop()
        self._closed.set()
        self._due.set()
        if self.was_reloaded:
            self._draw()
            self._pause.close()
            self._cancel.close()
            self._grid.value = batch_shown_again(self._batch)
            return
        for part in (self._grid, self._words, self._pause, self._cancel, *self.children[:1]):
            part.close()
        super().close()

    def _toggle(self) -> None:
        self._batch.resume() if self._batch.status.paused else self._batch.pause()

    def _follow(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._closed.is_set():
                return
            self._draw()
            self._closed.wait(OFTEN)

    def _draw(self) -> None:
        status: Any = self._batch.status
        self._grid.value = posters_html(self._batch)
        self._words.value = f"<span>{status.words}</span>"
        self._pause.description = "Resume" if status.paused else "Pause"
        self._pause.disabled = self._cancel.disabled = status.done or status.cancelled
