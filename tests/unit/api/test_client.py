"""Test every method of the client over a real socket: what is sent, and what is read from the answer."""

import pytest

from reka_notebook.api import Phase
from tests.unit.api.conftest import SECRET, http

pytestmark = pytest.mark.anyio

TAKEN = {"request_id": "r 1", "status": "IN_QUEUE", "status_url": "/s", "cancel_url": None, "extra": [1]}


@pytest.mark.parametrize(
    ("header", "sent"),
    [("Authorization", ("authorization", f"Bearer {SECRET}")), ("X-Api-Key", ("x-api-key", SECRET))],
)
async def test_the_key_goes_in_either_documented_header(wire, asking, header, sent) -> None:
    async with asking(wire, header) as client:
        await client.models()
    (asked,) = wire.asked
    assert sent in asked.headers.items()
    assert len({"authorization", "x-api-key"} & asked.headers.keys()) == 1


async def test_without_a_key_none_is_sent(wire, asking) -> None:
    async with asking(wire, key=None) as client:
        await client.models()
    assert not {"authorization", "x-api-key"} & wire.asked[0].headers.keys()


async def test_a_submission_carries_its_input_its_key_and_its_webhook(wires, asking) -> None:
    wire = wires(http(202, TAKEN, x_request_id="req-9"))
    given = {"prompt": "ünï", "seed": 3, "nested": {"a": [1, None, True]}}
    async with asking(wire) as client:
        submitted = await client.submit("/v2/inference/m/t", given, idempotency_key="k-1")
        await client.submit(
            "/v2/inference/m/t", given, idempotency_key="k-1", webhook_url="https://hook.test/x"
        )
    bare, hooked = wire.asked
    assert (bare.method, bare.path, bare.json) == ("POST", "/v2/inference/m/t", {"input": given})
    assert (bare.headers["idempotency-key"], bare.headers["content-type"]) == ("k-1", "application/json")
    assert hooked.json == {"input": given, "webhook_url": "https://hook.test/x"}
    assert (submitted.request_id, submitted.status, submitted.status_url) == ("r 1", "IN_QUEUE", "/s")
    assert submitted.cancel_url is None
    assert submitted.raw == TAKEN


async def test_status_result_and_cancel_take_the_routes_of_the_catalogue(wires, asking) -> None:
    wire = wires(
        http(200, {"request_id": "r", "status": "COMPLETED", "queue_position": 2, "output": {"a": 1}})
    )
    async with asking(wire) as client:
        report = await client.status("r /1")
        outcome = await client.result("r /1")
        cancelled = await client.cancel("r /1")
    assert [(asked.method, asked.path) for asked in wire.asked] == [
        ("GET", "/v2/inference/requests/r%20%2F1/status"),
        ("GET", "/v2/inference/requests/r%20%2F1"),
        ("POST", "/v2/inference/requests/r%20%2F1/cancel"),
    ]
    assert (report.phase, report.queue_position) == (Phase.DONE, 2)
    assert (outcome.phase, outcome.output, cancelled.output) == (Phase.DONE, {"a": 1}, {"a": 1})
    assert all("idempotency-key" not in asked.headers for asked in wire.asked)


@pytest.mark.parametrize("given", ["/q/1?x=y", "{origin}/q/1?x=y", "../../q/1?x=y"])
async def test_urls_of_the_service_are_resolved_against_the_base_url(wires, asking, given) -> None:
    wire = wires(http(200, {"status": "IN_QUEUE"}))
    url = given.replace("{origin}", wire.url)
    async with asking(wire) as client:
        await client.status("r", url)
        await client.status("r", url, logs=True)
        await client.status("r", logs=True)
        await client.result("r", url)
        await client.cancel("r", url)
    assert [asked.path for asked in wire.asked] == [
        "/q/1?x=y",
        "/q/1?x=y&with_logs=true",
        "/v2/inference/requests/r/status?with_logs=true",
        "/q/1?x=y",
        "/q/1?x=y",
    ]


async def test_the_lists_are_given_as_they_come(wires, asking) -> None:
    listed = {"data": [{"id": "m"}], "more": False}
    wire = wires(http(200, listed))
    async with asking(wire) as client:
        assert await client.models() == listed
        assert [one.request_id for one in (await client.requests()).requests] == ["m"]
    assert [asked.path for asked in wire.asked] == ["/v2/inference/models", "/v2/inference/requests"]


async def test_an_id_that_is_a_number_is_an_id(wires, asking) -> None:
    wire = wires(http(202, {"request_id": 71}))
    async with asking(wire) as client:
        assert (await client.submit("/m", {}, idempotency_key="k")).request_id == "71"
