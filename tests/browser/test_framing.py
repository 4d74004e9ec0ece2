"""Test framing an image in the studio, and dragging one out of a video."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .pictures import first_frame
from .studio import StudioView

pytestmark = pytest.mark.browser

VEO = STUDIO.replace("kling-v3-pro", "veo-3.1")


@pytest.fixture
def bands(tmp_path: Path) -> Path:
    """Return a square of three bands, red above green above blue."""
    pixels = np.zeros((900, 900, 3), "uint8")
    for band in range(3):
        pixels[300 * band : 300 * (band + 1), :, band] = 220
    Image.fromarray(pixels).save(tmp_path / "bands.png")
    return tmp_path / "bands.png"


def colours(studio: StudioView) -> list[str]:
    """Return the bands that a video shows, from above, where each has a fifth of it at least."""
    expect(studio.video).to_be_visible()
    strongest = first_frame(studio.video)[:, 10:38].mean(axis=1).argmax(axis=1)
    return [name for band, name in enumerate(("red", "green", "blue")) if (strongest == band).mean() > 0.2]


def test_a_crop_is_moved_sent_and_used_again(open_notebook, sandbox: Sandbox, bands: Path) -> None:
    notebook = open_notebook(VEO, "'the next cell'")
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    place = studio.root.get_by_role("group", name="Image", exact=True)
    studio.image = place
    studio.choose(bands)
    studio.has_image("bands.png")
    frame = place.get_by_role("slider", name="Image: the part that is kept")
    expect(frame).to_have_count(0)
    studio.root.get_by_role("button", name="More", exact=True).click()
    studio.root.get_by_role("combobox", name="Aspect ratio").select_option(label="16:9")
    expect(frame).to_have_attribute("aria-valuetext", "the middle part")
    expect(place).to_contain_text("900 × 506")

    frame.focus()
    studio.page.keyboard.press("End")
    expect(frame).to_have_attribute("aria-valuetext", "the lower part")
    studio.write("The lower part")
    studio.generate.click()
    expect(studio.player).to_contain_text("The lower part")
    assert colours(studio) == ["green", "blue"]

    frame.scroll_into_view_if_needed()  # where there is room for one column, it is below the video
    box = frame.locator("..").bounding_box()
    assert box
    studio.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    studio.page.mouse.down()
    studio.page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 300, steps=4)
    studio.page.mouse.up()
    expect(frame).to_have_attribute("aria-valuetext", "the upper part")
    studio.write("The upper part")
    studio.generate.click()
    expect(studio.player).to_contain_text("The upper part")
    assert colours(studio) == ["red", "green"]

    place.get_by_role("combobox", name="16:9").select_option(label="Pad with black")
    expect(place.get_by_title("padded to 16:9 with black")).to_be_visible()
    studio.takes.last.get_by_role("button").first.click()
    studio.player.get_by_role("button", name="Reuse settings").click()
    expect(frame).to_have_attribute("aria-valuetext", "the lower part")
    expect(place.get_by_title("cropped")).to_be_visible()
    expect(studio.generate).to_have_accessible_name("Show it")
    studio.generate.click()
    assert len(sandbox.ledger) == 2

    # No key of all these went on to the notebook.
    assert [cell["execution_count"] for cell in notebook.cells] == [1, None]


def test_a_last_frame_is_dragged_into_a_place(open_notebook, photo: Path) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("Pan left")
    studio.generate.click()
    expect(studio.player).to_contain_text("Pan left")
    end = studio.root.get_by_role("group", name="End image")
    studio.takes.first.get_by_role("button").first.drag_to(end)
    expect(end).to_contain_text("last frame of")
    studio.has_image("photo.jpg")
