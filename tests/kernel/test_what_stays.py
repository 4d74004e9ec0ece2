"""Test what stays of a cell: in the notebook's file, and in what is made of it without a kernel."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from nbconvert import LatexExporter, SlidesExporter

from reka_notebook.sandbox import Sandbox

pytestmark = pytest.mark.kernel

LOAD = "%load_ext reka_notebook"
CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3 --as shot\nA slow dolly in"
KEPT = "not charged again"


def test_a_cell_that_is_run_ten_times_leaves_a_notebook_of_one_size(
    notebook: Callable[..., Any], folder: Path, sandbox: Sandbox
) -> None:
    made = notebook(LOAD, CELL)
    client, cell = made.client, made.notebook.cells[1]
    sizes, outputs = [], []
    with client.setup_kernel():
        client.execute_cell(made.notebook.cells[0], 0)
        for _ in range(10):
            client.execute_cell(cell, 1, execution_count=1)
            client.set_widgets_metadata()
            nbformat.write(made.notebook, folder / "run.ipynb")
            sizes.append((folder / "run.ipynb").stat().st_size)
            outputs.append(cell.outputs[0]["data"]["text/html"])
            assert len(cell.outputs) == 1
    assert len(set(sizes[1:])) == 1, sizes
    assert sizes[1] - sizes[0] < 500, "it is said that it is kept, and nothing more"
    assert KEPT not in outputs[0]
    assert KEPT in outputs[1]
    assert len(sandbox.ledger) == 1


def test_the_variable_shows_itself_as_the_cell_did_and_exports_show_its_picture(
    notebook: Callable[..., Any], folder: Path
) -> None:
    made = notebook(LOAD, CELL, "shot", "import reka_notebook\nreka_notebook.takes()")
    _, cell, shown, taken = made.run()
    (left,), (again,), (grid,) = cell, shown, taken
    assert "Kling v3 Pro" in again["data"]["text/html"]
    assert again["data"]["image/jpeg"] == left["data"]["image/jpeg"]
    assert "1 take" in grid["data"]["text/html"]
    text = "".join(
        output["data"]["text/plain"] + output["data"]["text/html"] for output in (left, again, grid)
    )
    assert str(folder.parent) not in text, "no folder of this machine"

    slides, _ = SlidesExporter().from_notebook_node(made.notebook)
    assert len(re.findall(r'<video [^>]*src="data:video/mp4;base64,', slides)) == 3
    _, extracted = LatexExporter().from_notebook_node(made.notebook)
    pictures = [extracted["outputs"][name] for name in sorted(extracted["outputs"])]
    assert len(pictures) == 3, "LaTeX, and so a PDF, has the pictures"
    assert pictures[0] == base64.b64decode(left["data"]["image/jpeg"])


def test_a_line_says_where_the_video_lies_whatever_its_size(
    notebook: Callable[..., Any], folder: Path, sandbox: Sandbox
) -> None:
    (folder / "own.ipynb").write_text("{}")
    says = f"__vsc_ipynb_file__ = {str(folder / 'own.ipynb')!r}"
    both = CELL.replace("--as shot", "--link --embed")
    made = notebook(LOAD, says, CELL.replace("--as shot", "--link"), CELL, both, errors=True)
    _, _, (beside,), (inside,), (refused,) = made.run()
    link = re.search(r'<video[^>]* src="(reka_takes/[^"]+)"', beside["data"]["text/html"])
    assert link
    assert (folder / link[1]).stat().st_size > 1000
    assert 'src="data:video/mp4;base64,' in inside["data"]["text/html"]
    assert "not allowed with argument --link" in refused["evalue"]
    assert len(sandbox.ledger) == 1


def test_a_folder_with_umlauts_and_spaces_is_linked_to(notebook: Callable[..., Any], folder: Path) -> None:
    beside = folder / "Bücher & Käse 100%"
    beside.mkdir()
    (beside / "own.ipynb").write_text("{}")
    says = f"__vsc_ipynb_file__ = {str(beside / 'own.ipynb')!r}"
    _, _, outputs = notebook(LOAD, says, CELL.replace("--as shot", "--link")).run()
    (shown,) = outputs
    link = re.search(r'<video[^>]* src="(reka_takes/[^"]+)"', shown["data"]["text/html"])
    assert link
    assert (beside / unquote(link[1])).stat().st_size > 1000


def test_jupytext_keeps_the_cells_as_they_are(folder: Path) -> None:
    jupytext = pytest.importorskip("jupytext")
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (LOAD, CELL)])
    for form in ("py:percent", "md"):
        read = jupytext.reads(jupytext.writes(written, form), form)
        assert [cell.source for cell in read.cells] == [LOAD, CELL]
