"""Test what is learned of one job while it is waited for, and what is kept for the next."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reka_notebook.jobs.polling import History, Poller
from reka_notebook.jobs.polling.observations import Known
from reka_notebook.sandbox import Sandbox
from tests.processes import processes

TWENTY = Known(tuple(100.0 + number for number in range(20)))


def test_waits_for_the_first_plausible_moment() -> None:
    poller = Poller(TWENTY, time.time(), whole=True)
    assert 85 < poller.delay(None) < 105
    assert 2 < Poller(Known(), time.time(), whole=True).delay(None) < 2.7


def test_one_that_was_left_lying_is_asked_for_at_once() -> None:
    poller = Poller(TWENTY, time.time() - 20, whole=False)
    assert poller.delay(None) == 0
    poller.pending(running=None, position=None)
    assert poller.delay(None) > 50


def test_a_clock_that_is_set_back_does_not_matter() -> None:
    assert Poller(TWENTY, time.time() + 3600, whole=True).elapsed < 1


def test_what_does_not_wait_for_the_work_is_asked_soon() -> None:
    poller = Poller(TWENTY, time.time() - 10, whole=True)
    poller.pending(running=True, position=None)
    assert poller.delay(None) > 50
    assert poller.delay(None, soon=True) < 1.1
    poller.done()
    assert poller.delay(None) < 1.1


def test_failures_and_the_services_wish_last_until_the_next_answer() -> None:
    poller = Poller(Known(), time.time() - 10, whole=True)
    for _ in range(4):
        poller.failed(None)
    assert 7 < poller.delay(None) < 8.1
    poller.failed(40.0)
    assert poller.delay(None) == 40
    poller.pending(running=False, position=1)
    assert poller.delay(None) < 1.1


def test_how_long_it_took_is_said_only_where_it_was_seen() -> None:
    seen = Poller(Known(), time.time() - 10, whole=True)
    seen.pending(running=True, position=None)
    seen.done()
    assert (seen.took, seen.worked) == (pytest.approx(10, abs=0.5), pytest.approx(5, abs=0.5))
    left_lying = Poller(Known(), time.time() - 5000, whole=False)
    left_lying.done()
    assert left_lying.took is None
    cut_off = Poller(Known(), time.time() - 500, whole=True)
    cut_off.failed(None)
    cut_off.done()
    assert cut_off.took is None


def test_what_a_job_took_is_known_to_the_next(
    sandboxes: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = sandboxes(seconds=3.2, queue_share=0.1)
    with processes(tmp_path / "library", monkeypatch) as start:
        process = start(sandbox.url)
        first = process.submit()
        assert first.status.expected is None
        take = first.result(30)
        (charge,) = sandbox.ledger
        polls = [seen.at - charge.at for seen in sandbox.log if seen.step == "status"]
        assert len(polls) <= 3
        assert polls[-2] < 3.2 < polls[-1]
        assert take.record.took is not None
        assert polls[-2] - 0.1 < take.record.took < polls[-1] + 0.1
        assert take.record.worked is not None
        assert take.record.worked < take.record.took
        library, service = process.controller.library, process.controller.service
        known = History(library, service).known(first.request)
        assert known == Known((take.record.took,), (take.record.worked,))
        assert process.submit(fresh=True).status.expected == take.record.took
