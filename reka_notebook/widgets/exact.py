"""Carry numbers to a browser and back unchanged.

JavaScript's only numbers are floats of 64 bits: 9007199254740993 would come back as 9007199254740992, and 1.0
as 1, each another request with a charge of its own. Such a number goes there and comes back as its digits.
"""

import re
from collections.abc import Mapping
from typing import Any

from reka_notebook.catalogue import Catalogue
from reka_notebook.catalogue.coerce import to_json
from reka_notebook.errors import RekaError
from reka_notebook.widgets.protocol import JSON

LARGEST = 2**53 - 1
_NUMBER = re.compile(r"[+-]?\d{1,100}(\.\d{1,100})?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


def settings_for_browser(settings: Mapping[str, Any]) -> dict[str, JSON]:
    """Return the settings of a form as a browser gives them back unchanged.

    Raises:
        RekaError: If a value cannot be sent.
    """
    try:
        return {name: for_browser(to_json(value)) for name, value in settings.items()}
    except (TypeError, ValueError) as error:
        raise RekaError(f"The settings cannot be shown: {error}.") from None


def for_browser(value: JSON) -> JSON:
    """Return a JSON value as a browser gives it back unchanged."""
    if isinstance(value, list):
        return [for_browser(one) for one in value]
    if isinstance(value, float):
        return repr(value) if value.is_integer() else value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        return str(value)
    return value


def settings_from_browser(
    settings: Mapping[str, JSON], endpoint: str, catalogue: Catalogue
) -> dict[str, JSON]:
    """Return the settings of a form with the numbers that their digits stand for."""
    known = catalogue.endpoints.get(endpoint)
    schemas: Mapping[str, Any] = known.properties if known else {}
    return {
        name: _number(value) if _is_number(schemas.get(name, {})) else value
        for name, value in settings.items()
    }


def _is_number(schema: Mapping[str, JSON]) -> bool:
    types = schema.get("type") or []
    return "enum" not in schema and bool(
        {"integer", "number"}.intersection([types] if isinstance(types, str) else types)
    )


def _number(value: JSON) -> JSON:
    if isinstance(value, list):
        return [_number(one) for one in value]
    found = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return value
    return float(found[0]) if found[1] or found[2] else int(found[0])
