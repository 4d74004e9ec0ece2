"""Turn what a person wrote (``--duration 8``, ``seed=np.int64(3)``, ``sound=off``) into the value the schema wants.

Only the form changes, never the meaning. What has no such form is left as it is, for the validation to
refuse.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reka_notebook.catalogue.endpoint import JSON
from reka_notebook.catalogue.listing import values_of
from reka_notebook.catalogue.validate import equal, violation
from reka_notebook.scalars import scalar

TRUE = frozenset({"on", "true", "yes", "1"})
FALSE = frozenset({"off", "false", "no", "0"})
LARGEST = 256
"""Bits of an integer that is sent: far more than any service reads, and few enough to be written out."""


def parse_value(text: str) -> JSON:
    """Return the value of a field set on purpose (``--set name=value``): JSON if it is JSON, else the text itself."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return text


def to_json(value: object) -> JSON:
    """Return ``value`` in the types JSON has: scalars of NumPy and the like become numbers, tuples and arrays lists.

    Raises:
        TypeError: If it has no form in JSON.
        ValueError: If a number is not finite, or text cannot be encoded.
    """
    return _in_json(scalar(value))


def _in_json(value: Any) -> JSON:
    if value is None or isinstance(value, bool | int):
        if value is not None and value.bit_length() > LARGEST:
            raise ValueError(f"a number of {value.bit_length()} bits is too large to be sent")
        return value
    if isinstance(value, str):
        return _encodable(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a number that can be sent")
        return value
    if isinstance(value, Mapping):
        return {_encodable(str(key)): to_json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [to_json(item) for item in value]
    if getattr(value, "shape", ()) != () and hasattr(value, "tolist"):
        return [to_json(item) for item in value]  # one by one: tolist() would widen floats of 32 bits
    raise TypeError(f"a value of type {type(value).__name__} cannot be sent")


def _encodable(text: str) -> str:
    """Return the text if it can be encoded, which half of a surrogate pair (left by slices of UTF-16) cannot."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"the character at position {error.start + 1} is half of one (a lone surrogate), and cannot be sent. "
            "Nothing was sent. Type or paste the text again"
        ) from None
    return text


def coerce(value: JSON, schema: Mapping[str, JSON]) -> JSON:
    """Return ``value`` in the form that ``schema`` wants if it has one, else ``value`` itself."""
    if "enum" in schema:
        return _member(value, schema["enum"], schema.get("x-unit"))
    branches = list(_branches(schema))
    if any(_fits(value, branch) for branch in branches):
        branches = [branch for branch in branches if _fits(value, branch)]
    for branch in branches:
        changed = _as_type(value, schema.get("type"), schema) if branch is schema else coerce(value, branch)
        if _fits(changed, branch):
            return changed
    return value


def _branches(schema: Mapping[str, JSON]) -> Iterator[Mapping[str, JSON]]:
    """Return the alternatives of ``schema``, each with one type: of anyOf and oneOf, of a list of types, or itself."""
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    types = schema.get("type")
    if alternatives:
        yield from (branch for branch in alternatives if isinstance(branch, Mapping))
    elif isinstance(types, list):
        yield from ({**schema, "type": type_} for type_ in types)
    else:
        yield schema


def _member(value: JSON, allowed: Sequence[JSON], unit: str | None) -> JSON:
    """Return the allowed value that ``value`` means: the same, or the same but for type, case and unit."""
    if any(equal(value, member) for member in allowed):
        return value
    meaning = _meaning(value, unit)
    return next((member for member in allowed if _meaning(member, unit) == meaning), value)


def _meaning(value: JSON, unit: str | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).strip().casefold()
    if unit:
        text = text.removesuffix(unit.casefold()).rstrip()
    if re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,15})?", text):
        return format(float(text), ".15g")
    return text


def _as_type(value: JSON, type_: str | None, schema: Mapping[str, JSON]) -> JSON:
    text = value.strip() if isinstance(value, str) else None
    match type_:
        case "boolean":
            word = str(value).strip().casefold()
            if not isinstance(value, float) and word in TRUE | FALSE:
                return word in TRUE
        case "integer":
            if isinstance(value, float) and value.is_integer():
                return int(value)
            if text is not None and re.fullmatch(r"[+-]?\d{1,30}(\.0+)?", text):
                return int(text.partition(".")[0])
        case "number":
            if text is not None and re.fullmatch(
                r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", text, re.IGNORECASE
            ):
                number = float(text)
                if math.isfinite(number):
                    return int(number) if text.lstrip("+-").isdigit() else number
        case "string":
            if isinstance(value, int | float) and not isinstance(value, bool):
                return str(value)
        case "array":
            if text is not None:
                listed = parse_value(text) if text.startswith("[") else _listed(text)
                value = listed if isinstance(listed, list) else value
            if isinstance(value, list) and isinstance(items := schema.get("items"), Mapping):
                return [coerce(item, items) for item in value]
        case "object":
            if text is not None and text.startswith("{"):
                return parse_value(text)
        case "null":
            if text is not None and text.casefold() in ("null", "none"):
                return None
    return value


def _listed(text: str) -> list[str] | None:
    try:
        return values_of(text)
    except ValueError:  # refused as what it is, one text where a list is wanted
        return None


def _fits(value: JSON, schema: Mapping[str, JSON]) -> bool:
    """Return whether ``value`` is of the kind that ``schema`` asks for; its bounds are left to the validation."""
    kind = {keyword: schema[keyword] for keyword in ("enum", "type") if keyword in schema}
    return bool(kind) and violation(value, kind) is None


def _refuse_constant(constant: str) -> None:
    raise ValueError(constant)
