"""The allowed value most like what a person gave."""

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def nearest(given: object, allowed: Iterable[T]) -> T | None:
    """The value of `allowed` most like `given`, by number where both are numbers, else by spelling, or None."""
    import difflib

    values = list(allowed)
    number = _number(given)
    if number is not None:
        numbers = [(abs(other - number), value) for value in values if (other := _number(value)) is not None]
        if numbers:
            return min(numbers, key=lambda pair: pair[0])[1]
    spelled = {_spelling(value): value for value in reversed(values)}
    matches = difflib.get_close_matches(_spelling(given), spelled, n=1, cutoff=0.5)
    return spelled[matches[0]] if matches else None


def _spelling(value: object) -> str:
    return str(value).casefold().replace("_", "-").strip("- ")


def _number(value: object) -> float | None:
    """The number in 8, "8", "8s" or "720p"; None for anything else, and for what is not finite."""
    text = str(value).strip().rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%")
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
