"""Test in a real notebook what was measured and judged: a sweep as a heat map, what won, and the wall sorted."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS, STUDIO
from .fit import expect_to_fit
from .studio import StudioView

pytestmark = pytest.mark.browser

MEASURE = "import reka_notebook\n\nreka_notebook.takes().measure();"
JUDGE = """
from reka_notebook import Study, takes

study = Study(takes())
slow, fast = ([take for take in study.takes if word in take.prompt] for word in ("slow", "fast"))
for _ in range(2):
    for one in slow:
        for other in fast:
            study.add(one, other, one)
"""


def values(places: Locator) -> list[float]:
    """Return the numbers in some places, from first to last."""
    found = (re.search(r"-?\d+\.\d+", text.replace("\u2212", "-")) for text in places.all_inner_texts())
    return [float(one.group()) for one in found if one]


def test_what_was_measured_and_judged_is_seen(open_notebook, sandbox: Sandbox, photo: Path) -> None:
    notebook = open_notebook(STUDIO, MEASURE, JUDGE)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("A {{slow|fast}} pan at {{dawn|noon|dusk|mist}}")
    expect(studio.generate).to_have_accessible_description(re.compile(r"8.new"))
    studio.generate.click()
    sweep = studio.root.get_by_role("article", name="8 variations")
    expect(sweep).to_contain_text("8 of 8 done", timeout=60_000)
    maps = sweep.get_by_role("combobox", name="Heat map")
    expect(maps).to_have_count(0)

    # Measured in a cell, while the studio is open: it hears of it.
    notebook.run(1)
    expect(maps).to_be_visible(timeout=60_000)
    maps.select_option("Motion")
    strips = sweep.locator(".rk-heat")
    expect(strips).to_have_count(8)
    legend = values(sweep.locator(".rk-heat-scale > span"))
    assert [min(values(strips)), max(values(strips))] == legend
    tints = {
        strip.evaluate("element => element.style.getPropertyValue('--rk-heat')") for strip in strips.all()
    }
    assert len(tints) > 1
    expect(sweep.locator(".rk-poster")).to_have_count(8)

    notebook.run(2)
    heading = sweep.get_by_role("rowheader", name=re.compile("^slow"))
    expect(heading).not_to_contain_text("32 of 32")
    studio.generate.hover()
    notebook.page.wait_for_timeout(2100)  # for so long the same is not asked again
    heading.hover()
    expect(heading).to_contain_text("32 of 32")
    expect(heading).to_have_accessible_name(re.compile("slow: preferred in 32 of 32 comparisons. .*likely"))
    expect(sweep.get_by_role("rowheader", name=re.compile("^fast"))).to_contain_text("0 of 32")
    noon = sweep.get_by_role("columnheader", name="noon")
    expect(noon).to_have_accessible_name(
        re.compile("noon: preferred in 6 of 12 comparisons. .*not yet certain")
    )
    expect(sweep).to_contain_text("slow likely beats fast")
    ARTEFACTS.mkdir(exist_ok=True)
    sweep.screenshot(path=ARTEFACTS / "heat-map.png")
    expect_to_fit(studio.root, "a heat map", 320, 1200)

    sweep.get_by_role("button", name="Fold the variations").click()
    order = studio.root.get_by_role("combobox", name="Sort by")
    order.select_option("Motion, highest first")
    posters = studio.root.locator(".rk-wall-list .rk-take-value")
    expect(posters).to_have_count(8)
    answered = studio.root.locator('.rk-wall-list[aria-busy="false"]')
    expect(answered).to_have_count(1)
    most_first = values(posters)
    assert most_first == sorted(most_first, reverse=True)
    order.select_option("Sharpness, lowest first")
    expect(posters.first).to_contain_text("Sharpness")
    expect(answered).to_have_count(1)
    least_first = values(posters)
    assert least_first == sorted(least_first)
    expect(studio.root).not_to_contain_text("not measured yet")
    expect_to_fit(studio.root, "a sorted wall", 320, 1200)

    notebook.save()
    notebook.reload()
    studio = StudioView(notebook.output(0)).wait()
    expect(studio.root.locator(".rk-wall-list .rk-take-value")).to_have_count(8)
    assert values(studio.root.locator(".rk-wall-list .rk-take-value")) == least_first
    studio.root.get_by_role("combobox", name="Sort by").select_option("Newest")
    studio.root.get_by_role("button", name="Unfold").click()
    expect(studio.root.locator(".rk-heat")).to_have_count(8)
