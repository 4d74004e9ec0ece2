"""Ask a chat model, once: a call costs money and has no idempotency key, so it is never sent a second time."""

from collections.abc import Mapping
from typing import Any

import msgspec

from reka_notebook.api.errors import (
    ApiError,
    AuthenticationFailed,
    BadAnswer,
    ForeignOrigin,
    NotFound,
    NotSent,
    RateLimited,
    ServerFault,
    Unanswered,
    ValidationFailed,
)
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.chat import ChatAnswer, read_chat
from reka_notebook.api.reading.rejection import error_from
from reka_notebook.api.retry import Patience, attempts
from reka_notebook.api.transport import Transport
from reka_notebook.key import Key

LONGEST_ANSWER = 2 * 2**20
"""Bytes of the longest answer that is read: a few pages of text are a hundredth of that."""

SILENCE = 120.0
"""Seconds that a model may think before the first word of its answer; it comes whole."""

WITHIN = 180.0
"""Seconds for all of it."""

CONNECTING = Patience(total=8.0, unreachable=3)
"""How long a connection is tried for. As long as there is none, nothing was sent."""

MAYBE_CHARGED = (
    "It is not asked again by itself: that could be charged twice. It may have been charged already."
)


async def ask_chat(
    url: str, key: Key | None, message: Mapping[str, Any], *, header: str = "Authorization"
) -> ChatAnswer:
    """Return a chat model's answer.

    Only a connection that could not be made is tried again. Redirects are not followed, and the key goes to the
    address's own origin.

    Args:
        url: The whole address of the chat route.
        key: ``None`` for an address that needs none.
        message: The body: ``model``, ``messages``, …

    Raises:
        ApiError: If there is no answer; its advice says what that means for the money.
    """
    body = msgspec.json.encode(message)
    problem: ApiError
    # Its own connection: one that was kept open may be gone, and then nobody knows whether the body was read.
    transport = Transport(url, key, header=header, connections=1)
    try:
        answer = await _send(transport, url, body)
        if answer.status >= 300:
            raise error_from(answer)
        return read_chat(answer)
    except ApiError as error:
        problem = error
    finally:
        await transport.close()
    problem.advice = _advice(problem)
    raise problem


async def _send(transport: Transport, url: str, body: bytes) -> Answer:
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    async for attempt in attempts(CONNECTING):
        final: ApiError | None = None
        with attempt:
            try:
                return await transport.send(
                    "POST",
                    url,
                    body=body,
                    headers=headers,
                    timeout=SILENCE,
                    within=WITHIN,
                    redirects=0,
                    most=LONGEST_ANSWER,
                )
            except NotSent:
                raise
            except ApiError as error:  # handed out, so that it is not taken for one that another try may cure
                final = error
        if final is not None:
            raise final
    raise AssertionError("unreachable: the last attempt returns or raises")


def maybe_charged(error: ApiError) -> bool:
    """Return whether a call that ended in an error may have been charged."""
    return isinstance(error, Unanswered | BadAnswer | ServerFault)


def _advice(error: ApiError) -> str:
    """Return what to do about an error, and what it means for the money, where a call is made once."""
    match error:
        case NotSent():
            return error.advice
        case _ if maybe_charged(error):
            return MAYBE_CHARGED
        case RateLimited():
            wait = f" in {error.retry_after:.0f} s" if error.retry_after else " in a moment"
            return f"Nothing was charged. Try again{wait}."
        case ForeignOrigin():
            return (
                "The key was not sent there. The chat model's address is in the catalogue, under chat: correct it in "
                "your catalogue.json."
            )
        case ValidationFailed():
            return "Nothing was charged. Another chat model may take it: name it with model."
        case NotFound():
            return (
                "Nothing was charged. The model or its address may have changed: see chat in the catalogue."
            )
        case AuthenticationFailed():
            return f"Nothing was charged. {error.advice}"
    return error.advice
