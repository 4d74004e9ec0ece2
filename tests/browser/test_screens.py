"""Take pictures of every screen into `.artefacts/screens/`, and check that nothing sticks out of its frame.

Without ``--soak`` the tests of what is shown check that, in one or two widths (``expect_to_fit``).
"""

import itertools
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS, STUDIO
from .fit import expect_inside, fit
from .lab import Notebook, from_elsewhere
from .studio import StudioView

pytestmark = [pytest.mark.browser, pytest.mark.draw(0), pytest.mark.timeout(900)]

SCREENS = ARTEFACTS / "screens"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
CONTRAST = {"contrast": "JupyterLab Dark High Contrast", "forced": "JupyterLab Light"}
"""Lab's own theme of high contrast, and a light one where the system forces its colours."""
WIDTHS = [320, 720, 1200]
"""Pixels of an output; those of high contrast are taken in one width alone."""
PICTURES = list(itertools.product(THEMES, WIDTHS)) + [(theme, 720) for theme in CONTRAST]
LOADED = """frame => [...frame.querySelectorAll('video')].every(video => video.readyState >= 2)
    && [...frame.querySelectorAll('img')].every(picture => picture.complete)"""


@pytest.fixture(scope="module", autouse=True)
def screens() -> None:
    """Empty the folder for the pictures."""
    shutil.rmtree(SCREENS, ignore_errors=True)
    SCREENS.mkdir(parents=True)


@pytest.fixture
def shoot() -> Callable[[Notebook, Locator, str], None]:
    """Take a picture of a frame in each theme and width, and check that all of it is inside."""

    def take(notebook: Notebook, frame: Locator, name: str) -> None:
        page = notebook.page
        for theme, width in sorted(PICTURES):
            notebook.use_theme((THEMES | CONTRAST)[theme])
            page.emulate_media(forced_colors="active" if theme == "forced" else "none")
            fit(page, frame, width)
            frame.scroll_into_view_if_needed()
            with suppress(PlaywrightTimeout):  # whether a video plays is for other tests
                page.wait_for_function(LOADED, arg=frame.element_handle(), timeout=5000)
            expect_inside(frame, name, width)
            frame.screenshot(path=SCREENS / f"{name}-{theme}-{width}.png")
        page.emulate_media(forced_colors="none")

    return take


def slowly_where_said(endpoint: str, given: Mapping[str, object]) -> float:
    """Return a minute and a half for prompts that ask for it, else a moment."""
    return 90.0 if "slowly" in str(given["prompt"]) else 0.5


@pytest.mark.parametrize("render", ["full"])
@pytest.mark.parametrize("seconds", [slowly_where_said])
def test_screens_of_the_studio(open_notebook, sandbox: Sandbox, photo: Path, shoot) -> None:
    notebook = open_notebook(STUDIO)
    notebook.command("application:toggle-left-area")
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    shoot(notebook, studio.root, "studio-1-empty")

    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("A hand takes the cup, the light warms, and the camera follows it to the window")
    shoot(notebook, studio.root, "studio-2-image")

    sandbox.fail_next(error={"message": "The image was refused by a filter"})
    studio.generate.click()
    failed = studio.job("A hand takes the cup")
    expect(failed).to_contain_text("Failed")
    shoot(notebook, studio.root, "studio-3-failed")
    failed.get_by_role("button", name=re.compile("Dismiss")).click()

    studio.write("Pan left across the wood")
    studio.generate.click()
    expect(studio.video).to_be_visible()
    shoot(notebook, studio.root, "studio-4-done")

    studio.write("Zoom out to the whole room, quietly, while the light of the afternoon goes")
    studio.generate.click()
    expect(studio.takes).to_have_count(2)
    studio.write("Slowly, slowly, the cup is filled again")
    studio.generate.click()
    expect(studio.job("Slowly")).to_contain_text(re.compile("Waiting|Making"))
    shoot(notebook, studio.root, "studio-5-running")

    studio.write("Pan left across the wood")
    expect(studio.generate).to_have_accessible_name("Show it")
    studio.generate.click()
    studio.root.get_by_role("button", name="More", exact=True).click()
    shoot(notebook, studio.root, "studio-6-kept-and-more-options")


