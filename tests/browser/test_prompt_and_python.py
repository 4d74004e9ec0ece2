"""Test the prompt's box, a take's details, and the studio from Python, in a Lab full of key bindings."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .fit import expect_to_fit
from .studio import StudioView

pytestmark = pytest.mark.browser

KEPT = "import reka_notebook\nstudio = reka_notebook.studio('photo.jpg', model='kling-v3-pro')\nstudio"


def test_earlier_prompts_come_back_and_undo_stays_the_browsers(open_notebook, sandbox: Sandbox) -> None:
    notebook = open_notebook(KEPT, "'the next cell'")
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    page = studio.page
    before = [(cell["source"], cell["execution_count"]) for cell in notebook.cells]
    for count, prompt in enumerate(("The lamp turns", "A gull rises"), 1):
        studio.write(prompt)
        page.keyboard.press("ControlOrMeta+Enter")
        expect(studio.takes).to_have_count(count)

    studio.write("Half a thought")
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.press("ArrowUp")
    expect(studio.prompt).to_have_value("A gull rises")
    page.keyboard.press("ArrowUp")
    expect(studio.prompt).to_have_value("The lamp turns")
    page.keyboard.press("ControlOrMeta+z")
    expect(studio.prompt).to_have_value("A gull rises")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    studio.root.get_by_role("button", name="Prompt history").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(studio.prompt).to_have_value("The lamp turns")
    expect(studio.prompt).to_be_focused()

    # In a fresh studio they are those of the library.
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.prompt.click()
    page.keyboard.press("ArrowUp")
    expect(studio.prompt).to_have_value("A gull rises")
    now = [(cell["source"], cell["execution_count"]) for cell in notebook.cells]
    assert now[1] == before[1]
    assert len(sandbox.ledger) == 2


def test_python_reads_and_sets_the_form_in_every_view(open_notebook, sandbox: Sandbox) -> None:
    notebook = open_notebook(
        KEPT,
        "studio",
        "print([studio.prompt, dict(studio.settings)])",
        "studio.prompt, studio.settings = 'From Python', {'duration': 3}",
        "heard = []\nstop = studio.on_take(lambda take: heard.append(take.prompt))\n"
        "other = reka_notebook.studio(prompt='The other studio', model='kling-v3-pro')\nother",
        "take = await studio.generate()\nprint(heard, other.prompt)",
        "print(studio.selected.prompt, [take.prompt for take in studio.takes], other.selected)",
    )
    for cell in (0, 1):
        notebook.run(cell)
    first, second = (StudioView(notebook.output(cell)).wait() for cell in (0, 1))
    page = first.page

    # Shown twice, it is in step with every key, and nobody's caret jumps.
    second.prompt.click()
    page.keyboard.type("A gull rise")
    page.keyboard.press("Home")
    page.keyboard.type("Look: ")
    expect(first.prompt).to_have_value("Look: A gull rise")
    page.wait_for_timeout(1200)
    page.keyboard.type("x")
    expect(second.prompt).to_have_value("Look: xA gull rise")
    expect(second.prompt).to_be_focused()

    page.wait_for_timeout(1200)  # a pause, at which it is sent
    for _ in range(5):
        notebook.run(2)
        if "xA gull" in (shown := str(notebook.outputs(2))):
            break
    assert "['Look: xA gull rise', {}]" in shown
    notebook.run(3)
    for view in (first, second):
        expect(view.prompt).to_have_value("From Python")
        expect(view.root.get_by_role("combobox", name="Duration").locator("option:checked")).to_have_text(
            "3 s"
        )

    notebook.run(4)
    other = StudioView(notebook.output(4)).wait()
    notebook.run(5)
    assert "['From Python'] The other studio" in str(notebook.outputs(5))
    expect(other.prompt).to_have_value("The other studio")
    expect(first.player).to_contain_text("From Python")
    first.takes.get_by_role("button").first.click()
    notebook.run(6)
    assert "From Python ['From Python']" in str(notebook.outputs(6))
    assert len(sandbox.ledger) == 1


def test_two_pages_on_one_studio_do_not_fight(open_notebook, lab, folder: Path, sandbox: Sandbox) -> None:
    notebook = open_notebook(KEPT)
    notebook.run(0)
    here = StudioView(notebook.output(0)).wait()
    notebook.save()
    other_page = notebook.page.context.new_page()
    other_page.goto(notebook.page.url)
    try:
        there_notebook = type(notebook)(other_page, lab.url, f"{folder.name}/notebook.ipynb")
        there_notebook.wait()
        there = StudioView(there_notebook.output(0)).wait()
        notebook.page.bring_to_front()
        here.write("Written here")
        expect(there.prompt).to_have_value("Written here")
        other_page.bring_to_front()
        there.write("Written there")
        expect(here.prompt).not_to_have_value("")
        other_page.wait_for_timeout(1500)
        expect(there.prompt).to_have_value("Written there")
    finally:
        other_page.close()


def test_what_is_copied_from_a_take_finds_it_again(open_notebook, sandbox: Sandbox) -> None:
    notebook = open_notebook(STUDIO, "%load_ext reka_notebook", "# copied", "# copied")
    notebook.run(0)
    notebook.run(1)
    studio = StudioView(notebook.output(0)).wait()
    page = studio.page
    with page.expect_file_chooser() as opened:
        studio.image.get_by_role("button", name="Choose a file").click()
    opened.value.set_files(Path(__file__).parents[2] / "notebooks" / "photo.jpg")
    studio.has_image("photo.jpg")
    studio.write('It\'s a "quoted" gull\nover {two} lines')
    studio.generate.click()
    expect(studio.player).to_contain_text("over {two} lines")
    studio.player.get_by_role("button", name="Details").click()
    for cell, name in ((2, "Copy as cell"), (3, "Copy as Python")):
        studio.player.get_by_role("button", name=name).click()
        expect(studio.root.get_by_role("status")).to_have_text("Copied.")
        copied = page.evaluate("() => navigator.clipboard.readText()")
        page.evaluate(
            "([cell, text]) => jupyterapp.shell.currentWidget.content.widgets[cell].model.sharedModel.setSource(text)",
            [cell, copied + ("\ntake" if cell == 3 else "")],
        )
        notebook.run(cell)
        shown = str(notebook.outputs(cell))
        assert "not charged again" in shown, shown
        expect_to_fit(notebook.output(cell), "a kept video")
    assert len(sandbox.ledger) == 1

    with page.expect_download() as saved:
        studio.player.get_by_role("button", name="Save GIF").click()
    assert saved.value.suggested_filename.endswith(".gif")
    assert Path(saved.value.path()).read_bytes()[:6] == b"GIF89a"
    with page.expect_download() as saved:
        studio.player.get_by_role("button", name="Save poster").click()
    assert Path(saved.value.path()).read_bytes()[:3] == b"\xff\xd8\xff"


def test_a_seed_that_javascript_cannot_count_is_the_same_request(open_notebook, sandbox: Sandbox) -> None:
    notebook = open_notebook(
        "import reka_notebook\nseed = 9007199254740993\n"
        "take = await reka_notebook.submit('Pan left', 'photo.jpg', model='veo-3.1', seed=seed)\n"
        "studio = reka_notebook.studio('photo.jpg', 'Pan left', model='veo-3.1')\nstudio",
        "studio.settings['seed']",
    )
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.root.get_by_role("button", name="More", exact=True).click()
    seed = studio.root.get_by_role("spinbutton", name="Seed")
    seed.press_sequentially("9007199254740993")
    expect(seed).to_have_value("9007199254740993")
    expect(studio.generate).to_have_accessible_name("Show it")
    studio.generate.click()
    notebook.run(1)
    expect(notebook.output(1)).to_contain_text("9007199254740993")
    assert len(sandbox.ledger) == 1
