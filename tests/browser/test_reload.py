"""Test reloading a page while a cell waits: its progress comes back, and in the end the take."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS
from .lab import OPENED, POLLING, Notebook, expect_playing

# A fork does not answer a page that is loaded while a cell waits before the cell has ended.
pytestmark = [pytest.mark.browser, pytest.mark.real_kernel]

LOAD = "%load_ext reka_notebook"
CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\nA slow dolly in"
SEVERAL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\nA {{slow|fast}} dolly in"


def reload(notebook: Notebook) -> None:
    """Reload the page of a kernel that may be busy, and then does not say what it is."""
    notebook.page.reload()
    notebook.page.wait_for_function(OPENED, polling=POLLING)


@pytest.mark.parametrize("seconds", [100])
def test_a_page_loaded_again_while_a_cell_waits_shows_the_take_at_the_end(
    open_notebook, sandbox: Sandbox, folder: Path
) -> None:
    notebook = open_notebook(LOAD, CELL)
    notebook.run(0)
    notebook.start(1)
    job = notebook.output(1).get_by_role("region", name="Job")
    expect(job).to_contain_text("Waiting in the queue")
    notebook.save()

    reload(notebook)
    sandbox.pass_time(60)
    expect(job).to_contain_text("Making the video")
    sandbox.pass_time(40)
    take = notebook.output(1).get_by_role("region", name="Take")
    expect(take).to_contain_text("A slow dolly in")
    expect_playing(take.locator("video"))
    assert take.locator("video").get_attribute("poster")
    expect(job).to_have_count(0)

    notebook.page.screenshot(path=ARTEFACTS / "hosts" / "reloaded.png")

    # And once more, long after the end.
    notebook.reload()
    expect_playing(notebook.output(1).get_by_role("region", name="Take").locator("video"))
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("seconds", [100])
def test_several_takes_are_there_too(open_notebook, sandbox: Sandbox, folder: Path) -> None:
    notebook = open_notebook(LOAD, SEVERAL)
    notebook.run(0)
    notebook.start(1)
    expect(notebook.output(1).get_by_role("button", name="Cancel")).to_be_visible()
    notebook.save()

    reload(notebook)
    expect(notebook.output(1).get_by_role("button", name="Cancel")).to_be_visible()
    sandbox.pass_time(100)
    videos = notebook.output(1).locator("video")
    expect(videos).to_have_count(2)
    expect_playing(videos.first)
    expect(notebook.output(1).get_by_role("button", name="Cancel")).to_have_count(0)
    assert len(sandbox.ledger) == 2
