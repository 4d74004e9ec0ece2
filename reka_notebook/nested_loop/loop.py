"""Wait in synchronous code while the kernel's loop keeps turning: off, until a person turns it on."""

import asyncio
import signal
import threading
from collections.abc import Coroutine
from importlib.metadata import PackageNotFoundError, version
from types import FrameType
from typing import Any

from reka_notebook.errors import RekaError
from reka_notebook.nested_loop.trial import trial

_on = _patched = False


def state() -> str:
    """Return in words whether the nested loop is on."""
    return "on" if _on else "off (asyncio stays patched until the kernel restarts)" if _patched else "off"


def turn_on() -> None:
    """Patch asyncio, which cannot be taken back, after a trial of about a second in another process.

    Raises:
        RekaError: It would not work, or is not known to. Nothing is patched then.
    """
    global _on, _patched
    if not _patched:
        loop = asyncio._get_running_loop()
        if reason := _refusal(loop) or trial(type(loop)):
            raise RekaError(f"nested_loop stays off, and nothing is patched. {reason}")
        import nest_asyncio2

        nest_asyncio2.apply(loop)
    _on = _patched = True


def turn_off() -> None:
    """Wait without the loop again. What is patched stays patched."""
    global _on
    _on = False


def loop_to_turn() -> asyncio.AbstractEventLoop | None:
    """Return the loop that a synchronous wait here keeps turning, if any."""
    loop = asyncio._get_running_loop() if _on else None
    return loop if hasattr(loop, "_nest_asyncio2") else None


def turn(loop: asyncio.AbstractEventLoop, awaited: Coroutine[Any, Any, Any]) -> Any:
    """Turn a patched loop from within until something has been awaited, and return its result.

    Raises:
        KeyboardInterrupt: Between two turns, so that it ends the wait and none of the person's own tasks.
    """
    interrupt = threading.Event()

    def notice(number: int, frame: FrameType | None) -> None:
        if interrupt.is_set():  # the second raises at once: a task of the person's may be what hangs
            signal.default_int_handler(number, frame)
        interrupt.set()

    is_main = threading.current_thread() is threading.main_thread()  # no signal arrives in another
    before = signal.signal(signal.SIGINT, notice) if is_main else None
    task = loop.create_task(awaited)
    try:
        # Woken a few times a second: a signal's handler does not wake a loop that sleeps.
        while not task.done() and not interrupt.is_set():
            loop.run_until_complete(asyncio.wait({task}, timeout=0.1))
        if not task.done():
            raise KeyboardInterrupt
        return task.result()
    finally:
        task.cancel()
        if is_main:
            signal.signal(signal.SIGINT, before)


def _refusal(loop: asyncio.AbstractEventLoop | None) -> str:
    """Say why this kernel is not among those that survive the patch; nothing where it is."""
    if loop is None:
        return "No event loop runs here: nested_loop is for a kernel."
    if not isinstance(loop, asyncio.BaseEventLoop):
        return f"This kernel's loop is a {type(loop).__qualname__}, which nest-asyncio2 cannot patch."
    if hasattr(asyncio, "_nest_patched") and not hasattr(asyncio, "_nest_asyncio2"):
        return "nest_asyncio has patched this kernel, and breaks it. Restart the kernel and leave nest_asyncio out."
    try:
        found = version("ipykernel")
        known = (6, 29) <= tuple(map(int, found.split(".")[:2])) < (8, 0)  # by the matrix in docs/hosts.md
    except (PackageNotFoundError, ValueError):
        found, known = "missing", False
    return "" if known else f"It is tested with ipykernel 6.29 to 7, and ipykernel is {found} here."
