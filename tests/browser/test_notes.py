"""Test writing notes on a take in JupyterLab, while jobs end and the page goes away."""

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reka_notebook.sandbox import Sandbox

from .conftest import STUDIO
from .lab import expect_playing
from .studio import StudioView

pytestmark = pytest.mark.browser

NOTE = "The gulls rise too early; slower at first, then let it go."


def notes(library: Path) -> list[str]:
    """Return the notes that are in the library."""
    with sqlite3.connect(library / "library.sqlite3") as rows:
        return [note for (note,) in rows.execute("SELECT note FROM marks WHERE note != ''")]


@pytest.mark.parametrize("seconds", [2.5])
def test_a_note_is_kept_to_its_last_letter_while_jobs_end_and_the_page_is_loaded_again(
    open_notebook, sandbox: Sandbox, photo: Path, tmp_path: Path
) -> None:
    notebook = open_notebook(STUDIO)
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("The first")
    moved = studio.watch_for_shifts()
    studio.generate.click()
    expect(studio.player).to_contain_text("The first")
    expect_playing(studio.video)
    assert moved() == []

    for prompt in ("Slower", "Faster", "Higher"):
        studio.write(prompt)
        studio.generate.click()
        expect(studio.job(prompt)).to_be_visible()
    studio.takes.filter(has_text="The first").get_by_role("button").first.click()
    studio.video.evaluate("video => video.pause()")
    note = studio.player.get_by_role("textbox", name="Note")
    note.click()
    studio.page.keyboard.type(NOTE, delay=80)
    expect(note).to_be_focused()
    expect(note).to_have_value(NOTE)
    expect(studio.player).to_contain_text("The first")
    expect(studio.takes).to_have_count(4)
    show = studio.root.get_by_role("button", name="3 new · Show")
    expect(show).to_be_visible()

    notebook.save()
    note.click()
    # A page that is closed in the middle of a word: what is typed is not yet sent then.
    studio.page.keyboard.press("End")
    studio.page.keyboard.type(" Do it again.")
    notebook.reload()
    studio = StudioView(notebook.output(0)).wait()
    expect(studio.player).to_contain_text("The first")
    expect(studio.player.get_by_role("textbox", name="Note")).to_have_value(f"{NOTE} Do it again.")
    studio.root.get_by_role("textbox", name="Prompt", exact=True).click()
    expect(studio.takes).to_have_count(4)
    assert notes(tmp_path / "library") == [f"{NOTE} Do it again."]
