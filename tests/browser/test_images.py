"""Test the ways of bringing an image into the studio, and large images."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect

from .conftest import STUDIO
from .lab import Notebook
from .pictures import noise
from .studio import StudioView

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a picture of more than 40 MB."""
    return noise(tmp_path_factory.mktemp("large") / "large.png", 4096, 3300)


def in_kernel(notebook: Notebook) -> list[dict]:
    """Return the images that the kernel's studio has."""
    notebook.run(1)
    return eval(notebook.outputs(1)[0]["data"]["text/plain"])


def remove(studio: StudioView) -> None:
    """Take the image away."""
    studio.image.get_by_role("button", name=re.compile("Remove")).click()
    expect(studio.image.get_by_role("button", name="Choose a file")).to_be_visible()


def paste(studio: StudioView, photo: Path) -> None:
    """Copy a photograph as another program does, and paste it into the prompt's box."""
    studio.page.evaluate(
        """async photo => {
            const picture = await createImageBitmap(await (await fetch(photo)).blob());
            const canvas = new OffscreenCanvas(picture.width, picture.height);
            canvas.getContext('2d').drawImage(picture, 0, 0);
            const blob = await canvas.convertToBlob({ type: 'image/png' });
            await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
        }""",
        f"data:image/jpeg;base64,{base64.b64encode(photo.read_bytes()).decode()}",
    )
    studio.prompt.click()
    studio.page.keyboard.press("ControlOrMeta+v")


def test_an_image_is_pasted_or_photographed_or_a_file_that_travels_once(
    open_notebook, page: Page, photo: Path, tmp_path: Path
) -> None:
    sent = [0]

    def count(payload: str | bytes) -> None:
        sent[0] += len(payload)

    def watch(socket: WebSocket) -> None:
        socket.on("framesent", count)

    page.on("websocket", watch)
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    paste(studio, photo)
    studio.has_image("image.png")
    expect(studio.image).to_contain_text("600 × 400")
    expect(studio.prompt).to_have_value("")
    remove(studio)

    studio.image.get_by_role("button", name="Use camera").click()
    studio.image.get_by_role("button", name="Take the picture", disabled=False).click()
    studio.image.get_by_role("button", name="Use").click()
    studio.has_image("camera")
    expect(studio.image).to_contain_text(re.compile(r"\d+ × \d+"))
    remove(studio)

    large = noise(tmp_path / "large.png", 1400, 1000)
    before = sent[0]
    studio.choose(large)
    studio.has_image("large.png")
    assert sent[0] - before > large.stat().st_size
    remove(studio)
    before = sent[0]
    again = large.rename(tmp_path / "again.png")
    studio.choose(again)
    studio.has_image("again.png")
    assert sent[0] - before < 20_000


CANCEL_HALFWAY = """studio => void new MutationObserver((_, observer) => {
    const now = Number(studio.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow'));
    if (!(now > 5 && now < 90)) return;
    observer.disconnect();
    const named = button => `${button.ariaLabel} ${button.textContent}`.includes('Cancel');
    [...studio.querySelectorAll('button')].find(named).click();
    globalThis.cancelledAt = now;
}).observe(studio, { subtree: true, childList: true, attributes: true })"""
"""Presses Cancel in the moment in which an image is half there: a frame later all of it may be."""


def test_a_large_image_arrives_with_progress_and_can_be_stopped(open_notebook, large: Path) -> None:
    assert 40e6 < large.stat().st_size < 50e6
    notebook = open_notebook(
        STUDIO.replace("reka_notebook.studio", "view = reka_notebook.studio") + "\nview", "view.images"
    )
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    bar = studio.image.get_by_role("progressbar")

    studio.page.evaluate("() => { globalThis.cancelledAt = null }")
    studio.root.evaluate(CANCEL_HALFWAY)
    studio.choose(large)
    seen = studio.page.wait_for_function("() => globalThis.cancelledAt", polling=20).json_value()
    assert 5 < seen < 90
    expect(bar).to_have_count(0)
    expect(studio.image.get_by_role("button", name="Choose a file")).to_be_visible()
    assert in_kernel(notebook) == []

    studio.choose(large)
    expect(bar).to_be_visible()
    expect(studio.image).to_contain_text(re.compile(r"[\d.]+\sMB of 40\.\d\sMB"))
    studio.has_image("large.png")
    expect(bar).to_have_count(0)
    [image] = in_kernel(notebook)
    assert (image["name"], image["width"], image["height"]) == ("large.png", 4096, 3300)
    assert image["bytes"] == large.stat().st_size
    assert "2048 × 1650" in image["sends"]
