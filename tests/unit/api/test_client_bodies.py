"""Test answers that are not what Reka documents: half, huge, slow, compressed, or something else."""

import gzip
import json
import threading
import time
import tracemalloc
import zlib

import anyio
import pytest

from reka_notebook.api import BadAnswer, Outcome, Patience, Phase, Unanswered, transport
from reka_notebook.api.reading.messages import read_object
from tests.unit.api.conftest import ONCE, http

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (http(200, b""), "empty body"),
        (http(204, b""), "empty body"),
        (http(200, b" \n "), "empty body"),
        (http(200, b"<!DOCTYPE html><h1>Sign in</h1>", content_type="application/json"), "an HTML page"),
        (http(200, b'{"status": "IN_QU'), "no JSON"),
        (http(200, b"\xff\xfe\x00"), "no JSON"),
        (http(200, b"[]"), "JSON list"),
        (http(200, b"null"), "JSON NoneType"),
        (http(200, b"[" * 50_000), "no JSON"),
        (http(200, b'{"a":' * 50_000), "no JSON"),
        (http(200, {"status": ["IN_QUEUE"]}), "no usable 'status'"),
        (http(200, {"request_id": "r"}), "no usable 'status'"),
        (http(200, b"not gzip", content_encoding="gzip"), "cannot be decoded"),
    ],
)
async def test_nonsense_is_a_bad_answer_in_words(wires, asking, reply, words) -> None:
    wire = wires(reply)
    async with asking(wire) as client:
        with pytest.raises(BadAnswer, match=words):
            await client.status("r", patience=ONCE)


@pytest.mark.parametrize("id_sent", ["", None, [], {"a": 1}, True])
async def test_a_submission_without_a_usable_id_is_no_submission(wires, asking, id_sent) -> None:
    wire = wires(http(202, {"request_id": id_sent, "status": "IN_QUEUE"}))
    async with asking(wire) as client:
        with pytest.raises(BadAnswer, match="request_id") as caught:
            await client.submit("/m", {}, idempotency_key="k", patience=ONCE)
    assert caught.value.maybe_taken


@pytest.mark.parametrize(
    "reply",
    [
        http(200, b'{"status": "COMPLETED"}', content_length="24"),
        http(200, b"", content_length="24"),
        http(200, b'5\r\n{"sta\r\n', content_length=None, transfer_encoding="chunked"),
        http(
            200, gzip.compress(b'{"status": "COMPLETED"}')[:20], content_length="60", content_encoding="gzip"
        ),
    ],
)
async def test_half_an_answer_is_none(wires, asking, reply) -> None:
    wire = wires(reply)
    async with asking(wire) as client:
        with pytest.raises(Unanswered, match="broke"):
            await client.status("r", patience=ONCE)


@pytest.mark.parametrize("encoding", ["identity", "gzip", "deflate"])
async def test_an_answer_may_be_compressed(wires, asking, encoding) -> None:
    pack = {"identity": bytes, "gzip": gzip.compress, "deflate": zlib.compress}[encoding]
    body = json.dumps({"status": "COMPLETED", "output": {"a": "ü" * 9000}}).encode()
    wire = wires(http(200, pack(body), content_encoding=encoding))
    async with asking(wire) as client:
        assert (await client.result("r")).output == {"a": "ü" * 9000}


