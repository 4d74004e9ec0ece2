"""Run one thread with one event loop for everything that waits, so that the kernel's main thread never does."""

import asyncio
import atexit
import contextvars
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup
from anyio.from_thread import BlockingPortal

from reka_notebook.errors.advice import for_options
from reka_notebook.forks import keep_for_good, renew_in_child

log = logging.getLogger("reka_notebook")

THREADS = 4
"""Threads for what touches the disk. Each may hold Python's lock for 5 ms when another wants it, so that with many of
them the loop, and the kernel's main thread, would wait for a time that a person notices."""


class Engine:
    """Run the thread, which starts when this is made and ends with the process."""

    def __init__(self) -> None:
        self._ready: Future[tuple[asyncio.AbstractEventLoop, TaskGroup, BlockingPortal]] = Future()
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
        renew_in_child(self._leave)

    def _leave(self) -> None:
        """Keep what its tasks hold from being finalised: this is a child process, and they are its parent's."""
        keep_for_good(self)

    async def _serve(self) -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        async with anyio.create_task_group() as tasks, BlockingPortal() as portal:
            self._ready.set_result((asyncio.get_running_loop(), tasks, portal))
            await portal.sleep_until_stopped()
            tasks.cancel_scope.cancel()
        with anyio.move_on_after(1.0):
            for close in self._closers:
                await close()

    def closing(self, close: Callable[[], Awaitable[None]]) -> None:
        """Call this on the loop when it ends."""
        self._closers.append(close)

    @property
    def in_thread(self) -> bool:
        """Return whether the caller is on the engine's own thread."""
        return threading.current_thread() is self._thread

    def start(self, function: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Start a coroutine function on the engine's loop, from any thread, and do not wait for the loop's turn.

        Raises:
            RuntimeError: If the loop has ended, because the process does.
        """

        async def run() -> None:
            try:
                with for_options():  # whoever reads its messages later on: they are kept as they are
                    await function(*args)
            except Exception:  # must not end what else is being done
                log.exception("%s stopped", function)

        async def begin() -> None:
            tasks.start_soon(run)

        # The portal's own way to start a task waits until the loop has come to it.
        loop, tasks, _ = self._ready.result()
        beginning = begin()
        try:
            asyncio.run_coroutine_threadsafe(beginning, loop)
        except RuntimeError:
            beginning.close()
            raise

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a function on the engine's loop and return what it returns; directly if already there."""
        if self.in_thread:
            return function(*args)
        return self._ready.result()[2].call(function, *args)

    def task(self, function: Callable[..., Awaitable[Any]], *args: Any) -> "Future[Any]":
        """Start a coroutine function on the engine's loop, and return its future; cancelling that cancels it."""
        return self._ready.result()[2].start_task_soon(function, *args)

    def stop(self) -> None:
        """End the loop; what was being done is on disk and is taken over by the next process."""
        if self.process == os.getpid() and self._thread.is_alive() and not self.in_thread:
            _, _, portal = self._ready.result()
            portal.call(portal.stop, True)
            self._thread.join(2.0)


_engine: Engine | None = None
_lock = threading.Lock()


def engine() -> Engine:
    """Return the process's one engine; a forked process gets its own."""
    global _engine
    with _lock:
        if _engine is None:
            _engine = Engine()
        return _engine


def _renew() -> None:
    global _engine, _lock
    _engine, _lock = None, threading.Lock()


renew_in_child(_renew)
