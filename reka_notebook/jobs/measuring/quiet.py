"""Know when nobody is disturbed: what is measured in the background waits while somebody plays a take."""

import time

_until = 0.0


def hold_back(seconds: float) -> None:
    """Measure nothing in the background for some seconds from now on, as somebody is about to see something."""
    global _until
    _until = max(_until, time.monotonic() + seconds)


def is_quiet() -> bool:
    """Return whether nobody has asked for anything to look at just now."""
    return time.monotonic() >= _until
