"""Waiting in synchronous code while the kernel's loop keeps turning: off, until a person turns it on.

nest-asyncio2 makes a running loop run again from within. It patches asyncio for the whole kernel, and cannot take that
back; so nothing here imports it before it is asked for, and a kernel of the same kind tries it first.
"""

import asyncio
import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


def patch() -> None:
    """Make the loops of this process run again from within."""
    import nest_asyncio2

    nest_asyncio2.apply(asyncio.get_running_loop())


def turn(loop: asyncio.AbstractEventLoop, awaited: Coroutine[Any, Any, Any]) -> Any:
    """Turn a patched loop, from within, until something is there.

    :raises KeyboardInterrupt: between two turns, so that it ends the wait and none of the person's own tasks.
    """
    interrupt = threading.Event()
    task = loop.create_task(awaited)
    try:
        with _noticing(interrupt):
            # Woken a few times a second: a signal's handler does not wake a loop that sleeps.
            while not task.done() and not interrupt.is_set():
                loop.run_until_complete(asyncio.wait({task}, timeout=0.1))
        if not task.done():
            raise KeyboardInterrupt
        return task.result()
    finally:
        task.cancel()


@contextmanager
def _noticing(interrupt: threading.Event) -> Iterator[None]:
    """Take note of an interrupt; the second raises at once, as a task of the person's may be what hangs."""
    if threading.current_thread() is not threading.main_thread():  # no signal arrives there
        yield
        return

    def notice(number: int, frame: FrameType | None) -> None:
        if interrupt.is_set():
            signal.default_int_handler(number, frame)
        interrupt.set()

    before = signal.signal(signal.SIGINT, notice)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def kind_of(loop: asyncio.AbstractEventLoop) -> str:
    """The loop's class, by name."""
    return f"{type(loop).__module__}.{type(loop).__qualname__}"
