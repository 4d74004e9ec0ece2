"""The error in an answer, whatever shape it has."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from reka_notebook.api.errors import (
    ApiError,
    AuthenticationFailed,
    BadAnswer,
    BalanceUsedUp,
    Conflict,
    NotFound,
    RateLimited,
    Rejected,
    ServerFault,
    ValidationFailed,
)
from reka_notebook.api.transport import Answer

_BALANCE = re.compile(r"\b(balance|credits?|quota|billing|payment|P001)\b", re.IGNORECASE)

_KINDS: Mapping[int, type[ApiError]] = {
    400: ValidationFailed,
    401: AuthenticationFailed,
    402: BalanceUsedUp,
    403: AuthenticationFailed,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    413: ValidationFailed,
    422: ValidationFailed,
    429: RateLimited,
}


def error_from(answer: Answer) -> ApiError:
    """The error that an answer with a status of 300 or more stands for."""
    said = _read(answer.body)
    message = said.get("message") or f"The service answered with HTTP {answer.status}"
    kind = _KINDS.get(answer.status) or _kind_of_class(answer.status)
    if kind is RateLimited and _BALANCE.search(f"{said.get('type')} {said.get('message')}"):
        kind = BalanceUsedUp
    return kind(
        message,
        status=answer.status,
        type=said.get("type"),
        param=said.get("param"),
        request_id=answer.headers.get("x-request-id"),
        retry_after=_seconds(answer.headers) if kind in (RateLimited, ServerFault) else None,
    )


def _kind_of_class(status: int) -> type[ApiError]:
    if status < 400:  # a redirect to nowhere, or "not modified" to one who never asked that
        return BadAnswer
    return ServerFault if status >= 500 or status == 408 else Rejected


def _read(body: bytes) -> dict[str, str]:
    """``message``, ``type`` and ``param`` of Reka's error object, of FastAPI's ``detail``, or of nothing at all."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    error: Any = value.get("error", value)
    if isinstance(error, str):
        return {"message": error[:2000]}
    if not isinstance(error, dict):
        return {}
    detail = error.get("detail")
    if isinstance(detail, list) and detail and isinstance(detail[0], dict):  # FastAPI's 422
        place = [str(part) for part in detail[0].get("loc") or []]
        return {
            "message": str(detail[0].get("msg", ""))[:2000],
            "type": "validation_error",
            "param": ".".join(place),
        }
    words = {
        "message": error.get("message") or detail,
        "type": error.get("type") or error.get("code"),
        "param": error.get("param"),
    }
    return {name: str(word)[:2000] for name, word in words.items() if word}


def _seconds(headers: Mapping[str, str]) -> float | None:
    """``Retry-After`` in seconds, also where it is a date; nonsense counts as not given."""
    said = headers.get("retry-after", "")
    try:
        seconds = float(said)
    except ValueError:
        until, now = _moment(said), _moment(headers.get("date", "")) or time.time()
        if until is None:
            return None
        seconds = max(0.0, until - now)
    return seconds if 0 <= seconds < 1e9 else None


def _moment(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None
