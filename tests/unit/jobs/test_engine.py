"""Test the engine: a loop in a thread of its own, which nobody has to wait for."""

import gc
import threading
import time

import anyio
import pytest

from reka_notebook.jobs.engine import Engine


@pytest.fixture
def engine():
    engine = Engine()
    yield engine
    engine.stop()


def test_to_start_something_does_not_wait_for_the_loop(engine):
    held, started = threading.Event(), threading.Event()

    async def hold() -> None:
        assert held.wait(30)

    async def go() -> None:
        started.set()

    engine.start(hold)
    engine.start(go)  # returns while the loop stands still
    assert not started.is_set()
    held.set()
    assert started.wait(30)


def test_an_error_of_one_ends_none_of_the_others(engine, caplog):
    done = threading.Event()

    async def fail() -> None:
        raise ValueError("of one")

    async def go_on() -> None:
        await anyio.sleep(0.05)
        done.set()

    engine.start(go_on)
    engine.start(fail)
    assert done.wait(30)
    assert engine.call(lambda: 7) == 7
    assert "of one" in caplog.text


def test_what_is_being_done_is_ended_with_it():
    engine, begun, ended = Engine(), threading.Event(), threading.Event()

    async def go_on() -> None:
        begun.set()
        try:
            await anyio.sleep(60)
        finally:
            ended.set()

    engine.start(go_on)
    assert begun.wait(30)
    before = time.monotonic()
    engine.stop()
    assert ended.is_set()
    assert time.monotonic() - before < 30


def test_what_has_ended_starts_nothing_and_leaves_no_warning(recwarn):
    made = Engine()
    made.stop()

    async def never() -> None:
        raise AssertionError

    with pytest.raises(RuntimeError):
        made.start(never)
    gc.collect()
    assert not recwarn.list
