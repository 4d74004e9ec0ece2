"""Test how often a request is repeated, how long the waits are, and what is not repeated."""

import itertools
import socket
import threading
import time

import pytest

from reka_notebook.api import (
    ApiError,
    AuthenticationFailed,
    BalanceUsedUp,
    NotFound,
    NotSent,
    Patience,
    RateLimited,
    Rejected,
    ServerFault,
    Unanswered,
    ValidationFailed,
    retry,
)
from reka_notebook.api.reading.messages import read_object
from tests.unit.api.conftest import ONCE, http, reset

pytestmark = pytest.mark.anyio

TAKEN = http(202, {"request_id": "r"})
BROKEN = [
    http(500, b""),
    http(502, b"<html>bad gateway</html>"),
    http(503, b"", retry_after="0"),
    http(408, b""),
    http(429, {"error": {"type": "rate_limit_error", "message": "slow down"}}),
    http(200, b"<!doctype html><p>Welcome"),
    http(200, b""),
    http(200, b'{"request_id": "r"', content_length="400"),
    http(204, b""),
    http(304, b""),
    http(200, {"status": "IN_QUEUE"}),
    http(303, b"", location="/login"),
    reset,
    lambda connection: connection.shutdown(socket.SHUT_RDWR),
    lambda connection: connection.sendall(b"HTTP/9.9 what\r\n\r\n"),
]


@pytest.mark.parametrize("reply", BROKEN)
@pytest.mark.usefixtures("quick")
async def test_a_submission_is_repeated_with_the_same_key_and_body_until_it_is_answered(
    wires, asking, reply
) -> None:
    wire = wires(reply, reply, TAKEN)
    async with asking(wire) as client:
        submitted = await client.submit("/m", {"prompt": "x"}, idempotency_key="k-7")
    assert submitted.request_id == "r"
    assert [asked.headers["idempotency-key"] for asked in wire.asked] == ["k-7"] * 3
    assert len({asked.body for asked in wire.asked}) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ValidationFailed),
        (401, AuthenticationFailed),
        (402, BalanceUsedUp),
        (404, NotFound),
        (418, Rejected),
        (422, ValidationFailed),
    ],
)
@pytest.mark.usefixtures("quick")
async def test_a_refusal_is_not_repeated(wires, asking, status, kind) -> None:
    wire = wires(http(status, {"error": {"message": "no"}}, x_request_id="req-3"))
    async with asking(wire) as client:
        with pytest.raises(kind) as caught:
            await client.submit("/m", {}, idempotency_key="k")
    assert len(wire.asked) == 1
    assert (caught.value.message, caught.value.request_id) == ("no", "req-3")


@pytest.mark.usefixtures("quick")
async def test_a_429_about_the_balance_is_not_repeated(wires, asking) -> None:
    body = {"error": {"code": "P001", "message": "P001: Insufficient Balance"}}
    wire = wires(http(429, body, retry_after="1"))
    async with asking(wire) as client:
        with pytest.raises(BalanceUsedUp, match="Top up"):
            await client.submit("/m", {}, idempotency_key="k")
    assert len(wire.asked) == 1


async def test_with_no_patience_it_is_asked_once(wires, asking) -> None:
    wire = wires(http(500, b""))
    async with asking(wire) as client:
        with pytest.raises(ServerFault):
            await client.status("r", patience=ONCE)
    assert len(wire.asked) == 1


async def test_patience_comes_to_its_end_in_time_and_the_last_error_is_raised(
    wires, asking, monkeypatch
) -> None:
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.02)
    wire = wires(http(500, b""), http(500, b""), http(503, b""))
    began = time.monotonic()
    async with asking(wire) as client:
        with pytest.raises(ServerFault) as caught:
            await client.status("r", patience=Patience(total=0.4))
    assert caught.value.status == 503
    assert 0.35 < time.monotonic() - began < 10
    assert 3 < len(wire.asked) < 12


