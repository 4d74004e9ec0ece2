"""Test which answers about an accepted request end the job, how, and what is said."""

import time

import pytest

from reka_notebook.jobs import JobExpired, JobFailed, State
from reka_notebook.sandbox import Fault

WORDS = '{"error": {"type": "some_error", "message": "The picture shows a person of note"}}'
ELSEWHERE = {"Location": "https://192.0.2.1/elsewhere"}
ENDLESS = 100_000


def asked(sandbox, step: str) -> int:
    return sum(seen.step == step for seen in sandbox.log)


def always(step: str, **fault) -> Fault:
    return Fault(step, times=ENDLESS, **fault)


def ended(job, kind: type[Exception], seconds: float = 8.0) -> str:
    began = time.monotonic()
    with pytest.raises(kind) as caught:
        job.result(20)
    assert time.monotonic() - began < seconds
    assert type(caught.value) is kind
    return str(caught.value)


@pytest.mark.parametrize("word", ["PONDERING", "", "fertig", "完了"])
def test_with_an_unknown_word_the_result_tells_the_end(process, sandbox, word: str) -> None:
    sandbox.faults.add(always("status", kind="unknown_status", body=word))
    assert process.submit().result(10).file.kind == "video"
    sandbox.fail_next(error={"message": "It was dark"})
    assert "It was dark" in ended(process.submit("another"), JobFailed)
    sandbox.faults.add(always("result", kind="unknown_status", body=word))
    assert process.submit("a third").result(10).file.kind == "video"


def test_with_an_unknown_word_the_result_is_looked_at_ever_less_often(sandboxes, start, monkeypatch) -> None:
    monkeypatch.setattr("reka_notebook.jobs.polling.poller.next_delay", lambda *_, **__: 0.02)
    sandbox = sandboxes(seconds=20)
    sandbox.faults.add(always("status", kind="unknown_status"))
    process = start(sandbox.url, deadline=2.0)
    monkeypatch.setattr("reka_notebook.jobs.runner.back_off", lambda looks: 0.1 * 2.0**looks)
    words = ended(process.submit(), JobExpired)
    assert "was not done at its deadline" in words
    assert "'PONDERING'" in words
    assert 2 <= asked(sandbox, "result") <= 6 < asked(sandbox, "status")


@pytest.mark.draw
@pytest.mark.parametrize("code", [400, 409, 412, 413, 418, 422, 424, 451])
@pytest.mark.parametrize("fails", [False, True])
def test_a_result_that_is_refused_in_words_ends_the_job_as_failed(process, sandbox, code, fails) -> None:
    sandbox.faults.add(always("result", status=code, body=WORDS))
    if fails:
        sandbox.fail_next()
    words = ended(process.submit(), JobFailed)
    assert "The picture shows a person of note" in words
    assert "charged" not in words, "the sandbox charges nothing"
    assert sandbox.ledger[0].request_id in words
    assert asked(sandbox, "result") <= 3
    sandbox.faults.clear()
    process.submit().result(10)
    assert len(sandbox.ledger) == 2


@pytest.mark.draw(4)
@pytest.mark.parametrize("code", [400, 409, 422, 451, 404, 410, 401, 403, 405])
def test_a_refusal_or_two_that_pass_are_not_believed(process, sandbox, code) -> None:
    sandbox.faults.add(Fault("result", times=2, status=code, body=WORDS))
    assert process.submit().result(10).file.kind == "video"
    assert len(sandbox.ledger) == 1


def test_a_result_that_is_not_ready_is_no_refusal_before_the_request_is_done(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.6)
    sandbox.faults.add(always("status", kind="unknown_status"))
    sandbox.faults.add(
        Fault("result", times=6, status=400, body='{"detail": "Request is still in progress"}')
    )
    assert start(sandbox.url).submit().result(10).file.kind == "video"


@pytest.mark.parametrize("code", [404, 410])
def test_a_result_that_the_service_does_not_know_for_a_minute_is_gone(process, sandbox, code) -> None:
    sandbox.faults.add(always("result", status=code, body=WORDS))
    words = ended(process.submit(), JobFailed)
    assert "does not know request" in words


def test_a_result_that_is_not_there_for_less_than_a_minute_is_waited_for(
    sandboxes, start, monkeypatch
) -> None:
    sandbox = sandboxes()
    sandbox.faults.add(Fault("result", status=404, times=12))
    process = start(sandbox.url)
    monkeypatch.setattr("reka_notebook.jobs.runner.LOST_FOR", 60.0)
    assert process.submit().result(15).file.kind == "video"


@pytest.mark.draw
@pytest.mark.parametrize("step", ["status", "result"])
@pytest.mark.parametrize(
    ("code", "body", "advice"),
    [
        (401, None, "key"),
        (403, None, "key"),
        (402, None, "Top up"),
        (403, '{"error": {"message": "insufficient balance"}}', "Top up"),
        (429, '{"error": {"code": "P001", "message": "P001: Insufficient Balance"}}', "Top up"),
    ],
)
def test_a_key_or_a_balance_that_is_no_good_any_more_stops_the_job_and_it_goes_on_afterwards(
    sandbox, start, step, code, body, advice
) -> None:
    process = start(sandbox.url, deadline=60)
    sandbox.faults.add(always(step, status=code, body=body))
    job = process.submit()
    words = ended(job, JobExpired)
    assert advice in words
    assert "without a second charge" in words
    assert asked(sandbox, step) <= 3
    row = process.controller.library.jobs.get(job.id)
    assert (row.state, row.request_id) == (State.EXPIRED, sandbox.ledger[0].request_id)
    sandbox.faults.clear()
    assert process.submit().result(10).id == job.id
    assert (len(sandbox.ledger), asked(sandbox, "submit")) == (1, 1)


