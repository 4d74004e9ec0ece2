"""Test what is known of earlier jobs."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from reka_notebook.jobs.polling import History
from reka_notebook.library import GenerationRequest, Library, TakeRecord
from reka_notebook.library.takes import MANY

SERVICE = "https://service.test:443"


def asked(prompt: str, **settings: Any) -> GenerationRequest:
    return GenerationRequest(endpoint="m/image-to-video", input={"prompt": prompt, **settings})


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def took(library: Library, seconds: float, **settings: Any) -> None:
    job, _ = library.jobs.add(SERVICE, asked(f"{seconds}", **settings), 1, deadline=9.0)
    job = msgspec.structs.replace(job, state="kept", ended=seconds)
    library.takes.add(TakeRecord(job=job, files=[], kept=seconds, took=seconds))


def test_every_new_job_counts_at_once_until_many_are_known(library: Library) -> None:
    of_service = History(library, SERVICE)
    for count in range(MANY):
        took(library, 100.0 + count)
        assert 100.0 + count in of_service.known(asked("new", seed=3)).durations


def test_other_settings_are_not_taken_for_the_same(library: Library) -> None:
    of_service = History(library, SERVICE)
    for count in range(20):
        took(library, 100.0 + count, duration="12")
        took(library, 10.0 + count, duration="4")
    assert min(of_service.known(asked("new", duration="12")).durations) == 100.0
    assert max(of_service.known(asked("new", duration="4")).durations) == 10.0 + 19
