"""Test what goes wrong in the studio, and reusing a take; test_quickstart.py has what goes right."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .fit import expect_to_fit
from .studio import StudioView

pytestmark = pytest.mark.browser


def test_what_goes_wrong_is_said_in_words(
    open_notebook, sandbox: Sandbox, photo: Path, tmp_path: Path
) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()

    expect_to_fit(studio.root, "an empty studio", 320, 1200)
    studio.generate.click()
    expect(studio.root).to_contain_text("needs its start image")

    letter = tmp_path / "letter.jpg"
    letter.write_text("Dear reader, this is no picture.\n" * 40, "utf-8")
    studio.drop(letter)
    expect(studio.image).to_contain_text("letter.jpg")
    expect(studio.image).to_contain_text(re.compile(r"not an image", re.I))
    studio.image.get_by_role("button", name=re.compile("Dismiss")).click()
    expect(studio.image).not_to_contain_text("letter.jpg")

    studio.choose(photo)
    studio.has_image("photo.jpg")
    sandbox.fail_next(error={"message": "The image was refused by a filter"})
    studio.write("A hand reaches for the cup")
    studio.page.keyboard.press("ControlOrMeta+Enter")
    row = studio.job("A hand reaches for the cup")
    expect(row).to_contain_text("Failed")
    expect(row).to_contain_text("The image was refused by a filter")
    expect_to_fit(studio.root, "a job that failed")
    row.get_by_role("button", name=re.compile("Dismiss")).click()
    expect(row).to_have_count(0)
    expect(studio.prompt).to_have_value("A hand reaches for the cup")


def test_a_take_is_used_again_and_gone_on_from(open_notebook, sandbox: Sandbox, photo: Path) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("Pan left across the wood")
    studio.generate.click()
    expect(studio.player).to_contain_text("Pan left across the wood")

    studio.write("Something else")
    studio.image.get_by_role("button", name=re.compile("Remove")).click()
    studio.player.get_by_role("button", name="Reuse settings").click()
    expect(studio.prompt).to_have_value("Pan left across the wood")
    studio.has_image("photo.jpg")
    expect(studio.generate).to_have_accessible_name("Show it")
    studio.generate.click()
    assert len(sandbox.ledger) == 1
    studio.root.get_by_role("button", name="More", exact=True).click()
    expect_to_fit(studio.root, "a video, and more options", 320, 720)
    studio.root.get_by_role("button", name="More", exact=True).click()

    strip = studio.player.get_by_role("slider", name="Filmstrip")
    strip.focus()
    for key in ["Home", *["ArrowRight"] * 5]:
        notebook.page.keyboard.press(key)
    expect(strip).to_have_attribute("aria-valuetext", re.compile(r"frame 6$"))
    studio.player.get_by_role("button", name="Continue from here").click()
    shown = (strip.get_attribute("aria-valuetext") or "").split()[0]
    expect(studio.root).to_contain_text(f"Continuing from {shown}. What happens next?")
    expect(studio.prompt).to_be_focused()
    expect(studio.prompt).to_be_in_viewport()
    expect(studio.image).to_contain_text(re.compile(r" at 0\.\d s"))
    studio.root.get_by_role("button", name="Undo").click()
    studio.has_image("photo.jpg")

    strip.focus()
    notebook.page.keyboard.press("End")
    expect(strip).not_to_have_attribute("aria-valuetext", re.compile(r"frame 6$"))
    studio.player.get_by_role("button", name="Continue from here").click()
    expect(studio.root).to_contain_text("Continuing from the last frame. What happens next?")
    studio.write("The cup is lifted")
    expect(studio.image).not_to_contain_text("photo.jpg")
    studio.generate.click()
    expect(studio.player).to_contain_text("The cup is lifted")
    assert len(sandbox.ledger) == 2
