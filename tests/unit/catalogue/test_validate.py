"""Test the validation against jsonschema."""

from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reka_notebook.catalogue.validate import violation

NUMBERS = st.integers(-5, 5) | st.sampled_from([0.5, -0.5, 2.0, 1e300])
TEXT = st.text("aé1\"'\\{}\n", max_size=4)  # also what would matter in code made from it
NAMES = st.sampled_from(["a", "b", '"{x}\\'])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=2),
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
    "required": st.lists(NAMES, max_size=2, unique=True),
}


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(inner, min_size=1, max_size=2)
    nested = {
        "items": inner,
        "properties": st.dictionaries(NAMES, inner, max_size=2),
        "additionalProperties": st.booleans(),
        "anyOf": parts,
        "oneOf": parts,
        "allOf": parts,
    }
    return st.fixed_dictionaries({}, optional=SIMPLE | nested)


def asks_for_what_it_forbids(schema: Any) -> bool:
    """Return a field that is required and not allowed: fastjsonschema refuses such a schema as a whole."""
    if isinstance(schema, list):
        return any(map(asks_for_what_it_forbids, schema))
    if not isinstance(schema, dict):
        return False
    unknown = set(schema.get("required", ())) - schema.get("properties", {}).keys()
    if unknown and schema.get("additionalProperties") is False:
        return True
    return any(map(asks_for_what_it_forbids, schema.values()))


SCHEMAS = st.recursive(st.fixed_dictionaries({}, optional=SIMPLE), schemas, max_leaves=3)


@settings(deadline=None)
@given(value=VALUES, schema=SCHEMAS)
@example(value=True, schema={"enum": [1]})
@example(value=[True], schema={"const": [1]})
@example(value=2.0, schema={"type": "integer"})
@example(value={"a": 1}, schema={"additionalProperties": False})
@example(value={'"{x}\\': 1}, schema={"properties": {'"{x}\\': {"enum": ["'\n"]}}})
def test_it_judges_as_jsonschema_does(value: Any, schema: dict[str, Any]) -> None:
    assume(not asks_for_what_it_forbids(schema))
    assert (violation(value, schema) is None) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    ("value", "schema", "keyword", "broken"),
    [
        (9, {"type": "string", "enum": ["a"]}, "enum", 9),
        ([1, "a"], {"items": {"type": "integer"}}, "type", "a"),
        ({"a": {"b": 9}}, {"properties": {"a": {"properties": {"b": {"maximum": 3}}}}}, "maximum", 9),
        ({"z": 1}, {"properties": {"a": {}}, "additionalProperties": False}, "additionalProperties", "z"),
        ("b", {"type": "boolean", "const": True}, "const", "b"),
        ("b", {"type": ["boolean", "null"]}, "type", "b"),
        ([[3, 1]], {"items": {"items": {"multipleOf": 3}}}, "multipleOf", 1),
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
    assert violation(10**400, {"multipleOf": 0.5}) is None
    assert violation({}, {"required": ["a"], "additionalProperties": False}) is None


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a schema reached for the network")

    monkeypatch.setattr("socket.socket", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)
    reference = {"$ref": "http://127.0.0.1:1/schema.json", "$id": "http://127.0.0.1:1/"}
    schema = {"properties": {"a": reference}, "items": reference, "anyOf": [reference], **reference}
    assert violation({"a": 1}, schema) is None
