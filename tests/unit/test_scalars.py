"""Test reading numbers and texts of other libraries as Python's own."""

import enum
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from reka_notebook.scalars import scalar


class Mood(str, enum.Enum):  # noqa: UP042 (what people wrote before StrEnum)
    calm = "calm"


class Zeroth:
    """Stand in for torch's tensor without dimensions: an item, and a dtype that has no kind."""

    shape = ()
    dtype = "torch.int64"

    def item(self) -> int:
        return 9007199254740993


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(-8), -8),
        (np.uint64(2**64 - 1), 2**64 - 1),
        (np.float64(1.5), 1.5),
        (np.float32(0.7), 0.7),
        (np.float16(0.1), 0.1),
        (np.longdouble("0.5"), 0.5),
        (np.bool_(False), False),
        (np.array(3), 3),
        (np.array(0.7, dtype=np.float32), 0.7),
        (np.array("x"), "x"),
        (np.str_("x"), "x"),
        (Decimal("9007199254740993"), 9007199254740993),
        (Decimal("0.10"), 0.1),
        (Fraction(6, 3), 2),
        (Fraction(1, 4), 0.25),
        (Mood.calm, "calm"),
        (Zeroth(), 9007199254740993),
        (True, True),
        (None, None),
    ],
)
def test_a_scalar_becomes_pythons_own(value: object, expected: object) -> None:
    plain = scalar(value)
    assert plain == expected
    assert type(plain) is type(expected)


class Broken:
    """Stand in for a handle to something that is gone, which raises whatever it is asked."""

    def __getattr__(self, name: str) -> object:
        raise AttributeError(name) if name.startswith("_") else RuntimeError(name)


@pytest.mark.parametrize(
    "value", [b"x", [1], np.array([1]), np.array(1j), np.datetime64("2026-11-29"), Broken()]
)
def test_what_is_no_scalar_is_left_as_it_is(value: object) -> None:
    assert scalar(value) is value
