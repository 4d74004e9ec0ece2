"""Turn the nested loop on and off, for this kernel."""

import asyncio

from reka_notebook.errors import RekaError
from reka_notebook.nested_loop.loop import kind_of, patch

_on = False


_patched = False


def state() -> str:
    """Whether it is on, in words."""
    if _on:
        return "on"
    return "off (asyncio stays patched until the kernel restarts)" if _patched else "off"


def turn_on() -> None:
    """Try it in another kernel, then patch this one. Takes a few seconds the first time.

    :raises RekaError: it would not work, or the kernel would not survive it; nothing is patched then.
    """
    global _on, _patched
    if not _patched:
        from reka_notebook.nested_loop.check import check  # only now: it loads a kernel's client

        check(_kernels_loop())
        patch()
        _patched = True
    _on = True


def turn_off() -> None:
    """Wait without the loop again. What is patched stays patched."""
    global _on
    _on = False


def loop_to_turn() -> asyncio.AbstractEventLoop | None:
    """The loop that a synchronous wait here keeps turning, if any."""
    if not _on:
        return None
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # a thread without a loop, which keeps nobody waiting
        return None
    return loop if hasattr(loop, "_nest_asyncio2") else None


def _kernels_loop() -> asyncio.AbstractEventLoop:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise RekaError("No loop runs here that could keep turning: nested_loop is for a kernel.") from None
    if not isinstance(loop, asyncio.BaseEventLoop):
        raise RekaError(f"This kernel's loop is a {kind_of(loop)}, which nest-asyncio2 cannot patch.")
    if hasattr(asyncio, "_nest_patched") and not hasattr(asyncio, "_nest_asyncio2"):
        raise RekaError(
            "Something has applied nest_asyncio here, which breaks current kernels and cannot be taken back. "
            "Restart the kernel, leave nest_asyncio out, and turn nested_loop on again."
        )
    return loop
