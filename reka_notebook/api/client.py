"""Submit, ask, cancel, list and download: Reka's inference API, one method for each route."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from copy import copy
from dataclasses import replace
from itertools import count
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import quote

import anyio
import anyio.to_thread
import msgspec

from reka_notebook.api.address import joined
from reka_notebook.api.connections import Stream
from reka_notebook.api.errors import BadAnswer, BudgetUsedUp, RateLimited, ServicePaused
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.fields import JsonObject
from reka_notebook.api.reading.messages import (
    Meaning,
    Outcome,
    StatusReport,
    Submitted,
    read_film_in_error,
    read_outcome,
    read_status,
    read_submitted,
    read_value,
)
from reka_notebook.api.reading.rejection import error_from
from reka_notebook.api.reading.request_list import RequestPage, read_request_page
from reka_notebook.api.retry import Patience, attempts
from reka_notebook.api.transport import Transport
from reka_notebook.key import Key
from reka_notebook.webhook import hide_webhook

T = TypeVar("T")
_NOW = Patience(total=30.0)

ASKED_AGAIN = 5
"""How many times a submission is sent again, with the same key, before its id is looked for in what is no JSON."""

LARGE = 2**20
"""Bytes from which on an answer is read in another thread, so that other jobs go on meanwhile."""

AT_THE_GATE = 10.0
"""Seconds that the budget is waited for also by who has no patience; whoever asks can wait better than that."""


class Gate(Protocol):
    """Decide when a request may be made."""

    async def enter(self, longest: float, waits: Callable[[float], object] | None = None) -> float:
        """Reserve a request and return the seconds until it may be made; reserve none if that exceeds ``longest``.

        Args:
            waits: Called with about how many seconds it will take, where this itself takes long.
        """

    async def refused(self, seconds: float) -> None:
        """Note that the service wants no request for this many seconds."""

    async def paused(self) -> float:
        """Return for how many seconds the service still wants no request, as it told whichever kernel asked."""


class Client:
    """Talk to one base URL with one key.

    Args:
        base_url: ``https://vision-agent.api.reka.ai``, or a sandbox's URL.
        key: The API key; ``None`` for a server that needs none.
        routes: The path of each route by name: ``models``, ``requests``, ``status``, ``result``,
            ``cancel``.
        meaning: Returns the phase of a status word (``queued``, ``running``, ``done``, ``failed``,
            ``cancelled``), or ``None`` for an unknown word.
        header: ``Authorization`` (as a Bearer token) or ``X-Api-Key``; Reka documents both.
        gate: Asked before every request, except for downloads, which do not count.
    """

    def __init__(
        self,
        base_url: str,
        key: Key | None,
        routes: Mapping[str, str],
        meaning: Meaning,
        *,
        header: str = "Authorization",
        gate: Gate | None = None,
    ) -> None:
        self._http = Transport(base_url, key, header=header)
        self.routes = routes
        self._meaning = meaning
        self._gate = gate
        self._webhook: str | None = None
        self.sent = 0
        """HTTP requests that were begun; see ``counting``."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()

    def counting(self, webhook: str | None = None) -> "Client":
        """Return the same client with a request count of its own, which starts at 0.

        Args:
            webhook: What is hidden in the answers, as the API key is.
        """
        other = copy(self)
        other.sent, other._webhook = 0, webhook
        return other

    def use_key(self, key: Key) -> None:
        """Send another key from now on, also with requests under way."""
        self._http.use_key(key)

    def hide(self, text: str) -> str:
        """Return a text from outside without the API key, and without the webhook."""
        text = self._http.hide(text)
        return hide_webhook(text, self._webhook) if self._webhook is not None else text

    def check_surroundings(self) -> None:
        """Check that the environment lets requests out, without sending anything.

        Raises:
            ConnectionBlocked: If a proxy or certificates that it names cannot be used.
        """
        self._http.check_surroundings()

    async def submit(
        self,
        path: str,
        input: Mapping[str, Any],  # noqa: A002 (the service's word)
        *,
        idempotency_key: str,
        webhook_url: str | None = None,
        patience: Patience = _NOW,
    ) -> Submitted:
        """Submit a request, and send it again with the same key until it is answered or ``patience`` runs out.

        Raises:
            ApiError: The last error met.
        """
        message: JsonObject = {"input": dict(input)}
        if webhook_url is not None:
            message["webhook_url"] = webhook_url
        headers = {"Idempotency-Key": idempotency_key}
        body = msgspec.json.encode(message)
        tries = count(1)
        sent = frozenset(value for value in input.values() if isinstance(value, str))

        def understand(answer: Answer) -> Submitted:
            return read_submitted(answer, self._meaning, sent=sent, last_resort=next(tries) > ASKED_AGAIN)

        return await self._call("POST", path, understand, body=body, headers=headers, patience=patience)

    async def status(
        self, request_id: str, url: str | None = None, *, logs: bool = False, patience: Patience = _NOW
    ) -> StatusReport:
        """Return where a request stands; ``url`` is the one that the submission was answered with."""
        target = self._address(url, "status", request_id)
        if logs:
            target += ("&" if "?" in target else "?") + "with_logs=true"
        return await self._call("GET", target, self._reading(read_status), patience=patience, timeout=20.0)

    async def result(self, request_id: str, url: str | None = None, *, patience: Patience = _NOW) -> Outcome:
        """Return how a request ended; ``url`` is the ``response_url`` of the submission."""
        return await self._call(
            "GET",
            self._address(url, "result", request_id),
            self._reading(read_outcome),
            patience=patience,
            rescue=self._reading(read_film_in_error),
        )

    async def cancel(self, request_id: str, url: str | None = None, *, patience: Patience = _NOW) -> Outcome:
        """Ask for a request to be cancelled; it may still finish and be charged."""
        return await self._call(
            "POST",
            self._address(url, "cancel", request_id),
            self._reading(read_outcome),
            patience=patience,
        )

    async def requests(
        self, following: str | None = None, *, before: int = 0, patience: Patience = _NOW
    ) -> RequestPage:
        """Return a page of the account's requests (the shape of the list is not documented).

        Args:
            following: Where the page is, as the one before says; ``None`` for the first.
            before: How many requests the earlier pages had.

        Raises:
            ForeignOrigin: If the page is on another host, which is not asked.
        """
        route = self._http.resolve(self.routes["requests"])

        def understand(answer: Answer) -> RequestPage:
            page = read_request_page(read_value(answer), self._meaning, before, answer.headers.get("link"))
            if page is None:
                raise BadAnswer("The service's answer has no list of requests", request_id=answer.request_id)
            return page

        url = route if following is None else joined(route, following)
        return await self._call("GET", url, understand, patience=patience)

    async def models(self, *, patience: Patience = _NOW) -> Any:
        """Return the models that the service offers, as it lists them (the shape is not documented)."""
        return await self._call("GET", self.routes["models"], read_value, patience=patience)

    def media(self, url: str, *, offset: int = 0) -> AbstractAsyncContextManager[Stream]:
        """Read a file of a result, from a given byte on; the key is sent to the base URL's own origin only."""
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        self.sent += 1
        return self._http.stream(url, {**headers, "Accept-Encoding": "identity"})

    async def beginning(self, stream: Stream) -> Answer:
        """Return the beginning of an answer that came in place of a file, as much as an error in it takes."""
        return await self._http.beginning(stream)

    def _reading(self, read: Callable[[Answer, Meaning], T]) -> Callable[[Answer], T]:
        return lambda answer: read(answer, self._meaning)

    def _address(self, url: str | None, route: str, request_id: str) -> str:
        """Return the URL that the service gave, or our own route if that leads elsewhere: the key stays home."""
        if url and self._http.is_home(url):
            return url
        return self.routes[route].replace("{request_id}", quote(request_id, safe=""))

    async def _call(
        self,
        method: str,
        url: str,
        understand: Callable[[Answer], T],
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        patience: Patience,
        timeout: float = 60.0,
        rescue: Callable[[Answer], T | None] | None = None,
    ) -> T:
        """Return what an answer below 300 says; ask again if ``understand`` cannot read the answer.

        Args:
            rescue: Finds in an error what was asked for; ``None`` if it is not there.
        """
        sent = {"Accept": "application/json", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        until = anyio.current_time() + patience.within
        async for attempt in attempts(patience):
            with attempt:
                if self._gate is not None:
                    await self._pass(self._gate, patience)
                self.sent += 1
                answer = await self._http.send(
                    method,
                    url,
                    body=body,
                    headers=sent,
                    timeout=timeout,
                    within=max(0.0, until - anyio.current_time()),
                    on_send=patience.on_send,
                )
                answer = replace(answer, hide=self.hide)
                if answer.status >= 400 and rescue is not None:
                    rescued = await anyio.to_thread.run_sync(rescue, answer, abandon_on_cancel=True)
                    if rescued is not None:
                        return rescued
                if answer.status >= 300:
                    error = error_from(answer)
                    if self._gate is not None and isinstance(error, RateLimited) and error.retry_after:
                        await self._gate.refused(error.retry_after)
                    raise error
                if len(answer.body) < LARGE:
                    return understand(answer)
                return await anyio.to_thread.run_sync(understand, answer, abandon_on_cancel=True)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _pass(self, gate: Gate, patience: Patience) -> None:
        """Wait until the budget allows a request.

        Raises:
            ServicePaused: If the service wants no request for longer than there is patience.
            BudgetUsedUp: If that would take longer than there is patience.
        """
        longest = max(patience.total, AT_THE_GATE)
        on_wait = patience.on_wait
        wait = await gate.enter(
            longest, None if on_wait is None else lambda seconds: on_wait(BudgetUsedUp(seconds), seconds)
        )
        if wait > min(longest, AT_THE_GATE / 4):
            paused = await gate.paused()
            # Who waits for both is told of the one that takes longer.
            why = ServicePaused(paused) if paused >= wait - 1 else BudgetUsedUp(wait)
            if wait > longest:
                raise why
            if patience.on_wait is not None:
                patience.on_wait(why, wait)
        await anyio.sleep(wait)
