"""Test reading a result's files piece by piece, from any byte on, over a real socket."""

import os
import threading
import time
import tracemalloc

import anyio
import pytest

from reka_notebook.api import NotSent, Unanswered
from tests.unit.api.conftest import http, reset

pytestmark = pytest.mark.anyio

FILE = os.urandom(300_000)


async def read(client, url: str, offset: int = 0) -> tuple[int, dict[str, str], bytes]:
    async with client.media(url, offset=offset) as stream:
        return stream.status, dict(stream.headers), b"".join([piece async for piece in stream.pieces])


async def test_a_file_is_asked_for_whole_and_as_it_lies(wires, asking) -> None:
    wire = wires(http(200, FILE, ETag='"e"'))
    async with asking(wire) as client:
        status, headers, body = await read(client, "/v.mp4")
    assert (status, headers["etag"], body) == (200, '"e"', FILE)
    assert "range" not in wire.asked[0].headers
    assert wire.asked[0].headers["accept-encoding"] == "identity"


async def test_a_file_is_asked_for_from_a_byte_on(wires, asking) -> None:
    part = http(206, FILE[1000:], content_range=f"bytes 1000-{len(FILE) - 1}/{len(FILE)}")
    wire = wires(part)
    async with asking(wire) as client:
        status, headers, body = await read(client, "/v.mp4", offset=1000)
    assert wire.asked[0].headers["range"] == "bytes=1000-"
    assert (status, body) == (206, FILE[1000:])
    assert headers["content-range"].startswith("bytes 1000-")


@pytest.mark.parametrize("status", [403, 404, 410, 416, 500])
async def test_a_refusal_is_given_as_it_is(wires, asking, status) -> None:
    wire = wires(http(status, b"no"))
    async with asking(wire) as client:
        assert (await read(client, "/v.mp4"))[::2] == (status, b"no")
    assert len(wire.asked) == 1, "whether to ask again is for the one who fetches to say"


async def test_a_file_that_breaks_off_gives_what_came_and_then_says_so(wires, asking) -> None:
    wire = wires(http(200, FILE, content_length="400000"))
    got = bytearray()

    async def collect(client) -> None:
        async with client.media("/v.mp4") as stream:
            async for piece in stream.pieces:
                got.extend(piece)

    async with asking(wire) as client:
        with pytest.raises(Unanswered, match="in the middle"):
            await collect(client)
    assert got == FILE


async def test_a_file_that_does_not_begin_is_said_so(wires, asking) -> None:
    wire = wires(reset)
    async with asking(wire) as client:
        with pytest.raises(Unanswered):
            await read(client, "/v.mp4")
        url = wire.url
        wire.close()
        with pytest.raises(NotSent):
            await read(client, f"{url}/v.mp4")


async def test_a_large_file_is_never_whole_in_memory(wires, asking) -> None:
    megabyte = bytes(2**20)

    def large(connection) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (64 * 2**20))
        for _ in range(64):
            connection.sendall(megabyte)

    wire = wires(large)
    size = 0
    async with asking(wire) as client:
        tracemalloc.start()
        async with client.media("/v.mp4") as stream:
            async for piece in stream.pieces:
                size += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert size == 64 * 2**20
    assert peak < 8 * 2**20


async def test_leaving_a_file_in_the_middle_leaves_nothing_behind(wires, asking) -> None:
    wire = wires(http(200, FILE))
    async with asking(wire) as client:
        for _ in range(20):  # more than there are connections, were they not given back
            async with client.media("/v.mp4") as stream:
                async for _ in stream.pieces:
                    break
    assert len(wire.asked) == 20


async def test_downloads_that_hang_keep_no_request_waiting(wires, asking) -> None:
    hang = threading.Event()
    files = wires(lambda connection: hang.wait(10))
    service = wires(http(202, {"request_id": "r", "status": "IN_QUEUE"}))
    began = time.monotonic()
    async with asking(service) as client, anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(read, client, f"{files.url}/{number}.mp4")
        while len(files.asked) < 16:
            await anyio.sleep(0.01)
        submitted = await client.submit("/v2/x", {}, idempotency_key="k")
        assert submitted.request_id == "r"
        await client.cancel("r")
        tasks.cancel_scope.cancel()
    hang.set()
    assert time.monotonic() - began < 8
    assert [asked.method for asked in service.asked] == ["POST", "POST"]
