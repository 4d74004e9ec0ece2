"""Say of a take only what others may read: no API key, no address that is signed, no path, no secret."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from msgspec import structs

from reka_notebook.api.address import is_loopback
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs.recipes.recipe import tellable, without_queries
from reka_notebook.key import find_key, typed_keys
from reka_notebook.library import TakeRecord

WORDS = ("prompt", "text")
"""What endpoints call the field of the prompt."""

WithoutKey = Callable[[str], str]
"""Removes the API key from a text, in case a person pasted it there."""


def key_remover() -> WithoutKey:
    """Return what removes the API key from a text: get one for a whole export, as it may ask the keyring."""
    keys = set(typed_keys.values())
    with suppress(RekaError):
        now = settings()
        # A server on this machine needs no key, so no keyring has to be unlocked for it.
        if key := find_key(now.api_key, keyring=not is_loopback(now.base_url)):
            keys.add(key)

    def without_key(text: str) -> str:
        for key in keys:
            text = key.taken_out_of(text)
        return text

    return without_key


def told_prompt(prompt: str, without_key: WithoutKey) -> str:
    """Return a prompt as others may read it."""
    return without_key(without_queries(prompt))


def told_settings(given: Mapping[str, Any], without_key: WithoutKey) -> dict[str, Any]:
    """Return the settings that others may read."""
    told = {name: value for name, value in given.items() if tellable(name, value)}
    return {name: value for name, value in told.items() if without_key(str(value)) == str(value)}


def told_record(record: TakeRecord, without_key: WithoutKey) -> TakeRecord:
    """Return a take's record with the request and the note that others may read."""
    request = record.job.request
    given = {
        name: told_prompt(str(value), without_key) for name, value in request.input.items() if name in WORDS
    }
    others = {
        name: without_queries(value) if isinstance(value, str) else value
        for name, value in request.input.items()
        if name not in WORDS
    }
    told = told_settings(others, without_key)
    # Which file on the web was used may be what varies: its address is told, though not in a recipe.
    told |= {
        name: without_key(value)
        for name, value in others.items()
        if str(value).startswith(("http://", "https://")) and tellable(name, "")
    }
    request = structs.replace(request, input={**given, **told})
    return structs.replace(
        record, job=structs.replace(record.job, request=request), note=without_key(record.note)
    )
