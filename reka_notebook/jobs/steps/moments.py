"""Say what stands in the way, and until when the service wants to be left alone."""

from reka_notebook.api import (
    ApiError,
    AuthenticationFailed,
    BudgetUsedUp,
    NotSent,
    RateLimited,
    ServicePaused,
    Unanswered,
)
from reka_notebook.api.errors import time_of_day

SOON = 60.0
"""Seconds. A longer wait is told with the time of day at which it ends."""


def obstacle_in_words(error: ApiError) -> str:
    """Return what stands in the way just now, with the facts to quote and the time that the service wants."""
    return f"{error.said} {wait_in_words(error)}".rstrip()


def trouble_in_words(error: ApiError, times: int, seconds: float | None) -> str:
    """Return what stands in the way as a stage of the job, which is no waiting in a queue.

    Args:
        times: How many times in a row the service was asked in vain.
        seconds: How long until it is asked again; ``None`` if that is not known.
    """
    again = f"trying again in {max(1.0, seconds):.0f} s" if seconds else "trying again"
    if isinstance(error, NotSent):
        return f"No connection; {again}"
    if isinstance(error, Unanswered):
        return f"No answer from the service; {again}"
    if isinstance(error, BudgetUsedUp):
        return f"Held back by the budget of requests a minute; {again}"
    if isinstance(error, RateLimited):
        return f"The service asks to wait; {again}"
    if isinstance(error, AuthenticationFailed):
        return f"The service refused the API key; {again}"
    return f"The service returned an error; retrying{f', {_ordinal(times)} time' if times > 1 else ''}"


def _ordinal(number: int) -> str:
    last = 0 if 10 < number % 100 < 14 else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


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
