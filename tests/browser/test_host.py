"""Test what the extension gives to a notebook: prompts that are no Python, and cells that the studio inserts."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS, STUDIO
from .fit import expect_to_fit
from .studio import StudioView

pytestmark = pytest.mark.browser

CELL = "%%reka_boxes -i photo.jpg\nA pan for the light in 3 rooms, not from 'afar'"
COLOURS = """line => [...new Set([line, ...line.querySelectorAll("span")].map(one => getComputedStyle(one).color))]"""


def test_a_prompt_is_no_python_and_a_copied_cell_is_inserted_and_charges_nothing(
    open_notebook, sandbox: Sandbox, photo: Path
) -> None:
    notebook = open_notebook(f"%load_ext reka_notebook\n{STUDIO}", CELL, "for one in 'two': pass")
    lines = notebook.page.locator(".jp-Cell").nth(1).locator(".cm-line")
    expect(lines.nth(1)).to_have_class(re.compile("reka-prompt"))
    assert len(lines.nth(1).evaluate(COLOURS)) == 1, "the prompt is of one colour"
    others = notebook.page.locator(".jp-Cell").nth(2).locator(".cm-line")
    assert len(others.first.evaluate(COLOURS)) > 1, "Python is coloured as ever"
    ARTEFACTS.mkdir(exist_ok=True)
    notebook.page.screenshot(path=ARTEFACTS / "prompt-is-text.png")

    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("A slow pan")
    studio.generate.click()
    expect(studio.takes).to_have_count(1)
    studio.takes.first.get_by_role("button").first.click()
    studio.player.get_by_role("button", name="Details").click()
    expect_to_fit(studio.root, "a take's details", 320, 720)
    studio.player.get_by_role("button", name="Insert below").click()
    notebook.page.wait_for_function("() => jupyterapp.shell.currentWidget.model.cells.length === 4")
    made = notebook.cells[1]["source"]
    assert made.startswith("%%reka_video --image photo.jpg --model kling-v3-pro"), "its file is still there"
    notebook.run(1)
    expect(notebook.output(1).locator("video")).to_have_count(1)
    assert len(sandbox.ledger) == 1
