"""Test what marimo is given: HTML, alone and within lists, and no path of this machine."""

import json
from pathlib import Path

import pytest

import reka_notebook
from reka_notebook.jobs import Take
from reka_notebook.output import front_end
from reka_notebook.sandbox import Sandbox


def shown_of(value: object) -> str:
    from marimo._output.formatting import (
        try_format,  # half a second, in every process of a run that reads this
    )

    return json.dumps(try_format(value).data)


@pytest.fixture
def take(sandbox: Sandbox, photo: Path, monkeypatch: pytest.MonkeyPatch) -> Take:
    monkeypatch.setattr(front_end, "_in_marimo", lambda: True)
    return reka_notebook.submit("Pan <b>left</b>", photo).result(60)


def test_a_take_is_html_alone_and_in_a_list(take: Take) -> None:
    for value in (take, [take], {"take": take}, (take, take)):
        shown = shown_of(value)
        assert "<video controls" in shown
        assert "Pan &lt;b&gt;left" in shown
        assert str(take.path.parent) not in shown


def test_lists_comparisons_and_jobs_are_html(take: Take, photo: Path) -> None:
    other = reka_notebook.submit("Pan right", photo)
    other.result(60)
    for value in (reka_notebook.takes(), take.compare(other.take), other):
        shown = shown_of(value)
        assert "<video controls" in shown
        assert str(take.path.parent) not in shown
        assert value._mime_()[0] == "text/html"


def test_in_a_terminal_they_are_text(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_end, "_in_marimo", lambda: False)
    assert take._mime_() == ("text/plain", repr(take))
