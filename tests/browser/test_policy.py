"""Test a page whose security policy forbids ``blob:``: cells need none, and the studio says what it lacks."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS, STUDIO
from .studio import StudioView

pytestmark = [pytest.mark.browser, pytest.mark.own_page]

LOAD = "%load_ext reka_notebook"
CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\nA slow dolly in"


POLICY = """
const put = () => {
    if (!document.head) return false;
    const meta = document.createElement("meta");
    meta.httpEquiv = "Content-Security-Policy";
    meta.content = POLICY;
    document.head.prepend(meta);
    return true;
};
if (!put())
    new MutationObserver((_, observer) => put() && observer.disconnect())
        .observe(document, { childList: true, subtree: true });
"""


def forbid(page: Page, policy: str) -> None:
    """Load pages with this Content-Security-Policy from now on, and leave the one that is there."""
    page.add_init_script(POLICY.replace("POLICY", json.dumps(policy)))
    page.goto("about:blank")


INSTEAD = "The studio isn't here? Run this cell to open it"


@pytest.mark.draw(1)
@pytest.mark.parametrize(
    "policy",
    [
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'; media-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'; media-src 'self' data:",
    ],
    ids=["no-data-either", "no-blob"],
)
def test_a_cell_leaves_the_poster_and_a_line_with_the_file_and_the_studio_words(
    page: Page, open_notebook, sandbox: Sandbox, policy: str
) -> None:
    forbid(page, policy)
    notebook = open_notebook(LOAD, CELL, STUDIO)
    notebook.run(0)
    notebook.run(1)
    output = notebook.output(1)
    video = output.locator("video")
    expect(video).to_be_visible()
    drawn = video.evaluate(
        """async video => {
            const poster = new Image();
            poster.src = video.poster;
            await poster.decode();
            return [poster.naturalWidth, video.offsetHeight > 100];
        }"""
    )
    assert drawn[0] > 0
    assert drawn[1]
    name = re.compile(r"^photo-a-slow-dolly-in-\w+\.mp4$")
    shown = [text for text in output.get_by_text(name).all() if text.is_visible()]
    assert len(shown) == 1, "in a line of its own, and not only among the folded facts"
    page.screenshot(path=ARTEFACTS / "hosts" / "policy-cell.png")

    notebook.run(2)
    expect(notebook.output(2).get_by_text("its security policy blocks them")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "hosts" / "policy-studio.png")


def test_the_studio_says_that_the_page_blocks_videos_and_without_a_kernel_words_stand_in_its_place(
    page: Page, open_notebook, sandbox: Sandbox, photo: Path, folder: Path
) -> None:
    forbid(page, "media-src 'self' data:")
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    for prompt in ("A slow dolly in", "Pan left"):
        studio.write(prompt)
        studio.generate.click()
        expect(studio.job(prompt)).to_have_count(0)
    expect(studio.takes).to_have_count(2)
    expect(studio.player).to_contain_text("This page's security policy blocks videos.")
    expect(studio.player.get_by_role("img", name="Pan left")).to_be_visible()
    expect(studio.player.get_by_role("link", name="Download", exact=True).first).to_have_attribute(
        "download", re.compile(r"^photo-pan-left-\w+\.mp4$")
    )
    page.screenshot(path=ARTEFACTS / "hosts" / "policy-player.png")
    for take in (0, 1):
        studio.takes.nth(take).get_by_role("button", name="Select", exact=True).click()
    expect(studio.root.get_by_text("This page's security policy blocks videos.")).to_have_count(2)
    page.screenshot(path=ARTEFACTS / "hosts" / "policy-compare.png")

    expect(notebook.output(0).get_by_text(INSTEAD)).to_be_hidden()
    notebook.save()
    notebook.reopen_without_kernel(f"{folder.name}/notebook.ipynb")
    expect(notebook.output(0).get_by_text(INSTEAD)).to_be_visible()
