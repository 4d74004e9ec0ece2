"""Test that who listens to a job is told of its end once, and finds with it what it left."""

from pathlib import Path

import pytest

import reka_notebook
from reka_notebook.jobs import Job, JobError
from reka_notebook.sandbox import Sandbox


@pytest.mark.parametrize("fails", [True, False])
def test_the_end_is_told_once_with_what_it_left(photo: Path, fails: bool) -> None:
    told: list[tuple[bool, bool]] = []

    def listen(job: Job) -> None:
        if job.status.done:
            told.append((job.take is not None, job.status.error is not None))

    sandbox = Sandbox(seconds=0.2, render="small", profile="catalogue")
    with sandbox as url:
        reka_notebook.configure(base_url=url)
        if fails:
            sandbox.fail_next(error={"message": "Refused by a filter"})
        job = reka_notebook.submit("A slow pan", photo, model="kling-v3-pro", duration=3)
        job.subscribe(listen)
        try:
            job.result(60)
        except JobError:
            assert fails
        sure = reka_notebook.submit("Another", photo, model="kling-v3-pro", duration=3)
        sure.result(60)  # by now the engine has told all that it had to tell of the first
    assert told == [(not fails, fails)]
