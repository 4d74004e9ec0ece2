"""How often and how patiently a request is repeated."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stamina

from reka_notebook.api.errors import ApiError, NotSent

# stamina logs every retry as a warning; without a handler Python prints those into a person's notebook.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Patience:
    """How long a request is repeated.

    :param total: seconds in all, waits included; 0 asks once.
    :param longest: seconds of the longest single wait, whatever ``Retry-After`` says.
    :param unreachable: how many times a connection that cannot be made is tried.
    :param on_wait: told of every wait: the error, and the seconds until the next try.
    """

    total: float = 45.0
    longest: float = 30.0
    unreachable: int = 5
    on_wait: Callable[[ApiError, float], None] | None = None


def attempts(patience: Patience) -> Any:
    """Iterate over attempts as ``async for attempt in attempts(...): with attempt: ...``.

    Back-off doubles from half a second, with as much jitter again; ``Retry-After`` is honoured instead where the
    service sent one that is not longer than ``patience.longest``.
    """
    tried = 0

    def decide(error: Exception) -> bool | float:
        nonlocal tried
        tried += 1
        if not isinstance(error, ApiError) or not error.retryable:
            return False
        if isinstance(error, NotSent) and tried >= patience.unreachable:
            return False
        if error.retry_after is None:
            wait = min(patience.longest, 0.5 * 2.0 ** min(tried - 1, 16))
            wait *= random.uniform(1, 2)  # noqa: S311 (jitter, not a secret)
        else:
            wait = error.retry_after
        if wait > patience.longest * 2:
            return False
        if patience.on_wait is not None:
            patience.on_wait(error, wait)
        return wait

    if patience.total <= 0:
        return stamina.retry_context(on=decide, attempts=1)
    return stamina.retry_context(on=decide, attempts=None, timeout=patience.total)
