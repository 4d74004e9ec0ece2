"""Take one request to its handler and back: key, rate limit, log, and the faults that strike it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from reka_notebook.sandbox.access import Keys, RateLimit, key_in
from reka_notebook.sandbox.answers import Cut, Dropped, Raw, Trickled, bomb, error, refused
from reka_notebook.sandbox.errors import Refusal
from reka_notebook.sandbox.faults import Fault, Faults
from reka_notebook.sandbox.ledger import Seen, Step
from reka_notebook.sandbox.mangling import MANGLED
from reka_notebook.sandbox.service import Service

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """Represent one request on its way to a handler."""

    request: Request
    body: bytes
    owner: str | None

    @property
    def request_id(self) -> str:
        """Return the ID in the path."""
        return str(self.request.path_params["request_id"])


Handler = Callable[[Call], Awaitable[Response]]


@dataclass
class Flow:
    """Stand between a client and the handlers. ``stopping`` is set when the server wants to end."""

    service: Service
    faults: Faults
    keys: Keys
    rate: RateLimit
    stopping: asyncio.Event

    def step(
        self, step: Step, handler: Handler, *, open_to_all: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return the handler as a route takes it. With ``open_to_all`` no key is asked for, and nothing is counted."""

        async def answer(request: Request) -> Response:
            at = self.service.clock() + self.service.epoch
            owner = self.keys.owner(request.headers)
            request_id = request.path_params.get("request_id")
            fault = self.faults.strike(step, request_id)
            try:
                call = Call(request, await read_body(request), owner)
                response = await self._through(fault, call, handler, open_to_all)
            except ClientDisconnect:
                response = Dropped()
            except Refusal as refusal:
                response = refused(refusal)
            except Exception:
                logger.exception("The sandbox failed at %s", step)
                response = error(500, "The sandbox itself failed; its log says how.")
            self.service.ledger.note(
                Seen(
                    request.method,
                    request.url.path,
                    step,
                    None if isinstance(response, Dropped) else response.status_code,
                    at,
                    owner is not None and self.keys.admits(owner),
                    request.headers.get("host", ""),
                    fault.kind if fault else None,
                )
            )
            return response

        return answer

    async def _through(
        self, fault: Fault | None, call: Call, handler: Handler, open_to_all: bool
    ) -> Response:
        if fault is None:
            return await self._serve(call, handler, open_to_all)
        if fault.when == "before" and (instead := _instead(fault, call)):
            return instead
        if fault.kind == "delay" and fault.when == "before":
            await self._pause(fault.seconds)
        if fault.kind == "expired":
            self.service.expire(call.request_id)
        response = await self._serve(call, handler, open_to_all)
        if fault.kind == "duplicate":
            response = await self._serve(call, handler, open_to_all)
        if fault.kind == "delay" and fault.when == "after":
            await self._pause(fault.seconds)
        if fault.kind == "truncate":
            return Cut(response, fault.keep)
        if fault.kind == "unknown_status":
            return _unknown_status(response, fault.text or "PONDERING")
        if fault.kind == "expired" and response.status_code == 410 and fault.status == 403:
            return error(403, "This URL has expired. Ask for the result again.")
        if fault.kind == "trickle":
            return Trickled(response, fault.seconds)
        if fault.kind == "mangled":
            return _mangled(response, fault.text or "NaN")
        return _instead(fault, call) or response

    async def _serve(self, call: Call, handler: Handler, open_to_all: bool) -> Response:
        if open_to_all:
            return await self._answered(handler, call)
        allowance = self.rate.spend(call.owner)
        if not self.keys.admits(call.owner):
            response = error(401, "The API key is missing or is not the one that this sandbox asks for.")
        elif allowance.retry_after:
            response = error(429, f"More than {allowance.limit} requests in a minute.")
        else:
            response = await self._answered(handler, call)
        response.headers.update(allowance.headers)
        return response

    async def _answered(self, handler: Handler, call: Call) -> Response:
        try:
            return await handler(call)
        except Refusal as refusal:
            return refused(refusal, as_detail=self.service.profile.as_detail)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


async def read_body(request: Request) -> bytes:
    """Return the whole body.

    Raises:
        Refusal: With 413, if it is too large.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise Refusal(413, f"The body is larger than {LARGEST_BODY // 1024 // 1024} MB.")
        parts.append(part)
    return b"".join(parts)


def _instead(fault: Fault, call: Call) -> Response | None:
    """Return the answer that takes the place of the service's own, for the kinds that have one."""
    key = key_in(call.request.headers)
    if fault.kind == "bomb":
        packed = {"content-encoding": "gzip, gzip", "content-type": "application/json"}
        return Response(bomb(), fault.status, packed)
    if fault.kind == "raw":
        return Raw(fault.filled(fault.text or "SMTP 220 ready\r\n\r\n", key).encode("utf-8", "replace"))
    if fault.kind == "drop":
        return Dropped()
    if fault.kind == "html":
        return HTMLResponse(fault.text or "<!doctype html><title>Welcome</title><h1>It works</h1>")
    if fault.kind == "nonsense":
        return Response('["nonsense"]' if fault.text is None else fault.text, media_type="application/json")
    if fault.kind != "status":
        return None
    headers = {name: fault.filled(value, key) for name, value in fault.headers.items()}
    if fault.status in (204, 304):
        return Response(status_code=fault.status, headers=headers)
    if fault.text is None:
        response = error(fault.status, "A fault of the sandbox, switched on by a test.")
        response.headers.update(headers)
        return response
    media_type = "application/json" if fault.text.lstrip()[:1] in "{[" else "text/html"
    return Response(fault.filled(fault.text, key), fault.status, headers, media_type)


def _mangled(response: Response, how: str) -> Response:
    if not response.body:  # a file, which is no JSON
        return response
    return Response(MANGLED[how](bytes(response.body)), response.status_code, media_type="application/json")


def _unknown_status(response: Response, word: str) -> Response:
    try:
        document = json.loads(bytes(response.body))
    except ValueError:
        return response
    if not isinstance(document, dict) or "status" not in document:
        return response
    return JSONResponse(document | {"status": word}, response.status_code)
