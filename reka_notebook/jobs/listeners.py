"""Call functions that want to be told of something; one that fails harms no other."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger("reka_notebook")

T = TypeVar("T")


class Listeners(Generic[T]):
    """Hold the listeners of one thing, for any thread.

    Args:
        of: What they listen to, for the log.
    """

    def __init__(self, of: str) -> None:
        self._of = of
        self._listeners: list[Callable[[T], object]] = []
        self._lock = threading.Lock()

    def add(self, listener: Callable[[T], object]) -> Callable[[], None]:
        """Tell a listener from now on, and return a function that ends this."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def __len__(self) -> int:
        return len(self._listeners)

    def tell(self, what: T) -> None:
        """Call all listeners. One that fails, or is gone, is logged, and the next one is called."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(what)
            except Exception:
                log.exception("a listener of %s failed at %r", self._of, what)
