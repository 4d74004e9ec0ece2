"""Find what Reka documents in an answer that names or nests it differently."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from reka_notebook.text import bare_name

JsonObject = dict[str, Any]

_ENVELOPES = (
    "data",
    "response",
    "result",
    "payload",
    "body",
    "request",
    "task",
    "job",
    "prediction",
    "inference",
)
"""What an object may be wrapped in."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "request_id": (
        "requestid",
        "id",
        "taskid",
        "jobid",
        "inferenceid",
        "predictionid",
        "generationid",
        "uuid",
    ),
    "status": ("status", "state", "requeststatus", "taskstatus", "jobstatus"),
    "status_url": ("statusurl", "statusuri"),
    "response_url": ("responseurl", "resulturl", "responseuri", "resulturi"),
    "cancel_url": ("cancelurl", "canceluri"),
}
"""Other names, without case and separators, the likeliest first."""

_LINKS: Mapping[str, tuple[str, ...]] = {
    "status_url": ("status", "get", "self"),
    "response_url": ("result", "response", "output"),
    "cancel_url": ("cancel",),
}
ADDRESS_FIELDS = tuple(_LINKS)
"""Fields that hold addresses of the service, where a request is asked about."""

_IN_A_PATH = re.compile(r"/requests/([^/?#\s\"'\\]+)")
_IN_TEXT = (
    re.compile(r"[\"']?request_?id[\"']?\s*[:=]\s*[\"']([^\"'\\\s]{1,200})[\"']", re.IGNORECASE),
    re.compile(r"/requests/([\w.~%:-]{1,200})(?:/(?:status|cancel)|[\"'?])"),
)
_STEPS = {"status", "result", "response", "cancel", "output", "requests", "inference"}


def is_address_field(name: str, value: Any) -> bool:
    """Tell whether a field holds such an address, or several of them, under any of its names."""
    folded = bare_name(name)
    if folded in ("urls", "links"):
        return isinstance(value, dict) and not value.keys().isdisjoint({"get", "self", "status", "cancel"})
    return any(folded in _NAMES[field] for field in ADDRESS_FIELDS)


def documented(raw: JsonObject, levels: int = 3) -> JsonObject:
    """Return an answer's fields, with those that Reka documents under their own names wherever they stood."""
    found = dict(raw)
    for name in _ENVELOPES:
        inner = raw.get(name)
        if levels and isinstance(inner, dict):
            inside = documented(inner, levels - 1)
            named = "request_id" in raw and "request_id" not in inner
            # What wraps a request may have a status of its own: that of the call, which went well.
            if "status" in inside or ("request_id" in inside and not named):
                found = {**{key: value for key, value in raw.items() if key != name}, **inside}
                if named:
                    found["request_id"] = raw["request_id"]
                break
    folded = {bare_name(key): value for key, value in found.items()}
    for name in _NAMES:
        value = _usable(name, found.get(name))
        if value is None:
            value = next((value for value in _other(folded, name) if value is not None), None)
        if value is not None:
            found[name] = value
    return found


def _other(folded: JsonObject, name: str) -> Iterator[str | None]:
    for other in _NAMES[name]:
        yield _usable(name, folded.get(other))
    for links in ("urls", "links"):
        named = folded.get(links)
        for link in _LINKS.get(name, ()):
            target = named.get(link) if isinstance(named, dict) else None
            yield _usable(
                name, target.get("href") or target.get("url") if isinstance(target, dict) else target
            )


def _usable(name: str, value: Any) -> str | None:
    """Return a value as the text that such a field should be; an object may have the status word in it."""
    if isinstance(value, dict) and name == "status":
        value = next(
            (value[key] for key in ("status", "state", "name", "phase", "code") if key in value), None
        )
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and value.strip() else None


def id_in_url(url: Any) -> str | None:
    """Return the ID of the request that a URL of the service is about."""
    if not isinstance(url, str):
        return None
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    named = _IN_A_PATH.search(path)
    steps = [step for step in path.split("/") if step and step.lower() not in _STEPS]
    return unquote(named[1]) if named else unquote(steps[-1]) if len(steps) > 1 else None


def id_in_text(text: str) -> str | None:
    """Return the ID of the request in a text that cannot be read as JSON."""
    return next((found[1] for pattern in _IN_TEXT if (found := pattern.search(text))), None)
