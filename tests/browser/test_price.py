"""Test that a price is said where one decides, in a real notebook: in the button, before a budget, at the take."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .fit import expect_to_fit
from .studio import StudioView

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("profile", ["reka"])
@pytest.mark.parametrize("seconds", [0.5])
def test_the_button_says_the_price_that_bills_have_taught(
    open_notebook, sandbox: Sandbox, photo: Path
) -> None:
    notebook = open_notebook(STUDIO, "%load_ext reka_notebook\n%reka budget 2", "%reka spend")
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    expect(studio.generate).to_have_accessible_name("Generate")
    expect(studio.root).to_contain_text("Sandbox: no charge")
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("A slow pan")
    studio.generate.click()
    expect(studio.video).to_be_visible()
    expect(studio.generate).to_have_accessible_name("Show it")

    studio.write("Another pan")
    expect(studio.generate).to_have_accessible_name("Generate · about $0.70")
    expect(studio.generate).to_have_accessible_description(
        re.compile("not real money · from 1 bill · 5 s of video")
    )
    studio.write("A {{slow|fast}} tilt")
    expect(studio.generate).to_have_accessible_name("Generate 2 · about $1.40")
    studio.player.get_by_role("button", name="Details").click()
    expect(studio.player).to_contain_text("$0.70 (local sandbox, not real money)")

    notebook.run(1)
    studio.root.get_by_role("combobox", name="Duration").select_option("15 s")
    expect(studio.root).to_contain_text("$1.30 of $2 left")
    expect(studio.root).to_contain_text("Over budget: up to $")
    expect_to_fit(studio.root, "a studio over its budget", 320, 1200)
    studio.generate.click()
    expect(studio.root).to_contain_text(
        re.compile(r"Over budget: these 2 requests may cost up to .*Nothing was sent")
    )
    expect(studio.prompt).to_have_value("A {{slow|fast}} tilt")
    assert len(sandbox.ledger) == 1
    expect_to_fit(studio.root, "what was refused")
    notebook.run(2)
    expect_to_fit(notebook.output(2), "what was spent")
    expect(notebook.output(2)).to_contain_text("$0.70 in all, from 1 bill")
    expect(notebook.output(2)).to_contain_text("$1.30 left of $2.00 in all")
    expect(notebook.output(2).locator("mjx-container"), "money is no formula").to_have_count(0)
