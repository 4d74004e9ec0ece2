"""Run the notebooks of the repository from top to bottom, as a person would."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from reka_notebook.sandbox import Sandbox
from tests.forked_kernels import Kernels

pytestmark = pytest.mark.kernel

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
REAL = ("quickstart.ipynb", "chain.ipynb")
"""Run by kernels that are no forks: what a person runs first, and what uses everything that makes a take."""

WIDGET = "application/vnd.jupyter.widget-view+json"


Cells = dict[str, list[dict[str, Any]]]
"""The source of each code cell, with its outputs."""


def run(notebook: Callable[..., Any], folder: Path, name: str) -> Cells:
    """Return each code cell's source, with its outputs."""
    read = nbformat.read(folder / name, as_version=4)
    outputs = notebook(notebook=read).run()
    sources = [cell.source for cell in read.cells if cell.cell_type == "code"]
    return dict(zip(sources, outputs, strict=True))


def data(outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a cell shows first holds, by media type; beside a studio stand words for where no widget is drawn."""
    shown, *beside = [output["data"] for output in outputs if "data" in output]
    assert all("reka-instead-" in words["text/html"] for words in beside)
    return shown


def check_quickstart(cells: Cells, sandbox: Sandbox) -> None:
    """Check that videos are shown, and the studio."""
    (magic,) = [data(outputs) for source, outputs in cells.items() if source.startswith("%%reka_video")]
    (awaited,) = [data(outputs) for source, outputs in cells.items() if "await submit(" in source]
    (studio,) = [data(outputs) for source, outputs in cells.items() if "studio(" in source]
    for shown in (magic, awaited):
        assert re.search(r'<video [^>]*src="data:video/mp4;base64,', shown["text/html"])
        assert WIDGET not in shown
    assert studio[WIDGET]["model_id"]
    assert len(sandbox.ledger) == 2


def check_chain(cells: Cells, sandbox: Sandbox) -> None:
    """Check that it leads from words to a spoken shot, and to the family of it."""
    (family,) = [data(outputs) for source, outputs in cells.items() if source == "told.family()"]
    for step in ("Image", "Edit", "Shot 1", "Shot 2", "Speech", "Voice"):
        assert step in family["text/html"]
    (boxes,) = [data(outputs) for source, outputs in cells.items() if source.startswith("%%reka_boxes")]
    assert re.search(r'<img [^>]*src="data:image/jpeg;base64,', boxes["text/html"])
    assert [charge.endpoint.rpartition("/")[2] for charge in sandbox.ledger] == [
        *("text-to-image", "edit", "image-to-bbox", "image-to-video", "image-to-video", "text-to-speech")
    ], "the sound is put under the video here"


def check_study(cells: Cells, sandbox: Sandbox) -> None:
    """Check that the rule is found out, and that nothing is made of what it does not look at."""
    (effects,) = [data(outputs) for source, outputs in cells.items() if "effect.sentence" in source]
    by_word = {text.split("”")[0].strip("[' “"): text for text in effects["text/plain"].splitlines()}
    assert by_word["slow"].rstrip("',]").endswith(": likely.")
    assert sum(": likely." in text for text in by_word.values()) <= 2
    (won,) = [data(outputs) for source, outputs in cells.items() if source == "study"]
    assert "What made the difference" in won["text/html"]
    assert len(sandbox.ledger) == 16


CHECKS = {"quickstart.ipynb": check_quickstart, "chain.ipynb": check_chain, "study.ipynb": check_study}
"""What is to be seen in a notebook beside that it runs."""


def test_the_notebooks_are_there() -> None:
    assert {*CHECKS} <= {*NAMES}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.real_kernel) if name in REAL else name for name in NAMES],
)
def test_it_runs_and_running_it_again_costs_nothing(
    notebook, folder: Path, sandbox: Sandbox, kernels: Kernels, name: str
) -> None:
    cells = run(notebook, folder, name)
    for source, outputs in cells.items():
        wrong = [out for out in outputs if out["output_type"] == "error" or out.get("name") == "stderr"]
        assert not wrong, source
    if name in CHECKS:
        CHECKS[name](cells, sandbox)
    charged = len(sandbox.ledger)
    kernels.are_forks = True  # that real kernels run it has been seen
    run(notebook, folder, name)
    assert len(sandbox.ledger) == charged > 0


@pytest.mark.parametrize("name", NAMES)
def test_what_is_committed_shows_on_a_code_host(name: str) -> None:
    """``make notebooks`` writes it."""
    path = NOTEBOOKS / name
    read = nbformat.read(path, as_version=4)
    assert path.stat().st_size < 2_000_000
    assert set(read.metadata) == {"kernelspec", "language_info"}
    outputs = [output for cell in read.cells if cell.cell_type == "code" for output in cell.outputs]
    assert all(output["output_type"] in ("display_data", "execute_result") for output in outputs)
    html_of = [output["data"]["text/html"] for output in outputs if "text/html" in output["data"]]
    shown = [html for html in html_of if "reka-instead-" not in html]
    assert shown
    for html in shown:
        # The page takes the players away, and keeps what is in them.
        left = re.sub(r"</?video\b[^>]*>", "", html)
        assert re.search(r'<img [^>]*src="data:image/(jpeg|png);base64,', left)
        said = re.sub(r'base64,[^"]+', "", html)
        assert not re.search(r"/tmp/|/home/|/root/|/Users/|[A-Z]:\\\\", said)
    for output in outputs:
        assert not re.search(r"/tmp/|/home/|/root/|/Users/", output["data"]["text/plain"])


@pytest.fixture
def papermill(folder: Path) -> Callable[..., list[Any]]:
    """Run the headless notebook with parameters; the report's outputs."""
    engine = pytest.importorskip("papermill")

    def run(**parameters: Any) -> list[Any]:
        with warnings.catch_warnings():  # of its dependencies
            warnings.simplefilter("ignore")
            report = engine.execute_notebook(
                folder / "headless.ipynb",
                folder / "report.ipynb",
                parameters,
                cwd=folder,
                kernel_name="python3",
                progress_bar=False,
            )
        return [output for cell in report.cells if cell.cell_type == "code" for output in cell.outputs]

    return run


@pytest.mark.real_kernel
def test_papermill_runs_the_headless_one_with_parameters(
    papermill: Any, sandbox: Sandbox, kernels: Kernels
) -> None:
    outputs = papermill(prompts=["Zoom in", "Tilt up", "Zoom in"], duration=5)
    (grid,) = [found for output in outputs if (found := output.get("data", {}).get("text/html"))]
    assert grid.count("<video") == 3
    assert "Tilt up" in grid
    assert len(sandbox.ledger) == 2
    kernels.are_forks = True
    sandbox.fail_next(error={"message": "The image was refused by a filter"})
    with pytest.raises(Exception, match="refused by a filter"):
        papermill(prompts=["Pan", "Zoom in"], duration=5)
