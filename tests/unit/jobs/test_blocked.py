"""Test surroundings that let no request out: nothing is begun or taken over, and nothing is charged."""

import logging
import sys
import time
from typing import Any

import anyio.to_thread
import pytest

from reka_notebook.api import ConnectionBlocked
from reka_notebook.jobs import JobFailed, State
from reka_notebook.jobs.context import JobContext
from tests.surroundings import URL


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")


def test_no_row_is_written(start, broken) -> None:
    process = start(URL)
    with pytest.raises(ConnectionBlocked, match=r"SSL_CERT_FILE .* Nothing was sent\."):
        process.submit()
    assert process.controller.library.jobs.unfinished(process.controller.service) == []


def test_what_another_left_is_left_to_who_can_go_on_with_it(start, broken) -> None:
    first = start(URL)
    library = first.controller.library
    record, _ = library.jobs.add(
        first.controller.service, first.prepare().request, 1, time.time() + 60, None, library.leases.me
    )
    first.kill()
    second = start(URL)
    assert second.controller.take_over() == []
    with pytest.raises(ConnectionBlocked, match="SSL_CERT_FILE"):
        second.controller.resume(record.id)
    assert second.controller.library.jobs.get(record.id).state == State.PREPARED


def test_what_breaks_between_row_and_wire_ends_uncharged_and_is_never_submitting(
    start, broken, monkeypatch
) -> None:
    states: list[str] = []
    move = JobContext.move

    async def watched(self: JobContext, state: State, **changes: Any) -> None:
        states.append(state)
        await move(self, state, **changes)

    monkeypatch.setattr(JobContext, "move", watched)
    module = sys.modules["reka_notebook.jobs.controller"]  # its function has the same name in the package
    monkeypatch.setattr(module, "check_surroundings", lambda url: None)
    job = start(URL).submit()
    with pytest.raises(JobFailed, match=r"SSL_CERT_FILE names a file that is not there.*Nothing was charged"):
        job.result(20)
    assert states == [State.FAILED]


def test_the_heartbeat_goes_on_without_threads_and_says_each_trouble_once(
    start, sandboxes, monkeypatch, caplog
) -> None:
    monkeypatch.setattr("reka_notebook.jobs.worker.BEAT", 0.02)
    process = start(sandboxes(seconds=0.8).url)
    worker = process.controller._worker
    run_sync, beat = anyio.to_thread.run_sync, process.controller.library.leases.renew
    refused, beats = [], []

    async def short_of_threads(function: Any, *args: Any, **named: Any) -> Any:
        if function == worker._look_after and len(refused) < 3:
            refused.append(function)
            raise RuntimeError("can't start new thread")
        return await run_sync(function, *args, **named)

    def troubled() -> None:
        beats.append(time.monotonic())
        if len(beats) < 4:
            raise OSError(28, "No space left on device")
        beat()

    monkeypatch.setattr(anyio.to_thread, "run_sync", short_of_threads)
    monkeypatch.setattr(process.controller.library.leases, "renew", troubled)
    with caplog.at_level(logging.WARNING, "reka_notebook"):
        process.submit().result(20)
    assert len(refused) == 3
    assert len(beats) > 4
    said = [record.getMessage() for record in caplog.records]
    assert sum("can't start new thread" in words for words in said) == 1
    assert sum("No space left" in words for words in said) == 1
    assert not any(record.exc_info for record in caplog.records)
