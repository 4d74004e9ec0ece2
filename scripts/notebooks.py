"""Run the notebooks against a sandbox, and write what their cells leave into them: ``make notebooks``.

They run in a copy of their folder with a library of their own, so that nothing of this machine is in them; the sandbox
draws small, so that a code host shows them whole.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from reka_notebook.sandbox import Sandbox

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
KEYS = ("REKA_API_KEY", "REKA_API_TOKEN", "REKA_VISION_API_KEY", "JPY_SESSION_NAME")


def main(*names: str) -> None:
    """Run the notebooks named, or all."""
    for name in KEYS:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder, Sandbox(seconds=4, seed=1, render="small") as url:
        copy = Path(folder, "notebooks")
        shutil.copytree(NOTEBOOKS, copy, ignore=shutil.ignore_patterns(".*", "reka_takes"))
        os.environ |= {"REKA_BASE_URL": url, "REKA_NOTEBOOK_HOME": str(Path(folder, "library"))}
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            if not names or path.stem in names:
                size = _run(path, copy)
                print(f"{path.name}: {size / 1000:.0f} KB")


def _run(path: Path, folder: Path) -> int:
    """Run a notebook in a folder, write its outputs into it, and return the file's size in bytes."""
    notebook = nbformat.read(path, 4)
    metadata = dict(notebook.metadata)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    notebook.metadata = nbformat.from_dict(metadata)
    nbformat.write(notebook, path)
    return path.stat().st_size


if __name__ == "__main__":
    main(*sys.argv[1:])
