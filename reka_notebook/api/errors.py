"""What can go wrong between here and the service.

    ApiError
    ├── NoAnswer                nothing came back
    │   ├── NotSent             the connection was never made: the service saw nothing
    │   │   └── ConnectionBlocked  and will not be, as things are here: a proxy, a certificate, a variable
    │   └── Unanswered          sent, and no whole answer: the service may have acted on it
    ├── BadAnswer               an answer that is not what Reka documents (HTML, half a body, no object)
    │   ├── AnswerTooLong       longer than what is read into memory
    │   └── PageInstead         a page or a note from something in between, with a status that says no
    ├── ForeignOrigin           the key would have gone to another place, so nothing was sent
    │   └── Redirected          the service itself pointed there, in answer to a request
    ├── ServerFault             500, 502, 503, 504 …
    ├── RateLimited             429 that a wait cures
    │   ├── ServicePaused       not asked: the service wants no request for a while, as it said before
    │   └── BudgetUsedUp        not asked: the budget of requests a minute is used up
    └── Rejected                the service said no; asking again changes nothing
        ├── ValidationFailed    400, 413, 422
        ├── AuthenticationFailed 401, 403
        ├── BalanceUsedUp       402, or a 403 or 429 that speaks of balance, credits or quota
        ├── NotFound            404, 410
        └── Conflict            409

Every error carries ``status``, ``type``, ``param`` and ``request_id`` where the answer had them, and ``shaped`` says
whether its body had the shape of the service's own errors, which a router's "Not Found" or a proxy's page has not.
Its text ends with what to do; ``said`` is the text without that. ``retryable`` says whether the same request may
succeed later; ``maybe_taken`` whether a submission that met this error may have been accepted (and metered) all the
same. What an error means for the money depends on what came before it, so that is said by whoever knows:
``jobs.submission``.
"""

import time
from collections.abc import Sequence
from typing import ClassVar

from reka_notebook.api.reading.outside import NAME, WORDS, plain
from reka_notebook.errors import RekaError
from reka_notebook.key import HOW


def time_of_day(seconds: float) -> str:
    """Return the local time that many seconds from now: ``14:05``, with the date if it is another day."""
    now = time.time()
    today, then = time.localtime(now), time.localtime(now + seconds)
    same = today[:3] == then[:3]
    return time.strftime("%H:%M" if same else "%d %b, %H:%M", then)


class ApiError(RekaError):
    """Report that something went wrong with a request to the service.

    Args:
        message: What happened, in the service's words if it had any.
        status: The HTTP status, if an answer came.
        type: The service's own name for the error (``validation_error`` …).
        param: The input field that the service complains about.
        request_id: ``X-Request-ID``, to quote when reporting a problem.
        retry_after: Seconds that the service asks to wait.
        shaped: Whether the body had the shape of the service's own errors, with words of its own.
        advice: What to do, if that is known better than for all errors of the kind.
        complaints: Every complaint about a field: its place, empty if none is named, and the words.
    """

    retryable: ClassVar[bool] = False
    maybe_taken: ClassVar[bool] = False
    advice: str = ""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        type: str | None = None,  # noqa: A002 (the service's word)
        param: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        shaped: bool = False,
        advice: str | None = None,
        complaints: Sequence[tuple[str, str]] = (),
    ) -> None:
        message = plain(message, WORDS)
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = plain(type, NAME) if type else None
        self.param = plain(param, NAME) if param else None
        self.request_id = plain(request_id, NAME) if request_id else None
        self.retry_after = retry_after
        self.shaped = shaped
        self.complaints = tuple(complaints)
        if advice is not None:
            self.advice = advice

    @property
    def is_wrong_key(self) -> bool:
        """Return whether the service does not know the API key; it may know one that is not allowed to do this."""
        return isinstance(self, AuthenticationFailed) and self.status == 401

    @property
    def said(self) -> str:
        """Return what happened, with the facts to quote and without advice."""
        facts = [
            f"HTTP {self.status}" if self.status and f"HTTP {self.status}" not in self.message else "",
            f"field {self.param!r}" if self.param else "",
            f"request {self.request_id}" if self.request_id else "",
        ]
        known = ", ".join(fact for fact in facts if fact)
        return f"{self.message.rstrip('.')} ({known})." if known else f"{self.message.rstrip('.')}."

    @property
    def finally_said(self) -> str:
        """Return what happened where nobody asks again: with advice, unless that is of another try."""
        return self.said if self.retryable and not isinstance(self, NotSent) else str(self)

    def __str__(self) -> str:
        return f"{self.said} {self.advice}".rstrip()


