"""Use a notebook with studios as a person does, and time each step."""

import time
from pathlib import Path

from benchmarks.chromium import Page
from benchmarks.notebook_page import NotebookPage, of_cell


class StudioPage(NotebookPage):
    """Drive a notebook with studios.

    :param studio: the cell of the studio that is used.
    :param busy: a cell that keeps the kernel busy for a while.
    """

    def __init__(self, page: Page, url: str, *, studio: int, busy: int) -> None:
        super().__init__(page, url)
        self._studio, self._busy = studio, busy

    def paint(self, cell: int) -> float:
        """Return the milliseconds to the first paint of what a cell shows."""
        self._page.evaluate("() => { noted.models = []; noted.studios = [] }")
        self.run(cell)
        self._page.wait("() => noted.studios.length")
        return float(self._page.evaluate("() => noted.studios[0] - noted.models.at(-1)"))

    def upload(self, photo: Path) -> float:
        """Return the milliseconds from the choice of a file until the kernel has the last of it."""
        self._page.evaluate("() => { noted.answers = []; noted.sent = [] }")
        place = "widget.node.querySelector('fieldset.rk-image, fieldset')"
        self._page.choose(
            f"() => {of_cell(self._studio, f'{place}.querySelector(`input[type=file]`)')}", photo
        )
        there = (
            f"({place}?.innerText ?? '').includes('{photo.name}') && {place}.innerText.includes('Replace')"
        )
        self.wait(self._studio, there)
        sent = self._page.evaluate("() => noted.sent.reduce((sum, { size }) => sum + size, 0)")
        assert sent > 0.9 * photo.stat().st_size, sent  # it came, and was not found in the library
        return float(self._page.evaluate("() => noted.answers.at(-1) - noted.chosen"))

    def first_frame(self, number: int) -> float:
        """Return the milliseconds from the click on a take that this page has not seen yet until it is seen."""
        # One studio alone asks for what it shows.
        self._page.evaluate(
            "() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs').then(() => 0)"
        )
        self.run(self._studio)
        takes = "widget.node.querySelectorAll('[data-take]')"
        self.wait(self._studio, f"({takes}[{number}]?.scrollIntoView({{ block: 'center' }}), {takes}.length)")
        # As for a person, the wall is there before one of it is chosen.
        self.wait(self._studio, f"{takes}[{number}].querySelector('.rk-frames i') !== null")
        self._page.evaluate("() => { noted.frames = [] }")
        take = f"{takes}[{number}].querySelector('button')"
        self._page.click(f"() => {of_cell(self._studio, take)}")
        self._page.wait("() => noted.frames.length")
        return float(self._page.evaluate("() => noted.frames[0] - noted.clicked"))

    def decode(self) -> float:
        """Return the milliseconds to the first frame of the same film where the page has it already."""
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
        """Return the milliseconds from each key to the screen, while the kernel sleeps."""
        self.run(self._studio)
        self.start(self._busy)
        self._page.click(f"() => {of_cell(self._studio, 'widget.node.querySelector(`textarea`)')}")
        self._page.evaluate("() => { noted.keys = [] }")
        for letter in ("a slow pan " * keys)[:keys]:
            self._page.press(letter)
            time.sleep(0.03)
        assert self._page.evaluate(f"() => {of_cell(self._busy, 'widget.model.executionState')} !== 'idle'")
        self.wait(self._busy, "widget.model.executionState === 'idle'")
        return list(self._page.evaluate("() => noted.keys"))
