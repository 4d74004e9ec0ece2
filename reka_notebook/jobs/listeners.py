"""Functions that are told of something; one that fails harms nobody else."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger("reka_notebook")

T = TypeVar("T")


class Listeners(Generic[T]):
    """Who listens to one thing. Safe to use from any thread.

    :param of: what they listen to, for the log.
    """

    def __init__(self, of: str) -> None:
        self._of = of
        self._listeners: list[Callable[[T], object]] = []
        self._lock = threading.Lock()

    def add(self, listener: Callable[[T], object]) -> Callable[[], None]:
        """Tell it from now on; returns what ends that."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def tell(self, what: T) -> None:
        """Call them all. Who listens may fail, and may be gone: that is logged, and the next is called."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(what)
            except Exception:
                log.exception("a listener of %s failed at %r", self._of, what)
