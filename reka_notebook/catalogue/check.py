"""Check an input against an endpoint, and say in words what does not fit before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reka_notebook.catalogue import refusals
from reka_notebook.catalogue.coerce import coerce, to_json
from reka_notebook.catalogue.endpoint import JSON, Endpoint
from reka_notebook.catalogue.validate import violation
from reka_notebook.text import is_blank


def check_input(
    endpoint: Endpoint,
    given: Mapping[str, object],
    images: Collection[str] = (),
    undeclared: Mapping[str, object] | None = None,
) -> dict[str, JSON]:
    """Return the input to send, images left out.

    It is checked against the schema, after options written as text became typed values ("8" is "8s" where the
    endpoint says "8s", "on" is true). Defaults are not filled in: one that is only assumed must not be sent.

    Args:
        endpoint: What is asked.
        given: Values by option, or by a name that the option has on the wire; ``None`` counts as not given.
        images: The names of the slots that have an image.
        undeclared: Fields that are not checked: one that spells an option is that option, even if its value
            contradicts the schema, and any other is sent as it is.

    Raises:
        InputError: If it does not fit the endpoint; the message says what does not.
    """
    given = {_option(endpoint, name): value for name, value in given.items()}
    undeclared = {_option(endpoint, name): value for name, value in (undeclared or {}).items()}
    endpoint.require_path()
    _check_names(endpoint, given)
    _check_images(endpoint, images, undeclared)
    declared: dict[str, JSON] = {}
    for name in undeclared:
        if not isinstance(name, str) or is_blank(name):
            raise refusals.not_json(endpoint, "A field's name", f"it is text, and not {name!r}")
        _json(endpoint, "A field's name", name)
    for name, value in given.items():
        if value is not None and name not in undeclared:
            declared[name] = coerce(_json(endpoint, name, value), endpoint.properties.get(name, {}))
    on_purpose = {name: _json(endpoint, name, value) for name, value in undeclared.items()}
    for name in endpoint.schema.get("required", ()):
        if name not in declared and name not in on_purpose:
            raise refusals.missing_field(endpoint, name)
    words = endpoint.prompt_field
    if words in declared and words in endpoint.schema.get("required", ()) and is_blank(str(declared[words])):
        raise refusals.missing_field(endpoint, words)
    for name, value in declared.items():
        if found := violation(value, endpoint.properties.get(name, {})):
            raise refusals.invalid_value(endpoint, name, value, found)
    return declared | on_purpose


def _option(endpoint: Endpoint, name: str) -> str:
    """Return the option that a name spells: a person may write the name that it has on the wire."""
    return endpoint.option(name) if isinstance(name, str) else name


def _check_names(endpoint: Endpoint, given: Mapping[str, object]) -> None:
    if endpoint.schema.get("additionalProperties", False) is not False:
        return
    for name, value in given.items():
        if name not in endpoint.properties:
            raise refusals.unknown_field(endpoint, name, value)


def _check_images(endpoint: Endpoint, images: Collection[str], undeclared: Mapping[str, object]) -> None:
    for name in images:
        if name not in endpoint.images:
            raise refusals.unknown_image(endpoint, name)
    for slot in endpoint.images.values():
        if slot.required and slot.name not in images and undeclared.keys().isdisjoint(slot.names):
            raise refusals.missing_image(endpoint, slot.name)


def _json(endpoint: Endpoint, name: str, value: object) -> JSON:
    try:
        return to_json(value)
    except (TypeError, ValueError) as error:
        raise refusals.not_json(endpoint, name, str(error)) from error
    except RecursionError:
        raise refusals.not_json(
            endpoint, name, "it holds itself, or lists within lists without end"
        ) from None
