"""Know when measuring disturbs nobody: in the background, it waits while somebody plays a take."""

import time

_until = 0.0


def hold_back(seconds: float) -> None:
    """Measure nothing in the background for some seconds, as somebody is about to look at a take."""
    global _until
    _until = max(_until, time.monotonic() + seconds)


def is_quiet() -> bool:
    """Return whether nobody is about to look at a take."""
    return time.monotonic() >= _until
