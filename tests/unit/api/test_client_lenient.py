"""Test answers that are not quite JSON, or not quite as documented: no paid result is lost for it."""

import json

import pytest

from reka_notebook.api import BadAnswer, Patience, Phase, ServerFault, ValidationFailed
from tests.unit.api.conftest import ONCE, http

pytestmark = pytest.mark.anyio

SAID = {
    "request_id": "r-1",
    "status": "COMPLETED",
    "status_url": "/s/r-1",
    "response_url": "/r/r-1",
    "output": {"video_url": "https://cdn.test/a.mp4"},
}
BEGUN = json.dumps(SAID)[:-1].encode()
ODD = {
    "NaN": BEGUN + b', "metrics": {"loss": NaN, "best": -Infinity, "n": 1e999}}',
    "byte order mark": b"\xef\xbb\xbf" + BEGUN + b"}",
    "UTF-16": (BEGUN + b"}").decode().encode("utf-16"),
    "UTF-32": (BEGUN + b"}").decode().encode("utf-32"),
    "Latin-1": BEGUN + b', "logs": ["caf\xe9"]}',
    "half an emoji": BEGUN + b', "logs": [{"message": "\\ud83d"}]}',
    "4,400 digits": BEGUN + b', "metrics": {"seed": ' + b"7" * 4400 + b"}}",
    "3,000 deep": BEGUN + b', "metrics": {"d": ' + b"[" * 3000 + b"]" * 3000 + b"}}",
    "100,000 deep": BEGUN + b', "logs": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a comma too many": BEGUN + b",}",
    "something after it": BEGUN + b"}\n-- edge 7 --",
    "in a string": json.dumps(json.dumps(SAID)).encode(),
    "in a list": b"[" + BEGUN + b"}]",
    "in an envelope": json.dumps({"success": True, "status": "success", "data": SAID}).encode(),
}


@pytest.mark.parametrize("kind", ODD)
async def test_an_odd_answer_is_read_at_every_step(wires, asking, kind) -> None:
    wire = wires(http(202, ODD[kind]), http(200, ODD[kind]))
    async with asking(wire) as client:
        submitted = await client.submit("/m", {}, idempotency_key="k", patience=ONCE)
        report = await client.status("r-1", patience=ONCE)
        outcomes = [await client.result("r-1", patience=ONCE), await client.cancel("r-1", patience=ONCE)]
        listed = await client.models(patience=ONCE)
    assert (submitted.request_id, submitted.raw["response_url"]) == ("r-1", "/r/r-1")
    assert (report.phase, report.status) == (Phase.DONE, "COMPLETED")
    for outcome in outcomes:
        assert (outcome.phase, outcome.stated, outcome.output) == (Phase.DONE, True, SAID["output"])
    assert listed.get("data", listed)["request_id"] == "r-1"
    kept = json.dumps(outcomes[0].raw, allow_nan=False)  # a row can hold it
    assert len(kept) < 400_000


@pytest.mark.parametrize("kind", ["NaN", "Latin-1", "half an emoji", "a comma too many"])
async def test_the_text_of_what_was_not_quite_json_is_kept(wires, asking, kind) -> None:
    async with asking(wires(http(200, ODD[kind]))) as client:
        raw = (await client.result("r-1", patience=ONCE)).raw
    assert raw["raw_body"].startswith(BEGUN.decode())
    async with asking(wires(http(200, BEGUN + b"}"))) as client:
        assert (await client.result("r-1", patience=ONCE)).raw == SAID


async def test_an_error_that_is_not_quite_json_is_read(wires, asking) -> None:
    bodies = (
        b'\xef\xbb\xbf{"error": {"message": "too long", "type": "validation_error"},}',
        b'{"error": {"message": "too long", "type": "validation_error", "limit": NaN}}',
        json.dumps(json.dumps({"error": {"message": "too long", "type": "validation_error"}})).encode(),
    )
    for body in bodies:
        async with asking(wires(http(422, body))) as client:
            with pytest.raises(ValidationFailed, match="too long") as caught:
                await client.result("r-1", patience=ONCE)
            assert (caught.value.type, caught.value.shaped) == ("validation_error", True)


