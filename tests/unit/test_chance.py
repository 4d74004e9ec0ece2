"""Test that a person's seeded generator stays theirs: the package draws from one of its own."""

import random

import pytest

from reka_notebook.api import ServerFault
from reka_notebook.api.retry import Patience, attempts
from reka_notebook.jobs.polling import back_off


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_waits_leave_the_global_random_numbers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reka_notebook.api.retry.FIRST_WAIT", 0.001)
    random.seed(7)
    before = random.getstate()
    waits = [back_off(3)]
    tried = 0
    async for attempt in attempts(Patience(on_wait=lambda _, seconds: waits.append(seconds))):
        with attempt:
            tried += 1
            if tried < 3:
                raise ServerFault("Try again")
    assert (tried, len(waits)) == (3, 3)
    assert random.getstate() == before
