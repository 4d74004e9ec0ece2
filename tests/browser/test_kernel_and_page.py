"""Test what happens when the page goes and the kernel stays, and the other way round."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .studio import StudioView, elapsed

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("seconds", [120])
def test_a_reload_of_the_page_loses_nothing(open_notebook, sandbox: Sandbox, photo: Path) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("Steam rises")
    studio.generate.click()
    expect(studio.job("Steam rises")).to_contain_text("Waiting in the queue")
    expect(studio.job("Steam rises")).to_contain_text(re.compile(r"·\s[3-9]\ss"))
    before = elapsed(studio.job("Steam rises"))
    studio.write("A hand takes the")
    notebook.save()

    notebook.reload()
    studio = StudioView(notebook.output(0)).wait()
    expect(studio.prompt).to_have_value("A hand takes the")
    studio.has_image("photo.jpg")
    row = studio.job("Steam rises")
    expect(row).to_contain_text("Waiting in the queue")
    assert elapsed(row) > before, "it counts on from when the job was asked for"
    row.get_by_role("button", name=re.compile("Cancel")).click()
    expect(row).to_contain_text("Cancelled")
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("seconds", [60])
def test_a_studio_without_its_kernel_says_so_and_comes_back_with_its_jobs(
    open_notebook, sandbox: Sandbox, photo: Path
) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("Steam rises")
    studio.generate.click()
    expect(studio.job("Steam rises")).to_contain_text("Waiting in the queue")

    notebook.restart_kernel()
    expect(studio.root).to_contain_text("Kernel stopped")
    expect(studio.generate).to_be_disabled()

    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    expect(studio.root).not_to_contain_text("Kernel stopped")
    expect(studio.job("Steam rises")).to_contain_text("Waiting in the queue")
    expect(studio.generate).to_be_enabled()

    notebook.shut_kernel_down()
    expect(studio.root).to_contain_text("Kernel stopped")
    expect(studio.generate).to_be_disabled()
    assert len(sandbox.ledger) == 1
