"""Wrap every answer of the sandbox: add the headers that all have, and keep the web out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from email.utils import formatdate
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reka_notebook.sandbox.answers import error

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Envelope:
    """Add ``X-Request-ID`` and ``Date`` to every answer, and refuse what comes from the web.

    Only loopback names are answered to, and pages of other origins are refused, so that no web page the
    person visits can reach the sandbox through their browser.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("x-request-id", f"req-{uuid.uuid4().hex}")
                headers["date"] = formatdate(usegmt=True)
            await send(message)

        if problem := _foreign(Headers(scope=scope)):
            return await error(403, problem)(scope, receive, sealed)
        return await self._app(scope, receive, sealed)


def _foreign(headers: Mapping[str, str]) -> str | None:
    if urlsplit(f"//{headers.get('host', '')}").hostname not in _LOOPBACK:
        return "The sandbox answers to loopback names only."
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).hostname not in _LOOPBACK:
        return "The sandbox does not answer to pages of other origins."
    return None
