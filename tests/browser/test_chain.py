"""Test a whole chain in a notebook, by hand and as cells: from words to an image to a film with a voice."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from reka_notebook.library import Library
from reka_notebook.sandbox import Sandbox

from .lab import Notebook, from_elsewhere
from .studio import StudioView

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("seconds", [0.2])]

STUDIO = "import reka_notebook\nreka_notebook.studio()"

TASKS = [
    *("text-to-image", "edit", "image-to-bbox"),
    *("image-to-video", "image-to-video", "text-to-speech", "with-sound"),
]
"""The steps of a chain, of which the last is made on this machine."""

LED = {1: [0], 2: [1], 3: [1], 4: [3], 6: [4, 5]}
"""From which steps each came: the boxes and the crop of them are both of the edited image."""


@pytest.fixture
def profile() -> str:
    """Return a service that lists models for every task, and bills."""
    return "reka"


def lineage(home: Path) -> tuple[list[str], dict[int, list[int]]]:
    """Return the tasks of the kept takes in the order in which they were asked for, and the parents of each."""
    library = Library.at(home)
    jobs = sorted(library.jobs.all(), key=lambda job: job.created)
    steps = {job.id: step for step, job in enumerate(jobs)}
    led = {steps[id_]: sorted(steps[one] for one in library.lineage.parents(id_)) for id_ in steps}
    tasks = [job.request.endpoint.rpartition("/")[2] for job in jobs]
    return tasks, {step: parents for step, parents in led.items() if parents}


def check_charges(sandbox: Sandbox) -> None:
    """Check that each step was charged once, and the last one not at all."""
    assert [charge.endpoint.rpartition("/")[2] for charge in sandbox.ledger] == TASKS[:-1]
    assert [charge.replays for charge in sandbox.ledger] == [0] * len(sandbox.ledger)


def test_a_chain_is_made_by_hand(open_notebook, page: Page, sandbox: Sandbox, tmp_path: Path) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    made = 0

    def make(prompt: str) -> None:
        """Write what is wanted, and have it made by the keys for that."""
        nonlocal made
        studio.write(prompt)
        page.keyboard.press("ControlOrMeta+Enter")
        made += 1
        expect(studio.takes).to_have_count(made)
        expect(studio.player.locator(".rk-player-prompt")).to_have_text(prompt)

    def begin(words: str) -> None:
        """Press what leads on from the take that is open, after which the next words can be written at once."""
        studio.player.get_by_role("button", name=words, exact=True).click()
        expect(studio.prompt).to_be_focused()

    studio.root.get_by_role("radio", name="Video").press("ArrowRight")
    expect(studio.root.get_by_role("radio", name="Image")).to_be_checked()
    make("A red boat on a calm lake, a lighthouse and a moon")
    begin("Edit")
    make("A warm evening, add a tree")
    begin("Find boxes")
    make("boat, lighthouse, tree")
    studio.player.get_by_role("button", name=re.compile("^Crop to this boat")).click()
    expect(studio.root.get_by_text("Cropped to boat.").first).to_be_visible()
    expect(studio.root.get_by_role("radio", name="Video")).to_be_checked()
    make("Slow push in")
    begin("Continue from here")
    make("Zoom out to the whole lake")
    studio.root.get_by_text("Speech", exact=True).click()
    make("Home before dark.")
    studio.player.get_by_role("button", name="Put under a video").click()
    panel = studio.player.get_by_role("region", name="Put under a video")
    expect(panel.get_by_role("radio", name=re.compile("Zoom out"))).to_be_checked()
    panel.get_by_role("button", name="Put it under").press("Enter")
    expect(studio.player).to_contain_text("With sound")
    expect(studio.takes).to_have_count(made + 1)

    assert lineage(tmp_path / "library") == (TASKS, LED)
    check_charges(sandbox)
    check_row(studio)

    notebook.save()
    notebook.reload()
    studio = StudioView(notebook.output(0)).wait()
    expect(studio.player).to_contain_text("With sound")
    expect(studio.takes).to_have_count(made + 1)
    check_row(studio)
    check_family_of_voice(studio)

    # Back to the edit, by keys: the stage, the form and the wall are its.
    card(studio, "Voice").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(card(studio, "Edit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(card(studio, "Edit")).to_have_attribute("aria-current", "step")
    expect(studio.player.locator(".rk-player-prompt")).to_have_text("A warm evening, add a tree")
    expect(studio.root.get_by_role("radio", name="Image")).to_be_checked()
    expect(studio.prompt).to_have_value("A warm evening, add a tree")
    expect(studio.takes).to_have_count(1)
    check_charges(sandbox)


def card(studio: StudioView, step: str) -> Locator:
    """Return the card of a step in the chain across the top."""
    return studio.root.get_by_role("navigation", name="Chain").get_by_role(
        "button", name=re.compile(f"^{step},")
    )


def check_row(studio: StudioView) -> None:
    """Check that the chain across the top has a card for each step, and the last one open and in sight."""
    row = studio.root.get_by_role("list", name="Steps")
    steps = ("Image", "Edit", "Boxes", "Shot 1", "Shot 2", "Voice")
    expect(row.get_by_role("listitem")).to_have_text([re.compile(f"^{step}") for step in steps])
    expect(card(studio, "Voice")).to_have_attribute("aria-current", "step")
    expect(card(studio, "Voice")).to_be_in_viewport(ratio=0.95)


def check_family_of_voice(studio: StudioView) -> None:
    """Open the family of the take that is looked at, and check who is in it and how each came from another."""
    opener = studio.player.get_by_role("button", name="Family")
    opener.press("Enter")
    family = studio.page.get_by_role("dialog", name="Family")
    members = family.locator("[data-member]")
    expect(members).to_have_count(len(TASKS) - 1)  # the boxes lead nowhere
    for step in ("Image", "Edit", "Shot 1", "Shot 2", "Speech", "Voice"):
        expect(family.get_by_role("button", name=re.compile(f"{step},"))).to_have_count(1)
    for how in ("Image, cropped", "Last frame", "Video from Shot 2 · Sound from Speech"):
        expect(family).to_contain_text(how)
    studio.page.keyboard.press("ArrowLeft")
    expect(family.get_by_role("region", name=re.compile("^Looked at"))).to_contain_text("Shot 2")
    studio.page.keyboard.press("Escape")
    expect(family).to_have_count(0)
    expect(opener).to_be_focused()


CELLS = (
    "%load_ext reka_notebook",
    "%%reka_image --as harbour\nA red boat on a calm lake, a lighthouse and a moon",
    "%%reka_image -i harbour --as evening\nA warm evening, add a tree",
    "%%reka_boxes -i evening --as found\nboat, lighthouse, tree",
    """
