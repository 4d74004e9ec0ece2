"""Several studios in one kernel: each knows its own jobs from the others', and a job shows the service's log."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import reka_notebook
from reka_notebook.jobs import Job
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets.studio.studio import Studio
from reka_notebook.widgets.views import LOG, job_view


@pytest.fixture
def seconds() -> float:
    return 600


@pytest.fixture
def studios(sandbox: Sandbox) -> Iterator[list[Studio]]:
    made = [Studio(), Studio()]
    yield made
    for studio in made:
        studio.close()


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def shown(studio: Studio, job: Job) -> bool | None:
    """Whether a job is shown as another studio's; None where it is not shown."""
    return next((row["elsewhere"] for row in studio.jobs if row["id"] == job.id), None)


def test_each_says_which_jobs_are_not_its_own_and_leaves_their_ends_to_the_other(
    studios: list[Studio], photo: Path
) -> None:
    one, other = studios
    one.image, one.prompt = photo, "Pan left"
    asked = one.generate()
    from_a_cell = reka_notebook.submit("Pan right", photo)
    until(lambda: shown(other, asked) is True)
    assert shown(one, asked) is False
    until(lambda: [shown(studio, from_a_cell) for studio in studios] == [False, False])
    asked.cancel()
    from_a_cell.cancel()
    until(lambda: asked.status.done and from_a_cell.status.done)
    until(lambda: shown(other, asked) is None)
    assert shown(one, asked) is False, "how it ended is said where it was asked for"
    assert shown(other, from_a_cell) is False


def test_what_a_closed_studio_asked_for_is_nobody_elses(studios: list[Studio], photo: Path) -> None:
    one, other = studios
    one.image, one.prompt = photo, "Pan left"
    asked = one.generate()
    one.close()
    other._show_jobs()
    assert shown(other, asked) is False
    asked.cancel()
    until(lambda: asked.status.done)


@pytest.mark.parametrize("seconds", [8])
def test_the_log_of_the_service_is_shown_and_bounded(studios: list[Studio], photo: Path) -> None:
    job = reka_notebook.submit("Pan left", photo)
    until(lambda: job.status.logs)
    assert job_view(job).log[0] == "Queued"
    until(lambda: any(row["log"] for row in studios[0].jobs))
    job.change(logs=tuple(f"{line} " + "x" * 5000 for line in range(100)))
    log = job_view(job).log
    assert len(log) == LOG
    assert log[-1].startswith("99 ")
    assert max(map(len, log)) == 10 * LOG
    job.cancel()
    until(lambda: job.status.done)
