"""A JupyterLab and a page of it, as the benchmarks open them."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.lab import Notebook
from tests.browser.server import LabServer

ROOT = Path(__file__).parent.parent
PHOTO = ROOT / "notebooks" / "photo.jpg"
NOTING = (Path(__file__).parent / "page.js").read_text("utf-8")


@contextmanager
def open_page() -> Iterator[Page]:
    """A page of a headless Chromium that notes when things arrive and are seen."""
    found = subprocess.run([ROOT / "scripts" / "chromium"], capture_output=True, text=True, check=True)
    arguments = ["--autoplay-policy=no-user-gesture-required", "--no-sandbox"]
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=arguments)
        made = browser.new_page(viewport={"width": 1280, "height": 900})
        made.add_init_script(NOTING)
        yield made
        browser.close()


@contextmanager
def open_lab(folder: Path) -> Iterator[LabServer]:
    """A JupyterLab whose files lie in ``folder``."""
    server = LabServer(folder / "own")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def open_notebook(page: Page, lab: LabServer, url: str, folder: Path, cells: Sequence[str]) -> Notebook:
    """A notebook with these cells beside the photograph; its kernel asks the service at ``url``."""
    environment = {"REKA_BASE_URL": url, "REKA_NOTEBOOK_HOME": str(folder / "library")}
    (lab.root / "environment.json").write_text(json.dumps(environment), "utf-8")
    shutil.copyfile(PHOTO, lab.root / "photo.jpg")
    written = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(written, lab.root / "measured.ipynb")
    return Notebook(page, lab.url, "measured.ipynb").open()
