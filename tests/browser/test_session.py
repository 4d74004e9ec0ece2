"""Spend a session in the studio as a person does: count their clicks, cull by keys, lose nothing on the way."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS, STUDIO
from .lab import Notebook
from .studio import StudioView

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

PICTURES = ARTEFACTS / "session"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDTHS = (420, 800, 1200, 1600)
"""Pixels of an output."""

COUNT = """() => {
    window.clicks = 0;
    addEventListener('click', event => { if (event.isTrusted && event.detail) window.clicks += 1 }, true);
}"""
"""Counts the presses of a pointer; a key that presses a button has no ``detail``."""

NOTE = "Slower, and let the gulls come in from the left."


def while_said(_: str, given: Mapping[str, object]) -> float:
    """Return a while for prompts that ask for it, else half a second."""
    return 4.0 if "for a while" in str(given["prompt"]) else 0.5


def opened(open_notebook: Callable[..., Notebook], photo: Path, *cells: str) -> tuple[Notebook, StudioView]:
    """Return a notebook and its studio, which has the photograph."""
    notebook = open_notebook(STUDIO, *cells)
    notebook.command("application:toggle-left-area")
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    return notebook, studio


@pytest.fixture
def clicks(page: Page) -> Callable[..., object]:
    """Return what checks that a person needs just so many clicks for something."""

    @contextmanager
    def count(wanted: int) -> Iterator[None]:
        page.evaluate("() => { window.clicks = 0 }")
        yield
        assert page.evaluate("() => window.clicks") == wanted

    return count


def takes(studio: StudioView) -> Locator:
    """Return the takes to be seen, of a sweep or by themselves on the wall."""
    return studio.root.locator(".rk-poster:not(:has(.rk-job-tile))")


@pytest.mark.parametrize("seconds", [while_said])
def test_a_few_clicks_are_enough(
    open_notebook, page: Page, sandbox: Sandbox, photo: Path, clicks: Callable
) -> None:
    image = "import reka_notebook; await reka_notebook.submit('A harbour', model='nano-banana/text-to-image')"
    notebook, studio = opened(open_notebook, photo, image)
    page.evaluate(COUNT)
    moved = studio.watch_for_shifts()
    studio.write("A slow pan")
    studio.generate.click()
    with clicks(0):  # the result plays by itself
        expect(studio.video).to_be_visible()
        page.wait_for_function("() => document.querySelector('.rk-studio video')?.currentTime > 0.2")
    assert moved() == []

    with clicks(1):  # four more takes
        studio.root.get_by_role("button", name="Make 4 new takes of the same").click()
        expect(studio.root.get_by_role("article", name="Variations").locator(".rk-poster")).to_have_count(4)
    with clicks(1):  # rate on the wall
        takes(studio).nth(1).hover()
        takes(studio).nth(1).get_by_role("button", name="Rate 2 of 3").click()
        expect(studio.root).to_contain_text("1 of 5 judged")
    with clicks(2):  # compare two
        for place in (0, 1):
            takes(studio).nth(place).hover()
            takes(studio).nth(place).get_by_role("button", name=re.compile("^Select")).click()
        expect(studio.root.get_by_role("region", name="Comparing 2 takes")).to_be_visible()
    page.keyboard.press("Escape")
    with clicks(1):  # reject
        takes(studio).nth(3).hover()
        takes(studio).nth(3).get_by_role("button", name="Reject").click()
        expect(studio.root).to_contain_text("2 of 5 judged")

    takes(studio).nth(0).locator(".rk-take-picture").click(position={"x": 100, "y": 10})
    studio.write("Something else altogether")
    with clicks(1):  # reuse settings
        studio.player.get_by_role("button", name="Reuse settings", exact=True).click()
        expect(studio.prompt).to_have_value("A slow pan")
    with clicks(1):  # continue and write
        studio.player.get_by_role("button", name=re.compile("Continue from")).click()
        expect(studio.prompt).to_be_focused()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("The boat comes in")
        expect(studio.prompt).to_have_value("The boat comes in")
        expect(studio.image).not_to_contain_text("photo.jpg")

    sandbox.fail_next(error={"message": "The image was refused by a filter"})
    studio.generate.click()
    expect(studio.at_work).to_contain_text("refused by a filter")
    with clicks(1):  # retry
        studio.at_work.get_by_role("button", name=re.compile("^Retry")).click()
        expect(studio.player).to_contain_text("The boat comes in")

    notebook.run(1)
    notebook.output(0).scroll_into_view_if_needed()
    picture = studio.takes.filter(has_text="harbour").locator(".rk-take-picture")
    with clicks(2):  # animate an image
        picture.click(position={"x": 100, "y": 10})
        studio.player.get_by_role("button", name="Animate").click()
        expect(studio.prompt).to_be_focused()
        expect(studio.image).not_to_contain_text("photo.jpg")


@pytest.fixture
def shoot() -> Callable[[Notebook, StudioView, str], None]:
    """Take pictures of the studio in each theme and width."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def take(notebook: Notebook, studio: StudioView, name: str) -> None:
        page = notebook.page
        before = page.viewport_size
        for theme, title in THEMES.items():
            notebook.use_theme(title)
            for width in WIDTHS:
                page.set_viewport_size({"width": width + 120, "height": 1700})
                page.wait_for_timeout(600)
                studio.root.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png")
        notebook.use_theme(THEMES["light"])
        page.set_viewport_size(before)
        page.wait_for_timeout(300)

    return take


