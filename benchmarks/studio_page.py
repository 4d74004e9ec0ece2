"""A notebook with studios, used as a person does, with what each step takes."""

import json
import time
from pathlib import Path

from benchmarks.chromium import Page
from tests.browser.lab import OPENED, READY


class StudioPage:
    """A notebook in JupyterLab.

    :param studio: the cell of the studio that is used.
    :param busy: a cell that keeps the kernel busy for a while.
    """

    def __init__(self, page: Page, url: str, *, studio: int, busy: int) -> None:
        self._page, self._studio, self._busy = page, studio, busy
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
        self._wait(cell, f"{ended} && widget.model.executionCount !== {json.dumps(before)}")

    def paint(self, cell: int) -> float:
        """Milliseconds to the first paint of what a cell shows."""
        self._page.evaluate("() => { noted.models = []; noted.studios = [] }")
        self.run(cell)
        self._page.wait("() => noted.studios.length")
        return float(self._page.evaluate("() => noted.studios[0] - noted.models.at(-1)"))

    def upload(self, photo: Path) -> float:
        """Milliseconds from the choice of a file until the kernel has the last of it."""
        self._page.evaluate("() => { noted.answers = []; noted.sent = [] }")
        place = "widget.node.querySelector('fieldset.rk-image, fieldset')"
        self._page.choose(f"() => {_in(self._studio, f'{place}.querySelector(`input[type=file]`)')}", photo)
        there = (
            f"({place}?.innerText ?? '').includes('{photo.name}') && {place}.innerText.includes('Replace')"
        )
        self._wait(self._studio, there)
        sent = self._page.evaluate("() => noted.sent.reduce((sum, { size }) => sum + size, 0)")
        assert sent > 0.9 * photo.stat().st_size, sent  # it came, and was not found in the library
        return float(self._page.evaluate("() => noted.answers.at(-1) - noted.chosen"))

    def first_frame(self, number: int) -> float:
        """Milliseconds from the click on a take that this page has not seen yet until it is seen."""
        # One studio alone asks for what it shows.
        self._page.evaluate(
            "() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs').then(() => 0)"
        )
        self.run(self._studio)
        takes = "widget.node.querySelectorAll('[data-take]')"
        self._wait(
            self._studio, f"({takes}[{number}]?.scrollIntoView({{ block: 'center' }}), {takes}.length)"
        )
        # As for a person, the wall is there before one of it is chosen.
        self._wait(self._studio, f"{takes}[{number}].querySelector('img')?.complete")
        self._page.evaluate("() => { noted.frames = [] }")
        take = f"{takes}[{number}].querySelector('button')"
        self._page.click(f"() => {_in(self._studio, take)}")
        self._page.wait("() => noted.frames.length")
        return float(self._page.evaluate("() => noted.frames[0] - noted.clicked"))

    def decode(self) -> float:
        """Milliseconds to the first frame of the same film where the page has it already."""
        return float(
            self._page.evaluate(
                """async () => {
                    const film = await (await fetch(document.querySelector("video").src)).blob();
                    const copy = new Blob([await film.arrayBuffer()], { type: film.type });
                    const began = performance.now();
                    const video = Object.assign(document.createElement("video"), { muted: true, autoplay: true });
                    video.src = URL.createObjectURL(copy);
                    document.body.append(video);
                    await new Promise(resolve => video.requestVideoFrameCallback(resolve));
                    const took = performance.now() - began;
                    video.remove();
                    URL.revokeObjectURL(video.src);
                    return took;
                }"""
            )
        )

    def type(self, keys: int) -> list[float]:
        """Milliseconds from each key to the screen, while the kernel sleeps."""
        self.run(self._studio)
        self.start(self._busy)
        self._page.click(f"() => {_in(self._studio, 'widget.node.querySelector(`textarea`)')}")
        self._page.evaluate("() => { noted.keys = [] }")
        for letter in ("a slow pan " * keys)[:keys]:
            self._page.press(letter)
            time.sleep(0.03)
        assert self._page.evaluate(f"() => {_in(self._busy, 'widget.model.executionState')} !== 'idle'")
        self._wait(self._busy, "widget.model.executionState === 'idle'")
        return list(self._page.evaluate("() => noted.keys"))

    def _wait(self, cell: int, condition: str) -> None:
        self._page.wait(f"() => {_in(cell, condition)}")


def _in(cell: int, expression: str) -> str:
    """An expression about a cell, which it calls `widget`."""
    return f"(widget => {expression})(jupyterapp.shell.currentWidget.content.widgets[{cell}])"
