"""Say what stands in the way, and until when the service wants to be left alone."""

import time

from reka_notebook.api import ApiError, BudgetUsedUp, ServicePaused

SOON = 60.0
"""Seconds. A longer wait is told with the time of day at which it ends."""


def time_in_words(moment: float) -> str:
    """Return a moment as a person here says it: ``14:05``, or ``30 Nov, 14:05`` on another day."""
    then = time.localtime(moment)
    today = then[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if today else "%d %b, %H:%M", then)


def obstacle_in_words(error: ApiError) -> str:
    """Return what stands in the way just now, with the facts to quote and the time that the service wants."""
    return f"{error.said} {wait_in_words(error)}".rstrip()


def wait_in_words(error: ApiError) -> str:
    """Return until when the service asked to wait, where the error does not say so itself.

    A wait for this machine's own budget is no wish of the service.
    """
    return "" if isinstance(error, ServicePaused | BudgetUsedUp) else wish_in_words(error.retry_after)


def wish_in_words(retry_after: float | None) -> str:
    """Return until when the service asked to wait; nothing where that is soon, or where it did not ask."""
    if retry_after is None or retry_after < SOON:
        return ""
    return f"The service asked to wait until {time_in_words(time.time() + retry_after)}."
