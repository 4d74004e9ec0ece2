"""Turn numbers and texts into Python's own types; notebooks also hold NumPy scalars, decimals, tensors and enums."""

import enum
from decimal import Decimal
from numbers import Rational
from typing import Any


def scalar(value: object) -> Any:
    """Return a single number, truth value or text in Python's own type; anything else unchanged.

    A float of fewer than 64 bits becomes the number that it prints as: ``np.float32(0.7)`` means 0.7, and
    0.699999988079071 would be another request. Whole decimals and fractions become integers, so that no digit
    is lost.
    """
    match value:
        case enum.Enum():
            return scalar(value.value)
        case bool() | None:
            return value
        case str():
            return str(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case Decimal() if value.is_finite() and value == value.to_integral_value():
            return int(value)
        case Rational() if value.denominator == 1:
            return int(value.numerator)
        case Decimal() | Rational():
            return float(value)
    return _of_no_dimension(value)


def _of_no_dimension(value: Any) -> Any:
    """Return the content of a NumPy scalar, or of an array or a tensor without dimensions; else what is given."""
    try:
        if not (getattr(value, "shape", None) == () and hasattr(value, "item")):
            return value
        kind = getattr(value.dtype, "kind", "")
        if kind == "f" and value.dtype.itemsize != 8:  # an item of a long double is a long double
            return float(str(value))
        item = value.item()
    except Exception:  # the value's own code: a tensor that has no data, an object that answers with an error
        return value
    return scalar(item) if isinstance(item, bool | int | float | str) else value