from reka_notebook.media import crop
boat = next(box for box in found.boxes if box.label == "boat")
close_up = crop(evening.path, boat.pixels)
""",
    "%%reka_video -i close_up -m kling-v3-pro --duration 3 --as shot\nSlow push in",
    "%%reka_video -i shot -m kling-v3-pro --duration 3 --as sequel\nZoom out to the whole lake",
    "%%reka_speech --as voice\nHome before dark.",
    "told = sequel.with_sound(voice, at=0.5, own='lower')\ntold",
    "told.family()",
)


def test_a_chain_is_made_in_cells_and_its_family_stays_in_the_notebook(
    open_notebook: Callable[..., Notebook], sandbox: Sandbox, folder: Path, tmp_path: Path
) -> None:
    notebook = open_notebook(*CELLS)
    for _ in range(2):  # the second time, for nothing
        notebook.run_all()
        notebook.wait_for(len(CELLS) - 1)
        assert not [output for cell in notebook.cells for output in cell["outputs"] if "ename" in output]
        assert lineage(tmp_path / "library") == (TASKS, LED)
        check_charges(sandbox)
    notebook.save()

    copy = from_elsewhere(folder / "notebook.ipynb")
    notebook.reopen_without_kernel(f"{folder.name}/{copy.name}")
    assert not notebook.has_kernel
    assert not notebook.trusts(len(CELLS) - 1)
    check_family(notebook.output(len(CELLS) - 1))


def check_family(shown: Locator) -> None:
    """Check that a family is seen from left to right, a picture for each take, and on the way what changed."""
    pictures = shown.locator("td img")
    expect(pictures).to_have_count(len(TASKS) - 1)  # the boxes lead nowhere
    assert pictures.evaluate_all("pictures => pictures.every(one => one.complete && one.naturalWidth > 0)")
    for words in ("Image", "Edit", "Shot 1", "Shot 2", "Speech", "Voice", "Last frame", "cropped"):
        expect(shown).to_contain_text(words)
    line = [shown.get_by_role("img", name=re.compile(f"^{step}:")) for step in ("Image", "Edit", "Shot 1")]
    lefts = [box["x"] for one in line if (box := one.bounding_box())]
    assert len(lefts) == len(line)
    assert lefts == sorted(set(lefts))
