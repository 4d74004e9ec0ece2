"""Test a contact sheet in a browser: it plays from the file, by mouse and by button, and is whole on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import reka_notebook
from reka_notebook.jobs import controller
from reka_notebook.output.contact_sheet import ContactSheet, files
from reka_notebook.sandbox import Sandbox

pytestmark = pytest.mark.browser


def test_it_plays_from_the_file(
    browser: Browser, tmp_path: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "EMBEDDED", 0)  # so that it plays what lies in the library
    with Sandbox(seconds=0.1, render="small", profile="catalogue") as url:
        reka_notebook.configure(base_url=url)
        jobs = [
            reka_notebook.submit(f"Pan {where}", photo, model="kling-v3-pro", duration=3)
            for where in ("left", "right")
        ]
        takes = [job.result(60) for job in jobs]
    [file] = ContactSheet("Pans", takes, controller().catalogue).write(tmp_path / "pans.html")
    context = browser.new_context(viewport={"width": 1000, "height": 700}, color_scheme="dark")
    try:
        page = context.new_page()
        errors: list[object] = []
        page.on("pageerror", lambda error: errors.append(error))
        page.goto(file.as_uri())
        videos = page.locator("video")
        expect(videos).to_have_count(2)
        playing = (
            "[...document.querySelectorAll('video')].filter(one => !one.paused && one.currentTime > 0).length"
        )
        assert page.evaluate(playing) == 0
        page.locator(".frame").first.hover()
        page.wait_for_function(f"{playing} === 1")
        page.locator("h1").hover()
        page.wait_for_function(f"{playing} === 0")
        page.get_by_role("button", name="Play all").click()
        page.wait_for_function(f"{playing} === 2")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 23)"
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        expect(videos.first).to_be_hidden()
        pictures = (
            "[...document.querySelectorAll('.frame img')].map(one => one.complete && one.naturalWidth > 0)"
        )
        assert page.evaluate(pictures) == [True, True]
        assert errors == []
    finally:
        context.close()
