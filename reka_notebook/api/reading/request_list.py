"""Read a service's list of an account's requests. Its shape is not documented, so every name that it may use is here.

Names are compared without case and separators: ``created_at`` and ``createdAt`` are one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from reka_notebook.api.reading.error_body import find_words
from reka_notebook.api.reading.fields import JsonObject, documented
from reka_notebook.api.reading.messages import MOST_ID, Meaning, Phase, phase_of
from reka_notebook.api.reading.outside import NAME, plain
from reka_notebook.text import bare_name

LISTS = (
    "requests",
    "data",
    "items",
    "results",
    "inferences",
    "jobs",
    "records",
    "entries",
    "history",
    "runs",
)
"""What the list in an answer may be called, the likeliest first."""

WRAPPERS = ("data", "result", "response", "body", "payload")
"""What an object with the list in it may be wrapped in."""

MODEL = (
    "modelid",
    "model",
    "modelname",
    "endpoint",
    "endpointid",
    "path",
    "route",
    "application",
    "app",
)
TASK = ("capability", "task", "tasktype", "type", "operation", "kind", "mode")
CREATED = ("createdat", "created", "submittedat", "submitted", "queuedat", "createtime", "timestamp", "date")
ENDED = ("completedat", "endedat", "finishedat", "completed", "ended", "finished", "endtime")
INPUT = ("input", "inputs", "arguments", "params", "parameters")
INSIDE = ("request", "job", "task", "inference", "details")
"""What a request's input may be wrapped in."""
PROMPT = ("prompt", "text", "inputprompt", "prompttext")
ERROR = ("error", "errors", "errormessage", "failure", "failurereason", "statusmessage")

NEXT_ADDRESS = ("next", "nexturl", "nextpage", "nextpageurl", "nextlink", "nexthref")
"""What the address of the next page may be called."""

NEXT_VALUE = {
    "nextcursor": "cursor",
    "nextpagecursor": "cursor",
    "nextpagetoken": "page_token",
    "nexttoken": "next_token",
    "continuationtoken": "continuation_token",
    "endcursor": "after",
    "nextoffset": "offset",
    "nextpage": "page",
    "next": "cursor",
}
"""What the next page's name may be called, with the parameter that asks for it."""

PAGING = ("pagination", "paging", "pageinfo", "page", "meta", "metadata", "links")
"""What may hold these."""

MORE = ("hasmore", "hasnext", "hasnextpage", "more")
TOTAL = ("total", "totalcount", "totalitems", "totalresults")

MOST = 1000
"""Requests that are read of one page."""

LONGEST_PROMPT = 20_000
MOST_SETTINGS = 60


class ListedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what a service tells of one request; what it does not tell is empty, or ``None``.

    Attributes:
        status: The service's own word.
        model: As the service names it, perhaps with its task.
        created: When it was submitted, in seconds since 1970.
        input: What was sent, by name on the wire: words, numbers and switches, without files and addresses.
    """

    request_id: str
    status: str = ""
    phase: Phase = Phase.UNKNOWN
    model: str = ""
    task: str = ""
    created: float | None = None
    ended: float | None = None
    prompt: str = ""
    error: str = ""
    input: JsonObject = {}
    raw: JsonObject = {}


class RequestPage(msgspec.Struct, frozen=True):
    """Hold one page of the list.

    Attributes:
        following: Where the next page may be, against this one's address; ``None`` at the end.
    """

    requests: tuple[ListedRequest, ...]
    following: str | None = None


def read_request_page(
    body: Any, meaning: Meaning, before: int = 0, link: str | None = None
) -> RequestPage | None:
    """Return a page of requests; ``None`` if the answer has no list.

    Args:
        body: The answer's JSON, whatever it is.
        meaning: Says what a status word means.
        before: How many requests the earlier pages had.
        link: The answer's header of that name.
    """
    listed = _list_in(body)
    if listed is None:
        return None
    found = tuple(one for entry in listed[:MOST] if (one := read_listed(entry, meaning)) is not None)
    return RequestPage(found, _following(body, found, before, link) if found else None)


def read_listed(entry: Any, meaning: Meaning) -> ListedRequest | None:
    """Return what an entry of the list, or another answer, tells of a request; ``None`` if it has no ID."""
    if isinstance(entry, str):
        entry = {"request_id": entry}
    if not isinstance(entry, Mapping):
        return None
    said = documented(dict(entry))
    name = said.get("request_id")
    if not isinstance(name, str) or not 0 < len(name) <= MOST_ID or plain(name, MOST_ID) != name:
        return None
    status = plain(str(said.get("status") or ""), NAME)
    fields = _folded(said)
    inner = next((_folded(fields[key]) for key in INSIDE if isinstance(fields.get(key), Mapping)), {})
    given = next(
        (one for one in (_first(fields, INPUT), _first(inner, INPUT)) if isinstance(one, Mapping)), {}
    )
    prompt = _text({**inner, **fields}, PROMPT, LONGEST_PROMPT) or _text(
        _folded(given), PROMPT, LONGEST_PROMPT
    )
    error = _first(fields, ERROR)
    return ListedRequest(
        request_id=name,
        status=status,
        phase=phase_of(status, meaning) if status else Phase.UNKNOWN,
        model=_text(fields, MODEL, NAME) or _text(inner, MODEL, NAME),
        task=_text(fields, TASK, NAME) or _text(inner, TASK, NAME),
        created=_time(_first(fields, CREATED)),
        ended=_time(_first(fields, ENDED)),
        prompt=prompt,
        error=(find_words(error).message or "") if error else "",
        input=_settings(given),
        raw=dict(entry),
    )


def _list_in(body: Any, levels: int = 2) -> list[Any] | None:
    if isinstance(body, list):
        return body
    if not isinstance(body, Mapping):
        return None
    fields = _folded(body)
    for name in LISTS:
        if isinstance(fields.get(name), list):
            return list(fields[name])
    for name in WRAPPERS:
        if levels and isinstance(fields.get(name), Mapping):
            found = _list_in(fields[name], levels - 1)
            if found is not None:
                return found
    if isinstance(documented(dict(body)).get("request_id"), str):
        return [body]  # a list of one, as lists of one are read
    lists = [value for value in body.values() if isinstance(value, list)]
    if lists:
        return list(lists[0])
    for name in LISTS:  # by request ID
        inside = fields.get(name)
        if isinstance(inside, Mapping) and all(isinstance(one, Mapping) for one in inside.values()):
            return [{"request_id": key, **one} for key, one in inside.items()]
    return None


def _following(body: Any, found: Sequence[ListedRequest], before: int, link: str | None) -> str | None:
    """Return where the next page is, by whatever the service offers: an address, a name, or a count."""
    if linked := re.search(r'<([^<>]{1,2000})>\s*;[^<]*\brel="?next\b', link or ""):
        return linked[1]
    if not isinstance(body, Mapping):
        return None
    places = list(_places(body))
    for fields in places:
        for name in NEXT_ADDRESS:
            value = fields.get(name)
            value = value.get("href") or value.get("url") if isinstance(value, Mapping) else value
            if isinstance(value, str) and re.match(r"https?://|/|\?", value):
                return value[:4000]
    for fields in places:
        for name, parameter in NEXT_VALUE.items():
            value = fields.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
                return _asking(parameter, str(value)[:2000])
    many = before + len(found)
    told = [fields.get(name) for fields in places for name in MORE if name in fields]
    if any(value is True for value in told):
        return _asking("after", found[-1].request_id)
    total = next(
        (fields[name] for fields in places for name in TOTAL if isinstance(fields.get(name), int)), 0
    )
    if total > many and False not in told:
        paged = next((fields["page"] for fields in places if type(fields.get("page")) is int), None)
        return _asking("page", str(paged + 1)) if paged is not None else _asking("offset", str(many))
    return None


def _asking(parameter: str, value: str) -> str:
    return "?" + urlencode({parameter: value})


def _places(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    fields = _folded(body)
    yield fields
    for name in (*PAGING, *WRAPPERS):
        if isinstance(fields.get(name), Mapping):
            inner = _folded(fields[name])
            yield inner
            for deeper in PAGING:
                if isinstance(inner.get(deeper), Mapping):
                    yield _folded(inner[deeper])


def _folded(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {bare_name(str(name)): value for name, value in fields.items()}


def _first(fields: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((fields[name] for name in names if fields.get(name) not in (None, "", [], {})), None)


def _text(fields: Mapping[str, Any], names: Sequence[str], most: int) -> str:
    for name in names:
        value = fields.get(name)
        if isinstance(value, Mapping):
            value = next(
                (value[key] for key in ("id", "name", "model_id") if isinstance(value.get(key), str)), ""
            )
        if isinstance(value, str) and value.strip():
            return value[:most] if most == LONGEST_PROMPT else plain(value, most)
    return ""


def _time(value: Any) -> float | None:
    """Return a time in seconds since 1970, from ISO 8601 or from seconds, milliseconds or microseconds."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            try:
                then = datetime.fromisoformat(value.strip())
                value = (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()
            except (ValueError, OverflowError):
                return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    for unit in (1.0, 1e3, 1e6, 1e9):
        if 9e8 < value / unit < 9e9:  # from 1998 to 2255
            return value / unit
    return None


def _settings(given: Mapping[str, Any]) -> JsonObject:
    """Return the words, numbers and switches of an input; files, addresses and lists say nothing to a person."""
    settings: JsonObject = {}
    for name, value in list(given.items())[:MOST_SETTINGS]:
        if isinstance(value, str):
            if len(value) > LONGEST_PROMPT or value.startswith("data:") or _is_address(value):
                continue
        elif not isinstance(value, bool | int | float):
            continue
        settings[plain(str(name), NAME)] = value
    return settings


def _is_address(text: str) -> bool:
    try:
        return bool(urlsplit(text.strip()).netloc) and " " not in text.strip()
    except ValueError:
        return True
