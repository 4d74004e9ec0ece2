"""Find the error in an answer, whatever its shape."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from reka_notebook.api.errors import (
    ApiError,
    AuthenticationFailed,
    BadAnswer,
    BalanceUsedUp,
    Conflict,
    NotFound,
    NotSent,
    PageInstead,
    RateLimited,
    Rejected,
    ServerFault,
    ValidationFailed,
)
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.error_body import ErrorBody, read_error

_MONEY = re.compile(r"\b(balance|credits?|quota|funds|billing|payment|paid|top[ -]?up|P001)\b", re.IGNORECASE)
_NO_MONEY = re.compile(
    r"\b(insufficient|not enough|no|out of|low|negative|exhausted|exceeded|used up|depleted)\b.{0,40}"
    r"\b(balance|credits?|quota|funds)\b|\b(balance|credits?|quota|funds)\b.{0,40}"
    r"\b(insufficient|exhausted|exceeded|used up|depleted|too low|empty)\b|\bP001\b",
    re.IGNORECASE | re.DOTALL,
)

_KINDS: Mapping[int, type[ApiError]] = {
    400: ValidationFailed,
    401: AuthenticationFailed,
    402: BalanceUsedUp,
    403: AuthenticationFailed,
    404: NotFound,
    407: NotSent,
    409: Conflict,
    410: NotFound,
    413: ValidationFailed,
    422: ValidationFailed,
    429: RateLimited,
    501: Rejected,
    505: Rejected,
    511: NotSent,
}

_ALSO_OF_A_ROUTER = (404, 405, 407, 410, 413, 429, 501, 505, 511)
"""What a router or a gateway says with a page of its own, and means: what is asked for is not there, or is too much."""


def error_from(answer: Answer) -> ApiError:
    """Return the error that an answer with a status of 300 or more stands for."""
    status, page = answer.status, answer.is_page
    said = ErrorBody() if page else read_error(answer)
    kind = _kind(status, said, page)
    message = said.message or f"The service answered with HTTP {status}"
    if status == 407:
        message = "A proxy on the way to the service wants a user name and a password"
    elif status == 511:
        message = "The network here wants a sign-in before it lets anything through"
    elif page:
        message = f"A web page came with HTTP {status}, in place of an answer of the service"
    return kind(
        message,
        status=status,
        type=said.type,
        param=said.param,
        request_id=answer.request_id,
        retry_after=_seconds(answer.headers) if issubclass(kind, RateLimited | ServerFault) else None,
        shaped=said.shaped,
        complaints=said.complaints,
    )


def _kind(status: int, said: ErrorBody, page: bool) -> type[ApiError]:
    if status < 400:  # a redirect to nowhere, or "not modified" to one who never asked that
        return BadAnswer
    if status == 408 or (status >= 500 and status not in _KINDS):
        return ServerFault
    if page and status not in _ALSO_OF_A_ROUTER:
        return PageInstead
    words = f"{said.type} {said.message}".replace("_", " ")
    # An error about the input may quote a prompt, so there the words have to be plain.
    about_money = _MONEY if status in (403, 429) else _NO_MONEY
    if status in (400, 403, 429) and about_money.search(words):
        return BalanceUsedUp
    return _KINDS.get(status, Rejected)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Return ``Retry-After`` in seconds, even if it is a date; nonsense counts as not given."""
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
