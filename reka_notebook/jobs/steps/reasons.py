"""Find why a result holds no film, in the service's own words: a filter, a refusal, a warning."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TELLING = re.compile(
    r"error|message|reason|detail|refus|reject|denied|filter|block|safety|moderat|nsfw|policy|violat|warning|"
    r"explanation|finish",
    re.IGNORECASE,
)
_NO_REASON = frozenset(
    {"stop", "completed", "complete", "success", "succeeded", "done", "ok", "none", "null"}
)
_LONGEST = 300
_MOST = 3
_DEEPEST = 8


def service_reason(answer: Any) -> str:
    """Return what an answer says about itself under the names that services give to reasons; empty if nothing."""
    found = dict.fromkeys(_walk(answer, "", _DEEPEST))
    return "; ".join(list(found)[:_MOST])


def _walk(value: Any, name: str, deep: int) -> Iterator[str]:
    if not deep:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            telling = key if _TELLING.search(str(key)) else name
            yield from _walk(inner, str(telling), deep - 1)
    elif isinstance(value, list):
        for inner in value[:20]:
            yield from _walk(inner, name, deep - 1)
    elif not name:
        return
    elif value is True:  # {"nsfw": true}
        yield name.replace("_", " ")
    elif isinstance(value, str):
        said = "".join(letter for letter in " ".join(value.split()) if letter.isprintable())
        if said and said.lower() not in _NO_REASON and not said.startswith(("http://", "https://", "data:")):
            yield said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
