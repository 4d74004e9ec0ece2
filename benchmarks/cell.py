"""Measure a ``%%reka_video`` cell: run to submitted, done to first frame, and the size of what is saved."""

import json
import os
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import nbformat
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from benchmarks.chromium import Page, chromium
from benchmarks.film import film
from benchmarks.lab import NOTING, PHOTO, open_lab, write_notebook
from benchmarks.notebook_page import NotebookPage
from benchmarks.service import service
from benchmarks.table import Table
from reka_notebook import catalogue, media

SUBMISSIONS, TAKES, AGAIN, BYTES, SECONDS = 12, 6, 10, 5_000_000, 3.0
MODEL = "kling-v3-pro"
LOAD = "%load_ext reka_notebook"
BARE = """import pathlib, time
from IPython.display import HTML, display
page = pathlib.Path("left.html").read_text("utf-8")
time.sleep({seconds})
pathlib.Path("begun").write_text(str(time.time()))
display(HTML(page))"""
"""A cell that waits as long as another does, and shows what that has left, and nothing of ours."""
CELL = f"%%reka_video -i {{image}} -m {MODEL} --duration 3\nNoise {{number}}"
KEPT_CODE = f"""import time
from reka_notebook import submit
begun = time.perf_counter()
submit("Noise {{number}}", {str(PHOTO)!r}, model={MODEL!r}, duration=3).result(0)
took = time.perf_counter() - begun"""
INTO_EMPTY = """html => new Promise(resolve => {
    const began = performance.now();
    const box = document.createElement("div");
    document.body.append(box);
    box.innerHTML = html;
    box.querySelector("video").requestVideoFrameCallback(() => {
        resolve(performance.now() - began);
        box.remove();
    });
})"""
SUBMITTED, KEPT, SEEN, FIRST = 50, 100, 400, 150
"""Milliseconds that are meant to be the most: over the sandbox's own answer, from the library, to the first frame, and
more in the first cell of a kernel."""
AS_LONG = 1.3
"""How many times as long as a bare cell's first frame ours may take at most."""
REST = 5.0
"""Seconds that a kernel has after ``%load_ext``, to import what a cell needs."""


