"""Drive a notebook in JupyterLab as a person does: through the page, and through Lab's own commands."""

import json
import time
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, expect

READY = """async () => {
    await jupyterapp.restored;
    const panel = jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session?.kernel?.info;
}"""
POLLING = 50
"""Milliseconds between two looks at the page; by itself Playwright has the page draw sixty times a second for them."""
PLAYING = 60.0
"""Seconds in which a video has to play: a machine may be busy with other things."""
OPENED = "window.jupyterapp?.shell?.currentWidget?.context?.isReady === true"
IN_PLACE = """async path => {
    const before = [...jupyterapp.shell.widgets('main')];
    const opened = await jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' });
    for (const widget of before) widget.dispose();
    jupyterapp.shell.activateById(opened.id);
}"""


class Notebook:
    """Drive one notebook in one page."""

    def __init__(self, page: Page, url: str, path: str) -> None:
        self.page = page
        self._lab = f"{url}/lab"
        self._path = path

    def open(self) -> "Notebook":
        """Open the notebook alone in Lab, which is loaded where it is not there yet, with its kernel ready."""
        if self.page.url.startswith(self._lab):
            self.page.evaluate(IN_PLACE, self._path)
        else:
            self.page.goto(f"{self._lab}/tree/{self._path}?reset")
        self.wait()
        return self

    def reload(self) -> None:
        """Reload the page."""
        self.page.reload()
        self.wait()

    def wait(self) -> None:
        """Wait until the notebook is there, and its kernel, where it has one."""
        self.page.wait_for_function(OPENED, polling=POLLING)
        self.page.evaluate(READY)

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of Lab's commands, to its end."""
        self.page.evaluate(
            "async ([name, args]) => { await jupyterapp.commands.execute(name, args) }", [name, arguments]
        )

    def look(self, expression: str) -> Any:
        """Return a value from the notebook's panel, as ``panel`` in a JavaScript expression; it may be a promise."""
        return self.page.evaluate(
            f"async () => {{ const panel = jupyterapp.shell.currentWidget; return {expression} }}"
        )

    def use_theme(self, name: str) -> None:
        """Change Lab's theme."""
        self.command("apputils:change-theme", theme=name)

    # --- cells --------------------------------------------------------------------------------------------------

    def run_all(self) -> None:
        """Run every cell, to the end of the last."""
        self.command("notebook:run-all-cells")

    def run(self, cell: int) -> None:
        """Run one cell, to its end."""
        self.start(cell)
        self.wait_for(cell)

    def start(self, cell: int) -> None:
        """Start a cell and leave it running."""
        self.look(f"(panel.content.activeCellIndex = {cell}, panel.content.deselectAll(), void 0)")
        self.page.evaluate("() => { void jupyterapp.commands.execute('notebook:run-cell') }")

    def wait_for(self, cell: int, seconds: float = 60) -> None:
        """Wait until a cell that was started has ended."""
        self.page.wait_for_function(
            f"(model => model.executionCount !== null && model.executionState === 'idle')({_cell(cell)}.model)",
            timeout=seconds * 1000,
            polling=POLLING,
        )

    def running(self, cell: int) -> bool:
        """Return whether a cell waits for its end."""
        return bool(self.page.evaluate(f"() => {_cell(cell)}.model.executionState !== 'idle'"))

    @property
    def cells(self) -> list[dict[str, Any]]:
        """Return the cells as they would be saved now."""
        cells: list[dict[str, Any]] = json.loads(self.look("JSON.stringify(panel.model.toJSON().cells)"))
        return cells

    def outputs(self, cell: int) -> list[dict[str, Any]]:
        """Return a cell's outputs as they would be saved now."""
        found: list[dict[str, Any]] = self.cells[cell]["outputs"]
        return found

    def output(self, cell: int) -> Locator:
        """Return where a cell's outputs are shown, scrolled to."""
        self.look(f"panel.content.scrollToItem({cell}, 'smart')")
        return self.page.locator(".jp-Cell").nth(cell).locator(".jp-Cell-outputWrapper")

    # --- the document and its kernel ----------------------------------------------------------------------------

    def save(self) -> None:
        """Save the notebook."""
        self.command("docmanager:save")

    def trusts(self, cell: int) -> bool:
        """Return whether Lab trusts a cell's output."""
        return bool(self.look(f"panel.model.cells.get({cell}).trusted"))

    @property
    def has_kernel(self) -> bool:
        """Return whether it has a kernel."""
        return bool(self.look("Boolean(panel.sessionContext.session?.kernel)"))

    def restart_kernel(self) -> None:
        """Restart the kernel, without Lab's question."""
        self.look("panel.sessionContext.restartKernel()")

    def shut_kernel_down(self) -> None:
        """Shut the kernel down."""
        self.look("panel.sessionContext.shutdown()")

    def reopen_without_kernel(self, path: str) -> None:
        """Close the notebook and open one that gets no kernel."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.dispose()")
        self.page.evaluate(
            """async path => {
                const none = { shouldStart: false, canStart: false, autoStartDefault: false };
                const how = { path, factory: 'Notebook', kernelPreference: none };
                await jupyterapp.commands.execute('docmanager:open', how);
            }""",
            path,
        )
        self.page.wait_for_function(OPENED, polling=POLLING)


def _cell(index: int) -> str:
    return f"jupyterapp.shell.currentWidget.content.widgets[{index}]"


def expect_playing(video: Locator) -> None:
    """Start a video and check that it plays: there is a picture, and its time goes on."""
    expect(video).to_be_visible()
    end = time.monotonic() + PLAYING
    # An Output widget is drawn anew whenever it is told something: each time, the element that is there now is asked.
    while not video.evaluate(
        """video => {
            video.muted = true;
            if (video.paused) void video.play().catch(() => {});
            return video.readyState >= 2 && video.currentTime > 0.2 && video.videoWidth > 0;
        }"""
    ):
        assert time.monotonic() < end, "the video does not play"
        video.page.wait_for_timeout(50)
    before = video.evaluate("video => video.currentTime")
    while video.evaluate("video => video.currentTime") == before:
        assert time.monotonic() < end, "the video stands still"
        video.page.wait_for_timeout(50)


def from_elsewhere(notebook: Path) -> Path:
    """Return a copy of a notebook as another person sends it: its content is not what this Lab has signed."""
    copy = notebook.with_name("from-elsewhere.ipynb")
    content = nbformat.read(notebook, 4)
    content.cells[0].source += "  # changed"
    nbformat.write(content, copy)
    return copy
