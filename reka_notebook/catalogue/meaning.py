"""Tell whether two inputs mean the same, however each was spelt when it was written.

A request is found again by what was meant: also after a release, or a person's correction, has given an
option another name, or its values another type or unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from reka_notebook.catalogue.endpoint import Endpoint
from reka_notebook.catalogue.sources import bundled
from reka_notebook.catalogue.spelling import JSON, plain_value


def meaning(endpoint: Endpoint, given: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return an input by the options that its fields spell, each value without the form of its type and unit.

    Spaces and empty lines around the prompt mean nothing.
    """
    usual = _usual()
    found: dict[str, JSON] = {}
    for name, value in given.items():
        option = _option(endpoint, name, usual)
        if option != name and option in given:  # both were sent, so they do not mean the same
            option = name
        own: list[JSON] = endpoint.properties.get(option, {}).get("x-spellings", [])
        likes = own or usual.spellings.get(option, [])
        words = option == endpoint.prompt_field and isinstance(value, str)
        found[option] = value.strip() if words else plain_value(value, likes)
    return found


@dataclass(frozen=True)
class Meaning:
    """Say what an input of one endpoint means; equal for equal endpoints, so that answers can be kept."""

    endpoint: Endpoint

    def __call__(self, given: Mapping[str, JSON]) -> dict[str, JSON]:
        """Return what an input means."""
        return meaning(self.endpoint, given)


class _Usual(NamedTuple):
    """Hold what the bundled catalogue knows of options, whatever the endpoint."""

    options: dict[str, str]
    spellings: dict[str, list[JSON]]


@lru_cache(maxsize=1)
def _usual() -> _Usual:
    usual = _Usual({}, {})
    listed = [endpoint["input"]["properties"] for endpoint in bundled()["endpoints"].values()]
    own = {option for properties in listed for option in properties}
    for properties in listed:
        for option, schema in properties.items():
            usual.options.update({name: option for name in schema.get("x-names", ()) if name not in own})
            usual.spellings.setdefault(option, schema.get("x-spellings", []))
    return usual


def _option(endpoint: Endpoint, name: str, usual: _Usual) -> str:
    spelt = endpoint.option(name)
    return usual.options.get(name, name) if spelt == name else spelt