NO_ROUTE = {
    **{f"HTTP {code}": {"status": code} for code in (300, 304, 305, 400, 405, 406, 411, 415, 422, 426, 431)},
    **{f"HTTP {code}": {"status": code} for code in (501, 505)},
    "a router's 404": {"status": 404, "body": '{"detail": "Not Found"}'},
    "a page with 404": {"status": 404, "body": "<h1>Not here</h1>"},
    "405 as a page": {"status": 405, "body": "<h1>Not allowed</h1>"},
    "a redirect elsewhere": {"status": 302, "headers": ELSEWHERE},
    "a redirect to no address": {"status": 308, "headers": {"Location": "mailto:a@b"}},
    "a redirect in a circle": {"status": 307, "headers": {"Location": ""}},
}


@pytest.mark.draw(7)
@pytest.mark.parametrize("what", NO_ROUTE)
def test_where_the_status_route_leads_nowhere_the_result_route_tells_the_state(
    sandboxes, start, what: str
) -> None:
    sandbox = sandboxes(seconds=1.0, queue_share=0.1)
    sandbox.faults.add(always("status", **NO_ROUTE[what]))
    process = start(sandbox.url)
    states = []
    job = process.submit()
    job.subscribe(lambda job: states.append(job.status.state))
    assert job.result(10).file.kind == "video"
    assert State.RUNNING in states, "what the result route tells of the state is shown"
    sandbox.fail_next(error={"message": "It was dark"})
    assert "It was dark" in ended(process.submit("another"), JobFailed)


@pytest.mark.draw
@pytest.mark.parametrize("what", NO_ROUTE)
@pytest.mark.parametrize("steps", [("status", "result"), ("result",)])
def test_where_no_route_leads_to_it_the_job_stops_and_names_the_route(sandbox, start, what, steps) -> None:
    if steps == ("result",) and what in ("HTTP 400", "HTTP 422"):
        pytest.skip("these are the service's words on a request that is done")
    for step in steps:
        sandbox.faults.add(always(step, **NO_ROUTE[what]))
    process = start(sandbox.url, deadline=60)
    job = process.submit()
    words = ended(job, JobExpired)
    assert f"route '{steps[0]}' is /v2/inference/requests/" in words
    assert "catalogue.json" in words
    assert "without a second charge" in words
    sandbox.faults.clear()
    assert process.submit().result(10).id == job.id
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("what", ["a router's 404", "a redirect elsewhere", "HTTP 405"])
def test_what_leads_nowhere_is_not_given_up_within_a_minute(sandboxes, start, monkeypatch, what) -> None:
    sandbox = sandboxes()
    for step in ("status", "result"):
        sandbox.faults.add(Fault(step, times=12, **NO_ROUTE[what]))
    process = start(sandbox.url)
    monkeypatch.setattr("reka_notebook.jobs.runner.LOST_FOR", 60.0)
    assert process.submit().result(15).file.kind == "video"


def test_an_address_that_leads_nowhere_is_followed_by_the_catalogues_own(sandbox, start, monkeypatch) -> None:
    process = start(sandbox.url)
    monkeypatch.setattr(
        "reka_notebook.jobs.context.JobContext.url", lambda self, name: f"{sandbox.url}/v1/nowhere/{name}"
    )
    assert process.submit().result(10).file.kind == "video"


@pytest.mark.parametrize("what", ["HTTP 404", "HTTP 410"])
def test_a_status_that_is_not_known_is_not_believed_where_the_result_is_there(process, sandbox, what) -> None:
    sandbox.faults.add(always("status", status=int(what[-3:])))
    assert process.submit().result(10).file.kind == "video"


@pytest.mark.parametrize("code", [500, 502, 503, 520])
def test_a_status_route_that_is_broken_for_long_is_not_the_only_one_to_ask(process, sandbox, code) -> None:
    sandbox.faults.add(always("status", status=code))
    assert process.submit().result(10).file.kind == "video"


@pytest.mark.draw
@pytest.mark.parametrize("code", [408, 421, 423, 425, 429, 500, 503, 511])
@pytest.mark.parametrize("step", ["status", "result"])
def test_what_may_pass_ends_no_job_before_its_deadline(process, sandbox, code, step) -> None:
    sandbox.faults.add(Fault(step, status=code, times=8))
    assert process.submit().result(15).file.kind == "video"
    assert len(sandbox.ledger) == 1


def test_a_failure_whose_reason_cannot_be_had_is_still_one(process, sandbox) -> None:
    sandbox.fail_next()
    sandbox.faults.add(always("result", status=500))
    words = ended(process.submit(), JobFailed)
    assert "no result for the request" in words
