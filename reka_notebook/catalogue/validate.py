"""Check whether a value fits a JSON Schema, with fastjsonschema.

jsonschema is not used because its import takes more than two seconds beside JupyterLab (Jupyter's own
requirements bring an extra of it that compiles a grammar), and a cell that only shows a kept take has 100 ms.
fastjsonschema writes Python for a schema and runs it, and fetches what a ``$ref`` names, so it is handed only
the keywords listed here. A keyword that is not listed, or that it cannot read, refuses nothing: the service
decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reka_notebook.catalogue.endpoint import JSON


def equal(one: JSON, other: JSON) -> bool:
    """Return whether two values are the same in JSON, where 1 is 1.0, and true is not 1."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


BOUNDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
SIZES = frozenset({"minLength", "maxLength", "pattern", "minItems", "maxItems", "required"})
VALUES = frozenset({"type", "enum", "const"}) | BOUNDS | SIZES
SCHEMAS = frozenset({"anyOf", "oneOf", "allOf"})


@dataclass(frozen=True, slots=True)
class Violation:
    """Hold the ``keyword`` of the schema that ``value`` breaks, and what it asks for (``limit``)."""

    keyword: str
    limit: JSON
    value: JSON


def violation(value: JSON, schema: Mapping[str, JSON]) -> Violation | None:
    """Return the first thing wrong with ``value``; None if it fits."""
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator(json.dumps(schema))(value)
    except JsonSchemaValueException as error:
        return _said(error.rule or "", error.definition or {}, error.value)
    except ArithmeticError:
        # A number too large to be divided by its multipleOf; for the service to judge.
        return None
    return None


def _said(keyword: str, schema: Mapping[str, JSON], value: JSON) -> Violation | None:
    """Return what a person is told: of several keywords broken at once, the one that names what would fit."""
    if keyword == "type":
        keyword = next((telling for telling in ("enum", "const") if telling in schema), keyword)
    if keyword == "additionalProperties":
        declared = schema.get("properties", {})
        return Violation(keyword, sorted(declared), next(name for name in value if name not in declared))
    if keyword == "multipleOf" and abs(value / schema[keyword]) == float("inf"):
        return None
    return Violation(keyword, schema.get(keyword), value)


@lru_cache(maxsize=256)
def _validator(schema: str) -> Callable[[JSON], JSON]:
    """Return the validator of one field's schema, given as JSON. Making one takes a millisecond, so it is kept."""
    import fastjsonschema

    try:
        made: Callable[[JSON], JSON] = fastjsonschema.compile(
            _readable(json.loads(schema)), use_default=False, use_formats=False
        )
    except fastjsonschema.JsonSchemaDefinitionException:
        return lambda value: value
    return made


def _readable(schema: Any) -> Any:
    """Return ``schema`` with the keywords that are judged, all the way down; true and false are schemas too."""
    if not isinstance(schema, dict):
        return schema
    kept = {keyword: limit for keyword, limit in schema.items() if keyword in VALUES}
    if not _is_pattern(kept.get("pattern", "")):
        del kept["pattern"]
    for keyword in SCHEMAS & schema.keys():
        kept[keyword] = [_readable(part) for part in schema[keyword]]
    if isinstance(schema.get("items"), dict):
        kept["items"] = _readable(schema["items"])
    if "additionalProperties" in schema:
        kept["additionalProperties"] = _readable(schema["additionalProperties"])
    if "properties" in schema:
        kept["properties"] = {name: _readable(part) for name, part in schema["properties"].items()}
    return kept


def _is_pattern(pattern: str) -> bool:
    """Return whether a pattern, which JSON Schema takes from ECMAScript, is one in Python too."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