@pytest.mark.draw(0)
@pytest.mark.parametrize("seconds", [while_said])
def test_a_session_of_many_takes(open_notebook, page: Page, sandbox: Sandbox, photo: Path, shoot) -> None:
    rounds = 12
    notebook, studio = opened(open_notebook, photo)
    shoot(notebook, studio, "1-begin")
    for number in range(rounds):
        studio.write(f"Pan {number} over the harbour")
        studio.root.get_by_role("button", name="Make 4 new takes of the same").click()
        expect(studio.root).to_contain_text(f"of {4 * number + 4} judged")
    shoot(notebook, studio, "2-made")

    studio.write("A {{slow|fast}} pan at {{dawn|noon|dusk}}, {{mist|rain}}")
    studio.generate.click()
    expect(studio.generate).to_contain_text("Make 12 videos")
    shoot(notebook, studio, "3-asked")
    studio.generate.click()
    sweep = studio.root.get_by_role("article", name="Variations")
    expect(sweep.get_by_role("columnheader", name="dawn").first).to_be_visible()
    made = 4 * rounds + 12
    expect(studio.root).to_contain_text(f"of {made} judged")
    shoot(notebook, studio, "4-sweep")

    # Culled by keys alone.
    takes(studio).first.locator(".rk-take").focus()
    for key in ("1", "ArrowRight", "3", "ArrowRight", "p", "ArrowRight", "x", "n", "2", "n", "x"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    expect(studio.root).to_contain_text(re.compile(rf"6 of {made} judged"))
    shoot(notebook, studio, "5-culled")
    page.keyboard.press("ControlOrMeta+z")
    expect(studio.root).to_contain_text(re.compile(rf"5 of {made} judged"))

    # Continued.
    studio.player.get_by_role("button", name=re.compile("Continue from")).click()
    expect(studio.prompt).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("The boat comes in")
    studio.generate.click()
    expect(studio.player).to_contain_text("The boat comes in")
    shoot(notebook, studio, "6-continued")

    # One fails, and is tried again.
    sandbox.fail_next(error={"message": "The image was refused by a filter"})
    studio.write("The lamp turns")
    studio.generate.click()
    expect(studio.at_work).to_contain_text("refused by a filter")
    shoot(notebook, studio, "7-failed")
    studio.at_work.get_by_role("button", name=re.compile("Edit and retry")).click()
    expect(studio.prompt).to_be_focused()
    page.keyboard.type(" once")
    studio.generate.click()
    expect(studio.player).to_contain_text("The lamp turns once")
    shoot(notebook, studio, "8-tried-again")

    # A note is written while three jobs end, and the page is loaded again in the middle.
    for name in ("Slower", "Faster", "Higher"):
        studio.write(f"{name}, for a while")
        studio.generate.click()
    takes(studio).nth(3).locator(".rk-take-picture").click(position={"x": 100, "y": 10})
    studio.video.evaluate("video => video.pause()")
    note = studio.player.get_by_role("textbox", name="Note")
    note.click()
    page.keyboard.type(NOTE, delay=100)
    expect(studio.root.get_by_role("button", name="3 new · Show")).to_be_visible()
    expect(note).to_be_focused()
    expect(note).to_have_value(NOTE)
    shoot(notebook, studio, "9-noted")
    shown = studio.player.locator(".rk-player-prompt").inner_text()
    notebook.save()
    notebook.reload()
    studio = StudioView(notebook.output(0)).wait()
    expect(studio.player.get_by_role("textbox", name="Note")).to_have_value(NOTE)
    expect(studio.player.locator(".rk-player-prompt")).to_have_text(shown)
    shoot(notebook, studio, "10-loaded-again")
    # The boat, the lamp that failed, the lamp once more, and the three of the note: each once.
    assert len(sandbox.ledger) == made + 6
