"""A video from a photograph, in the studio."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .lab import expect_playing
from .pictures import difference, first_frame, lay_on_its_side, pixels
from .studio import StudioView, elapsed

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("seconds", [6])
def test_a_photograph_laid_on_its_side_becomes_an_upright_video(
    open_notebook, sandbox: Sandbox, photo: Path, folder: Path, tmp_path: Path
) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    expect(studio.root).to_contain_text("Sandbox, nothing is charged")

    turned = lay_on_its_side(photo, tmp_path / "harbour.jpg")
    studio.drop(turned)
    studio.has_image("harbour.jpg")
    expect(studio.image).to_contain_text("600 × 400")
    assert not (folder / "harbour.jpg").exists(), "Lab's own file browser has not taken it"

    studio.write("Hold the camera still")
    studio.generate.click()
    row = studio.job("Hold the camera still")
    expect(row).to_contain_text("Waiting in the queue")
    expect(row).to_contain_text("Making the video")
    counted = elapsed(row)
    expect(row).to_contain_text(re.compile(rf"·\s{counted + 1}\ss"))
    expect(row).to_have_count(0)
    assert len(sandbox.ledger) == 1

    expect_playing(studio.video)
    shown = first_frame(studio.video)
    upright, stored = difference(shown, pixels(photo)), difference(shown, pixels(turned))
    assert upright < 12, "the first frame is the photograph"
    assert stored > 3 * upright, "and not as it lies in the file"

    # Now one take of this endpoint is known, so that the bar has something to go by.
    studio.write("Pan left across the wood")
    studio.page.keyboard.press("ControlOrMeta+Enter")
    bar = studio.job("Pan left").get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"\d+"))
    before = int(bar.get_attribute("aria-valuenow") or 0)
    studio.page.wait_for_function(
        "([bar, before]) => Number(bar.ariaValueNow ?? bar.getAttribute('aria-valuenow')) > before",
        arg=[bar.element_handle(), before],
    )
    expect(studio.takes).to_have_count(2)
    expect(studio.player).to_contain_text("Pan left across the wood")
    expect_playing(studio.video)
    assert len(sandbox.ledger) == 2


def test_what_goes_wrong_is_said_in_words(
    open_notebook, sandbox: Sandbox, photo: Path, tmp_path: Path
) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()

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
    studio.generate.click()
    row = studio.job("A hand reaches for the cup")
    expect(row).to_contain_text("Failed")
    expect(row).to_contain_text("The image was refused by a filter")
    row.get_by_role("button", name=re.compile("Dismiss")).click()
    expect(row).to_have_count(0)
    expect(studio.prompt).to_have_value("A hand reaches for the cup")
