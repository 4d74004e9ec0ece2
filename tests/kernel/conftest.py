"""A real kernel, a real sandbox, and cells run as a notebook runs them."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from reka_notebook.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that answers quickly and draws small videos."""
    made = Sandbox(speed=50, seed=1, render="small")
    made.start()
    yield made
    made.stop()


class Notebook:
    """Cells run one after the other in one kernel."""

    def __init__(self, folder: Path, *cells: str, errors: bool = False) -> None:
        self.notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        self.client = NotebookClient(
            self.notebook,
            timeout=120,
            kernel_name="python3",
            allow_errors=errors,
            resources={"metadata": {"path": str(folder)}},
        )

    def run(self) -> list[list[dict]]:
        """The outputs of every cell."""
        self.client.execute()
        return [cell.outputs for cell in self.notebook.cells]


@pytest.fixture
def notebook(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo: Path):
    """Make a notebook whose kernel is wired to the sandbox, beside the photograph."""
    monkeypatch.setenv("REKA_BASE_URL", sandbox.url)
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(photo.read_bytes())
    return lambda *cells, **options: Notebook(folder, *cells, **options)
