"""Test what a newcomer does: the quickstart from top to bottom, with their own photograph, and once more."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .lab import expect_playing
from .pictures import difference, first_frame, lay_on_its_side, pixels
from .studio import StudioView, elapsed

pytestmark = pytest.mark.browser

PROMPT = "Hold the camera still"


def long_where_it_is_watched(endpoint: str, given: dict[str, Any]) -> float:
    """Return the seconds for a video: time to look on for the one from the studio."""
    return 6 if given["prompt"] == PROMPT else 1.5


@pytest.mark.parametrize("seconds", [long_where_it_is_watched])
def test_the_quickstart_from_top_to_bottom_and_a_photograph_of_ones_own(
    open_notebook, sandbox: Sandbox, photo: Path, folder: Path, tmp_path: Path
) -> None:
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
    expect(studio.root).to_contain_text(re.compile("Sandbox: (no charge|not real money)"))
    studio.has_image("photo.jpg")
    expect(studio.prompt).to_have_value("Pan left across the wood")
    expect(studio.takes).to_have_count(2)
    assert len(sandbox.ledger) == 2, "to show the studio costs nothing"

    turned = lay_on_its_side(photo, tmp_path / "harbour.jpg")
    studio.drop(turned)
    studio.has_image("harbour.jpg")
    expect(studio.image).to_contain_text("600 × 400")
    assert not (folder / "harbour.jpg").exists(), "Lab's own file browser has not taken it"

    studio.write(PROMPT)
    studio.generate.click()
    row = studio.job(PROMPT)
    expect(row).to_contain_text("Waiting in the queue")
    bar = row.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"\d+"))
    before = int(bar.get_attribute("aria-valuenow") or 0)
    counted = elapsed(row)
    studio.page.wait_for_function(
        "([bar, before]) => Number(bar.getAttribute('aria-valuenow')) > before",
        arg=[bar.element_handle(), before],
    )
    expect(row).to_contain_text("Making the video")
    expect(row).to_contain_text(re.compile(rf"·\s[{counted + 1}-9]\ss"))
    expect(row).to_have_count(0)
    expect(studio.takes).to_have_count(3)
    assert len(sandbox.ledger) == 3

    expect(studio.player).to_contain_text(PROMPT)
    expect_playing(studio.video)
    shown = first_frame(studio.video)
    upright, stored = difference(shown, pixels(photo)), difference(shown, pixels(turned))
    assert upright < 12, "the first frame is the photograph"
    assert stored > 3 * upright, "and not as it lies in the file"

    notebook.save()
    notebook.reload()
    expect_playing(notebook.output(magic).locator("video"))
    studio = StudioView(notebook.output(code[-1])).wait()
    expect(studio.takes).to_have_count(3)
    studio.takes.filter(has_text=PROMPT).get_by_role("button").first.click()
    expect(studio.player).to_contain_text(PROMPT)
    expect_playing(studio.video)
    assert len(sandbox.ledger) == 3, "to look again costs nothing"
