"""Test that a loop that cannot be turned from within is refused before anything is tried or patched."""

import asyncio
import threading
from typing import Any

import pytest

from reka_notebook.errors import RekaError
from reka_notebook.nested_loop import loop as nested_loop
from reka_notebook.nested_loop.trial import trial


@pytest.fixture(autouse=True)
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let every trial pass, and return the kinds of loop that were tried."""
    kinds: list[Any] = []
    monkeypatch.setattr(nested_loop, "trial", kinds.append)
    return kinds


def test_a_kernel_that_nest_asyncio_has_patched_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tried: list[Any]
) -> None:
    monkeypatch.setattr(asyncio, "_nest_patched", True, raising=False)

    async def cell() -> None:
        nested_loop.turn_on()

    with pytest.raises(RekaError, match="Restart the kernel and leave nest_asyncio out"):
        asyncio.run(cell())
    assert (nested_loop.state(), tried) == ("off", [])


def test_a_loop_that_is_not_asyncios_is_left_alone(monkeypatch: pytest.MonkeyPatch, tried: list[Any]) -> None:
    class Loop:
        pass

    monkeypatch.setattr(asyncio, "_get_running_loop", Loop)
    with pytest.raises(RekaError, match=r"loop is a .*\.Loop, which nest-asyncio2 cannot patch"):
        nested_loop.turn_on()
    assert (nested_loop.state(), tried) == ("off", [])


@pytest.mark.parametrize("version", ["6.28.1", "8.0.0", "unknown"])
def test_a_kernel_outside_the_matrix_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tried: list[Any], version: str
) -> None:
    monkeypatch.setattr(nested_loop, "version", lambda package: version)

    async def cell() -> None:
        nested_loop.turn_on()

    with pytest.raises(RekaError, match=r"nothing is patched\. It is tested with ipykernel 6\.29 to 7"):
        asyncio.run(cell())
    assert (nested_loop.state(), tried) == ("off", [])


def test_a_trial_passes_in_a_process_of_its_own() -> None:
    assert trial(asyncio.SelectorEventLoop) == ""
    assert not hasattr(asyncio, "_nest_asyncio2")


def test_a_trial_that_cannot_begin_says_why() -> None:
    class Loop(asyncio.SelectorEventLoop):
        """Stand in for a loop that cannot be found by its name, being inside a function."""

    assert "A trial of it failed: AttributeError" in trial(Loop)


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
