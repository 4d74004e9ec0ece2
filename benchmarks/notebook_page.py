"""Drive a notebook in JupyterLab, in a page without a test framework."""

import json

from benchmarks.chromium import Page
from tests.browser.lab import OPENED, READY


class NotebookPage:
    """Run the cells of a notebook."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        page.evaluate("() => { globalThis.left = true }")
        page.send("Page.navigate", url=url)
        page.wait(f"() => !globalThis.left && {OPENED}")
        page.evaluate(READY)

    def start(self, cell: int) -> int | None:
        """Start a cell and leave it running; the number of its last execution."""
        before: int | None = self._page.evaluate(
            """cell => {
                const { content } = jupyterapp.shell.currentWidget;
                const { executionCount } = content.widgets[cell].model;
                content.activeCellIndex = cell;
                content.deselectAll();
                void content.scrollToItem(cell, "smart");
                void jupyterapp.commands.execute("notebook:run-cell");
                return executionCount;
            }""",
            cell,
        )
        return before

    def run(self, cell: int) -> None:
        """Run a cell, to its end."""
        before = self.start(cell)
        ended = "widget.model.executionCount !== null && widget.model.executionState === 'idle'"
        self.wait(cell, f"{ended} && widget.model.executionCount !== {json.dumps(before)}")

    def save(self) -> None:
        """Save the notebook."""
        self._page.evaluate("() => jupyterapp.commands.execute('docmanager:save').then(() => 0)")

    def wait(self, cell: int, condition: str) -> None:
        """Wait until a condition holds for a cell, which it calls `widget`."""
        self._page.wait(f"() => {of_cell(cell, condition)}")


def of_cell(cell: int, expression: str) -> str:
    """Return an expression about a cell, which it calls `widget`."""
    return f"(widget => {expression})(jupyterapp.shell.currentWidget.content.widgets[{cell}])"
