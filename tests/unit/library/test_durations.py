"""Test how long jobs took, as the next one wants to know it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from reka_notebook.library import GenerationRequest, Library, TakeRecord, takes
from reka_notebook.library.takes import ALIKE, MANY

pytestmark = pytest.mark.usefixtures("engine")

SERVICE = "https://service.test:443"


def asked(prompt: str, endpoint: str = "m/image-to-video", **settings: Any) -> GenerationRequest:
    return GenerationRequest(endpoint=endpoint, input={"prompt": prompt, **settings})


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def took(library: Library, seconds: float, request: GenerationRequest, service: str = SERVICE) -> None:
    job, _ = library.jobs.add(service, request, 1, deadline=9.0)
    job = msgspec.structs.replace(job, state="kept", ended=seconds)
    library.takes.add(TakeRecord(job=job, files=[], kept=seconds, took=seconds, worked=seconds / 2))


def test_newest_first_of_this_service_and_endpoint_alone(library: Library) -> None:
    for seconds in (1.0, 2.0, 3.0):
        took(library, seconds, asked(f"p{seconds}"))
    took(library, 4.0, asked("other", endpoint="n/image-to-video"))
    took(library, 5.0, asked("elsewhere"), service="http://127.0.0.1:1")
    assert library.takes.durations(SERVICE, asked("new")) == [(3.0, 1.5), (2.0, 1.0), (1.0, 0.5)]
    assert library.takes.durations(SERVICE, asked("new"), limit=1) == [(3.0, 1.5)]


def test_those_with_the_same_settings_once_there_are_enough(library: Library) -> None:
    for number in range(ALIKE):
        took(library, 100.0 + number, asked(f"long {number}", duration="12", seed=number))
        took(library, 10.0 + number, asked(f"short {number}", duration="4"))
    long = library.takes.durations(SERVICE, asked("new", duration="12", seed=99))
    assert [seconds for seconds, _ in long] == [100.0 + number for number in reversed(range(ALIKE))]
    assert len(library.takes.durations(SERVICE, asked("new", duration="8"))) == 2 * ALIKE


def test_many_are_not_read_again_at_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(MANY):
        assert len(library.takes.durations(SERVICE, asked("new"))) == number
        took(library, 10.0 + number, asked(f"p{number}"))
    assert len(library.takes.durations(SERVICE, asked("new"))) == MANY
    took(library, 99.0, asked("one more"))
    assert len(library.takes.durations(SERVICE, asked("new"))) == MANY
    assert len(library.takes.durations(SERVICE, asked("new", duration="8"))) == MANY + 1
    monkeypatch.setattr(takes, "STANDS", 0.0)
    assert len(library.takes.durations(SERVICE, asked("new"))) == MANY + 1
