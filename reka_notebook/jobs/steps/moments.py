"""Say what stands in the way, and until when the service wants to be left alone."""

from reka_notebook.api import ApiError, BudgetUsedUp, ServicePaused
from reka_notebook.api.errors import time_of_day

SOON = 60.0
"""Seconds. A longer wait is told with the time of day at which it ends."""


def obstacle_in_words(error: ApiError) -> str:
    """Return what stands in the way just now, with the facts to quote and the time that the service wants."""
    return f"{error.said} {wait_in_words(error)}".rstrip()


def wait_in_words(error: ApiError) -> str:
    """Return until when the service asked to wait, if the error does not say so itself.

    A wait for this machine's own budget is not the service's wish.
    """
    return "" if isinstance(error, ServicePaused | BudgetUsedUp) else wish_in_words(error.retry_after)


def wish_in_words(retry_after: float | None) -> str:
    """Return until when the service asked to wait; empty if that is soon, or if it did not ask."""
    if retry_after is None or retry_after < SOON:
        return ""
    return f"The service asked to wait until {time_of_day(retry_after)}."
