"""Measure the studio in JupyterLab: first paint, a large image in, a large take out, typing while it is busy."""

import tempfile
from pathlib import Path
from statistics import median

from benchmarks.chromium import chromium
from benchmarks.film import film
from benchmarks.floors import BARE, Floors
from benchmarks.lab import NOTING, open_lab, write_notebook
from benchmarks.service import service
from benchmarks.studio_page import StudioPage
from benchmarks.table import Table
from tests.browser.pictures import noise

STUDIO = "import reka_notebook\nreka_notebook.studio(model='kling-v3-pro')"
SHOWINGS, BYTES, KEYS, TRIES = 5, 20_000_000, 60, 3
BARE_CELL, BUSY_CELL = SHOWINGS + 1, SHOWINGS + 2
MAKE = """import reka_notebook
for number in range(5):
    take = await reka_notebook.submit(f"Noise {number}", "photo.jpg", model="kling-v3-pro", duration=3)"""


def run() -> Table:
    """Open JupyterLab, and use the studio as a person does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = [noise(folder / f"{number}.png", 2900, 2290 + number) for number in range(TRIES)]
        video = film(folder / "film.mp4", BYTES)
        with (
            service(seconds=0.1, seed=1, media=str(video)) as sandbox,
            open_lab(folder) as lab,
            chromium() as page,
        ):
            page.send("Page.addScriptToEvaluateOnNewDocument", source=NOTING)
            cells = [MAKE, *[STUDIO] * SHOWINGS, BARE, "import time; time.sleep(12)"]
            path = write_notebook(lab, sandbox, folder / "library", cells)
            url = f"{lab.url}/lab/tree/{path.name}?reset"
            notebook = StudioPage(page, url, studio=SHOWINGS, busy=BUSY_CELL)
            notebook.run(0)
            paints = [notebook.paint(number) for number in range(1, SHOWINGS + 1)]
            uploads = [notebook.upload(photo) for photo in photos]
            frames = [notebook.first_frame(number) for number in range(1, TRIES + 1)]
            decoded = [notebook.decode() for _ in range(TRIES)]
            keys = notebook.type(KEYS)
            # Loaded again, so that it is the first widget of a page, as the studio was.
            notebook = StudioPage(page, url, studio=SHOWINGS, busy=BUSY_CELL)
            first = notebook.paint(BARE_CELL)
            bare = median(notebook.paint(BARE_CELL) for _ in range(SHOWINGS - 1))
            floors = Floors(page, BYTES)
            raws = [floors.websocket() for _ in range(TRIES)]
            sent, fetched = floors.into_kernel(TRIES), floors.out_of_kernel(TRIES)
        image, take = photos[0].stat().st_size / 1e6, video.stat().st_size / 1e6

    def row(title: str, found: float, wanted: str = "", floor: float | None = None) -> tuple[str, ...]:
        return title, f"{found:.0f}", wanted, "" if floor is None else f"{floor:.0f}"

    return Table(
        "The studio in JupyterLab",
        ("", "ms", "wanted", "floor"),
        (
            row("first paint after the model's arrival, first of a page", paints[0], "at most 150", first),
            row("first paint, a further studio, median", median(paints[1:]), "at most 150", bare),
            row(
                f"{image:.0f} MB from the choice to the kernel, best",
                min(uploads),
                f"at most {2 * min(raws):.0f}",
                min(sent),
            ),
            row("as much through a raw websocket, best", min(raws)),
            row(
                f"a take of {take:.0f} MB from the click to its first frame, best",
                min(frames),
                "under 500",
                min(fetched) + min(decoded),
            ),
            row("of which Chromium needs for the frame, best", min(decoded)),
            row("a key to the screen while the kernel is busy, median", median(keys)),
            row("a key to the screen while the kernel is busy, the slowest", max(keys)),
        ),
        (
            f"Headless Chromium without a GPU, in which nothing listens in; the best of {TRIES} where it says so. A "
            "model arrives with its comm_open message on the page's websocket; what is on the screen is known a frame "
            "later. An image is in the kernel when the answer to its last part has come. The raw websocket leads to a "
            "server of its own, with no Jupyter server and no kernel behind it.",
            "The floor is a bare anywidget in such a page: a text field that it shows, as many bytes into its kernel "
            "in messages of 4 MB, three of them on their way, and as many out of it in one message, with Chromium's "
            "part added.",
        ),
    )
