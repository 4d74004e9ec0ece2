"""Whether two values are the same in JSON."""

from __future__ import annotations

from reka_notebook.catalogue.endpoint import JSON


def equal(one: JSON, other: JSON) -> bool:
    """Whether two values are the same in JSON, where 1 is 1.0, and true is not 1."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
