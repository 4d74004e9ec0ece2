"""What is known of earlier jobs, and for how long it stands."""

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reka_notebook.jobs.polling import history
from reka_notebook.jobs.polling.delay import WELL_KNOWN
from reka_notebook.jobs.polling.history import STANDS, History
from reka_notebook.library import GenerationRequest, Library, TakeRecord

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


def test_while_few_jobs_are_known_every_new_one_counts_at_once(library: Library) -> None:
    of_service = History(library, SERVICE)
    for count in range(WELL_KNOWN):
        took(library, 100.0 + count)
        assert len(of_service.known(asked("new")).durations) == count + 1


def test_many_that_are_known_stand_for_a_while(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    of_service = History(library, SERVICE)
    for count in range(WELL_KNOWN):
        took(library, 100.0 + count)
    before = of_service.known(asked("new"))
    took(library, 200.0)
    assert of_service.known(asked("another", seed=3)) is before
    later = time.monotonic() + STANDS
    monkeypatch.setattr(history.time, "monotonic", lambda: later)
    assert max(of_service.known(asked("new")).durations) == 200.0


def test_other_settings_are_not_taken_for_the_same(library: Library) -> None:
    of_service = History(library, SERVICE)
    for count in range(WELL_KNOWN):
        took(library, 100.0 + count, duration="12")
        took(library, 10.0 + count, duration="4")
    assert min(of_service.known(asked("new", duration="12")).durations) == 100.0
    assert max(of_service.known(asked("new", duration="4")).durations) == 10.0 + WELL_KNOWN - 1


def test_no_more_kinds_are_remembered_than_a_few(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KINDS", 3)
    of_service = History(library, SERVICE)
    for count in range(WELL_KNOWN):
        took(library, 100.0 + count)
    for kind in range(20):
        assert len(of_service.known(asked("new", duration=str(kind))).durations) == WELL_KNOWN
        assert len(of_service._read) <= 3
