"""Test a cell's progress at its end: closed, unless a page needs it to show what the job left."""

import asyncio
import time
from pathlib import Path

import pytest

import reka_notebook
from reka_notebook.jobs import Job, controller
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import progress as module
from reka_notebook.widgets import protocol
from reka_notebook.widgets.progress import Progress


@pytest.fixture
def job(sandbox: Sandbox, photo: Path) -> Job:
    """Return a job that has left a take."""
    made = reka_notebook.submit("A <slow> dolly in", photo)
    made.result(60)
    return made


@pytest.fixture
def progress(job: Job) -> Progress:
    return Progress(job, controller().library)


def result(progress: Progress) -> str:
    """Return what the view is told to show."""
    value, buffers = asyncio.run(progress._result(protocol.Result(id="r"), ()))
    assert isinstance(value, protocol.ResultValue)
    assert not buffers, "a gateway stalls at the first buffer"
    return value.html


def test_it_is_closed_where_every_page_saw_the_cell_run(progress: Progress) -> None:
    asyncio.run(progress._ping(protocol.Ping(id="p"), ()))
    progress.send_state("job")
    progress.close()
    assert progress.comm is None


def test_it_stays_for_a_page_that_was_loaded_since_and_shows_the_take(progress: Progress) -> None:
    progress.get_state()  # as a page asks that is loaded
    progress.close()
    assert progress.comm is not None
    html = result(progress)
    assert "<video controls" in html
    assert 'poster="data:image/jpeg' in html
    assert 'src="data:video/mp4' in html
    assert "A &lt;slow&gt; dolly in" in html


def test_it_stays_for_the_next_page_where_the_last_one_was_closed(
    progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(progress._ping(protocol.Ping(id="p"), ()))
    now = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + module.SILENCE + 1)
    progress.close()
    assert progress.comm is not None


def test_one_too_large_for_the_page_is_a_picture_with_words(
    progress: Progress, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reka_notebook.output.shown_again.MOST", 10)
    html = result(progress)
    assert "<video" not in html
    assert "<img" in html
    assert job.take is not None
    assert job.take.path.name in html
    assert "not charged again" in html
    assert str(job.take.path.parent) not in html