IDS = {
    "a number": {"request_id": 7},
    "a large number": {"request_id": 90071992547409931},
    "camel case": {"requestId": "7"},
    "id": {"id": "7"},
    "a task's id": {"code": 0, "data": {"task_id": "7"}},
    "an envelope": {"data": {"request": {"request_id": "7"}}},
    "no more than addresses": {"status_url": "https://x.test/v2/inference/requests/7/status"},
    "another's addresses": {
        "urls": {"get": "https://x.test/v1/jobs/7", "cancel": "https://x.test/v1/jobs/7/cancel"}
    },
    "twice, the second null": b'{"request_id": "7", "request_id": null}',
    "half a body": b'{"request_id": "7", "status": "IN_QUE',
    "half an address": b'{"status_url": "/v2/inference/requests/7/status", "response_url": "/v2/inf',
    "brackets that do not match": b'{"request_id": "7", "logs": [}',
    "XML": b"<",
}


@pytest.mark.parametrize("kind", IDS)
async def test_the_id_of_what_is_paid_for_is_found(wires, asking, quick, kind) -> None:
    if kind == "XML":
        wire = wires(http(202, b"<ok/>", location="/v2/inference/requests/7"))
    else:
        wire = wires(http(202, IDS[kind], x_request_id="not-this"))
    async with asking(wire) as client:
        submitted = await client.submit("/m", {}, idempotency_key="k", patience=Patience(total=20.0))
    assert submitted.request_id in ("7", "90071992547409931")
    assert {asked.headers["idempotency-key"] for asked in wire.asked} == {"k"}, "charged once"


async def test_addresses_are_kept_under_the_names_that_are_documented(wires, asking) -> None:
    said = {"data": {"id": "7", "statusUrl": "/a", "result_url": "/b", "urls": {"cancel": "/c"}}}
    async with asking(wires(http(202, said))) as client:
        raw = (await client.submit("/m", {}, idempotency_key="k", patience=ONCE)).raw
    assert (raw["status_url"], raw["response_url"], raw["cancel_url"]) == ("/a", "/b", "/c")
    assert raw["data"] == said["data"]


@pytest.mark.parametrize("said", [{"detail": "ok"}, {"x-request-id": "8"}, {"error": "none"}])
async def test_an_answer_without_an_id_is_no_submission(wires, asking, said) -> None:
    async with asking(wires(http(202, said, x_request_id="not-this"))) as client:
        with pytest.raises(BadAnswer, match="request_id"):
            await client.submit("/m", {}, idempotency_key="k", patience=ONCE)


@pytest.mark.parametrize(
    ("said", "phase"),
    [
        ({"state": "succeed"}, Phase.DONE),
        ({"status": {"state": "in-progress"}}, Phase.RUNNING),
        ({"status": "success", "data": {"taskStatus": "PROCESSING"}}, Phase.RUNNING),
        ({"status": "TIMED_OUT"}, Phase.FAILED),
        ({"status": 3}, Phase.UNKNOWN),
    ],
)
async def test_a_status_is_found_under_other_names(wires, asking, said, phase) -> None:
    async with asking(wires(http(200, said))) as client:
        assert (await client.status("r", patience=ONCE)).phase is phase


@pytest.mark.parametrize(
    "said",
    [
        {"status": "COMPLETED", "output": None, "video": {"url": "https://cdn.test/a.mp4"}},
        {"status": "COMPLETED", "request_id": "r", "video_url": "https://cdn.test/a.mp4"},
        {"status": "COMPLETED", "result": {"id": "f", "url": "https://cdn.test/a.mp4"}},
        {"status": "COMPLETED", "output": "done", "files": ["https://cdn.test/a.mp4"]},
    ],
)
async def test_a_film_beside_the_output_is_a_part_of_it(wires, asking, said) -> None:
    async with asking(wires(http(200, said))) as client:
        outcome = await client.result("r", patience=ONCE)
    assert "https://cdn.test/a.mp4" in json.dumps(outcome.output)
    assert outcome.phase is Phase.DONE