@pytest.mark.parametrize("packed", [False, True])
async def test_a_huge_answer_is_not_read_to_its_end(wires, asking, monkeypatch, packed) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER", 2 * 2**20)
    chunk = b" " * 2**20
    sent = []

    def endless(connection) -> None:
        coding = b"content-encoding: gzip\r\n" if packed else b""
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + coding + b"\r\n")
        packer = zlib.compressobj(wbits=31)
        for _ in range(256):
            connection.sendall(packer.compress(chunk) if packed else chunk)
            sent.append(1)

    wire = wires(endless)
    tracemalloc.start()
    async with asking(wire) as client:
        with pytest.raises(BadAnswer, match="longer than 2 MiB"):
            await client.result("r", patience=ONCE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24 * 2**20
    if not packed:
        assert len(sent) < 100


async def test_a_huge_error_is_cut_down_to_what_can_be_read(wires, asking) -> None:
    wire = wires(http(400, {"error": {"message": "m" * 100_000, "param": "p" * 100_000}}))
    async with asking(wire) as client:
        with pytest.raises(Exception, match="mmm") as caught:
            await client.submit("/m", {}, idempotency_key="k")
    assert len(str(caught.value)) < 5000


async def test_endless_headers_are_not_read(wires, asking) -> None:
    wire = wires(b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 2**20)
    async with asking(wire) as client:
        with pytest.raises(Unanswered):
            await client.status("r", patience=ONCE)


class Trickle:
    """Send a byte now and then, so that no silence is long enough for a time-out."""

    def __init__(self, start: bytes) -> None:
        self.start = start
        self.left = threading.Event()

    def __call__(self, connection) -> None:
        connection.sendall(self.start)
        try:
            while not self.left.wait(0.02):
                connection.sendall(b"a")
        except OSError:
            self.left.set()


HEADS = {"head": b"HTTP/1.1 200 OK\r\nx-slow: ", "body": b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"}


@pytest.mark.parametrize("where", HEADS)
async def test_an_answer_that_trickles_in_is_given_up(wires, asking, where) -> None:
    trickle = Trickle(HEADS[where])
    began = time.monotonic()
    async with asking(wires(trickle)) as client:
        with pytest.raises(Unanswered):
            await client._call("GET", "/x", read_object, patience=ONCE, timeout=0.3)
        assert 0.2 < time.monotonic() - began < 5
        assert trickle.left.wait(5), "the connection was closed"


@pytest.mark.parametrize("where", HEADS)
async def test_no_answer_outlives_the_deadline(wires, asking, where) -> None:
    trickle = Trickle(HEADS[where])
    began = time.monotonic()
    async with asking(wires(trickle)) as client:
        with pytest.raises(Unanswered, match="not whole after"):
            await client.status("r", patience=Patience(total=0.3, within=0.3))
    trickle.left.set()
    assert 0.2 < time.monotonic() - began < 5


@pytest.mark.parametrize("where", HEADS)
async def test_a_cancelled_wait_ends_at_once_and_the_connection_can_be_used_again(
    wires, asking, where
) -> None:
    trickle = Trickle(HEADS[where])
    wire = wires(trickle, http(200, {"status": "COMPLETED"}))
    async with asking(wire) as client:
        with anyio.move_on_after(0.2) as scope:
            await client.status("r")
        assert scope.cancelled_caught
        assert (await client.status("r", patience=ONCE)).phase is Phase.DONE
    trickle.left.set()


async def test_a_slow_answer_that_keeps_coming_is_waited_for(wires, asking, monkeypatch) -> None:
    monkeypatch.setattr(transport, "SLOWEST", 100)

    def slow(connection) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{")
        for _ in range(10):
            connection.sendall(b" " * 100)
            time.sleep(0.05)
        connection.sendall(b'"a": 1}')

    async with asking(wires(slow)) as client:
        assert await client._call("GET", "/x", read_object, patience=ONCE, timeout=0.3) == {"a": 1}


def twice(body: bytes) -> bytes:
    return gzip.compress(gzip.compress(body, mtime=0), mtime=0)


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        (twice(b" " * 2**24), "gzip, gzip"),
        (gzip.compress(zlib.compress(b" " * 2**24), mtime=0), "deflate, gzip"),
        (b"\x0b\x02\x80", "br"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"xx", "nonsense"),
        (gzip.compress(b"{}", mtime=0)[:-9], "gzip"),
        (b"\x00\x01\x02", "deflate"),
    ],
)
async def test_what_is_packed_twice_or_in_another_way_is_not_unpacked(wires, asking, packed, coding) -> None:
    wire = wires(http(200, packed, content_encoding=coding))
    async with asking(wire) as client:
        with pytest.raises(BadAnswer, match="cannot be decoded"):
            await client.result("r", patience=ONCE)
    assert wire.asked[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("coding", ["x-gzip", "GZIP", "identity, gzip", "aws-chunked,gzip"])
async def test_one_coding_may_be_spelled_otherwise(wires, asking, coding) -> None:
    async with asking(wires(http(200, gzip.compress(b'{"a": 1}'), content_encoding=coding))) as client:
        assert (await client.result("r")).raw == {"a": 1}


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "br", "aws-chunked"])
async def test_a_file_is_never_unpacked(wires, asking, coding) -> None:
    packed = twice(b" " * 2**24)
    wire = wires(http(200, packed, content_encoding=coding))
    async with asking(wire) as client, client.media("/v.mp4") as stream:
        assert b"".join([piece async for piece in stream.pieces]) == packed
    assert wire.asked[0].headers["accept-encoding"] == "identity"


BOMBS = {
    "gzip": lambda: zlib.compressobj(9, wbits=31),
    "deflate": lambda: zlib.compressobj(9, wbits=15),
    "raw": lambda: zlib.compressobj(9, wbits=-15),
}


@pytest.mark.parametrize("kind", BOMBS)
async def test_a_small_answer_that_unpacks_to_a_huge_one_takes_little_memory(wires, asking, kind) -> None:
    packer = BOMBS[kind]()
    bomb = b"".join([packer.compress(b" " * 2**20) for _ in range(200)]) + packer.flush()
    wire = wires(http(200, bomb, content_encoding="gzip" if kind == "gzip" else "deflate"))
    tracemalloc.start()
    async with asking(wire) as client:
        with pytest.raises(BadAnswer, match="longer than"):
            await client.status("r", patience=ONCE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * transport.MAX_ANSWER


@pytest.mark.parametrize(
    ("raw", "phase", "output"),
    [
        ({"request_id": "r", "status": "COMPLETED", "output": {"video": 1}}, Phase.DONE, {"video": 1}),
        ({"video": {"url": "https://x.test/v"}}, Phase.DONE, {"video": {"url": "https://x.test/v"}}),
        ({"status": "CANCELLED", "output": None, "error": None}, Phase.CANCELLED, None),
        ({"status": "COMPLETED", "error": {"message": "no"}, "output": None}, Phase.FAILED, None),
        ({"status": "PONDERING", "output": {"video": 1}}, Phase.UNKNOWN, {"video": 1}),
        ({"status": 7, "output": []}, Phase.UNKNOWN, []),
    ],
)
async def test_a_result_may_have_any_of_these_shapes(wires, asking, raw, phase, output) -> None:
    wire = wires(http(200, raw))
    async with asking(wire) as client:
        outcome = await client.result("r")
    assert isinstance(outcome, Outcome)
    assert (outcome.phase, outcome.output, outcome.raw) == (phase, output, raw)
