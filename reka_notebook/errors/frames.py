"""Show an error in a notebook by the person's own lines and its message, without the frames of the inside."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

_INSIDE = f"{Path(__file__).parents[1]}{os.sep}"
_RUNNERS = frozenset({"IPython", "ipykernel", "asyncio", "concurrent"})


def rendered(error: BaseException) -> list[str]:
    """Return what IPython shows of an error; with ``%xmode Verbose``, or by ``%tb Verbose``, all of it."""
    made = _writer()
    if made is None or made.mode == "Verbose":
        return _whole(error, made)
    shown = None
    for frame in reversed(_outside(error.__traceback__)):
        shown = TracebackType(shown, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    before = error.__cause__, error.__context__, error.__suppress_context__
    try:
        if (earlier := before[0] or before[1]) is not None and not _outside(earlier.__traceback__):
            error.__cause__ = None  # raised within as well; this leaves out the context, too
        lines: list[str] = made.structured_traceback(type(error), error, shown, tb_offset=0)
    finally:
        error.__cause__, error.__context__, error.__suppress_context__ = before
    return lines


def in_words(error: BaseException, kind: type[BaseException]) -> list[str]:
    """Return an error's words alone after its kind; with ``%xmode Verbose`` all of it."""
    made = _writer()
    if made is not None and made.mode == "Verbose":
        return _whole(error, made)
    return [f"\x1b[31m{kind.__name__}\x1b[0m: {error}"]


def _writer() -> Any:
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "InteractiveTB", None)


def _whole(error: BaseException, writer: Any) -> list[str]:
    import traceback

    if writer is None:
        return traceback.format_exception(error)
    whole: list[str] = writer.structured_traceback(type(error), error, error.__traceback__, tb_offset=1)
    return whole


def _outside(trace: TracebackType | None) -> list[TracebackType]:
    """Return the frames before the first of this package, without those that run a cell."""
    return [
        frame
        for frame in _before_inside(trace)
        if frame.tb_frame.f_globals.get("__name__", "").partition(".")[0] not in _RUNNERS
    ]


def _before_inside(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(_INSIDE):
        yield trace
        trace = trace.tb_next
