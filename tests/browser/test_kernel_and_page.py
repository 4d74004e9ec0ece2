"""Test what happens when the page goes and the kernel stays, and the other way round."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .fit import expect_to_fit
from .studio import StudioView, elapsed

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("seconds", [600])
def test_a_reload_of_the_page_loses_nothing_and_a_studio_comes_back_with_its_jobs_after_its_kernel(
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
    expect(studio.job("Steam rises")).to_contain_text(re.compile(r"·\s([3-9]|\d\d)\ss"))
    expect_to_fit(studio.root, "a job that runs")
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

    notebook.restart_kernel()
    expect(studio.root).to_contain_text("Kernel stopped")
    expect(studio.generate).to_be_disabled()

    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    expect(studio.root).not_to_contain_text("Kernel stopped")
    row = studio.job("Steam rises")
    expect(row).to_contain_text("Waiting in the queue")
    expect(studio.generate).to_be_enabled()
    row.get_by_role("button", name=re.compile("Cancel")).click()
    expect(row).to_contain_text("Cancelled")

    notebook.shut_kernel_down()
    expect(studio.root).to_contain_text("Kernel stopped")
    expect(studio.generate).to_be_disabled()
    expect_to_fit(studio.root, "a studio without a kernel")
    assert len(sandbox.ledger) == 1