class NoAnswer(ApiError):
    """Report that nothing came back."""

    retryable = True


class NotSent(NoAnswer):
    """Report that the connection was never made: the service saw nothing."""

    advice = "Check the network, and the base URL."


class ConnectionBlocked(NotSent):
    """Report something on our side that blocks connections to the service; trying again changes nothing.

    This is a proxy that refuses, a certificate that is not trusted, or a variable that cannot be used.
    Nothing was sent.
    """

    retryable = False


class Unanswered(NoAnswer):
    """Report that a request was sent and no whole answer came: the service may have acted on it."""

    maybe_taken = True
    advice = "It is asked again with the same key, so it cannot be charged twice."


class BadAnswer(ApiError):
    """Report an answer that is not what Reka documents: HTML, half a body, JSON without an object."""

    retryable = True
    maybe_taken = True
    advice = "Something between here and the service may have answered in its place; it is asked again."


class AnswerTooLong(BadAnswer):
    """Represent an answer that is longer than what is read; it does not get shorter when it is asked for again."""

    retryable = False
    advice = "A file inside an answer is taken up to about three quarters of that."


class PageInstead(BadAnswer):
    """Report a page from something in between, with a status such as 403; it says nothing of the key or the request."""

    advice = (
        "Something between here and the service (a proxy, a firewall, a sign-in page) answered in its place. Open the "
        "base URL in a browser to see what it wants."
    )


class ForeignOrigin(ApiError):
    """Report that the API key would have gone to another origin, or over plain HTTP, so nothing was sent."""

    advice = "The key goes to the base URL's own origin only, over https (or to this machine)."


class Redirected(ForeignOrigin):
    """Report a redirect of the service to another origin; nothing was sent there."""

    maybe_taken = True
    advice = "If the service has moved, set REKA_BASE_URL to its new address."


class ServerFault(ApiError):
    """Report an error inside the service (5xx)."""

    retryable = True
    maybe_taken = True
    advice = "This is on the service's side; it is asked again with the same key."


class RateLimited(ApiError):
    """Report too many requests; waiting helps."""

    retryable = True
    advice = "It is asked again after the wait that the service wants."


class ServicePaused(RateLimited):
    """Report that the service asked for a pause, in this kernel or another; nothing was sent.

    Args:
        seconds: What is left of the pause.
    """

    advice = "It is asked again when the pause is over. The pause is the service's wish, for all kernels with this key."

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The service asked to wait until {time_of_day(seconds)} with every request",
            retry_after=seconds,
        )


class BudgetUsedUp(RateLimited):
    """Report that this machine's own budget of requests a minute is used up; nothing was sent.

    Args:
        seconds: How long until a request may be made.
    """

    advice = "It is asked again when its turn comes; configure(requests_per_minute=...) sets the budget."

    def __init__(self, seconds: float) -> None:
        super().__init__("The budget of requests a minute is used up", retry_after=seconds)


class Rejected(ApiError):
    """Report that the service said no; asking the same again changes nothing."""


class ValidationFailed(Rejected):
    """Report that the service does not accept the input."""

    advice = "Edit the prompt or the settings and try again."


class AuthenticationFailed(Rejected):
    """Report that the key is missing, wrong, or not allowed to do this."""

    advice = f"{HOW}; then run it again."


class BalanceUsedUp(Rejected):
    """Report that the account has no balance, credits or quota left; waiting does not help."""

    advice = "Top up the account with Reka, then run it again."


class NotFound(Rejected):
    """Report that the service does not know this path, model or request."""


class Conflict(Rejected):
    """Report that the service sees a conflict with an earlier request."""