async def test_a_wait_is_as_long_as_the_service_wants_and_a_little_more(wires, asking) -> None:
    wire = wires(http(429, b"", retry_after="1"), TAKEN)
    waits: list[tuple[str, float]] = []
    patience = Patience(
        total=10, on_wait=lambda error, seconds: waits.append((type(error).__name__, seconds))
    )
    began = time.monotonic()
    async with asking(wire) as client:
        await client.submit("/m", {}, idempotency_key="k", patience=patience)
    ((name, seconds),) = waits
    assert name == "RateLimited"
    assert 1.0 <= seconds <= 1.1
    assert time.monotonic() - began >= seconds


@pytest.mark.parametrize("patience", [Patience(total=3600, longest=5), Patience(total=5, longest=3600)])
@pytest.mark.parametrize("status", [429, 503])
async def test_a_longer_wait_than_there_is_patience_for_is_not_begun(wires, asking, patience, status) -> None:
    wire = wires(http(status, b"", retry_after="6"))
    async with asking(wire) as client:
        began = time.monotonic()  # once the client is made, which takes its time in a test that is the first
        with pytest.raises((RateLimited, ServerFault)) as caught:
            await client.status("r", patience=patience)
    assert caught.value.retry_after == 6
    assert len(wire.asked) == 1
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("status", [429, 500])
async def test_a_retry_after_of_nothing_is_no_wish_to_be_asked_at_once(wires, asking, status) -> None:
    """Reka sends ``retry-after: 0`` with whatever the rate limit let by."""
    waits: list[float] = []

    def wait(_: ApiError, seconds: float) -> None:
        waits.append(seconds)
        raise InterruptedError

    wire = wires(http(status, b"", retry_after="0"))
    async with asking(wire) as client:
        with pytest.raises(InterruptedError):
            await client.status("r", patience=Patience(total=60, on_wait=wait))
    assert len(wire.asked) == 1
    assert waits[0] >= 0.5


def waits_of(error: ApiError, count: int, **patience: float) -> list[float]:
    """Return the waits before the next tries, without waiting."""
    decide = retry.attempts(Patience(total=1e6, longest=1e6, **patience))._t_kw["retry"]._backoff_hook
    return list(itertools.islice(iter(lambda: decide(error), False), count))


def test_the_back_off_doubles_with_jitter_up_to_a_bound() -> None:
    runs = [waits_of(ServerFault("x"), 10) for _ in range(20)]
    for waits in runs:
        for tried, wait in enumerate(waits):
            least = min(retry.LONGEST_WAIT, 0.5 * 2**tried)
            assert least <= wait <= 2 * least
    assert len({waits[0] for waits in runs}) > 10
    assert retry.LONGEST_WAIT == 30


def test_many_that_are_told_the_same_time_do_not_come_at_the_same_moment() -> None:
    waits = {waits_of(RateLimited("x", retry_after=60), 1)[0] for _ in range(20)}
    assert len(waits) > 10
    assert min(waits) >= 60
    assert max(waits) <= 66


def test_a_connection_that_cannot_be_made_is_tried_so_many_times_in_a_row() -> None:
    assert len(waits_of(NotSent("x"), 100, unreachable=6)) == 5
    decide = retry.attempts(Patience(total=1e6, unreachable=2))._t_kw["retry"]._backoff_hook
    met = [NotSent("x"), Unanswered("x"), NotSent("x"), ServerFault("x"), NotSent("x"), NotSent("x")]
    assert [bool(decide(error)) for error in met] == [True] * 5 + [False]


@pytest.mark.usefixtures("quick")
async def test_nobody_at_the_address_is_said_so(wires, asking) -> None:
    wire = wires()
    url = wire.url
    wire.close()
    async with asking(url) as client:
        with pytest.raises(NotSent, match=r"No connection to http://127\.0\.0\.1"):
            await client.submit("/m", {}, idempotency_key="k")


async def test_silence_is_given_up(wires, asking) -> None:
    wire = wires()
    done = threading.Event()
    wire.replies[0] = lambda connection: done.wait(5)
    async with asking(wire) as client:
        with pytest.raises(Unanswered, match="did not answer in time"):
            await client._call("GET", "/x", read_object, patience=ONCE, timeout=0.1)
    done.set()
