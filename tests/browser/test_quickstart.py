from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .lab import expect_playing
from .studio import StudioView

pytestmark = pytest.mark.browser


def test_the_quickstart_runs_from_top_to_bottom(open_notebook, sandbox: Sandbox, photo: Path) -> None:
    notebook = open_notebook(copy=photo.parent / "quickstart.ipynb")
    notebook.run_all()

    code = [index for index, cell in enumerate(notebook.cells) if cell["cell_type"] == "code"]
    assert [notebook.cells[index]["execution_count"] for index in code] == list(range(1, len(code) + 1))
    outputs = [output for index in code for output in notebook.outputs(index)]
    assert not [output for output in outputs if output["output_type"] in ("error", "stream")]
    assert len(sandbox.ledger) == 2, "one video in a cell, one from Python"

    magic = next(index for index in code if "%%reka_video" in "".join(notebook.cells[index]["source"]))
    expect_playing(notebook.output(magic).locator("video"))

    studio = StudioView(notebook.output(code[-1])).wait()
    studio.has_image("photo.jpg")
    expect(studio.prompt).to_have_value("Pan left across the wood")
    expect(studio.takes).to_have_count(2)
    assert len(sandbox.ledger) == 2, "to show the studio costs nothing"
