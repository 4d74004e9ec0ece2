"""The validation here, held against jsonschema."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reka_notebook.catalogue.validate import violation

NUMBERS = st.integers(-5, 5) | st.sampled_from([0.5, -0.5, 2.0, 1e300])
TEXT = st.text("aé1", max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=5,
)
KINDS = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])
COUNTS = st.integers(0, 3)
SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "type": KINDS | st.lists(KINDS, min_size=1, max_size=2, unique=True),
    "enum": st.lists(VALUES, min_size=1, max_size=3),
    "const": VALUES,
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "exclusiveMinimum": NUMBERS,
    "exclusiveMaximum": NUMBERS,
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "minLength": COUNTS,
    "maxLength": COUNTS,
    "pattern": st.sampled_from(["^a", "1$", "é"]),
    "minItems": COUNTS,
    "maxItems": COUNTS,
    "required": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
}


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(inner, min_size=1, max_size=2)
    nested = {
        "items": inner,
        "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        "additionalProperties": st.booleans(),
        "anyOf": parts,
        "oneOf": parts,
        "allOf": parts,
    }
    return st.fixed_dictionaries({}, optional=SIMPLE | nested)


SCHEMAS = st.recursive(st.fixed_dictionaries({}, optional=SIMPLE), schemas, max_leaves=3)


@settings(deadline=None)
@given(value=VALUES, schema=SCHEMAS)
@example(value=True, schema={"enum": [1]})
@example(value=[True], schema={"const": [1]})
@example(value=2.0, schema={"type": "integer"})
@example(value={"a": 1}, schema={"additionalProperties": False})
def test_it_judges_as_jsonschema_does(value: Any, schema: dict[str, Any]) -> None:
    assert (violation(value, schema) is None) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    ("value", "schema", "keyword", "broken"),
    [
        (9, {"type": "string", "enum": ["a"]}, "enum", 9),
        ([1, "a"], {"items": {"type": "integer"}}, "type", "a"),
        ({"a": {"b": 9}}, {"properties": {"a": {"properties": {"b": {"maximum": 3}}}}}, "maximum", 9),
        ({"z": 1}, {"properties": {"a": {}}, "additionalProperties": False}, "additionalProperties", "z"),
    ],
)
def test_it_says_what_is_broken_and_where(
    value: Any, schema: dict[str, Any], keyword: str, broken: Any
) -> None:
    found = violation(value, schema)
    assert found is not None
    assert (found.keyword, found.value) == (keyword, broken)


def test_decimals_as_they_are_written() -> None:
    assert violation(0.3, {"multipleOf": 0.1}) is None
    assert violation(0.35, {"multipleOf": 0.1}) is not None


def test_what_it_cannot_judge_it_lets_pass() -> None:
    assert violation("a", {"pattern": r"\p{L}"}) is None
    assert violation("a", {"$ref": "https://example.org/schema.json", "format": "uri"}) is None
    assert violation(1e300, {"multipleOf": 1e-7}) is None
