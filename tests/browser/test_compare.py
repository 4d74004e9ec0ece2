"""Test takes side by side, in the studio and in the notebook."""

import re
from pathlib import Path

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Locator, expect

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS, STUDIO
from .fit import expect_to_fit
from .lab import expect_playing, from_elsewhere
from .studio import StudioView

pytestmark = pytest.mark.browser

IN_STEP = """videos => {
    const times = videos.map(video => video.currentTime);
    return videos.every(video => !video.paused && video.currentTime > 0.4)
        && Math.max(...times) - Math.min(...times) < 1 / 24;
}"""

ON_ONE_PICTURE = """videos => {
    const times = videos.map(video => video.currentTime);
    return videos.every(video => video.paused && !video.seeking)
        && Math.max(...times) - Math.min(...times) < 1 / 48;
}"""


def expect_in_step(left: Locator) -> None:
    """Play all by the one bar, with no kernel, and stop them on one picture."""
    bar = left.get_by_role("group", name="All in step")
    bar.get_by_role("button", name="Play all").click()
    left.page.wait_for_function(
        f"() => ({IN_STEP})([...document.querySelectorAll('[data-reka-step] video')])", polling=20
    )
    assert left.locator("video[controls]").count() == 0, "one bar, and no other"
    bar.get_by_role("button", name="Pause").click()
    bar.get_by_role("slider", name="Time").fill("1")
    expect(bar).to_contain_text("1.0 / ")
    times = left.locator("video").evaluate_all("videos => videos.map(video => video.currentTime)")
    assert times == pytest.approx([1.0, 1.0], abs=0.05)


def test_two_takes_are_compared_and_the_comparison_lasts(
    open_notebook, sandbox: Sandbox, photo: Path, folder: Path
) -> None:
    notebook = open_notebook(STUDIO, "pass")
    page = notebook.page
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    for count, prompt in enumerate(("A slow dolly in over the wood", "A fast dolly in over the wood"), 1):
        studio.write(prompt)
        studio.generate.click()
        expect(studio.takes).to_have_count(count)

    # By keyboard: Space selects the poster that has the focus. Lab hears nothing of it.
    studio.takes.first.get_by_role("button").first.focus()
    page.keyboard.press("Space")
    expect(studio.root).to_contain_text("One take is selected")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    compared = studio.root.get_by_role("region", name="Comparing 2 takes")
    videos = compared.locator("video")
    expect(videos).to_have_count(2)
    expect(studio.player).to_have_count(0)
    expect(compared.locator("mark")).to_have_text(["fast", "slow"])
    expect_to_fit(studio.root, "a comparison", 320, 720)

    compared.locator("video").first.click()
    page.wait_for_function(
        f"() => ({IN_STEP})([...document.querySelectorAll('[aria-label^=Comparing] video')])", polling=20
    )
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(compared).to_contain_text(re.compile(r"frame \d+"))
    page.wait_for_function(
        f"() => ({ON_ONE_PICTURE})([...document.querySelectorAll('[aria-label^=Comparing] video')])",
        polling=20,
    )
    page.keyboard.press("2")
    expect(compared.get_by_role("button", name=re.compile("Pick")).nth(1)).to_have_attribute(
        "aria-pressed", "true"
    )
    ARTEFACTS.mkdir(exist_ok=True)
    studio.root.screenshot(path=ARTEFACTS / "compare-studio.png")
    notebook.save()
    notebook.reload()
    studio = StudioView(notebook.output(0)).wait()
    compared = studio.root.get_by_role("region", name="Comparing 2 takes")
    expect(compared.locator("video")).to_have_count(2)
    expect(compared.locator("mark")).to_have_text(["fast", "slow"])

    compared.get_by_role("button", name="Copy as cell").click()
    cell = page.evaluate("() => navigator.clipboard.readText()")
    notebook.look(f"(panel.model.cells.get(1).sharedModel.setSource({cell!r}), void 0)")
    notebook.run(1)
    left = notebook.output(1)
    expect(left.locator("video")).to_have_count(2)
    expect(left.locator("mark")).to_have_text(["fast", "slow"])
    expect(left).to_contain_text("picked")
    expect_in_step(left)
    assert len(sandbox.ledger) == 2

    notebook.save()
    exported = folder / "notebook.html"
    exported.write_text(HTMLExporter().from_filename(folder / "notebook.ipynb")[0], "utf-8")
    other = page.context.new_page()
    other.goto(exported.as_uri())
    expect_in_step(other.locator("[data-reka-step]"))
    other.screenshot(path=ARTEFACTS / "compare-exported.png")
    other.close()

    copy = from_elsewhere(folder / "notebook.ipynb")
    notebook.reopen_without_kernel(f"{folder.name}/{copy.name}")
    assert not notebook.has_kernel
    assert not notebook.trusts(1)
    left = notebook.output(1)
    expect(left.get_by_role("button", name="Play all")).to_have_count(0)
    for place in range(2):
        expect_playing(left.locator("video").nth(place))
    boxes = [left.locator("video").nth(place).bounding_box() for place in range(2)]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["y"] == pytest.approx(boxes[1]["y"], abs=1), "they stand side by side"
    assert boxes[1]["x"] > boxes[0]["x"] + boxes[0]["width"] - 1
    left.screenshot(path=ARTEFACTS / "compare-output-not-trusted.png")
