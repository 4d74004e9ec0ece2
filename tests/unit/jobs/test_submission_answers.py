"""Test that whatever a submission is answered with, the end says what is true of the money."""

import socket
import threading
import time

import pytest

from reka_notebook.jobs import JobError, JobExpired, JobFailed, State
from reka_notebook.sandbox import Fault

ENDLESS = 100_000
PAGE = "<!doctype html><title>Oh</title>"
NOTHING_SENT = {
    **{
        f"HTTP {code}": {"status": code}
        for code in (400, 401, 402, 403, 404, 405, 406, 410, 411, 412, 413, 414)
    },
    **{
        f"HTTP {code}": {"status": code}
        for code in (415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 431)
    },
    **{f"HTTP {code}": {"status": code} for code in (451, 501, 505)},
    "a proxy's 407": {"status": 407, "body": PAGE},
    "a network that wants a sign-in": {"status": 511, "body": PAGE},
    "a router's 404": {"status": 404, "body": PAGE},
    "a router's 405": {"status": 405, "body": PAGE},
    "a gateway's 413": {"status": 413, "body": PAGE},
    "no balance, as 403": {"status": 403, "body": '{"error": {"message": "insufficient balance"}}'},
    "no balance, as a code alone": {"status": 429, "body": '{"error": {"code": "P001"}}'},
    "no balance, as a type alone": {"status": 403, "body": '{"error": {"type": "insufficient_balance"}}'},
    "no balance, as 429": {
        "status": 429,
        "body": '{"error": {"code": "P001", "message": "P001: Insufficient Balance"}}',
    },
}
"""The service, or a router or proxy before it, has said no: there is nothing to go on with."""

NOT_YET = {
    "rate limit": {"status": 429},
    "rate limit, an hour": {"status": 429, "headers": {"Retry-After": "3600"}},
}
"""Certainly not accepted, and it may be later: the same request goes on."""

NOT_KNOWN = {
    **{f"HTTP {code}": {"status": code} for code in (408, 409, 500, 502, 503, 504, 507, 520, 524, 599)},
    **{f"HTTP {code}": {"status": code} for code in (204, 300, 304)},
    "a page with 200": {"kind": "html"},
    "a page with 403": {"status": 403, "body": PAGE},
    "a page with 400": {"status": 400, "body": PAGE},
    "a page with 401": {"status": 401, "body": PAGE},
    "a page with 502": {"status": 502, "body": PAGE},
    "nothing": {"kind": "nonsense", "body": ""},
    "a list": {"kind": "nonsense"},
    "an error with 200": {"kind": "nonsense", "body": '{"error": {"message": "Busy"}}'},
    "a redirect elsewhere": {"status": 302, "headers": {"Location": "https://192.0.2.1/"}},
    "a redirect, kept as it is": {"status": 308, "headers": {"Location": "https://192.0.2.1/"}},
    "a redirect at home": {"status": 303, "headers": {"Location": "/v2/inference/requests"}},
    "a lost answer": {"kind": "drop"},
    "half an answer": {"kind": "truncate"},
}
"""Nobody can say whether the service has accepted it, so the same key is sent again."""


def end_of(sandbox, start, fault: dict, when: str) -> tuple[JobError, str]:
    sandbox.faults.add(Fault("submit", when=when, times=ENDLESS, **fault))
    process = start(sandbox.url, deadline=1.2)
    job = process.submit()
    began = time.monotonic()
    with pytest.raises(JobError) as caught:
        job.result(20)
    assert time.monotonic() - began < 6
    row = process.controller.library.jobs.get(job.id)
    assert row.state == (State.FAILED if isinstance(caught.value, JobFailed) else State.EXPIRED)
    sandbox.faults.clear()
    process.submit().result(10)
    assert len(sandbox.ledger) == 1
    return caught.value, str(caught.value)


@pytest.mark.draw(9)
@pytest.mark.parametrize("what", NOTHING_SENT)
def test_a_no_is_a_failure_for_which_nothing_was_charged(sandbox, start, what: str) -> None:
    end, words = end_of(sandbox, start, NOTHING_SENT[what], "before")
    assert type(end) is JobFailed
    assert "Nothing was charged." in words
    assert "is not known" not in words
    assert "with the same key" not in words, "that is not what happens"


@pytest.mark.parametrize("what", NOT_YET)
def test_what_is_not_accepted_yet_is_not_charged_and_goes_on(sandbox, start, what: str) -> None:
    end, words = end_of(sandbox, start, NOT_YET[what], "before")
    assert type(end) is JobExpired
    assert "was not accepted, and nothing was charged" in words
    assert "is not known" not in words


@pytest.mark.draw
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("what", NOT_KNOWN)
def test_what_nobody_can_know_is_said_to_be_so_and_cannot_be_charged_twice(
    sandbox, start, what, when
) -> None:
    end, words = end_of(sandbox, start, NOT_KNOWN[what], when)
    assert type(end) is JobExpired
    assert "othing was charged" not in words
    assert "same key" in words
    assert "cannot be charged twice" in words or "once more" in words


def test_a_page_in_place_of_an_answer_is_not_asked_for_half_an_hour(sandbox, start) -> None:
    sandbox.faults.add(Fault("submit", times=ENDLESS, status=403, body=PAGE))
    job = start(sandbox.url, deadline=60).submit()
    with pytest.raises(JobExpired, match="web page came with HTTP 403") as caught:
        job.result(20)
    assert len(sandbox.log) <= 3
    assert "key" in str(caught.value)
    assert "REKA_API_KEY" not in str(caught.value), "nobody has said that it is wrong"


def test_a_connection_that_is_refused_sent_nothing(start) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        job = start(f"http://127.0.0.1:{nobody.getsockname()[1]}", deadline=60).submit()
        with pytest.raises(JobFailed, match=r"No connection.*Nothing was charged"):
            job.result(20)


def test_a_proxy_that_wants_a_password_sent_nothing(start, monkeypatch) -> None:
    """Over http it answers in place of the service; over https it refuses the tunnel."""
    proxy = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                one, _ = proxy.accept()
            except OSError:
                return
            one.recv(65536)
            one.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            one.close()

    threading.Thread(target=serve, daemon=True).start()
    address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
    monkeypatch.setenv("HTTPS_PROXY", address)
    job = start("https://reka.invalid", deadline=20).submit()
    with pytest.raises(JobFailed, match="Nothing was charged"):
        job.result(20)
    proxy.close()


def test_what_was_certain_stays_so_when_it_is_run_again(sandbox, start) -> None:
    process = start(sandbox.url, deadline=60)
    sandbox.faults.add(Fault("submit", status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(JobExpired, match="nothing was charged"):
        process.submit().result(20)
    sandbox.faults.add(Fault("submit", status=401))
    with pytest.raises(JobFailed, match=r"Nothing was charged\."):
        process.submit().result(20)
    process.submit().result(10)
    assert len(sandbox.ledger) == 1
