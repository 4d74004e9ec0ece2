"""Slim the service's answers for keeping: bytes that are a kept file by now are replaced by its digest."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from reka_notebook.api import BadAnswer
from reka_notebook.api.reading.embedded import as_data_uri, bytes_as_data_uri
from reka_notebook.jobs.steps.arrived import decode_data

SHORT = 1024
"""Characters, or values of a list, that are left as they are: nothing is gained by less."""


def without_files(answers: dict[str, Any], kept: Collection[Path]) -> dict[str, Any]:
    """Return answers with the source of every kept file replaced, however its bytes were written.

    What stands there instead says what it was: ``data:video/mp4;sha256=…,bytes=12000000``.

    Args:
        kept: The files, which are in the library.
    """
    if not _any_long(answers):
        return answers
    digests = set(map(_digest_of_file, kept))
    slim: dict[str, Any] = _slim(answers, digests)
    return slim


def _any_long(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_any_long, value.values()))
    if isinstance(value, list):
        return len(value) > SHORT or any(map(_any_long, value))
    return isinstance(value, str) and len(value) > SHORT


def _slim(value: Any, kept: Collection[str]) -> Any:
    if isinstance(value, str):
        uri = as_data_uri(value) if len(value) > SHORT else None
        return (_named(uri, kept) if uri else None) or value
    if isinstance(value, Mapping):
        return {name: _slim(inner, kept) for name, inner in value.items()}
    if isinstance(value, list):
        uri = bytes_as_data_uri(value) if len(value) > SHORT else None
        named = _named(uri, kept) if uri else None
        return named or [_slim(inner, kept) for inner in value]
    return value


def _named(uri: str, kept: Collection[str]) -> str | None:
    try:
        data = decode_data(uri)
    except BadAnswer:
        return None
    digest = _digest(data)
    kind = uri[5:].partition(",")[0].partition(";")[0]
    return f"data:{kind};sha256={digest},bytes={len(data)}" if digest in kept else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
