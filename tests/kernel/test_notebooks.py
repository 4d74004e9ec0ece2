"""The notebooks that come with it, run from top to bottom as a person would."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from reka_notebook.sandbox import Sandbox

pytestmark = pytest.mark.kernel

NAMES = sorted(path.name for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"


def run(notebook: Callable[..., Any], folder: Path, name: str) -> dict[str, list[dict[str, Any]]]:
    """Each code cell's source, with its outputs."""
    read = nbformat.read(folder / name, as_version=4)
    outputs = notebook(notebook=read).run()
    sources = [cell.source for cell in read.cells if cell.cell_type == "code"]
    return dict(zip(sources, outputs, strict=True))


def data(outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """What a cell's one picture holds, by media type."""
    (shown,) = [output["data"] for output in outputs if "data" in output]
    return shown


def test_the_quickstart_is_there() -> None:
    assert "quickstart.ipynb" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_and_running_it_again_costs_nothing(
    notebook, folder: Path, sandbox: Sandbox, name: str
) -> None:
    for source, outputs in run(notebook, folder, name).items():
        wrong = [out for out in outputs if out["output_type"] == "error" or out.get("name") == "stderr"]
        assert not wrong, source
    charged = len(sandbox.ledger)
    run(notebook, folder, name)
    assert len(sandbox.ledger) == charged > 0


def test_the_quickstart_shows_videos_and_the_studio(notebook, folder: Path, sandbox: Sandbox) -> None:
    cells = run(notebook, folder, "quickstart.ipynb")
    (magic,) = [data(outputs) for source, outputs in cells.items() if source.startswith("%%reka_video")]
    (awaited,) = [data(outputs) for source, outputs in cells.items() if "await submit(" in source]
    (studio,) = [data(outputs) for source, outputs in cells.items() if "studio(" in source]
    for shown in (magic, awaited):
        assert re.search(r'<video [^>]*src="data:video/mp4;base64,', shown["text/html"])
        assert WIDGET not in shown
    assert studio[WIDGET]["model_id"]
    assert len(sandbox.ledger) == 2
