"""Reka's inference API: submit, status, result, cancel, lists, and the files that a result points to."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import msgspec

from reka_notebook.api.messages import (
    JsonObject,
    Outcome,
    StatusReport,
    Submitted,
    read,
    read_object,
    read_outcome,
)
from reka_notebook.api.rejection import error_from
from reka_notebook.api.retry import Patience, attempts
from reka_notebook.api.transport import Stream, Transport
from reka_notebook.key import Key

_NOW = Patience(total=30.0)


class Client:
    """Talks to one base URL with one key.

    :param base_url: ``https://vision-agent.api.reka.ai``, or a sandbox's URL.
    :param key: the API key; ``None`` for a server that needs none.
    :param routes: path of each route by name: ``models``, ``requests``, ``status``, ``result``, ``cancel``.
    :param header: ``Authorization`` (as a Bearer token) or ``X-Api-Key``; Reka documents both.
    """

    def __init__(
        self, base_url: str, key: Key | None, routes: Mapping[str, str], *, header: str = "Authorization"
    ) -> None:
        self._http = Transport(base_url, key, header=header)
        self._routes = routes

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()

    async def submit(
        self,
        path: str,
        input: Mapping[str, Any],  # noqa: A002 (the service's word)
        *,
        idempotency_key: str,
        webhook_url: str | None = None,
        patience: Patience = _NOW,
    ) -> Submitted:
        """Submit a request; sent again with the same key until answered or ``patience`` is at its end.

        :raises ApiError: the last error met.
        """
        message: JsonObject = {"input": dict(input)}
        if webhook_url is not None:
            message["webhook_url"] = webhook_url
        headers = {"Idempotency-Key": idempotency_key}
        body = msgspec.json.encode(message)
        raw, request_id = await self._call("POST", path, body=body, headers=headers, patience=patience)
        return read(Submitted, raw, request_id)

    async def status(
        self, request_id: str, url: str | None = None, *, logs: bool = False, patience: Patience = _NOW
    ) -> StatusReport:
        """Where a request stands; ``url`` is the one that the submission was answered with."""
        target = url or self._route("status", request_id)
        if logs:
            target += ("&" if "?" in target else "?") + "with_logs=true"
        raw, seen = await self._call("GET", target, patience=patience, timeout=20.0)
        return read(StatusReport, raw, seen)

    async def result(self, request_id: str, url: str | None = None, *, patience: Patience = _NOW) -> Outcome:
        """How a request ended; ``url`` is the ``response_url`` of the submission."""
        raw, seen = await self._call("GET", url or self._route("result", request_id), patience=patience)
        return read_outcome(raw, seen)

    async def cancel(self, request_id: str, url: str | None = None, *, patience: Patience = _NOW) -> Outcome:
        """Ask for a request to be cancelled; it may finish, and be charged, all the same."""
        raw, seen = await self._call("POST", url or self._route("cancel", request_id), patience=patience)
        return read_outcome(raw, seen)

    async def requests(self, *, patience: Patience = _NOW) -> JsonObject:
        """The account's requests, as the service lists them (its shape is not documented)."""
        raw, _ = await self._call("GET", self._routes["requests"], patience=patience)
        return raw

    async def models(self, *, patience: Patience = _NOW) -> JsonObject:
        """The models that the service offers, as it lists them (its shape is not documented)."""
        raw, _ = await self._call("GET", self._routes["models"], patience=patience)
        return raw

    def media(self, url: str, *, offset: int = 0) -> AbstractAsyncContextManager[Stream]:
        """Read a file of a result, from a byte on; the key goes along to the base URL's own origin only."""
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        return self._http.stream(url, {**headers, "Accept-Encoding": "identity"})

    def _route(self, name: str, request_id: str) -> str:
        return self._routes[name].replace("{request_id}", quote(request_id, safe=""))

    async def _call(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        patience: Patience,
        timeout: float = 60.0,
    ) -> tuple[JsonObject, str | None]:
        """The JSON object of an answer below 300, and its ``X-Request-ID``."""
        sent = {"Accept": "application/json", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        async for attempt in attempts(patience):
            with attempt:
                answer = await self._http.send(method, url, body=body, headers=sent, timeout=timeout)
                if answer.status >= 300:
                    raise error_from(answer)
                request_id = answer.headers.get("x-request-id")
                return read_object(answer.body, request_id), request_id
        raise AssertionError("unreachable: the last attempt returns or raises")
