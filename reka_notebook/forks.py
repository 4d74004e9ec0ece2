"""Make this package work in a forked child.

Only the thread that forks lives on in the child. Connections to a database or a server, a lock that another
thread held, and the event loop's thread are of no use there; using them would hang, or write into what is the
parent's. So whoever has such a thing registers how it is made anew. A child that runs another program right
away does all of this too, so none of it may touch a disk.
"""

import ctypes
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Protocol, TypeVar

PATIENCE = 1.0
"""Seconds that a fork waits for what other threads are in the middle of."""


class Lock(Protocol):
    """Describe a lock of ``threading``."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Acquire the lock."""

    def release(self) -> None:
        """Release the lock."""


F = TypeVar("F", bound=Callable[[], Any])


class _Registered(Generic[F]):
    """Hold functions that are called around a fork; a method only while its object lives."""

    def __init__(self) -> None:
        self._references: list[Callable[[], F | None]] = []

    def add(self, function: F) -> None:
        if hasattr(function, "__self__"):
            self._references.append(weakref.WeakMethod(function, self._references.remove))
        else:
            self._references.append(lambda: function)

    def __iter__(self) -> Iterator[F]:
        for reference in list(self._references):
            function = reference()
            if function is not None:
                yield function


_renew = _Registered[Callable[[], object]]()
_locks = _Registered[Callable[[], Iterable[Lock]]]()


class _Held(threading.local):
    """Hold what a thread has acquired for its fork."""

    def __init__(self) -> None:
        self.locks: list[Lock] = []


_held = _Held()
_is_child = False


def renew_in_child(renew: Callable[[], object]) -> None:
    """Call a function in every child that is forked from now on; a method only while its object lives."""
    _renew.add(renew)


def hold_while_forking(locks: Callable[[], Iterable[Lock]]) -> None:
    """Acquire these locks before a fork, so that no other thread is in the middle of what they guard.

    SQLite has locks of its own, which a child could not get past if another thread were inside it. The locks
    are released in the parent; in the child they have to be made anew.
    """
    _locks.add(locks)


def keep_for_good(thing: object) -> None:
    """Keep something of the parent's from ever being finalised in this child, which would end the parent's own."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))


def _before() -> None:
    end = time.monotonic() + PATIENCE
    for locks in _locks:
        for lock in locks():
            if lock.acquire(timeout=max(0.0, end - time.monotonic())):
                _held.locks.append(lock)


def _in_parent() -> None:
    while _held.locks:
        _held.locks.pop().release()


def is_child() -> bool:
    """Return whether this process was forked from one that had loaded this package."""
    return _is_child


def _in_child() -> None:
    global _is_child
    _is_child = True
    _held.locks.clear()
    for renew in _renew:
        renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
