"""The service's answers as they are kept: bytes that are a kept file by now are named by their digest."""

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from reka_notebook.api import BadAnswer
from reka_notebook.jobs.arrived import decode_data

SHORT = 1024
"""Characters that are left as they are: nothing is gained by less."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_\-\s]+={0,2}\s*")


def without_files(answers: dict[str, Any], kept: Collection[Path]) -> dict[str, Any]:
    """Return answers in which each long ``data:`` URI or base64 text that a kept file came from is replaced.

    What stands there instead says what it was: ``data:video/mp4;sha256=…,bytes=12000000``.

    :param kept: the files, which are in the library.
    """
    if not _any_long(answers):
        return answers
    digests = {_digest(path.read_bytes()) for path in kept}
    slim: dict[str, Any] = _slim(answers, digests)
    return slim


def _any_long(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) > SHORT
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(map(_any_long, inner))


def _slim(value: Any, kept: Collection[str]) -> Any:
    if isinstance(value, str):
        return _named(value, kept) if len(value) > SHORT else value
    if isinstance(value, Mapping):
        return {name: _slim(inner, kept) for name, inner in value.items()}
    return [_slim(inner, kept) for inner in value] if isinstance(value, list) else value


def _named(text: str, kept: Collection[str]) -> str:
    if text[:5].lower() == "data:":
        uri = text
    elif _BASE64.fullmatch(text):
        uri = f"data:;base64,{text}"
    else:
        return text
    try:
        data = decode_data(uri)
    except BadAnswer:
        return text
    kind = uri[5:].partition(",")[0].partition(";")[0]
    digest = _digest(data)
    return f"data:{kind};sha256={digest},bytes={len(data)}" if digest in kept else text


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
