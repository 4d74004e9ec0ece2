"""Test turning text and NumPy values into the form that the schema wants."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reka_notebook.catalogue.coerce import coerce, parse_value, to_json
from reka_notebook.catalogue.validate import violation


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        ("on", {"type": "boolean"}, True),
        ("No", {"type": "boolean"}, False),
        (1, {"type": "boolean"}, True),
        (1.0, {"type": "boolean"}, 1.0),
        ("maybe", {"type": "boolean"}, "maybe"),
        ("-3", {"type": "integer"}, -3),
        ("3.0", {"type": "integer"}, 3),
        (3.0, {"type": "integer"}, 3),
        ("3.5", {"type": "integer"}, "3.5"),
        ("1_000", {"type": "integer"}, "1_000"),
        (True, {"type": "integer"}, True),
        ("9" * 5000, {"type": "integer"}, "9" * 5000),
        ("0.5", {"type": "number"}, 0.5),
        ("1e-3", {"type": "number"}, 0.001),
        ("nan", {"type": "number"}, "nan"),
        ("1e400", {"type": "number"}, "1e400"),
        ("-1e999", {"type": "number"}, "-1e999"),
        (8, {"type": "string"}, "8"),
        (True, {"type": "string"}, True),
        (" as it is ", {"type": "string"}, " as it is "),
        ("a, b", {"type": "array", "items": {"type": "string"}}, ["a", "b"]),
        ("[1, 2]", {"type": "array"}, [1, 2]),
        ("1,2", {"type": "array", "items": {"type": "integer"}}, [1, 2]),
        ('{"a": 1}', {"type": "object"}, {"a": 1}),
        ("3", {"type": ["integer", "null"]}, 3),
        ("none", {"type": ["integer", "null"]}, None),
        ("3", {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "3"),
        ("3", {"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, 3),
        ("8", {"enum": ["4s", "8s"], "x-unit": "s"}, "8s"),
        ("8s", {"enum": ["4s", "8s"], "x-unit": "s"}, "8s"),
        ("8", {"enum": ["4s", "8s"]}, "8"),
        ("2", {"enum": [1, 2]}, 2),
        (True, {"enum": [1, 2]}, True),
        ("True", {"enum": ["auto", True]}, True),
        ("4K", {"enum": ["4k", "4K"]}, "4K"),
        ("x", {}, "x"),
    ],
)
def test_coerce(value: Any, schema: dict[str, Any], expected: Any) -> None:
    result = coerce(value, schema)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(8), 8),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.array(3), 3),
        ((1, "a"), [1, "a"]),
        ({"a": (np.int8(1),)}, {"a": [1]}),
        (np.str_("x"), "x"),
        (np.float64(0.5), 0.5),
        (np.float32(0.7), 0.7),
        (Decimal("2.5"), 2.5),
        (np.array([0.7, 1], dtype=np.float32), [0.7, 1.0]),
    ],
)
def test_to_json(value: object, expected: object) -> None:
    result = to_json(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize("value", ["a \ud83d gull", {"\ude00": 1}, ["\ud83d\ud83d"], np.str_("\udcff")])
def test_half_a_character_is_refused_in_words(value: object) -> None:
    with pytest.raises(ValueError, match=r"position \d is half of one .* Nothing was sent"):
        to_json(value)


def test_a_number_that_cannot_be_written_out_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="16610 bits is too large to be sent"):
        to_json(10**5000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", 3),
        ("true", True),
        ('"3"', "3"),
        ("null", None),
        ('{"a": [1]}', {"a": [1]}),
        ("8s", "8s"),
        ("NaN", "NaN"),
    ],
)
def test_parse_value(text: str, expected: object) -> None:
    assert parse_value(text) == expected


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
KINDS = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])


@settings(deadline=None)
@given(value=SCALARS | st.lists(SCALARS, max_size=3), kind=KINDS)
def test_what_fits_is_kept_and_twice_is_once(value: Any, kind: str) -> None:
    schema = {"type": kind}
    once = coerce(value, schema)
    assert coerce(once, schema) == once
    if violation(value, schema) is None:
        assert once == value


@settings(deadline=None)
@given(allowed=st.lists(SCALARS, min_size=1, max_size=5), index=st.integers(0, 4))
def test_an_allowed_value_is_itself(allowed: list[Any], index: int) -> None:
    value = allowed[index % len(allowed)]
    assert coerce(value, {"enum": allowed, "x-unit": "s"}) == value
