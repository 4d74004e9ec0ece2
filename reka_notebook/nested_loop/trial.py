"""What a person's cells do with a loop, to be run in a kernel that may break: waits, tasks, anyio, httpx, threads."""

import asyncio
import threading
import time
from importlib import import_module
from typing import Any

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal

from reka_notebook.nested_loop import loop as nested_loop
from reka_notebook.nested_loop.check import PATIENCE
from reka_notebook.nested_loop.loop import kind_of

TICKS = 5
"""How often another task has to go on while something waits."""


class Broken(Exception):
    """What does not work as it did before."""


class Trial:
    """It, over several cells of one kernel.

    :param kind: the class of the loop that it is to be tried on.
    """

    _ticking: "asyncio.Task[None]"
    _server: asyncio.Server
    _portal: BlockingPortal

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._ticks = 0
        # By its name: it is the person's httpx that is tried, and nothing here speaks to the service.
        self._httpx: Any = import_module("httpx")

    async def begin(self) -> None:
        """Do everything once before anything is patched; a task, a server and a thread's loop live on."""
        found = kind_of(asyncio.get_running_loop())
        _hold(found == self._kind, f"The other kernel's loop is a {found}, and this one's a {self._kind}.")
        self._ticking = asyncio.create_task(self._tick())
        self._server = await asyncio.start_server(_answer, "127.0.0.1", 0)
        self._thread = start_blocking_portal()
        self._portal = self._thread.__enter__()
        await self.use()

    def wait_synchronously(self) -> None:
        """Patch, and wait as a magic in a function does."""
        nested_loop.patch()
        loop, cell = asyncio.get_running_loop(), asyncio.current_task()
        nested_loop.turn(loop, self.use())
        _hold(asyncio.get_running_loop() is loop, "Another loop runs after the wait.")
        _hold(asyncio.current_task() is cell, "The cell's own task is another after the wait.")

    async def use(self) -> None:
        """Use the loop as cells do, in this task, in another, in a thread with its loop, and in a loop of its own."""
        await self._ask_and_wait()
        await asyncio.create_task(self._ask_and_wait())
        await asyncio.to_thread(self._portal.call, _wait)
        await asyncio.to_thread(asyncio.run, _wait())

    def end(self) -> None:
        """The task of the beginning has survived all of it."""
        _hold(self._ticking in asyncio.all_tasks(), "asyncio has lost a task of an earlier cell.")
        self._thread.__exit__(None, None, None)

    async def _ask_and_wait(self) -> None:
        await _wait()
        host, port = self._server.sockets[0].getsockname()
        async with self._httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://{host}:{port}/")
        _hold(answer.text == "ok", "httpx received something else.")
        await self._until(self._ticks + TICKS)

    async def _tick(self) -> None:
        while True:
            self._ticks += 1
            await asyncio.sleep(0.01)

    async def _until(self, ticks: int) -> None:
        end = time.monotonic() + PATIENCE / 2
        while self._ticks < ticks:
            _hold(time.monotonic() < end, "A task of an earlier cell stands still.")
            await asyncio.sleep(0.01)


async def _wait() -> None:
    """Everything by which anyio and asyncio tell tasks apart."""
    task, thread = asyncio.current_task(), threading.get_ident()
    _hold(task in asyncio.all_tasks(), "asyncio does not know the task that runs.")
    with anyio.move_on_after(0.01) as scope:
        await anyio.sleep(30)
    _hold(scope.cancelled_caught, "A time limit of anyio did not end what it limits.")
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 0)
        group.start_soon(anyio.sleep, 30)
        await anyio.sleep(0.01)
        group.cancel_scope.cancel()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(asyncio.sleep(0))
    _hold(await anyio.to_thread.run_sync(threading.get_ident) != thread, "anyio's thread is the loop's own.")
    _hold(asyncio.current_task() is task, "A task is another after it has waited.")


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()
    writer.close()


def _hold(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)
