"""Where the loop of a kernel cannot be made to turn from within, that is said before anything is tried or patched."""

import asyncio
import threading
from typing import Any

import pytest

from reka_notebook.errors import RekaError
from reka_notebook.nested_loop import check as nested_loop_check
from reka_notebook.nested_loop import switch as nested_loop


@pytest.fixture(autouse=True)
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was to be tried in another kernel; that it would have passed."""
    loops: list[Any] = []
    monkeypatch.setattr(nested_loop_check, "check", loops.append)
    return loops


def test_a_kernel_that_nest_asyncio_has_patched_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tried: list[Any]
) -> None:
    monkeypatch.setattr(asyncio, "_nest_patched", True, raising=False)

    async def cell() -> None:
        nested_loop.turn_on()

    with pytest.raises(RekaError, match="Restart the kernel, leave nest_asyncio out"):
        asyncio.run(cell())
    assert (nested_loop.state(), tried) == ("off", [])


def test_a_loop_that_is_not_asyncios_is_left_alone(monkeypatch: pytest.MonkeyPatch, tried: list[Any]) -> None:
    class Loop:
        pass

    monkeypatch.setattr(asyncio, "get_running_loop", Loop)
    with pytest.raises(RekaError, match=r"loop is a .*\.Loop, which nest-asyncio2 cannot patch"):
        nested_loop.turn_on()
    assert (nested_loop.state(), tried) == ("off", [])


def test_a_thread_without_a_loop_waits_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested_loop, "_on", True)
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(nested_loop.loop_to_turn()))
    thread.start()
    thread.join()
    assert found == [None]


def test_a_loop_that_is_not_patched_is_not_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested_loop, "_on", True)

    async def cell() -> object:
        return nested_loop.loop_to_turn()

    assert asyncio.run(cell()) is None
