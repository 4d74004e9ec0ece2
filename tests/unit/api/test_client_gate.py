"""Test the gate that requests pass on their way, and what is said when the budget is used up."""

import time
from collections.abc import Callable

import pytest

from reka_notebook.api import (
    BudgetUsedUp,
    Client,
    ForeignOrigin,
    Patience,
    RateLimited,
    ServerFault,
    ServicePaused,
)
from reka_notebook.key import Key

from .conftest import ROUTES, SECRET, http, phase

pytestmark = pytest.mark.anyio
ONCE = Patience(total=0.0)


class Gate:
    """Let requests pass after ``wait`` seconds, and write down what it is told."""

    def __init__(self, wait: float = 0.0, pause: float = 0.0) -> None:
        self.wait = wait
        self.pause = pause
        self.entered = 0
        self.told: list[float] = []

    async def enter(self, longest: float, on_wait: Callable[[float], object] | None = None) -> float:
        self.entered += 1
        return self.wait

    async def refused(self, seconds: float) -> None:
        self.told.append(seconds)

    async def paused(self) -> float:
        return self.pause


def client(url: str, gate: Gate) -> Client:
    return Client(url, Key(SECRET), ROUTES, phase, gate=gate)


async def test_all_kernels_hear_of_a_wait_that_the_service_wants(wires) -> None:
    gate = Gate()
    async with client(wires(http(429, b"", retry_after="7")).url, gate) as asking:
        with pytest.raises(RateLimited):
            await asking.status("a", patience=ONCE)
    assert gate.told == [7.0]


async def test_a_server_in_trouble_is_no_matter_of_the_budget(wires) -> None:
    gate = Gate()
    async with client(wires(http(503, b"", retry_after="7")).url, gate) as asking:
        with pytest.raises(ServerFault):
            await asking.status("a", patience=ONCE)
    assert gate.told == []


async def test_who_has_no_patience_for_the_gate_sends_nothing(wires) -> None:
    wire, gate = wires(), Gate(wait=11)
    async with client(wire.url, gate) as asking:
        with pytest.raises(BudgetUsedUp, match="budget") as refused:
            await asking.status("a", patience=ONCE)
    assert refused.value.retry_after == 11
    assert (gate.entered, wire.asked) == (1, [])


async def test_a_pause_that_the_service_wants_is_no_budget_and_says_until_when(wires) -> None:
    wire, gate = wires(), Gate(wait=3600, pause=3600)
    async with client(wire.url, gate) as asking:
        with pytest.raises(ServicePaused) as refused:
            await asking.status("a", patience=ONCE)
    end = {time.strftime("%H:%M", time.localtime(time.time() + 3600 - late)) for late in (0, 5)}
    assert any(
        f"until {moment}" in str(refused.value) or f", {moment}" in str(refused.value) for moment in end
    )
    assert "budget" not in str(refused.value)
    assert (refused.value.retry_after, refused.value.maybe_taken) == (3600, False)
    assert wire.asked == []


async def test_who_waits_longer_for_the_budget_than_for_the_pause_is_told_of_the_budget(wires) -> None:
    async with client(wires().url, Gate(wait=120, pause=11)) as asking:
        with pytest.raises(BudgetUsedUp):
            await asking.status("a", patience=ONCE)


async def test_a_request_that_would_leave_home_is_not_sent(wires) -> None:
    elsewhere, home = wires(), wires()
    async with client(home.url, Gate()) as asking:
        with pytest.raises(ForeignOrigin):
            await asking.submit(f"{elsewhere.url}/v2", {}, idempotency_key="k", patience=ONCE)
    assert elsewhere.asked == []
    assert home.asked == []
