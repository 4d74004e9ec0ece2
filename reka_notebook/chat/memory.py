"""Remember what was answered in this session, so that the same is never asked, and charged, twice."""

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio

from reka_notebook.errors import RekaError
from reka_notebook.forks import renew_in_child

MOST_KEPT = 200
"""Answers that are remembered."""

T = TypeVar("T")


@dataclass
class _UnderWay:
    """Hold a call that is being made, for whoever asks the same meanwhile."""

    ended: anyio.Event
    problem: RekaError | None = None


_under_way: dict[tuple[Any, ...], _UnderWay] = {}
_kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = threading.Lock()


async def once(
    key: tuple[Any, ...], make: Callable[[], Awaitable[T]], *, fresh: bool = False
) -> tuple[T, bool]:
    """Return what was answered to the same in this session, or what ``make`` is answered now, and whether it was so.

    Who asks the same while it is being asked waits for that answer: it is one call, and one charge. Only on the
    engine's loop.

    Raises:
        RekaError: What ``make`` raises.
    """
    found = None if fresh else remembered(key)
    if found is not None:
        return found, True
    if (other := _under_way.get(key)) is not None:
        await other.ended.wait()
        if other.problem is not None:
            raise RekaError(str(other.problem))
        return remembered(key), True
    mine = _under_way[key] = _UnderWay(
        anyio.Event(), RekaError("The call was given up. It may have been charged.")
    )
    try:
        made = await make()
        remember(key, made)
        mine.problem = None
        return made, False
    except RekaError as error:
        mine.problem = error
        raise
    finally:
        _under_way.pop(key, None)
        mine.ended.set()


def remembered(key: tuple[Any, ...]) -> Any:
    """Return what was answered to the same in this session, or ``None``."""
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
        return found


def remember(key: tuple[Any, ...], outcome: Any) -> None:
    """Remember what was answered, for as long as this process lasts."""
    with _lock:
        _kept[key] = outcome
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def forget_all() -> None:
    """Forget every answer."""
    with _lock:
        _kept.clear()
        _under_way.clear()


def _renew() -> None:
    """Begin anew in a child process, whose parent goes on with what is under way."""
    global _lock
    _lock = threading.Lock()
    _under_way.clear()


renew_in_child(_renew)
