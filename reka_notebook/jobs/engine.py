"""One thread with one event loop, where everything that waits is done. The kernel's main thread never is."""

import atexit
import contextvars
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any

import anyio
import anyio.to_thread
from anyio.from_thread import BlockingPortal

THREADS = 4
"""Threads for what touches the disk. Each may hold Python's lock for 5 ms when another wants it, so that with many of
them the loop, and the kernel's main thread, would wait for a time that a person notices."""


class Engine:
    """The thread; started when made, ended with the process."""

    def __init__(self) -> None:
        self._portal: Future[BlockingPortal] = Future()
        self._closers: list[Callable[[], Awaitable[None]]] = []
        self.process = os.getpid()
        # Started inside a copy of the caller's context: on ipykernel 7.0 a thread without it cannot send
        # widget messages (LookupError, ipywidgets issue 4001).
        context = contextvars.copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(anyio.run, self._serve), name="reka-notebook", daemon=True
        )
        self._thread.start()
        atexit.register(self.stop)

    async def _serve(self) -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        async with BlockingPortal() as portal:
            self._portal.set_result(portal)
            await portal.sleep_until_stopped()
        with anyio.move_on_after(1.0):
            for close in self._closers:
                await close()

    def closing(self, close: Callable[[], Awaitable[None]]) -> None:
        """Call this on the loop when it ends."""
        self._closers.append(close)

    @property
    def in_thread(self) -> bool:
        """Whether the caller is on the engine's own thread."""
        return threading.current_thread() is self._thread

    def start(self, function: Callable[..., Awaitable[Any]], *args: Any) -> "Future[Any]":
        """Start a coroutine function on the engine's loop, from any thread."""
        return self._portal.result().start_task_soon(function, *args)

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a function on the engine's loop and return what it returns; directly where already there."""
        if self.in_thread:
            return function(*args)
        return self._portal.result().call(function, *args)

    def stop(self) -> None:
        """End the loop; what was being done is on disk and is taken up by the next process."""
        if self.process == os.getpid() and self._thread.is_alive() and not self.in_thread:
            portal = self._portal.result()
            portal.call(portal.stop, True)
            self._thread.join(2.0)


_engine: Engine | None = None
_lock = threading.Lock()


def engine() -> Engine:
    """The process's one engine; a forked process gets its own."""
    global _engine
    with _lock:
        if _engine is None or _engine.process != os.getpid():
            _engine = Engine()
        return _engine
