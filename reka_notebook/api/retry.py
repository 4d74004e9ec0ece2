"""Decide how often and how patiently a request is repeated."""

import logging
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Self

import stamina

from reka_notebook.api.errors import ApiError, NotSent, PageInstead

# stamina logs every retry as a warning; without a handler Python prints those into a person's notebook.
logging.getLogger("stamina").addHandler(logging.NullHandler())

FIRST_WAIT = 0.5
"""Seconds before the second try, at least; the wait doubles from there, and has as much jitter again."""

_chance = random.Random()  # noqa: S311 (not a secret; its own, since the global one may have been seeded by a person)

LONGEST_WAIT = 30.0
"""Seconds of the longest wait that the back-off itself makes."""


@dataclass(frozen=True)
class Patience:
    """Hold how long a request is repeated.

    Args:
        total: Seconds in all, waits included; 0 asks once.
        within: Seconds for all tries together, answers included; whatever is under way then is given up.
        longest: The longest ``Retry-After``, in seconds, that is waited for.
        unreachable: How many times in a row a connection that cannot be made is tried.
        pages: How many pages from something in between are met in a row before they are believed.
        on_wait: Told of every wait: the error, and the seconds until the next try.
        on_send: Told when a request goes out; until then the service has seen nothing of it.
    """

    total: float = 45.0
    within: float = 600.0
    longest: float = 30.0
    unreachable: int = 5
    pages: int = 3
    on_wait: Callable[[ApiError, float], None] | None = None
    on_send: Callable[[], None] | None = None


def attempts(patience: Patience) -> Any:
    """Iterate over the attempts at a request, until one succeeds or patience runs out.

    Use it as ``async for attempt in attempts(...): with attempt: ...``.

    The back-off never sleeps past ``patience.total``. ``Retry-After`` only makes a wait longer: Reka sends 0
    with every answer that the rate limit let through, a 500 included, and that is not a wish to be asked
    again at once.
    """
    begun = time.monotonic()
    tried = unreachable = pages = 0

    def decide(error: Exception) -> bool | float:
        nonlocal tried, unreachable, pages
        if not isinstance(error, ApiError) or not error.retryable:
            return False
        tried += 1
        unreachable = unreachable + 1 if isinstance(error, NotSent) else 0
        pages = pages + 1 if isinstance(error, PageInstead) else 0
        left = patience.total - (time.monotonic() - begun)
        wanted = error.retry_after or 0.0
        if left <= 0 or wanted > min(left, patience.longest) or unreachable >= patience.unreachable:
            return False
        if pages >= patience.pages:
            return False
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(tried - 1, 16))
        jitter = _chance.random()
        wait = min(left, max(wait * (1 + jitter), wanted * (1 + jitter / 10)))
        if patience.on_wait is not None:
            patience.on_wait(error, wait)
        return wait

    if patience.total <= 0:
        return _Once()
    return stamina.retry_context(on=decide, attempts=None, timeout=patience.total)


class _Once:
    """Make one attempt, whose error is final. Most requests of a job are such, so this costs next to nothing."""

    _begun = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AbstractContextManager[None]:
        if self._begun:
            raise StopAsyncIteration
        self._begun = True
        return nullcontext()
