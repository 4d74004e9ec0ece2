"""Test a ``%%reka_video`` cell: cancelled while it waits, and what it leaves in the saved notebook."""

import base64
import io
import re
import shutil
from pathlib import Path

import pytest
from nbconvert import HTMLExporter
from PIL import Image, ImageStat
from playwright.sync_api import Locator, expect

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS
from .fit import expect_to_fit
from .lab import expect_playing, from_elsewhere

pytestmark = pytest.mark.browser

LOAD = "%load_ext reka_notebook"
CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\nA slow dolly in"


def cancellations(sandbox: Sandbox) -> int:
    """Return how often the service was asked to cancel."""
    return sum(seen.step == "cancel" for seen in sandbox.log)


@pytest.mark.parametrize("seconds", [120])
def test_cancel_is_heard_while_the_cell_waits_and_what_was_saved_then_says_what_to_do(
    open_notebook, sandbox: Sandbox, folder: Path
) -> None:
    notebook = open_notebook(LOAD, CELL)
    notebook.run(0)
    notebook.start(1)
    job = notebook.output(1).get_by_role("region", name="Job")
    expect(job).to_contain_text("Waiting in the queue")
    expect(job.locator("img"), "the image it was asked with").to_be_visible()
    expect_to_fit(notebook.output(1), "a job in a cell", 320, 720)
    assert notebook.running(1)
    expect(notebook.output(1)).to_contain_text("Run the cell again")
    notebook.save()
    shutil.copyfile(folder / "notebook.ipynb", folder / "saved.ipynb")
    job.get_by_role("button", name=re.compile("Cancel")).click()
    notebook.wait_for(1)

    assert cancellations(sandbox) == 1
    left, error = notebook.outputs(1)
    assert "Cancelled after" in left["data"]["text/html"]
    assert error["output_type"] == "error"
    assert "Cancelled" in error["evalue"]
    expect(notebook.output(1)).to_contain_text("Cancelled after")
    expect_to_fit(notebook.output(1), "a cell that was cancelled")
    expect(job).to_have_count(0)

    notebook.shut_kernel_down()
    for path in (folder / "saved.ipynb", from_elsewhere(folder / "saved.ipynb")):
        notebook.reopen_without_kernel(f"{folder.name}/{path.name}")
        words = notebook.output(1).get_by_text("Run the cell again: nothing is charged twice.")
        expect(words).to_be_visible()
        expect(words).to_contain_text("A slow dolly in")
    shown = notebook.page.context.new_page()
    shown.goto(export(folder / "saved.ipynb").as_uri(), wait_until="domcontentloaded")
    expect(shown.get_by_text("Run the cell again: nothing is charged twice.")).to_be_visible()
    shown.close()


def test_each_cell_keeps_its_own_video_and_a_moved_notebook_is_found(
    open_notebook, sandbox: Sandbox, folder: Path
) -> None:
    prompts = ["A slow dolly in", "Pan left", "Tilt up"]
    beside = "import reka_notebook\nreka_notebook.configure(embed_limit=1)\nreka_notebook.takes()[0]"
    cells = [CELL.replace("A slow dolly in", prompt) for prompt in prompts]
    notebook = open_notebook(LOAD, *cells, "pass")
    notebook.run_all()
    assert len(sandbox.ledger) == 3
    for place, prompt in enumerate(prompts, 1):
        expect(notebook.output(place).locator("video")).to_have_attribute("title", prompt)

    (folder / "moved").mkdir()
    notebook.page.evaluate(
        "([from, to]) => jupyterapp.serviceManager.contents.rename(from, to)",
        [f"{folder.name}/notebook.ipynb", f"{folder.name}/moved/notebook.ipynb"],
    )
    moved = f"{folder.name}/moved/notebook.ipynb"
    notebook.page.wait_for_function(
        "path => jupyterapp.shell.currentWidget.sessionContext.session?.path === path", arg=moved
    )
    notebook.look(f"(panel.model.cells.get(4).sharedModel.setSource({beside!r}), void 0)")
    notebook.run(4)
    video = notebook.output(4).locator("video")
    expect_playing(video)
    copies = list((folder / "moved" / "reka_takes").iterdir())
    assert [copy.suffix for copy in copies] == [".mp4"]
    expect(notebook.output(4)).to_contain_text("next to this notebook")
    assert not (folder / "reka_takes").exists()


