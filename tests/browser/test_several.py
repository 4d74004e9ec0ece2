"""Test a cell that makes several takes: steered while it waits, and its grid in an untrusted notebook."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .lab import expect_playing, from_elsewhere

pytestmark = pytest.mark.browser

LOAD = "%load_ext reka_notebook"
CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --sweep duration=3,4,5\nA {{slow|fast}} pan"


def _seconds(_: str, given: dict) -> float:
    """Return how long a request takes: three-second videos and tilts are quick, the others never end."""
    return 0.5 if str(given.get("duration_seconds")) == "3" or "tilt" in given["prompt"] else 600.0


@pytest.mark.parametrize("seconds", [_seconds])
def test_a_grid_fills_is_paused_and_cancelled_and_one_of_the_background_plays_where_it_is_not_trusted(
    open_notebook, sandbox: Sandbox, folder: Path
) -> None:
    background = CELL.replace("\n", " --bg\n").replace("pan", "tilt")
    notebook = open_notebook(LOAD, CELL, background, "1 + 1")
    notebook.run(0)
    notebook.start(1)
    output = notebook.output(1)
    expect(output.get_by_role("img", name="slow, Duration 3 s")).to_have_count(1)
    expect(output.get_by_role("progressbar", name=re.compile("Progress: A"))).to_have_count(4)
    expect(output).to_contain_text(re.compile(r"Waiting in the queue|Making the video"))
    output.get_by_role("button", name="Pause").click()
    expect(output).to_contain_text("paused")
    output.get_by_role("button", name="Cancel").click()
    notebook.wait_for(1)

    left, error = notebook.outputs(1)
    assert left["data"].keys() == {"text/html", "text/plain", "image/jpeg"}
    assert "cancelled" in error["evalue"]
    expect(output.get_by_role("button", name=re.compile("Pause|Resume"))).to_have_count(0)
    expect(output.locator("video").first).to_be_visible()

    notebook.start(2)
    notebook.run(3)
    expect(notebook.output(2).locator("video")).to_have_count(6)
    notebook.save()
    copy = from_elsewhere(folder / "notebook.ipynb")
    notebook.reopen_without_kernel(f"{folder.name}/{copy.name}")
    assert not notebook.trusts(2)
    output = notebook.output(2)
    expect_playing(output.locator("video").nth(4))
    first, second = (output.locator("video").nth(place).bounding_box() for place in (0, 1))
    assert first["y"] == second["y"]
    assert second["x"] > first["x"] + 100, "columns stand beside each other"
    expect(
        output.get_by_role("columnheader").or_(output.locator("th")).filter(has_text="Duration 4 s")
    ).to_be_visible()
