"""Test that connections are kept open and reused, and that only so many requests are in flight."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import pytest

from reka_notebook.api.transport import Transport

pytestmark = pytest.mark.anyio

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


@dataclass
class Server:
    """Answer once ``go`` is set, and keep connections open."""

    url: str = ""
    opened: int = 0
    waiting: int = 0
    most: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)
    open: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.open.append(writer)
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.waiting += 1
                self.most = max(self.most, self.waiting)
                await self.go.wait()
                self.waiting -= 1
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    server = Server()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield server
        finally:
            for writer in server.open:
                writer.close()


async def asked(transport: Transport, times: int) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(times):
            tasks.start_soon(transport.send, "GET", "/")


async def until_waiting(server: Server, count: int) -> None:
    with anyio.fail_after(30):
        while server.waiting < count:
            await anyio.sleep(0.01)


async def test_one_after_the_other_all_go_through_one_connection() -> None:
    async with serving() as server:
        server.go.set()
        transport = Transport(server.url, None)
        for _ in range(5):
            assert (await transport.send("GET", "/")).body == b"{}"
        assert server.opened == 1
        await transport.close()


async def test_no_more_are_in_flight_than_there_are_places_and_their_connections_are_used_again() -> None:
    async with serving() as server:
        transport = Transport(server.url, None, connections=3)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(asked, transport, 20)
            await until_waiting(server, 3)
            server.go.set()
        assert (server.most, server.opened) == (3, 3)
        await asked(transport, 20)
        assert server.opened == 3
        await transport.close()


async def test_a_connection_that_the_service_has_closed_is_made_anew() -> None:
    async with serving() as server:
        server.go.set()
        transport = Transport(server.url, None)
        await transport.send("GET", "/")
        server.open[0].close()
        await server.open[0].wait_closed()
        assert (await transport.send("GET", "/")).status == 200
        assert server.opened == 2
        await transport.close()


async def test_who_stops_waiting_gives_the_place_back() -> None:
    async with serving() as server:
        transport = Transport(server.url, None, connections=1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(transport.send, "GET", "/")
            await until_waiting(server, 1)
            tasks.cancel_scope.cancel()
        server.go.set()
        with anyio.fail_after(30):
            assert (await transport.send("GET", "/")).status == 200
        await transport.close()
