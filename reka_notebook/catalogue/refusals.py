"""Word what does not fit: the field, what it takes, the nearest of these, and how to go on."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from typing import TypeVar

from reka_notebook.catalogue.endpoint import JSON, Endpoint, Mark
from reka_notebook.catalogue.errors import InvalidInput
from reka_notebook.catalogue.tasks import TASKS, task_for
from reka_notebook.catalogue.validate import Violation
from reka_notebook.text import nearest

T = TypeVar("T")


def nearest_value(given: object, allowed: Iterable[T]) -> T | None:
    """Return the allowed value most like the given one: by number where both are numbers, else by spelling."""
    values = list(allowed)
    number = _number(given)
    if number is not None:
        numbers = [(abs(other - number), value) for value in values if (other := _number(value)) is not None]
        if numbers:
            return min(numbers, key=lambda pair: pair[0])[1]
    spelled = {str(value): value for value in reversed(values)}
    near = nearest(str(given), spelled)
    return None if near is None else spelled[near]


def _number(value: object) -> float | None:
    """Return the number in 8, "8", "8s" or "720p"; None for anything else, and for what is not finite."""
    text = str(value).strip().rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%")
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


LISTED = 30
"""How many allowed values a message names; the error's `allowed` has them all."""

TYPES = {
    "boolean": "on or off",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
}


def unknown_field(endpoint: Endpoint, name: str, value: object) -> InvalidInput:
    """Return the error for a field that the endpoint does not declare."""
    slot = next((slot for slot in endpoint.images.values() if name in slot.names), None)
    if slot is not None:
        message = (
            f"{name} of {endpoint.title} is where its {slot.name} image goes: give the image as an image."
        )
        return InvalidInput(message, field=name, allowed=endpoint.properties)
    near = nearest(name, endpoint.properties)
    parts = [f"{endpoint.title} has no field {name!r}."]
    if near:
        parts.append(f"Did you mean {near}?")
    parts += [f"It has: {_listing(endpoint.properties)}.", _on_purpose(name, value)]
    return InvalidInput(" ".join(parts), field=name, allowed=endpoint.properties, nearest=near)


def missing_field(endpoint: Endpoint, name: str) -> InvalidInput:
    """Return the error for a required field that is absent or empty."""
    return InvalidInput(f"{endpoint.title} needs a {name}, and none was given.", field=name)


def unknown_image(endpoint: Endpoint, slot: str) -> InvalidInput:
    """Return the error for an image slot that the endpoint does not have."""
    takes = f"It takes: {_listing(endpoint.images)}." if endpoint.images else "It takes no image."
    message = f"{endpoint.title} has no place for the {slot} image. {takes}"
    if not endpoint.images and (other := _other_task(endpoint)):
        message += f" With an image, the task is {other}: name a model that has it."
    near = nearest(slot, endpoint.images)
    return InvalidInput(message, field=f"images.{slot}", allowed=endpoint.images, nearest=near)


def missing_image(endpoint: Endpoint, slot: str) -> InvalidInput:
    """Return the error for a required image that is absent."""
    which = "an image" if slot == next(iter(endpoint.images)) else f"an image for {slot}"
    message = f"{endpoint.title} needs {which}, and none was given."
    if other := _other_task(endpoint):
        message += f" Without one, the task is {other}: name a model that has it."
    return InvalidInput(message, field=f"images.{slot}")


def _other_task(endpoint: Endpoint) -> str | None:
    """Return the task that makes the same with an image where this one takes none, and without one where it does."""
    task = TASKS.get(endpoint.task)
    if task is None or task.with_image is None:
        return None
    return task_for(task.output, not task.with_image)


def not_json(endpoint: Endpoint, name: str, reason: str) -> InvalidInput:
    """Return the error for a value without a form that can be sent."""
    return InvalidInput(f"{name} of {endpoint.title}: {reason}.", field=name)


def invalid_value(endpoint: Endpoint, name: str, value: JSON, found: Violation) -> InvalidInput:
    """Return the error for a value that breaks the schema; ``found`` says where."""
    allowed = list(found.limit) if found.keyword == "enum" else []
    near: JSON = None
    if found.keyword == "enum":
        near = nearest_value(found.value, allowed)
    elif found.keyword in ("minimum", "maximum"):
        near = found.limit
    parts = [f"{name} of {endpoint.title} must be {_wanted(found)}. {_shown(found.value)} is not."]
    if near is not None:
        parts.append(f"The nearest is {_plain(near)}.")
    if name != endpoint.prompt_field:
        parts.append(_source(endpoint, f"input.{name}"))
        parts.append(_on_purpose(name, value))
    return InvalidInput(" ".join(part for part in parts if part), field=name, allowed=allowed, nearest=near)


def _wanted(found: Violation) -> str:
    limit = found.limit
    match found.keyword:
        case "enum":
            return f"one of {_listing(limit)}"
        case "const":
            return _plain(limit)
        case "type":
            return " or ".join(
                TYPES.get(type_, str(type_)) for type_ in (limit if isinstance(limit, list) else [limit])
            )
        case "minimum":
            return f"at least {limit}"
        case "maximum":
            return f"at most {limit}"
        case "exclusiveMinimum":
            return f"more than {limit}"
        case "exclusiveMaximum":
            return f"less than {limit}"
        case "multipleOf":
            return f"a multiple of {limit}"
        case "minLength":
            return f"at least {limit} characters long" if limit > 1 else "more than nothing"
        case "maxLength":
            return f"at most {limit:,} characters long (it has {len(found.value):,})"
        case "pattern":
            return f"of the form {limit}"
        case "minItems":
            return f"a list of at least {limit}"
        case "maxItems":
            return f"a list of at most {limit}"
        case "required":
            return f"an object with {_listing(limit)}"
        case "additionalProperties":
            return f"an object with no more than {_listing(limit)}"
        case _:
            kinds = [_wanted(Violation("type", part["type"], None)) for part in limit if "type" in part]
            return " or ".join(kinds) or "one of several forms"


def _source(endpoint: Endpoint, fact: str) -> str:
    if fact in endpoint.reasons:
        return f"This was {endpoint.reasons[fact].rstrip('.')}."
    match endpoint.mark(fact):
        case Mark.assumed:
            return "This is unverified; Reka's documentation does not say it."
        case Mark.seen:
            return "Users report this option; which values it takes is unverified."
        case Mark.learned:
            return "This comes from your catalogue.json."
    return ""


def _on_purpose(name: str, value: object) -> str:
    text = _plain(value)
    if len(text) > 40 or "\n" in text:
        text = "..."
    return f"To send it anyway: --set {shlex.quote(f'{name}={text}')}"


def _listing(values: Iterable[object]) -> str:
    plain = [_plain(value) for value in values]
    rest = len(plain) - LISTED
    return ", ".join(plain[:LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _plain(value: object) -> str:
    """Return the value as a person would type it."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return str(value)


def _shown(value: JSON) -> str:
    return _shortened(json.dumps(value, ensure_ascii=False))


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
