"""A ``%%reka_video`` cell: cancelled while it waits, and what it leaves in the saved notebook."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .lab import expect_playing, from_elsewhere

pytestmark = pytest.mark.browser

LOAD = "%load_ext reka_notebook"
CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\nA slow dolly in"


def cancellations(sandbox: Sandbox) -> int:
    """How often the service was asked to cancel."""
    return sum(seen.step == "cancel" for seen in sandbox.log)


@pytest.mark.parametrize("seconds", [120])
def test_cancel_is_heard_while_the_cell_waits(open_notebook, sandbox: Sandbox) -> None:
    notebook = open_notebook(LOAD, CELL)
    notebook.run(0)
    notebook.start(1)
    job = notebook.output(1).get_by_role("region", name="Job")
    expect(job).to_contain_text("Waiting in the queue")
    expect(job.locator("img"), "the image it was asked with").to_be_visible()
    assert notebook.running(1)
    job.get_by_role("button", name=re.compile("Cancel")).click()
    notebook.wait_for(1)

    assert cancellations(sandbox) == 1
    left, error = notebook.outputs(1)
    assert "Cancelled after" in left["data"]["text/html"]
    assert error["output_type"] == "error"
    assert "Cancelled" in error["evalue"]
    expect(notebook.output(1)).to_contain_text("Cancelled after")
    expect(job).to_have_count(0)


def test_each_cell_keeps_its_own_video(open_notebook, sandbox: Sandbox) -> None:
    prompts = ["A slow dolly in", "Pan left", "Tilt up"]
    notebook = open_notebook(LOAD, *(CELL.replace("A slow dolly in", prompt) for prompt in prompts))
    notebook.run_all()
    assert len(sandbox.ledger) == 3
    for place, prompt in enumerate(prompts, 1):
        expect(notebook.output(place).locator("video")).to_have_attribute("title", prompt)


def test_what_a_cell_leaves_plays_after_a_reload_and_without_a_kernel(open_notebook, folder: Path) -> None:
    notebook = open_notebook(LOAD, CELL)
    notebook.run_all()
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
