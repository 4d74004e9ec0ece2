"""Test that a downloaded film, dropped on a studio, brings back what it was made with."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reka_notebook import read_recipe

from .conftest import STUDIO
from .studio import StudioView

pytestmark = pytest.mark.browser


def test_a_downloaded_film_brings_its_settings_back(
    open_notebook, page: Page, photo: Path, tmp_path: Path
) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("A slow dolly in")
    studio.generate.click()
    expect(studio.takes).to_have_count(1)
    studio.takes.first.click()
    studio.player.get_by_role("button", name="Details and more").click()
    with page.expect_download() as begun:
        studio.player.get_by_role("button", name="Download", exact=True).click()
    film = tmp_path / "from a friend.mp4"
    begun.value.save_as(film)
    recipe = read_recipe(film)
    assert recipe is not None
    assert recipe.prompt == "A slow dolly in"

    studio.write("Something else")
    studio.image.get_by_role("button", name=re.compile("Remove")).click()
    expect(studio.image.get_by_role("button", name="Choose a file")).to_be_visible()
    studio.drop(film)
    offer = studio.page.get_by_role("region", name="From from a friend.mp4")
    expect(offer).to_contain_text("A slow dolly in")
    expect(studio.image.get_by_role("button", name="Choose a file")).to_be_visible()
    offer.get_by_role("button", name="Bring back its settings").click()
    expect(studio.prompt).to_have_value("A slow dolly in")
    expect(studio.image).to_contain_text("600 × 400")
    expect(offer).to_have_count(0)
    studio.page.get_by_role("button", name="Undo").click()
    expect(studio.prompt).to_have_value("Something else")
