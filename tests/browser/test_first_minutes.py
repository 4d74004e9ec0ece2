"""Test the first minutes of somebody who has neither a key nor an image: one card, and a video by four clicks."""

import re

import pytest
from playwright.sync_api import expect

from tests.processes import SECRET

from .lab import expect_playing
from .studio import StudioView

pytestmark = pytest.mark.browser

ELSEWHERE = "import reka_notebook; reka_notebook.configure(base_url='https://reka.test')"


def test_a_video_by_four_clicks_without_a_key_or_an_image(open_notebook) -> None:
    notebook = open_notebook(
        ELSEWHERE, "reka_notebook.studio()", "print(reka_notebook.config.settings().base_url)"
    )
    notebook.run(0)
    notebook.run(1)
    studio = StudioView(notebook.output(1)).wait()
    field = studio.root.get_by_label("API key", exact=True)
    field.fill(f"'{SECRET}'")
    field.press("Enter")
    expect(studio.root).to_contain_text("has quotes around it")
    expect(field).to_have_value("")

    studio.root.get_by_role("button", name="Try the sandbox").click()
    expect(field).to_have_count(0)
    studio.root.get_by_role("button", name="Try a sample photo").click()
    studio.has_image("harbour.jpg")
    studio.root.get_by_role("button", name="Slow dolly in").click()
    studio.generate.click()
    expect(studio.video).to_be_visible(timeout=60_000)
    expect_playing(studio.video)
    expect(studio.root).to_contain_text(re.compile("Today: 1 made"))
    notebook.run(2)
    assert "127.0.0.1" in str(notebook.outputs(2)), "cells use it too"
    notebook.save()
    assert SECRET not in str(notebook.cells)
