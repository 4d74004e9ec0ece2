"""Test a sweep in a real notebook: counted first, seen filling, kept over a reload, cancelled as one."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS, STUDIO
from .fit import expect_to_fit
from .studio import StudioView

pytestmark = pytest.mark.browser


def never_for_a_number(_: str, given: Mapping[str, object]) -> float:
    """Return how long a request takes: those whose prompt has a number never end."""
    return 600.0 if re.search(r"\d", str(given["prompt"])) else 1.5


@pytest.mark.parametrize("seconds", [never_for_a_number])
def test_alternatives_become_a_sweep_and_many_are_agreed_to_and_stopped_as_one(
    open_notebook, sandbox: Sandbox, photo: Path
) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")

    studio.write("A {{slow|fast pan")
    expect(studio.root).to_contain_text("is not closed. Close it with }}")
    studio.write("A {{slow|fast}} pan")
    expect(studio.generate).to_have_accessible_description(re.compile(r"2.new"))
    studio.root.get_by_role("combobox", name="Duration").select_option("Several…")
    studio.root.get_by_role("checkbox", name="3 s", exact=True).check()
    expect(studio.generate).to_have_accessible_description(re.compile(r"4.new"))
    square = studio.root.get_by_role("checkbox", name="fast · Duration 5 s: new")
    square.click()
    expect(studio.generate).to_have_accessible_name(re.compile("Generate 3"))
    studio.page.keyboard.press("Space")
    expect(studio.generate).to_have_accessible_name(re.compile("Generate 4"))
    expect_to_fit(studio.root, "a sweep to be made", 320, 1200)
    assert [seen.path for seen in sandbox.log if seen.step != "models"] == []

    studio.generate.click()
    sweep = studio.root.get_by_role("article", name="Variations")
    expect(sweep.get_by_role("columnheader", name="Duration 3 s")).to_be_visible()
    expect(sweep.get_by_role("rowheader", name="slow")).to_be_visible()
    expect(sweep).to_contain_text("4 of 4 done")
    expect(studio.jobs).to_have_count(0)
    assert len(sandbox.ledger) == 4
    expect(studio.generate).to_have_accessible_description(re.compile(r"4.made"))
    ARTEFACTS.mkdir(exist_ok=True)
    sweep.screenshot(path=ARTEFACTS / "sweep.png")

    # Its switch stays in sight, also where the notebook scrolls and not the page.
    switch = sweep.get_by_role("button", name="Play in step")
    sweep.locator(".rk-place").last.evaluate("element => element.scrollIntoView({ block: 'start' })")
    expect(switch).to_be_in_viewport()
    switch.click()
    expect(sweep.locator("video")).to_have_count(4)
    notebook.page.wait_for_function(
        "() => [...document.querySelectorAll('.rk-sweep video')].every(video => video.currentTime > 0.4)"
    )
    sweep.screenshot(path=ARTEFACTS / "sweep-in-step.png")
    switch.click()
    sweep.get_by_role("button", name=re.compile("fast, Duration 3 s")).first.click()
    expect(studio.player).to_contain_text("A fast pan")

    sweep.get_by_role("button", name="Fold the variations").click()
    expect(sweep).to_have_count(0)
    row = studio.root.get_by_role("region", name="4 variations")
    expect(row.get_by_role("listitem")).to_have_count(4)
    expect_to_fit(studio.root, "a wall with a folded sweep")

    # Many are agreed to first, and paused; over a reload, both stay as they are.
    studio.root.get_by_role("button", name="Duration: one value only").click()
    studio.write("A pan {{1|2|3}} at {{dawn|noon|dusk}}")
    studio.generate.click()
    expect(studio.generate).to_have_accessible_name(re.compile("Make 9.videos"))
    assert len(sandbox.ledger) == 4
    studio.generate.click()
    expect(sweep).to_contain_text("new")
    expect(sweep.get_by_text(re.compile("queue|Making|left"))).to_have_count(4)
    expect_to_fit(sweep, "a sweep that runs", 320, 1200)
    sweep.get_by_role("button", name="Pause the variations").click()
    expect(sweep.get_by_role("button", name="Resume the variations")).to_be_focused()
    notebook.save()
    notebook.reload()
    studio = StudioView(notebook.output(0)).wait()
    row = studio.root.get_by_role("region", name="4 variations")
    expect(row.get_by_role("listitem")).to_have_count(4)
    sweep = studio.root.get_by_role("article", name="Variations")
    expect(sweep).to_contain_text("paused")
    expect_to_fit(sweep, "a paused sweep")
    sweep.get_by_role("button", name="Cancel the variations").click()
    expect(sweep).to_contain_text("9 cancelled")
    assert len(sandbox.ledger) == 8

    row.get_by_role("button", name="Unfold").click()
    expect(studio.root.get_by_role("columnheader", name="Duration 3 s")).to_be_visible()
