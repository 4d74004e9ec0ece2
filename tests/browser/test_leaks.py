"""Test that showing, generating and clearing again and again leaves the page as it was."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect

from .lab import Notebook
from .studio import StudioView

pytestmark = [pytest.mark.browser, pytest.mark.own_page]

COUNT_BLOBS = """
    globalThis.blobUrls = new Set();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = thing => {
        const url = createObjectURL.call(URL, thing);
        blobUrls.add(url);
        return url;
    };
    URL.revokeObjectURL = url => (blobUrls.delete(url), revokeObjectURL.call(URL, url));
"""

FILLED = """
import reka_notebook

jobs = [
    reka_notebook.submit("Before", "photo.jpg", model="kling-v3-pro", duration=3, fresh=True) for _ in range(24)
]
for job in jobs:
    job.result(60)
it = reka_notebook.studio(model="kling-v3-pro")
"""
"""More takes than the wall draws at once: JupyterLab holds on to the output cleared last, which grows until then."""

LABS_NODES, LABS_LISTENERS = 12, 2
"""What JupyterLab itself keeps of a cleared output that was typed and clicked into: as much of a bare anywidget with a
text field and a button (10 nodes and 2 listeners, measured), two empty lumino widgets among it."""


@dataclass(frozen=True)
class Held:
    """Count what a page holds on to once its garbage is collected."""

    nodes: int
    listeners: int
    blobs: int
    heap: int


def held(notebook: Notebook, devtools: CDPSession) -> Held:
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
        notebook.page.wait_for_timeout(200)
    metrics = {one["name"]: int(one["value"]) for one in devtools.send("Performance.getMetrics")["metrics"]}
    blobs = int(notebook.page.evaluate("() => blobUrls.size"))
    return Held(metrics["Nodes"], metrics["JSEventListeners"], blobs, metrics["JSHeapUsedSize"])


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seconds", [0.2])
def test_nothing_is_left_behind(
    open_notebook: Callable[..., Notebook], page: Page, photo: Path, request: pytest.FixtureRequest
) -> None:
    cycles = 200 if request.config.getoption("--soak") else 2
    page.add_init_script(COUNT_BLOBS)
    notebook = open_notebook(FILLED, "it")
    notebook.run(0)
    notebook.run(1)
    studio = StudioView(notebook.output(1)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")

    def cycle(number: int) -> None:
        notebook.run(1)
        shown = StudioView(notebook.output(1)).wait()
        shown.write(f"Pan left, number {number}")
        shown.generate.click()
        expect(shown.player).to_contain_text(f"number {number}")
        expect(shown.video).to_have_js_property("readyState", 4)
        notebook.look("panel.content.activeCellIndex = 1")
        notebook.command("notebook:clear-cell-output")
        expect(notebook.page.get_by_role("region", name="Studio")).to_have_count(0)

    devtools = notebook.page.context.new_cdp_session(notebook.page)
    devtools.send("Performance.enable")
    warm = 3
    for number in range(warm):
        cycle(number)
    before = held(notebook, devtools)
    for number in range(warm, warm + cycles):
        cycle(number)
    after = held(notebook, devtools)
    devtools.detach()
    print(f"after {cycles} cycles {after}, before {before}")
    assert after.blobs == before.blobs == 0
    assert after.nodes - before.nodes <= (LABS_NODES + 5) * cycles, (before, after)  # a studio has hundreds
    assert after.listeners - before.listeners <= (LABS_LISTENERS + 1) * cycles, (before, after)
    assert after.heap - before.heap < 5e6, (before, after)