def run() -> Table:
    """Measure a cell in a kernel of its own, and cells in a JupyterLab."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        video = film(folder / "film.mp4", BYTES)
        size = f"{video.stat().st_size / 1e6:.0f} MB"
        with service(seconds=0.3, media=str(video)) as url, _kernel(url, folder / "rested") as client:
            time.sleep(REST)
            rested = _submitted(client, url, 0)
        with service(seconds=0.3, seed=1, media=str(video)) as url, _kernel(url, folder / "kernel") as client:
            first, *submitted = [_submitted(client, url, number) for number in range(1 + SUBMISSIONS)]
            kept, again = zip(*(_again(client, url, number) for number in range(SUBMISSIONS)), strict=True)
            own = median(_own_answer(url, number) for number in range(SUBMISSIONS))
        options = {"seconds": SECONDS, "queue_share": 0.4, "seed": 1, "media": str(video)}
        with service(**options) as url, open_lab(folder) as lab, chromium() as page:
            page.send("Page.addScriptToEvaluateOnNewDocument", source=NOTING)
            ours = [CELL.format(image="photo.jpg", number=number) for number in range(TAKES)]
            cells = [LOAD, *ours, BARE.format(seconds=SECONDS)]
            path = write_notebook(lab, url, folder / "library", cells)
            notebook = NotebookPage(page, f"{lab.url}/lab/tree/{path.name}?reset")
            notebook.run(0)
            seen, shown = [], []
            left = ""
            for cell in range(1, 1 + TAKES):  # in turn, since a busy machine is not equally busy all the time
                seen.append(_seen(page, notebook, url, cell))
                left = left or _left(notebook, path, cell)
                (lab.root / "left.html").write_text(left, "utf-8")
                shown.append(_shown(page, notebook, lab.root / "begun", 1 + TAKES))
            sizes = list(_sizes(notebook, path, cell=1))
            empty = _empty(page, left)
    told, frames = zip(*seen, strict=True)
    return Table(
        "A cell",
        ("", "found", "wanted"),
        (
            ("from run to submitted, median", f"{median(submitted):.0f} ms", f"{own + SUBMITTED:.0f} ms"),
            (
                f"the same, the first cell of a kernel, {REST:.0f} s after `%load_ext`",
                f"{rested:.0f} ms",
                f"{median(submitted) + FIRST:.0f} ms",
            ),
            ("the same, at once after `%load_ext`", f"{first:.0f} ms", ""),
            (
                "the same request again, to its take from the library, median",
                f"{median(kept):.1f} ms",
                f"{KEPT} ms",
            ),
            (
                f"the same in a cell, to the end of its output of {size}, median",
                f"{median(again):.0f} ms",
                "",
            ),
            ("the sandbox's own answer to such a request, median", f"{own:.1f} ms", ""),
            (
                f"told that it is done, to the first frame of {size}, median",
                f"{median(frames):.0f} ms",
                f"{SEEN} ms",
            ),
            ("the same, best", f"{min(frames):.0f} ms", ""),
            (
                "a bare cell that waits as long and shows what ours has left, to its first frame, median",
                f"{median(shown):.0f} ms",
                "",
            ),
            ("ours takes so many times as long", f"{median(frames) / median(shown):.2f}", f"{AS_LONG}"),
            ("the same, set into an empty page, median", f"{empty:.0f} ms", ""),
            ("done at the service, until that is asked about, median", f"{median(told):.0f} ms", ""),
            ("the notebook, saved after the first run of a cell", f"{sizes[0]:,} bytes", ""),
            ("more after the second, which says that it is kept", f"{sizes[1] - sizes[0]:,} bytes", ""),
            (f"more after {AGAIN} further runs", f"{sizes[-1] - sizes[1]:,} bytes", "0 bytes"),
        ),
        (
            f"Run is when the execute request is sent to an ipykernel, submitted when the sandbox has accepted the "
            f"request, with a photograph of {PHOTO.stat().st_size / 1000:.0f} KB in it; {SUBMISSIONS} cells, each asks "
            f"for another video. Its own answer is that to the same request from a bare client. The first frame is on "
            f"the screen of headless Chromium without a GPU, in a JupyterLab; {TAKES} cells in one notebook, which "
            "grows by each of their videos, and after each of them the bare one. When the service is asked is a matter "
            "of its budget of requests: see "
            "`polling`. What `%load_ext` costs is in `loading`.",
        ),
    )


@contextmanager
def _kernel(url: str, home: Path) -> Iterator[BlockingKernelClient]:
    home.mkdir()
    environment = {"REKA_BASE_URL": url, "REKA_NOTEBOOK_HOME": str(home / "library"), "IPYTHONDIR": str(home)}
    manager, client = start_new_kernel(kernel_name="python3", env={**os.environ, **environment})
    try:
        client.execute_interactive(LOAD, timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _submitted(client: BlockingKernelClient, url: str, number: int) -> float:
    """Return the milliseconds from a cell's run until the sandbox has accepted its request."""
    cell = CELL.format(image=PHOTO, number=number)
    begun = time.time()
    reply = client.execute_interactive(cell, timeout=60, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok", reply["content"]
    charge = _asked(url, "ledger")["charges"][number]
    return (float(charge["at"]) - begun) * 1000


def _again(client: BlockingKernelClient, url: str, number: int) -> tuple[float, float]:
    """Return the milliseconds to the take of a request that is in the library, and of a cell that asks for it."""
    asked = len(_asked(url, "log")["requests"])
    expressions = {"took": "took"}
    reply = client.execute_interactive(KEPT_CODE.format(number=number), user_expressions=expressions)
    took = float(reply["content"]["user_expressions"]["took"]["data"]["text/plain"])
    begun = time.perf_counter()
    client.execute_interactive(CELL.format(image=PHOTO, number=number), output_hook=lambda message: None)
    shown = time.perf_counter() - begun
    assert len(_asked(url, "log")["requests"]) == asked, "it is not asked for again"
    return took * 1000, shown * 1000


def _own_answer(url: str, number: int) -> float:
    """Return the milliseconds that the sandbox takes to answer such a request of a bare client."""
    endpoint = catalogue.load().endpoint(MODEL)
    image = media.prepare(media.load(PHOTO)).data_uri
    body = {
        "input": {"prompt": f"Bare {number}", "duration_seconds": "3", endpoint.images["start"].field: image}
    }
    with httpx.Client(trust_env=False) as client:
        client.get(f"{url}/sandbox/ledger")
        begun = time.perf_counter()
        answer = client.post(f"{url}{endpoint.require_path()}", json=body)
        took = time.perf_counter() - begun
    assert answer.is_success, answer.text
    return took * 1000


def _seen(page: Page, notebook: NotebookPage, url: str, cell: int) -> tuple[float, float]:
    """Return the milliseconds until the service is asked about a finished video, and from then to its first frame."""
    page.evaluate("() => { noted.frames = [] }")
    notebook.start(cell)
    page.wait("() => noted.frames.length")
    frame = page.evaluate("() => noted.frames[0]") / 1000
    charge = _asked(url, "ledger")["charges"][-1]
    asked = [
        one["at"]
        for one in _asked(url, "log")["requests"]
        if one["step"] == "status" and charge["request_id"] in one["path"]
    ]
    return (asked[-1] - charge["at"] - SECONDS) * 1000, (frame - asked[-1]) * 1000


def _shown(page: Page, notebook: NotebookPage, begun: Path, cell: int) -> float:
    """Return the milliseconds from a bare cell's call to show something until its first frame is seen."""
    page.evaluate("() => { noted.frames = [] }")
    notebook.run(cell)
    page.wait("() => noted.frames.length")
    return float(page.evaluate("() => noted.frames[0]")) - float(begun.read_text("utf-8")) * 1000


def _left(notebook: NotebookPage, path: Path, cell: int) -> str:
    """Return what a cell has left in the saved notebook, once it has ended."""
    notebook.wait(cell, "widget.model.executionState === 'idle'")
    notebook.save()
    return str(nbformat.read(path, 4).cells[cell].outputs[0].data["text/html"])


def _empty(page: Page, html: str) -> float:
    """Return the milliseconds until an empty page shows the first frame of a cell's output."""
    page.send("Page.navigate", url="about:blank")
    page.wait("() => document.body && !globalThis.jupyterapp")
    return median(float(page.evaluate(INTO_EMPTY, html)) for _ in range(TAKES))


def _sizes(notebook: NotebookPage, path: Path, cell: int) -> Iterator[int]:
    """Yield the bytes of a saved notebook, whose cell is run again and again."""
    for again in range(2 + AGAIN):
        if again:
            notebook.run(cell)
        notebook.save()
        yield path.stat().st_size


def _asked(url: str, what: str) -> Any:
    with urllib.request.urlopen(f"{url}/sandbox/{what}") as answer:
        return json.load(answer)