def test_what_a_cell_leaves_plays_after_a_reload_without_a_kernel_and_exported(
    open_notebook, folder: Path
) -> None:
    notebook = open_notebook(LOAD, CELL)
    notebook.run_all()
    notebook.output(1).locator("summary").click()
    expect_to_fit(notebook.output(1), "a cell's video", 320, 1200)
    notebook.save()

    notebook.reload()
    assert notebook.trusts(1)
    expect_playing(notebook.output(1).locator("video"))

    notebook.shut_kernel_down()
    notebook.reopen_without_kernel(f"{folder.name}/notebook.ipynb")
    assert not notebook.has_kernel
    expect_playing(notebook.output(1).locator("video"))

    copy = from_elsewhere(folder / "notebook.ipynb")
    notebook.reopen_without_kernel(f"{folder.name}/{copy.name}")
    assert not notebook.trusts(1)
    assert not notebook.has_kernel
    video = notebook.output(1).locator("video")
    expect_playing(video)
    expect(notebook.output(1)).to_contain_text("A slow dolly in")
    look(video, "not-trusted")
    expect_to_fit(notebook.output(1), "a video that is not trusted")

    exported = export(folder / "notebook.ipynb")
    shown = notebook.page.context.new_page()
    shown.goto(exported.as_uri(), wait_until="domcontentloaded")
    expect_playing(shown.locator("video"))
    assert shown.locator("video img").evaluate("image => image.getClientRects().length") == 0
    # A PDF is such a page, printed: the poster stands in the video's place.
    shown.goto(exported.as_uri(), wait_until="load")
    poster = shown.locator("video").get_attribute("poster") or ""
    assert base64.b64decode(poster.removeprefix("data:image/jpeg;base64,")) in shown.pdf()
    # A host that takes players away keeps what is in them.
    shown.evaluate("() => document.querySelectorAll('video').forEach(v => v.replaceWith(...v.childNodes))")
    picture = shown.get_by_alt_text("A slow dolly in")
    expect(picture).to_be_visible()
    assert is_picture(picture, "without-players")

    # GitHub's pages forbid them by their policy.
    blocked = exported.with_name("blocked.html")
    policy = """<meta http-equiv="Content-Security-Policy" content="media-src 'none'">"""
    blocked.write_text(exported.read_text("utf-8").replace("<head>", f"<head>{policy}", 1), "utf-8")
    shown.goto(blocked.as_uri(), wait_until="domcontentloaded")
    shown.wait_for_function("() => document.querySelector('video').error !== null")
    assert is_picture(shown.locator("video"), "blocked")
    shown.close()


def test_output_widgets_show_the_video_wherever_they_are(open_notebook) -> None:
    line = "%reka_video -i photo.jpg -m kling-v3-pro --duration 3"
    notebook = open_notebook(
        LOAD,
        "import ipywidgets\nout, taken = ipywidgets.Output(), ipywidgets.Output()\n"
        "button = ipywidgets.Button(description='Make')\nipywidgets.VBox([ipywidgets.Tab([out]), button, taken])",
        f"with out:\n    {line} Pan left",
        f"@taken.capture()\ndef make(_):\n    {line} Pan right\nbutton.on_click(make)",
    )
    for cell in range(4):
        notebook.run(cell)
    shown = notebook.output(1)
    expect_playing(shown.locator('video[title="Pan left"]'))
    shown.get_by_role("button", name="Make").click()
    expect_playing(shown.locator('video[title="Pan right"]'))
    expect(shown.locator("video")).to_have_count(2)
    expect(shown.get_by_role("region", name="Job")).to_have_count(0)
    assert not notebook.outputs(2)


def export(notebook: Path) -> Path:
    """Return a notebook as a page, as ``nbconvert --to html`` makes it."""
    body, _ = HTMLExporter().from_filename(str(notebook))
    page = notebook.with_suffix(".html")
    page.write_text(body, "utf-8")
    return page


def look(shown: Locator, name: str) -> bytes:
    """Return what is seen of something, also left in .artefacts/ for a person to look at."""
    ARTEFACTS.mkdir(exist_ok=True)
    return shown.screenshot(path=ARTEFACTS / f"cell-{name}.png")


def is_picture(shown: Locator, name: str) -> bool:
    """Return whether there is more to be seen than one colour: the photograph has a white cup on dark wood."""
    seen = Image.open(io.BytesIO(look(shown, name))).convert("L")
    return ImageStat.Stat(seen).stddev[0] > 30
