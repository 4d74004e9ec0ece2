"""Take the documentation's pictures in a real JupyterLab against a sandbox, light and dark: ``make pictures``.

``scripts/pictures.py wall`` takes only those named.
"""

import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from reka_notebook.sandbox import Sandbox  # noqa: E402
from tests.browser.lab import Notebook  # noqa: E402
from tests.browser.server import LabServer  # noqa: E402
from tests.browser.studio import StudioView  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
PHOTO = ROOT / "notebooks" / "photo.jpg"
WINDOW = {"width": 1120, "height": 860}
SHARPNESS = 1.5
"""Pixels of a picture for each of the page."""

LARGEST = 90_000
"""Bytes of a picture."""

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
LOAD = "%load_ext reka_notebook"
LINE = "%%reka_video --image photo.jpg --model kling-v3-pro"
MAKE = """from reka_notebook import media, submit

moves = {
    "A slow dolly in over the table": (0, 0, 600, 400),
    "Pan left across the wood": (60, 20, 480, 320),
    "Tilt up from the saucer to the light": (120, 80, 360, 240),
    "Steam rises, the light warms": (0, 60, 450, 300),
    "Zoom out to the whole room": (150, 0, 450, 300),
}
jobs = [
    submit(move, media.crop("photo.jpg", part), model="kling-v3-pro", duration=3)
    for move, part in moves.items()
]
kept = [job.result() for job in jobs]
kept[1].rate(2)
kept[3].rate(3)"""
STUDIO = """from reka_notebook import studio

studio("photo.jpg", "A {{slow|fast}} pan over the table", model="kling-v3-pro")"""

CHAIN = """from reka_notebook import submit

harbour = await submit("A red boat on a calm lake, a lighthouse", task="text-to-image", model="nano-banana")
evening = await submit("A warm evening, add a tree", harbour, model="nano-banana")
night = await submit("Make it night, add a moon", harbour, model="nano-banana")
drift = await submit("The boat drifts by", night, model="kling-v3-pro", duration=3)
shot = await submit("Slow push in", evening, model="kling-v3-pro", duration=3)
other = await submit("Pan left over the water", evening, model="kling-v3-pro", duration=3)
voice = await submit("Home before dark.", task="text-to-speech", model="eleven-v3")
told = shot.with_sound(voice)
evening.pick()
shot.pick()"""

STUDY = """from itertools import product
from random import Random

from reka_notebook import Study, media, submit

images = ("photo.jpg", media.crop("photo.jpg", (120, 60, 360, 240)))
jobs = [
    submit(f"A {speed} {move}", image, model="kling-v3-pro", duration=3)
    for speed, move, image in product(("slow", "fast"), ("push in", "tilt up"), images)
]
study, rng = Study([job.result() for job in jobs]), Random(5)
for _ in range(44):
    pair = study.next_pair(rng)
    better = max(pair, key=lambda take: 2 * ("slow" in take.prompt) + ("push" in take.prompt) + 2 * rng.random())
    study.add(*pair, better)"""

TO_THE_TOP = """async root => {
    const cell = root.closest('.jp-Cell');
    for (let frame = 0; frame < 60; frame++) {  // Lab measures cells anew as they come into sight
        cell.scrollIntoView();
        await new Promise(requestAnimationFrame);
    }
}"""

Open = Callable[..., Notebook]


