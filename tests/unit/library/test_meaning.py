"""Find a request by what it meant, and make one job of it however it is spelt."""

from pathlib import Path
from typing import Any

import pytest

from reka_notebook.catalogue import Meaning, Spelt, load
from reka_notebook.library import GenerationRequest, Library, Wire

pytestmark = pytest.mark.usefixtures("engine")

SERVICE = "http://127.0.0.1:1"
KLING = load().endpoint("kling-v3-pro")
MEANING = Meaning(KLING)


def asked(take: int = 1, **given: Any) -> GenerationRequest:
    return GenerationRequest(endpoint=KLING.id, input={"prompt": "push in", **given}, take=take)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def test_two_who_would_spell_a_request_differently_make_one_job(library: Library) -> None:
    first, new = library.jobs.add(SERVICE, asked(duration="5"), 1, 9.0, meaning=MEANING)
    again, newer = library.jobs.add(SERVICE, asked(duration_seconds=5), 1, 9.0, meaning=MEANING)
    assert (new, newer) == (True, False)
    assert first == again == library.jobs.latest(SERVICE, asked(duration="5s"), MEANING)
    assert library.jobs.latest(SERVICE, asked(duration="6"), MEANING) is None


def test_another_take_is_counted_over_all_spellings(library: Library) -> None:
    library.jobs.add(SERVICE, asked(duration="5"), 1, 9.0, meaning=MEANING)
    second, _ = library.jobs.add(
        SERVICE, asked(duration_seconds=5), 1, 9.0, another_take=True, meaning=MEANING
    )
    assert second.request.take == 2


def test_the_key_is_that_of_the_spelling_and_survives_in_the_row(library: Library) -> None:
    request = asked(duration="5")
    wire = Wire(spelling={"input.duration": Spelt("duration_seconds", "5")})
    job, _ = library.jobs.add(SERVICE, request, 1, 9.0, wire=wire, meaning=MEANING)
    assert job.idempotency_key != request.idempotency_key(1)
    assert job.idempotency_key == asked(duration_seconds="5").idempotency_key(1)
    back = Wire(spelling={"input.duration": Spelt("duration", "5")}, tries=1)
    changed = library.jobs.update(job.id, wire=back)
    assert changed.idempotency_key == request.idempotency_key(1)
    assert library.jobs.get(job.id).wire == back
