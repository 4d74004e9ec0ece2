"""Say how a value of an axis is read, over a sweep's columns and beside its rows."""

from collections.abc import Mapping
from typing import Any

from reka_notebook.catalogue import Endpoint
from reka_notebook.jobs.sweep_request import Heading, plain_heading
from reka_notebook.output.html import format_setting
from reka_notebook.prompts import Axis


def heading_of(endpoint: Endpoint) -> Heading:
    """Return what says how a value of an axis is read: an option's after the option's label."""

    def heading(axis: Axis, value: Any) -> str:
        schema = None if axis.words else endpoint.options.get(axis.name)
        if schema is None:
            return plain_heading(axis, value)
        return f"{label_of(axis.name, schema)} {value_in_words(value, schema.get('x-unit', ''))}"

    return heading


def label_of(name: str, schema: Mapping[str, Any]) -> str:
    """Return what an option is called."""
    return str(schema.get("title") or format_task(name))


def format_task(name: str) -> str:
    """Return ``image-to-video`` as "Image to video"."""
    words = " ".join(name.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]


def value_in_words(value: Any, unit: str) -> str:
    """Return a value with its unit: ``5`` with the unit "s" and ``5s`` are both "5 s"."""
    text = format_setting(value)
    number = text.strip().lower().removesuffix(unit.lower()).strip()
    try:
        float(number)
    except ValueError:
        return text
    return f"{number} {unit}" if unit else text
