"""Test the wall in a notebook: takes are searched, rated, annotated, looked through, and culled by keys."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

import reka_notebook
from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .studio import StudioView

pytestmark = pytest.mark.browser

MAKE = """
import reka_notebook
for prompt in ("Gulls rise from the pier", "Pan left across the wood", "Steam rises"):
    reka_notebook.submit(prompt, "photo.jpg", model="kling-v3-pro", duration=3).result(60)
print("all are kept")
"""


def card(studio: StudioView, prompt: str) -> Locator:
    """Return the take with this prompt on the wall."""
    return studio.takes.filter(has_text=prompt)


@pytest.mark.parametrize("seconds", [0.2])
def test_takes_are_looked_for_and_rated_and_it_lasts(
    open_notebook, sandbox: Sandbox, photo: Path, tmp_path: Path
) -> None:
    reka_notebook.configure(base_url=sandbox.url)
    for prompt in ("Elsewhere, a cup", "Elsewhere, a hand"):
        reka_notebook.submit(prompt, photo, model="kling-v3-pro", duration=3).result(60)
    notebook = open_notebook(MAKE, STUDIO)
    notebook.run(0)
    expect(notebook.output(0)).to_contain_text("all are kept")
    notebook.run(1)
    studio = StudioView(notebook.output(1)).wait()
    expect(studio.takes).to_have_count(3)

    scope = studio.root.get_by_role("combobox", name="Show")
    scope.select_option("all")
    expect(studio.takes).to_have_count(5)
    search = studio.root.get_by_role("searchbox", name="Search prompts")
    search.fill("RISE gulls")
    expect(studio.takes).to_have_count(1)
    search.press("Escape")
    expect(studio.takes).to_have_count(5)
    search.fill("whale")
    expect(studio.root).to_contain_text("No matching takes.")
    studio.root.get_by_role("button", name="Clear filters").click()
    expect(studio.takes).to_have_count(5)

    # All are selected by keys, more than can be compared, and handed over as one page that plays.
    tray = studio.root.get_by_role("region", name="5 takes selected")
    studio.takes.first.locator(".rk-take-caption").click()
    studio.takes.last.locator(".rk-take-caption").click(modifiers=["Shift"])
    expect(tray).to_be_visible()
    assert studio.page.evaluate("getSelection().toString()") == "", "takes are selected, and no text"
    studio.page.keyboard.press("Escape")
    studio.page.keyboard.press("ControlOrMeta+a")
    with studio.page.expect_download() as begun:
        tray.get_by_role("button", name="Contact sheet").click()
    expect(studio.root.get_by_role("status")).to_have_text("Saved contact-sheet.html.")
    sheet = tmp_path / "sheet.html"
    begun.value.save_as(sheet)
    page = studio.page.context.new_page()
    page.goto(sheet.as_uri())
    expect(page.locator("video")).to_have_count(5)
    expect(page.locator("main")).to_contain_text("Elsewhere, a cup")
    page.close()
    tray.get_by_role("button", name=re.compile("Elsewhere, a cup")).click()
    expect(studio.root.get_by_role("region", name="Comparing 4 takes")).to_be_visible()
    studio.page.keyboard.press("Escape")

    gulls = card(studio, "Gulls rise")
    gulls.get_by_role("button").first.click()
    expect(studio.player).to_contain_text("Gulls rise from the pier")
    gulls.get_by_role("button").first.press("2")
    expect(gulls).to_contain_text("Rated 2 of 3")
    studio.page.keyboard.press("ArrowLeft")
    expect(studio.player).to_contain_text("Pan left")
    studio.page.keyboard.press("3")
    expect(card(studio, "Pan left")).to_contain_text("Rated 3 of 3")
    studio.player.get_by_role("textbox", name="Note").fill("<i>This</i> wood")
    expect(studio.root.get_by_role("status")).to_have_text("Note saved.")
    studio.root.get_by_role("combobox", name="Rated").select_option("3")
    expect(studio.takes).to_have_count(1)

    expect(studio.video).to_have_js_property("muted", True)  # the arrow has shown it
    # Its sprite is made by the kernel: moving over it shows the frame at that position.
    card(studio, "Pan left").hover()
    expect(studio.takes.locator(".rk-frame i")).to_have_css("background-image", re.compile("blob:"))

    notebook.restart_kernel()
    notebook.run(1)
    studio = StudioView(notebook.output(1)).wait()
    expect(card(studio, "Gulls rise")).to_contain_text("Rated 2 of 3")
    card(studio, "Pan left").get_by_role("button").first.click()
    expect(studio.player.get_by_role("textbox", name="Note")).to_have_value("<i>This</i> wood")
    assert len(sandbox.ledger) == 5

    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("The cup is lifted")
    studio.generate.click()
    expect(studio.takes.first).to_contain_text(re.compile("The cup is lifted"))
    expect(studio.takes).to_have_count(4)


@pytest.mark.parametrize("seconds", [0.2])
def test_culling_by_keys_cuts_no_cell_and_lab_has_its_keys_again_afterwards(
    open_notebook, sandbox: Sandbox, photo: Path
) -> None:
    reka_notebook.configure(base_url=sandbox.url)
    for prompt in ("Pan left", "Pan right", "Zoom in", "Zoom out"):
        reka_notebook.submit(prompt, photo, model="kling-v3-pro", duration=3).result(60)
    notebook = open_notebook(STUDIO, "'the next cell'")
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    keys = studio.page.keyboard
    before = [(cell["cell_type"], cell["source"]) for cell in notebook.cells]

    expect(studio.root).to_contain_text("0 of 4 judged")
    poster = card(studio, "Zoom in").get_by_role("button").first
    poster.focus()
    keys.press("ArrowRight")
    expect(studio.player).to_contain_text("Pan right")
    expect(studio.video).to_have_js_property("muted", True)
    keys.press("2")
    expect(card(studio, "Pan right")).to_contain_text("Rated 2 of 3")
    keys.press("x")
    expect(studio.takes).to_have_count(3)
    expect(studio.player).to_contain_text("Pan left")
    keys.press("p")
    expect(card(studio, "Pan left")).to_contain_text("Picked")
    for key in ("a", "b", "d", "d", "c", "v", "m", "y", "z", "4", "Shift+M", "0", "0"):
        keys.press(key)
    keys.press("x")
    expect(studio.takes).to_have_count(2)
    keys.press("ControlOrMeta+z")
    expect(studio.takes).to_have_count(3)
    keys.press("ControlOrMeta+z")
    expect(studio.takes).to_have_count(4)
    keys.press("n")
    expect(studio.player).to_contain_text("Zoom out")
    keys.press("?")
    expect(studio.page.get_by_role("dialog", name="Keys")).to_be_visible()
    for key in ("d", "d", "x", "Escape"):
        keys.press(key)
    expect(studio.page.get_by_role("dialog", name="Keys")).to_have_count(0)
    assert [(cell["cell_type"], cell["source"]) for cell in notebook.cells] == before
    found = [(take.prompt, take.verdict, take.rating) for take in reka_notebook.takes()]
    assert found == [
        ("Zoom out", None, 0),
        ("Zoom in", None, 0),
        ("Pan right", None, 2),
        ("Pan left", "picked", 0),
    ]

    keys.press("Escape")
    keys.press("b")
    expect(studio.page.locator(".jp-Cell")).to_have_count(3)
