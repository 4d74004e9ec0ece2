"""Test the page of a contact sheet: what it says, and where its media lie."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

import reka_notebook
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take, controller
from reka_notebook.output.contact_sheet import ContactSheet, Missing, files
from reka_notebook.sandbox import Sandbox

Write = Callable[..., str]


@pytest.fixture
def takes(sandbox: Sandbox, photo: Path) -> list[Take]:
    asked = [("A slow dolly in", 3, 0.7), ("A fast dolly in", 4, 0.2), ("<b>Pan</b> & tilt", 3, 0.7)]
    jobs = [
        reka_notebook.submit(prompt, photo, model="kling-v3-pro", duration=duration, cfg_scale=scale)
        for prompt, duration, scale in asked
    ]
    return [job.result(60) for job in jobs]


class Tags(HTMLParser):
    """Count the elements that are open, so that none is left so."""

    EMPTY = frozenset({"meta", "img", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def sheet(takes: list[Take], page: Path, *missing: Missing, copy: bool = False, title: str = "A & B") -> str:
    labels = [f"line {number}" for number, _ in enumerate(takes, 2)]
    ContactSheet(title, takes, controller().catalogue, labels, missing).write(page, copy=copy)
    html = page.read_text("utf-8")
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html), "it loads nothing from anywhere"
    return html


def test_what_varies_is_marked_and_the_rest_is_said_once(takes: list[Take], tmp_path: Path) -> None:
    takes[0].rate(2)
    takes[1].reject()
    html = sheet(takes, tmp_path / "sheet.html", Missing("line 7", "a <zoom>", "Refused & gone"))
    assert re.findall(r'<b class="stars" role="img" aria-label="rated 2 of 3">(.+?)</b>', html) == ["★★"]
    assert "<b>rejected</b>" in html
    assert "<h1>A &amp; B</h1>" in html
    assert "3 videos · 1 not made · " in html
    assert "A <b>slow</b> dolly in" in html
    assert "A <b>fast</b> dolly in" in html
    assert "&lt;b&gt;Pan&lt;/b&gt; &amp; tilt" in html
    assert html.count("Kling v3 Pro") == 1
    assert re.search(r"<dt>In common</dt><dd>Kling v3 Pro · [^<]*photo\.jpg</dd>", html)
    assert "<dt>CFG scale</dt><dd>0.2 · 0.7</dd>" in html
    assert html.count("CFG scale <b>0.7</b>") == 2
    assert "<dt>Length</dt><dd>3 s · 4 s</dd>" in html
    assert "line 3 · 4 s" in html
    assert '<td>line 7</td><td class="why">Refused &amp; gone</td><td>a &lt;zoom&gt;</td>' in html


def test_small_media_are_in_the_page_and_larger_ones_beside_it(
    takes: list[Take], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "a folder" / "my sheet.html"
    assert sheet(takes, page).count('src="data:video/mp4;base64,') == 3
    monkeypatch.setattr(files, "EMBEDDED", 1000)
    linked = re.findall(r'<video[^>]* src="([^"]+)"', sheet(takes, page))
    assert [(page.parent / unquote(link)).resolve() for link in linked] == [
        take.path.resolve() for take in takes
    ]
    copied = re.findall(r'<video[^>]* src="([^"]+)"', sheet(takes, page, copy=True))
    assert all(link.startswith("my%20sheet-files/") for link in copied)
    for link, take in zip(copied, takes, strict=True):
        assert (page.parent / unquote(link)).read_bytes() == take.path.read_bytes()
    assert len(list(page.parent.iterdir())) == 2


def test_a_sheet_of_one_of_other_kinds_and_of_nothing(
    sandbox: Sandbox, takes: list[Take], tmp_path: Path
) -> None:
    picture = reka_notebook.submit("A boat", task="text-to-image", num_images=2).result(60)
    voice = reka_notebook.submit("Mind the step.", task="text-to-speech").result(60)
    takes[0].path.unlink()
    html = sheet([takes[0], picture, voice], tmp_path / "sheet.html")
    assert "1 video, 1 image, 1 sound" in html
    assert (html.count("<video "), html.count("<audio ")) == (0, 1)
    assert '<span class="more">2 files</span>' in html
    assert "<dt>Settings</dt>" in sheet([picture], tmp_path / "one.html")
    with pytest.raises(RekaError, match="there are none yet"):
        sheet([], tmp_path / "none.html")
    (tmp_path / "file").write_text("")
    with pytest.raises(RekaError, match="file is a file, not a folder"):
        sheet(takes[1:], tmp_path / "file" / "sheet.html")