def main(*names: str) -> None:
    """Take the pictures named, or all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        if not names or set(names) & set(SCENES[scene]):
            with stage() as open_notebook:
                scene(open_notebook)


def cell(open_notebook: Open) -> None:
    """Take a cell with the video that it leaves, its words unfolded."""
    notebook = open_notebook(
        LOAD, f"{LINE} --duration 5 --as shot\nA slow dolly in over the table, the light warms"
    )
    notebook.run_all()
    output = notebook.output(1)
    at_second(output.locator("video"), 2.0)
    output.locator("summary").click()
    shoot(notebook, "cell", notebook.page.locator(".jp-Cell").nth(1))


def sweep(open_notebook: Open) -> None:
    """Take alternatives and a sweep in the grid that a cell leaves."""
    notebook = open_notebook(
        LOAD,
        'light = "at dawn"',
        f"{LINE} --sweep duration=3,4\nA {{{{slow|fast}}}} pan over the table {{{{light}}}}",
    )
    notebook.run_all()
    at_second(notebook.output(2).locator("video"), 1.5)
    shoot(notebook, "sweep", notebook.page.locator(".jp-Cell").nth(2))


def studio(open_notebook: Open) -> None:
    """Take the studio in the window, its wall, and two takes compared."""
    notebook = open_notebook(LOAD, MAKE, STUDIO)
    notebook.run_all()
    page, view = notebook.page, StudioView(notebook.output(2)).wait()
    expect(view.takes).to_have_count(5)
    view.takes.filter(has_text="Steam rises").get_by_role("button").first.click()
    at_second(view.video, 1.5)
    expect(view.player.locator(".rk-strip-cell > i")).to_have_count(8)
    view.root.evaluate(TO_THE_TOP)
    shoot(notebook, "studio", page)
    shoot(
        notebook, "wall", view.root.get_by_role("list", name="Takes").locator("xpath=ancestor::*[.//h3][1]")
    )
    for words in ("A slow dolly in", "Zoom out"):
        view.takes.filter(has_text=words).get_by_role("button").first.press("Space")
    compared = view.root.get_by_role("region", name="Comparing 2 takes")
    expect(compared.locator("video")).to_have_count(2)
    expect(compared.locator("mark").first).to_be_visible()
    shoot(notebook, "compare", compared)


def chain(open_notebook: Open) -> None:
    """Take the chain that leads to a spoken shot, across the top of the studio, and its family."""
    notebook = open_notebook(LOAD, CHAIN, "from reka_notebook import studio\n\nstudio(model='kling-v3-pro')")
    notebook.run_all()
    view = StudioView(notebook.output(2)).wait()
    expect(view.takes).to_have_count(8)
    view.takes.first.get_by_role("button").first.click()
    row = view.root.get_by_role("navigation", name="Chain")
    expect(row.get_by_role("listitem")).to_have_count(4)
    expect(row.locator("img")).to_have_count(4)
    at_second(view.video, 1.5)
    view.root.evaluate(TO_THE_TOP)
    shoot(notebook, "chain", row)
    row.get_by_role("button").first.click()
    expect(view.player.get_by_role("button", name="Animate")).to_be_visible()
    notebook.page.set_viewport_size({**WINDOW, "height": 560})
    view.player.get_by_role("button", name="Family").click()
    tree = view.page.get_by_role("dialog", name="Family")
    expect(tree.get_by_role("button", name="Open", exact=True)).to_be_visible()
    for poster in tree.locator("img").all():
        expect(poster).to_have_js_property("complete", True)
    shoot(notebook, "family", tree)


def study(open_notebook: Open) -> None:
    """Take what a study has found."""
    notebook = open_notebook(LOAD, STUDY, "study")
    notebook.run_all()
    notebook.page.set_viewport_size({**WINDOW, "height": 1000})
    found = notebook.output(2).get_by_text("What made the difference").locator("xpath=../..")
    expect(found).to_be_visible()
    shoot(notebook, "study", found)


def judge(open_notebook: Open) -> None:
    """Take two films without their names, in a cell."""
    notebook = open_notebook(LOAD, STUDY.replace("range(44)", "range(9)"), "study.judge()")
    notebook.run_all()
    notebook.page.set_viewport_size({**WINDOW, "height": 700})
    view = notebook.output(2).get_by_role("region", name="Judge")
    pair = view.locator('[data-front="true"] video')
    expect(pair).to_have_count(2)
    pair.first.wait_for()
    view.get_by_role("button", name="Pause").click()
    at_second(pair, 0.6)  # before the sandbox shows the prompt in its film
    notebook.page.mouse.move(0, 0)
    shoot(notebook, "judge", view.locator("xpath=.."))


SCENES = {
    cell: ("cell",),
    sweep: ("sweep",),
    studio: ("studio", "wall", "compare"),
    chain: ("chain", "family"),
    study: ("study",),
    judge: ("judge",),
}


def at_second(videos: Locator, second: float) -> None:
    """Stop videos at a time, with a frame to be seen."""
    expect(videos.first).to_be_visible()
    videos.evaluate_all(
        """(videos, second) => Promise.all(videos.map(async video => {
            video.pause();
            while (video.readyState < 2) await new Promise(later => setTimeout(later, 50));
            const there = new Promise(resolve => video.addEventListener('seeked', resolve, { once: true }));
            video.currentTime = second;
            await there;
            // Until the browser has taken its turning circle away.
            await new Promise(later => setTimeout(later, 1000));
        }))""",
        second,
    )


@contextmanager
def stage() -> Iterator[Open]:
    """Start a sandbox, a Lab and a browser: what opens a notebook."""
    chromium = subprocess.run(
        [ROOT / "scripts" / "chromium"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(seconds=1.0, seed=1) as url,
        sync_playwright() as playwright,
    ):
        server = LabServer(Path(folder, "lab"))
        work = server.root / "work"
        work.mkdir()
        shutil.copyfile(PHOTO, work / "photo.jpg")
        environment = {"REKA_BASE_URL": url, "REKA_NOTEBOOK_HOME": str(Path(folder, "library"))}
        (work / "environment.json").write_text(json.dumps(environment), "utf-8")
        server.start()
        try:
            arguments = [
                "--no-sandbox",
                "--disable-background-networking",
                "--autoplay-policy=no-user-gesture-required",
            ]
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            page = browser.new_page(viewport=WINDOW, device_scale_factor=SHARPNESS, locale="en-GB")
            page.set_default_timeout(60_000)
            expect.set_options(timeout=60_000)

            def open_notebook(*cells: str) -> Notebook:
                kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
                made = nbformat.v4.new_notebook(
                    cells=[*map(nbformat.v4.new_code_cell, cells)], metadata=kernel
                )
                nbformat.write(made, work / "notebook.ipynb")
                opened = Notebook(page, server.url, "work/notebook.ipynb").open()
                opened.command("application:toggle-left-area")
                return opened

            yield open_notebook
            browser.close()
        finally:
            server.stop()


def shoot(notebook: Notebook, name: str, what: Locator | Page) -> None:
    """Take a picture in both themes."""
    for theme, title in THEMES.items():
        notebook.use_theme(title)
        dark = str(theme == "dark").lower()
        notebook.page.wait_for_selector(f"body:not([data-jp-theme-light={dark}])", state="attached")
        notebook.page.mouse.move(1, 1)
        _save(what.screenshot(animations="disabled"), PICTURES / f"{name}-{theme}.webp")


def _save(png: bytes, path: Path) -> None:
    """Write a screenshot as a small file."""
    with Image.open(io.BytesIO(png)) as picture:
        for quality in range(86, 40, -6):
            buffer = io.BytesIO()
            picture.convert("RGB").save(buffer, "WEBP", quality=quality, method=6)
            if buffer.tell() <= LARGEST:
                break
        path.write_bytes(buffer.getvalue())
        print(f"{path.name}: {picture.width} × {picture.height}, {buffer.tell() / 1000:.0f} KB")


if __name__ == "__main__":
    main(*sys.argv[1:])
