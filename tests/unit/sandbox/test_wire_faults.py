"""Test faults over a real socket: what the client sees, what the service took, what the log says."""

from __future__ import annotations

import contextlib
import logging
import time

import httpx
import pytest

from reka_notebook.sandbox import Fault

NO_ANSWER = (httpx.ReadError, httpx.RemoteProtocolError)
STEPS = ("submit", "status", "result", "cancel", "media", "list", "models")


@pytest.fixture
def ready(started, tmp_path):
    """Return a sandbox with a finished video, which is bytes of no meaning, and one call for each step."""
    file = tmp_path / "video.mp4"
    file.write_bytes(bytes(range(256)) * 1000)
    sandbox, client = started(media=file, seconds=0)
    done = client.submit()
    url = client.finish(done)["output"]["video"]["url"]
    urls = done.json()
    calls = {
        "submit": lambda: client.submit(key="again"),
        "status": lambda: client.get(urls["status_url"]),
        "result": lambda: client.get(urls["response_url"]),
        "cancel": lambda: client.post(urls["cancel_url"]),
        "media": lambda: client.get(url),
        "list": lambda: client.get("/v2/inference/requests"),
        "models": lambda: client.get("/v2/inference/models"),
    }
    return sandbox, calls


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_any_status_at_any_step(ready, step, when):
    sandbox, calls = ready
    sandbox.faults.add(Fault(step, "status", when, status=503, headers={"Retry-After": "7"}))
    answer = calls[step]()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.json()["error"]["type"] == "server_error"
    assert answer.headers["x-request-id"]
    assert (sandbox.log[-1].step, sandbox.log[-1].status, sandbox.log[-1].fault) == (step, 503, "status")
    assert calls[step]().is_success


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dropped_connection_at_any_step(ready, step, when, caplog):
    sandbox, calls = ready
    sandbox.faults.add(Fault(step, "drop", when))
    with caplog.at_level(logging.INFO), pytest.raises(NO_ANSWER):
        calls[step]()
    assert (sandbox.log[-1].status, sandbox.log[-1].fault) == (None, "drop")
    assert calls[step]().is_success
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


@pytest.mark.parametrize("kind", ["status", "drop", "html", "nonsense"])
@pytest.mark.parametrize(("when", "charged"), [("before", 1), ("after", 2)])
def test_before_the_service_takes_it_nothing_is_charged_and_after_it_is(ready, kind, when, charged):
    sandbox, calls = ready
    sandbox.faults.add(Fault("submit", kind, when))
    with contextlib.suppress(*NO_ANSWER):
        calls["submit"]()
    assert len(sandbox.ledger) == charged
    assert calls["submit"]().status_code == 202
    assert len(sandbox.ledger) == 2


@pytest.mark.parametrize("step", ["submit", "status", "result", "media"])
@pytest.mark.parametrize("keep", [0.0, 0.5])
def test_a_truncated_body(ready, step, keep, caplog):
    sandbox, calls = ready
    sandbox.faults.add(Fault(step, "truncate", keep=keep))
    with (
        caplog.at_level(logging.INFO),
        pytest.raises(httpx.RemoteProtocolError, match=r"without sending complete message"),
    ):
        calls[step]()
    assert calls[step]().is_success
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


def test_a_truncated_file_keeps_its_share_and_the_rest_can_be_asked_for(ready, started, plain):
    sandbox, calls = ready
    whole = calls["media"]()
    sandbox.faults.add(Fault("media", "truncate", keep=0.25))
    got = b""
    with (
        contextlib.suppress(httpx.RemoteProtocolError),
        plain.stream("GET", whole.url) as cut,
    ):
        assert cut.headers["content-length"] == str(len(whole.content))
        for part in cut.iter_raw():
            got += part
    assert len(got) == len(whole.content) // 4
    rest = plain.get(whole.url, headers={"range": f"bytes={len(got)}-"})
    assert got + rest.content == whole.content


