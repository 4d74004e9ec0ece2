"""Start a JupyterLab for the benchmarks, with a notebook in it."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat

from tests.browser.server import LabServer

ROOT = Path(__file__).parent.parent
PHOTO = ROOT / "notebooks" / "photo.jpg"
NOTING = (Path(__file__).parent / "page.js").read_text("utf-8")


@contextmanager
def open_lab(folder: Path) -> Iterator[LabServer]:
    """Yield a JupyterLab whose files lie in ``folder``."""
    server = LabServer(folder / "own")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def write_notebook(lab: LabServer, url: str, home: Path, cells: Sequence[str]) -> Path:
    """Write a notebook with these cells beside the photograph; its kernel asks the service at ``url``."""
    environment = {"REKA_BASE_URL": url, "REKA_NOTEBOOK_HOME": str(home)}
    (lab.root / "environment.json").write_text(json.dumps(environment), "utf-8")
    shutil.copyfile(PHOTO, lab.root / "photo.jpg")
    written = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    path = lab.root / "measured.ipynb"
    nbformat.write(written, path)
    return path
