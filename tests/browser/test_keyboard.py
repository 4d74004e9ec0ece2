"""Test the studio without a mouse, inside a Lab that has a command on nearly every key."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .studio import StudioView

pytestmark = pytest.mark.browser

FOCUSED = """() => {
    const at = document.activeElement;
    if (!at?.closest('[aria-label=Studio]')) return null;
    return at.ariaLabel || at.labels?.[0]?.innerText || at.innerText;
}"""


def tab_to(page: Page, name: str, most: int = 40) -> list[str]:
    """Press Tab until the control of this name in the studio has the focus; return the names on the way."""
    passed: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            continue
        passed.append(" ".join(focused.split()))
        if passed[-1].startswith(name):
            return passed
    raise AssertionError(f"{name!r} is not reached by Tab, only {passed}")


def test_everything_is_reached_and_no_key_slips_into_the_notebook(
    open_notebook, sandbox: Sandbox, photo: Path
) -> None:
    notebook = open_notebook(STUDIO, "'the next cell'")
    page = notebook.page
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()

    def untouched() -> bool:
        return [(cell["source"], cell["execution_count"]) for cell in notebook.cells] == before

    before = [(cell["source"], cell["execution_count"]) for cell in notebook.cells]

    tab_to(page, "Choose a file")
    with page.expect_file_chooser() as opened:
        page.keyboard.press("Enter")
    opened.value.set_files(photo)
    studio.has_image("photo.jpg")

    # The button that had the focus went with the empty place; no key must fall through to Lab all the same.
    for key in ("b", "d", "d", "Shift+Enter"):
        page.keyboard.press(key)
    assert untouched()

    tab_to(page, "Prompt")
    page.keyboard.type("bdda x")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("dd 0 0")
    expect(studio.prompt).to_have_value("bdda x\n\ndd 0 0")
    expect(studio.prompt).to_be_focused()

    tab_to(page, "Model")
    tab_to(page, "Duration")
    page.keyboard.press("ArrowDown")
    expect(studio.root.get_by_role("combobox", name="Duration").locator("option:checked")).to_have_text("3 s")
    tab_to(page, "Sound")
    page.keyboard.press("Space")
    expect(studio.root.get_by_role("switch", name="Sound")).not_to_be_checked()

    tab_to(page, "Generate")
    assert untouched()
    assert sandbox.ledger == []
    page.keyboard.press("Enter")
    expect(studio.player).to_contain_text("bdda x")
    assert untouched()
    assert len(sandbox.ledger) == 1