def test_pages_and_nonsense_in_place_of_an_answer(ready):
    sandbox, calls = ready
    sandbox.faults.add(
        Fault("status", "html"), Fault("status", "nonsense"), Fault("status", "nonsense", body="{{{")
    )
    page = calls["status"]()
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert isinstance(calls["status"]().json(), list)
    with pytest.raises(ValueError, match="Expecting"):
        calls["status"]().json()


def test_a_body_of_ones_own(ready):
    sandbox, calls = ready
    body = {"error": {"code": "P001", "message": "Insufficient Balance"}}
    sandbox.faults.add(Fault("submit", status=429, body=body), Fault("list", status=502, body=""))
    assert calls["submit"]().json()["error"]["code"] == "P001"
    assert (calls["list"]().status_code, sandbox.log[-1].status) == (502, 502)


@pytest.mark.parametrize("status", [204, 304, 302])
def test_statuses_without_a_body_and_redirects(ready, status):
    sandbox, calls = ready
    sandbox.faults.add(Fault("status", status=status, headers={"Location": "http://elsewhere.invalid/"}))
    answer = calls["status"]()
    assert (answer.status_code, answer.headers["location"]) == (status, "http://elsewhere.invalid/")


def test_an_unheard_of_status(ready):
    sandbox, calls = ready
    sandbox.faults.add(Fault("status", "unknown_status"), Fault("result", "unknown_status", body="SLEEPING"))
    assert calls["status"]().json()["status"] == "PONDERING"
    assert calls["result"]().json()["status"] == "SLEEPING"
    assert calls["status"]().json()["status"] == "COMPLETED"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay(ready, when):
    sandbox, calls = ready
    sandbox.faults.add(Fault("status", "delay", when, seconds=0.3))
    began = time.monotonic()
    assert calls["status"]().is_success
    assert 0.3 <= time.monotonic() - began < 10


def test_twice_delivered_is_twice_charged_without_a_key_and_once_with_one(started):
    sandbox, client = started()
    sandbox.faults.add(Fault("submit", "duplicate", times=2))
    assert client.submit(key="one").status_code == 202
    assert [charge.replays for charge in sandbox.ledger] == [1]
    assert client.submit().status_code == 202
    assert len(sandbox.ledger) == 3


@pytest.mark.parametrize(("status", "answered"), [(500, 410), (410, 410), (403, 403)])
def test_an_expired_url_is_good_again_only_after_asking_for_the_result(ready, status, answered, plain):
    sandbox, calls = ready
    sandbox.faults.add(Fault("media", "expired", status=status))
    first = calls["media"]()
    assert first.status_code == answered
    assert calls["media"]().status_code == 410
    fresh = calls["result"]().json()["output"]["video"]["url"]
    assert plain.get(fresh).status_code == 200
    assert calls["media"]().status_code == 410
    assert calls["result"]().json()["output"]["video"]["url"] == fresh


def test_faults_from_another_process(ready, plain):
    sandbox, calls = ready
    here = sandbox.url + "/sandbox/faults"
    added = plain.post(here, json={"step": "status", "status": 500, "times": 2})
    assert added.json()["faults"][0]["times"] == 2
    assert calls["status"]().status_code == 500
    assert plain.delete(here).json() == {"faults": []}
    assert calls["status"]().is_success
    wrong = plain.post(here, json={"step": "nowhere"})
    assert (wrong.status_code, "step must be" in wrong.json()["error"]["message"]) == (400, True)


def test_the_log_can_be_read_at_its_own_path(ready, plain):
    sandbox, _ = ready
    told = plain.get(sandbox.url + "/sandbox/log").json()["requests"]
    assert [(seen["step"], seen["status"]) for seen in told] == [
        (seen.step, seen.status) for seen in sandbox.log
    ]
    assert told


def test_the_ledger_can_be_read_at_its_own_path(ready, plain):
    sandbox, _ = ready
    told = plain.get(sandbox.url + "/sandbox/ledger").json()
    assert told["total"] == 1
    assert told["charges"][0]["request_id"] == sandbox.ledger[0].request_id
