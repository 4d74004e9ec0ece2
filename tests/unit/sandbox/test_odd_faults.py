"""Test odd answers over a real socket: slow, oddly written, packed too often, with the key sent back."""

from __future__ import annotations

import json
import time
import zlib

import httpx
import pytest

from reka_notebook.sandbox import Fault
from reka_notebook.sandbox.answers import BOMB
from reka_notebook.sandbox.mangling import MANGLED


@pytest.fixture
def asked(started):
    """Return a sandbox with a finished request, and its result's URL with a client."""
    sandbox, client = started(seconds=0)
    submitted = client.submit()
    client.finish(submitted)
    return sandbox, client, submitted.json()


def test_a_body_comes_a_byte_at_a_time_and_is_the_right_one(asked) -> None:
    sandbox, client, urls = asked
    right = client.get(urls["status_url"])
    sandbox.faults.add(Fault("status", "trickle", seconds=0.001))
    began = time.monotonic()
    assert client.get(urls["status_url"]).content == right.content
    assert time.monotonic() - began > 0.001 * len(right.content)


@pytest.mark.parametrize("how", MANGLED)
def test_an_answer_is_the_right_one_and_oddly_written(asked, how: str) -> None:
    sandbox, client, urls = asked
    right = client.get(urls["status_url"])
    sandbox.faults.add(Fault("status", "mangled", body=how))
    odd = client.get(urls["status_url"])
    assert (odd.status_code, odd.headers["content-type"]) == (200, "application/json")
    assert odd.content != right.content
    known = odd.content.decode("utf-16" if how == "UTF-16" else "utf-8-sig", "replace")
    assert right.json()["request_id"] in known


def test_a_bomb_is_small_and_unpacks_to_much(asked) -> None:
    sandbox, client, urls = asked
    sandbox.faults.add(Fault("result", "bomb", status=200))
    with client.stream("GET", urls["response_url"]) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip, gzip"
    assert len(packed) < 10_000
    once = zlib.decompress(packed, 31)
    assert len(zlib.decompress(once, 31)) == BOMB


@pytest.mark.parametrize(
    ("body", "found"),
    [("no such key: {key}", "sesame"), ('{"error": "{escaped key}"}', "\\u0073\\u0065\\u0073")],
)
def test_the_key_comes_back_in_body_and_headers(asked, body: str, found: str) -> None:
    sandbox, client, urls = asked
    headers = {"X-Request-ID": "req-{key}", "Location": "/at/{key}"}
    sandbox.faults.add(Fault("status", status=400, body=body, headers=headers))
    answer = client.get(urls["status_url"], headers={"X-Api-Key": "sesame"})
    assert found in answer.text
    assert (answer.headers["x-request-id"], answer.headers["location"]) == ("req-sesame", "/at/sesame")
    if body.startswith("{"):
        assert json.loads(answer.text) == {"error": "sesame"}


def test_a_line_that_is_no_http(asked) -> None:
    sandbox, client, urls = asked
    sandbox.faults.add(Fault("status", "raw", body="HTTP/1.1 {key}\r\n\r\n"))
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(urls["status_url"])
    assert client.get(urls["status_url"]).status_code == 200