@pytest.mark.parametrize("seconds", [slowly_where_said])
def test_screens_of_several_takes(open_notebook, sandbox: Sandbox, photo: Path, shoot) -> None:
    notebook = open_notebook(STUDIO)
    notebook.command("application:toggle-left-area")
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    root = studio.root
    studio.choose(photo)
    studio.has_image("photo.jpg")

    studio.write("A {{slow|fast}} pan")
    studio.model.select_option("Several…")
    root.get_by_role("checkbox", name="Veo 3.1").check()
    expect(studio.generate).to_have_accessible_description(re.compile(r"^4.new"))
    shoot(notebook, root, "several-1-models")

    studio.generate.click()
    sweep = root.get_by_role("article", name="Variations")
    expect(sweep).to_contain_text("4 of 4 done")
    studio.write("{{A pan|Slowly, slowly}}, {{dawn|noon|dusk}}")
    root.get_by_role("button", name="Model: one value only").click()
    studio.generate.click()
    expect(sweep).to_have_count(1)
    expect(sweep.first).to_contain_text("3 of 6 done")
    shoot(notebook, sweep.first, "several-2-running")
    sweep.first.get_by_role("button", name="Pause the variations").click()
    expect(sweep.first.get_by_role("button", name="Resume the variations")).to_be_visible()
    shoot(notebook, sweep.first, "several-3-paused")
    sweep.first.get_by_role("button", name="Cancel the variations").click()
    fold = sweep.first.get_by_role("button", name="Fold the variations")
    expect(fold).to_be_visible()
    shoot(notebook, root, "several-4-cancelled-and-the-wall")
    fold.click()
    expect(sweep).to_have_count(0)

    takes = root.locator(".rk-poster .rk-take")  # of the folded sweeps
    takes.nth(0).click()
    studio.player.get_by_role("button", name="Rate 2 of 3").click()
    studio.player.get_by_role("button", name="Details").click()
    studio.player.get_by_role("button", name="Pin").click()
    expect(studio.player.get_by_role("button", name="Save GIF")).to_be_visible()
    shoot(notebook, root, "several-5-details")
    for place in range(2):
        takes.nth(place).focus()
        notebook.page.keyboard.press("Space")
    expect(root.get_by_role("region", name="Comparing 2 takes").locator("video")).to_have_count(2)
    shoot(notebook, root, "several-6-comparison")

    notebook.shut_kernel_down()
    expect(root).to_contain_text("Kernel stopped")
    shoot(notebook, root, "several-7-offline")


@pytest.mark.parametrize("profile", ["reka"])
def test_screens_of_what_it_costs(open_notebook, sandbox: Sandbox, photo: Path, shoot) -> None:
    line = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 15\n"
    notebook = open_notebook(
        STUDIO, "%load_ext reka_notebook\n%reka budget 2.5 day", "%reka spend", f"{line}Zoom out"
    )
    notebook.command("application:toggle-left-area")
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    for prompt in ("A slow pan across the wood", "Steam rises"):
        studio.write(prompt)
        studio.generate.click()
        expect(studio.video).to_be_visible()
        expect(studio.generate).to_have_accessible_name("Show it")
    studio.write("The light warms")
    expect(studio.generate).to_have_accessible_name("Generate · about $0.70")
    shoot(notebook, studio.root, "price-1-one")
    notebook.run(1)
    studio.write("The {{light|room}} warms")
    studio.model.select_option("Several…")
    studio.root.get_by_role("checkbox", name="Veo 3.1", exact=True).check()
    expect(studio.root).to_contain_text("Veo 3.1 price not known yet")
    shoot(notebook, studio.root, "price-2-models-over-budget")
    studio.generate.click()
    expect(studio.root).to_contain_text("Nothing was sent")
    shoot(notebook, studio.root, "price-3-refused")
    notebook.run(2)
    shoot(notebook, notebook.output(2), "price-4-spend")
    notebook.start(3)
    notebook.wait_for(3)
    expect(notebook.output(3)).to_contain_text("Over budget")
    shoot(notebook, notebook.output(3), "price-5-over-budget-in-a-cell")


@pytest.mark.parametrize("render", ["full"])
@pytest.mark.parametrize("seconds", [slowly_where_said])
def test_screens_of_a_cells_output(open_notebook, sandbox: Sandbox, folder: Path, shoot) -> None:
    with Image.open(folder / "photo.jpg") as photo:
        photo.transpose(Image.Transpose.ROTATE_90).save(folder / "tall.jpg")
    line = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\n"
    cells = {
        "load": "%load_ext reka_notebook",
        "done": f"{line}A hand takes the cup, the light warms, and the camera follows it to the window",
        "kept": f"{line}A hand takes the cup, the light warms, and the camera follows it to the window",
        "failed": f"{line}Pan left",
        "tall": f"{line.replace('photo', 'tall')}Tilt up",
        "running": f"{line}Steam rises slowly",
    }
    notebook = open_notebook(*cells.values())
    notebook.command("application:toggle-left-area")
    for place, name in enumerate(cells):
        if name == "failed":
            sandbox.fail_next(error={"message": "The image was refused by a filter"})
        notebook.start(place)
        if name != "running":
            notebook.wait_for(place)
        output = notebook.output(place)
        if name == "done":
            output.locator("summary").click()
        elif name == "kept":
            expect(output).to_contain_text("not charged again")
        elif name == "running":
            expect(output.get_by_role("region", name="Job")).to_contain_text("Waiting in the queue")
        if name != "load":
            shoot(notebook, output, f"output-{name}")

    notebook.save()
    copy = from_elsewhere(folder / "notebook.ipynb")
    notebook.reopen_without_kernel(f"{folder.name}/{copy.name}")
    shoot(notebook, notebook.output(list(cells).index("tall")), "output-tall-not-trusted")
    assert len({path.name.split("-")[1] for path in SCREENS.glob("output-*.png")}) == len(cells) - 1
