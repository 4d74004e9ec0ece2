"""Test takes of every kind in a notebook: shown, cropped to a box, and a voice put under a video, by hand."""

import re

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .studio import StudioView

pytestmark = pytest.mark.browser

MAKE = """
import reka_notebook as reka
drawn = reka.submit("A red boat on a lake", task="text-to-image", num_images=2).result(60)
reka.submit("boat, lake", drawn, task="image-to-bbox").result(60)
reka.submit("Good evening aboard", task="text-to-speech").result(60)
reka.submit("Slow dolly in", drawn, model="kling-v3-pro", duration=3).result(60)
print("all are kept")
"""


@pytest.mark.parametrize("seconds", [0.2])
def test_a_take_of_each_kind_is_looked_at_and_gone_on_from(open_notebook, sandbox: Sandbox) -> None:
    notebook = open_notebook(MAKE, STUDIO)
    notebook.run(0)
    expect(notebook.output(0)).to_contain_text("all are kept")
    notebook.run(1)
    studio = StudioView(notebook.output(1)).wait()
    expect(studio.takes).to_have_count(4)
    charged = len(sandbox.ledger)

    def open_take(words: str) -> None:
        studio.takes.filter(has_text=words).get_by_role("button").first.click()

    open_take("A red boat on a lake")
    second = studio.player.get_by_role("radio", name="Image 2 of 2")
    second.click()
    expect(studio.player).to_contain_text("2 of 2")
    shown = studio.player.get_by_role("img", name="A red boat on a lake")
    expect(shown).to_have_js_property("complete", True)
    second.press("ArrowLeft")
    expect(studio.player).to_contain_text("1 of 2")

    open_take("boat, lake")
    found = studio.player.get_by_role("table", name="What was found")
    expect(found.get_by_role("row")).to_have_count(3)
    expect(studio.player.locator(".rk-box")).to_have_count(2)
    found.get_by_role("button", name=re.compile("Crop to this boat")).click()
    expect(studio.root.get_by_text("Cropped to boat.").first).to_be_visible()
    expect(studio.image.get_by_role("slider")).to_be_visible()

    open_take("Good evening aboard")
    playhead = studio.player.get_by_role("slider", name="Playhead")
    expect(playhead).to_be_enabled()
    expect(studio.player.locator(".rk-wave img")).to_have_js_property("naturalWidth", 960)
    playhead.press("End")
    expect(playhead).to_have_attribute("aria-valuetext", re.compile("of 0:0"))
    studio.player.get_by_role("button", name="Put under a video").click()
    panel = studio.player.get_by_role("region", name="Put under a video")
    expect(panel.get_by_role("radio", name=re.compile("Slow dolly in"))).to_be_checked()
    panel.get_by_role("button", name="Put it under").click()
    expect(studio.video).to_be_visible()
    expect(studio.player).to_contain_text("With sound")
    expect(studio.takes).to_have_count(5)
    assert len(sandbox.ledger) == charged, "nothing was asked of the service"

    # A chat model looks at one, and rewrites the prompt; on this machine at no charge, so it is asked at once.
    open_take("A red boat on a lake")
    studio.player.get_by_role("button", name="Details and more").click()
    studio.player.get_by_role("button", name="Describe", exact=True).click()
    seen = studio.player.locator(".rk-describe dl")
    expect(seen).to_contain_text("boat")
    studio.player.get_by_role("button", name="Keep as note").click()
    expect(studio.player.get_by_role("button", name="Keep as note")).to_have_count(0)
    expect(studio.player.get_by_role("textbox", name="Note")).to_have_value(re.compile("boat"))
    studio.write("A boat at dawn")
    studio.root.get_by_role("button", name="Suggest", exact=True).click()
    rewritten = studio.root.get_by_role("button", name=re.compile("Use rewriting 2: "))
    expect(rewritten).to_be_visible()
    words = (rewritten.get_attribute("aria-label") or "").partition(": ")[2]
    rewritten.click()
    expect(studio.prompt).to_have_value(words)
    assert [charge.endpoint for charge in sandbox.ledger[charged:]] == ["reka-edge-2603/chat"] * 2
