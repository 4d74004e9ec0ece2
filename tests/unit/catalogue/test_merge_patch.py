"""Test merge patches against RFC 7396."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reka_notebook.catalogue.overrides import apply_patch, find_patch


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # Appendix A of the RFC
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_apply(target: Any, patch: Any, result: Any) -> None:
    assert apply_patch(target, patch) == result


OBJECTS = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
).map(lambda value: value if isinstance(value, dict) else {"a": value})


def same(one: Any, other: Any) -> bool:
    """Return whether two values are equal, telling true and 1 apart."""
    return (
        repr(one) == repr(other)
        if not isinstance(one, dict)
        else (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(one[key], other[key]) for key in one)
        )
    )


@settings(deadline=None)
@given(old=OBJECTS, new=OBJECTS)
def test_the_patch_found_leads_there(old: dict[str, Any], new: dict[str, Any]) -> None:
    patch = find_patch(old, new)
    assert same(apply_patch(old, patch), new)
    assert find_patch(new, new) == {}