async def test_a_result_that_is_still_being_made_is_no_output(wires, asking) -> None:
    async with asking(wires(http(202, {"detail": "still in progress"}))) as client:
        assert (await client.result("r", patience=ONCE)).phase is Phase.UNKNOWN


HUGE = "x" * 5_000_000
CODES = "\x1b]52;c;eA==\x07\u202e\x9b2J"


async def test_a_huge_status_is_bounded_wherever_it_goes(wires, asking) -> None:
    said = {
        "status": HUGE,
        "logs": [{"message": HUGE}] * 3,
        "metrics": {HUGE: 1, "m": HUGE},
        "request_id": HUGE,
    }
    async with asking(wires(http(200, said))) as client:
        report = await client.status("r", patience=ONCE)
    assert len(report.status) <= 200
    assert all(len(line) <= 2000 for line in report.log_lines)
    assert len(report.request_id or "") <= 500
    assert len(json.dumps(report.raw)) < 500_000


async def test_many_lines_of_a_log_are_the_last_ones(wires, asking) -> None:
    async with asking(wires(http(200, {"status": "X", "logs": [str(n) for n in range(10_000)]}))) as client:
        lines = (await client.status("r", patience=ONCE)).log_lines
    assert (len(lines), lines[-1]) == (500, "9999")


async def test_a_huge_error_is_bounded_wherever_it_goes(wires, asking) -> None:
    error = {"type": HUGE, "message": HUGE * 4, "param": HUGE}
    wire = wires(http(500, {"error": error}, x_request_id="y" * 9000, retry_after="1" * 9000))
    async with asking(wire) as client:
        with pytest.raises(ServerFault) as caught:
            await client.status("r", patience=ONCE)
    met = caught.value
    assert len(str(met)) < 3500
    assert max(map(len, (met.message, met.type or "", met.param or "", met.request_id or ""))) <= 2000
    assert met.retry_after is None


async def test_commands_to_a_terminal_are_harmless_wherever_they_go(wires, asking) -> None:
    said = {"status": f"X{CODES}", "logs": [CODES, {"message": CODES}], "request_id": f"r{CODES}"}
    async with asking(wires(http(200, said))) as client:
        report = await client.status("r", patience=ONCE)
    for text in (report.status, *report.log_lines, report.request_id):
        assert text.isprintable()
    outcome = {"status": "FAILED", "error": {"message": f"no{CODES}"}}
    async with asking(wires(http(200, outcome))) as client:
        assert (await client.result("r", patience=ONCE)).reason.isprintable()
    async with asking(
        wires(http(422, {"error": {"message": CODES, "type": CODES, "param": CODES}}))
    ) as client:
        with pytest.raises(ValidationFailed) as caught:
            await client.status("r", patience=ONCE)
    assert str(caught.value).isprintable()


async def test_an_answer_of_many_texts_is_bounded_and_keeps_its_links(wires, asking) -> None:
    url = "https://cdn.test/a.mp4?" + "s" * 3000
    said = {"status": "COMPLETED", "logs": ["x" * 20_000] * 1500, "output": {"video_url": url}}
    async with asking(wires(http(200, said))) as client:
        outcome = await client.result("r", patience=ONCE)
    assert outcome.output == {"video_url": url}
    assert len(json.dumps(outcome.raw)) < 6 * 2**20


async def test_a_large_answer_is_read_beside_the_loop(wires, asking) -> None:
    said = {"status": "COMPLETED", "output": {"b64": "A" * 2**21}, "error": None}
    async with asking(wires(http(200, said))) as client:
        assert (await client.result("r", patience=ONCE)).phase is Phase.DONE
