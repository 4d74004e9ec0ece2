"""Whether a value fits a JSON Schema, for the keywords that describe inputs.

Written here because importing jsonschema costs more than two seconds beside JupyterLab, whose own requirements
bring an extra of it that compiles a grammar at import; a cell that only shows a kept take has 100 ms. A test
holds the two against each other. A keyword not known here (`$ref` too) refuses nothing: the service decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reka_notebook.catalogue.endpoint import JSON


@dataclass(frozen=True, slots=True)
class Violation:
    """The `keyword` of the schema that `value` breaks, and what it asks for (`limit`)."""

    keyword: str
    limit: JSON
    value: JSON


def violation(value: JSON, schema: Mapping[str, JSON]) -> Violation | None:
    """The first thing wrong with `value`, the most telling keyword first; None when it fits."""
    for keyword, holds in KEYWORDS.items():
        if keyword in schema and not holds(value, schema[keyword]):
            return Violation(keyword, schema[keyword], value)
    for part in schema.get("allOf", ()):
        if found := violation(value, part):
            return found
    return _inside(value, schema)


def has_type(value: JSON, type_: JSON) -> bool:
    """Whether `value` has the JSON type `type_`, or one of them if it is a list. An unknown type fits nothing."""
    if isinstance(type_, list):
        return any(has_type(value, one) for one in type_)
    match type_:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return _is_number(value) and value == value // 1
        case "number":
            return _is_number(value)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "null":
            return value is None
    return False


def equal(one: JSON, other: JSON) -> bool:
    """Whether two values are the same in JSON, where true is not 1."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _inside(value: JSON, schema: Mapping[str, JSON]) -> Violation | None:
    """What is wrong with the items of a list, or with the properties of an object."""
    if isinstance(value, list) and isinstance(items := schema.get("items"), Mapping):
        return next((found for item in value if (found := violation(item, items))), None)
    if not isinstance(value, dict):
        return None
    properties = schema.get("properties", {})
    for name, item in value.items():
        if name in properties and (found := violation(item, properties[name])):
            return found
        if name not in properties and schema.get("additionalProperties") is False:
            return Violation("additionalProperties", sorted(properties), name)
    return None


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_multiple(value: JSON, step: JSON) -> bool:
    """Judged on the decimals as written, since 0.3 / 0.1 is not 3 in binary."""
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(str(value)) % Decimal(str(step)) == 0
    except InvalidOperation:
        # Too far apart for Decimal's precision; for the service to judge.
        return True


def _matches(value: str, pattern: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        # Patterns in JSON Schema are ECMAScript's, and a few of them are none in Python.
        return True


Rule = Callable[[JSON, JSON], bool]


def _number(holds: Rule) -> Rule:
    return lambda value, limit: not _is_number(value) or holds(value, limit)


def _of(kind: type, holds: Rule) -> Rule:
    return lambda value, limit: not isinstance(value, kind) or holds(value, limit)


KEYWORDS: Mapping[str, Rule] = {
    "enum": lambda value, allowed: any(equal(value, member) for member in allowed),
    "const": equal,
    "type": has_type,
    "minimum": _number(lambda value, limit: value >= limit),
    "maximum": _number(lambda value, limit: value <= limit),
    "exclusiveMinimum": _number(lambda value, limit: value > limit),
    "exclusiveMaximum": _number(lambda value, limit: value < limit),
    "multipleOf": _number(_is_multiple),
    "minLength": _of(str, lambda value, limit: len(value) >= limit),
    "maxLength": _of(str, lambda value, limit: len(value) <= limit),
    "pattern": _of(str, _matches),
    "minItems": _of(list, lambda value, limit: len(value) >= limit),
    "maxItems": _of(list, lambda value, limit: len(value) <= limit),
    "required": _of(dict, lambda value, names: all(name in value for name in names)),
    "anyOf": lambda value, parts: any(violation(value, part) is None for part in parts),
    "oneOf": lambda value, parts: sum(violation(value, part) is None for part in parts) == 1,
}
