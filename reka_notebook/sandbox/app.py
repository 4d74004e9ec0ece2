"""Serve the sandbox over HTTP: Reka's routes, and the sandbox's own."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from reka_notebook.catalogue import Endpoint, UnknownEndpoint
from reka_notebook.sandbox.answers import File, error
from reka_notebook.sandbox.envelope import Envelope
from reka_notebook.sandbox.errors import Refusal
from reka_notebook.sandbox.faults import Fault
from reka_notebook.sandbox.flow import Call, Flow, Handler, read_body
from reka_notebook.sandbox.page import page

MEDIA = "/sandbox/media/{request_id}/{name}"

CHATS = (
    "/v1/chat/completions",
    "/v2/inference/chat/completions",
    "/v2/inference/{model}/chat/completions",
)
"""Where chats are taken: as Reka documents, and as the Qwen route under inference may be."""


class Front:
    """Hold the routes.

    ``links`` says how URLs in answers start: with this host in place of the one that was asked, or without an
    origin if it is "".
    """

    def __init__(self, flow: Flow, links: str | None = None) -> None:
        self._service = flow.service
        self._flow = flow
        self._links = links

    def app(self) -> ASGIApp:
        """Return the application."""
        ours = [
            Route("/", self._index),
            Route("/sandbox/ledger", self._ledger),
            Route("/sandbox/log", self._log),
            Route("/sandbox/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            Route(MEDIA, self._flow.step("media", self._medium, open_to_all=True)),
        ]
        problems = {HTTPException: _http_problem, Exception: _problem}
        return Envelope(Starlette(routes=[*self._reka_routes(), *ours], exception_handlers=problems))

    def _reka_routes(self) -> list[Route]:
        catalogue = self._service.catalogue
        paths = catalogue.routes
        routes = [
            Route(paths["models"], self._flow.step("models", self._models)),
            Route(paths["requests"], self._flow.step("list", self._list)),
            Route(paths["status"], self._flow.step("status", self._status)),
            Route(paths["cancel"], self._flow.step("cancel", self._cancel), methods=["POST"]),
            Route(paths["result"], self._flow.step("result", self._result)),
        ]
        for endpoint in (*catalogue.endpoints.values(), *catalogue.templates.values()):
            if endpoint.path:
                submit = self._flow.step("submit", self._submit(endpoint))
                routes.append(Route(endpoint.path, submit, methods=["POST"]))
        for path in CHATS:
            routes.append(Route(path, self._flow.step("chat", self._chat), methods=["POST"]))
        routes.append(Route("/v1/models", self._flow.step("chat_models", self._chat_models)))
        nowhere = self._flow.step("submit", self._no_endpoint)
        return [*routes, Route("/v2/inference/{path:path}", nowhere, methods=["POST"])]

    # Reka's routes

    def _submit(self, endpoint: Endpoint) -> Handler:
        async def submit(call: Call) -> Response:
            model = call.request.path_params.get("model")
            asked = endpoint if model is None else self._named(model, endpoint.task)
            key = call.request.headers.get("idempotency-key")
            paths = self._service.catalogue.routes

            def links(request_id: str) -> dict[str, str]:
                return {
                    "status_url": self._url(call, paths["status"].format(request_id=request_id)),
                    "response_url": self._url(call, paths["result"].format(request_id=request_id)),
                    "cancel_url": self._url(call, paths["cancel"].format(request_id=request_id)),
                }

            answer = self._service.submit(asked, call.body, key, call.owner, links, self._media_url(call))
            return Response(answer, 202, media_type="application/json")

        return submit

    def _named(self, model: str, task: str) -> Endpoint:
        try:
            return self._service.catalogue.endpoint(f"{model}/{task}")
        except UnknownEndpoint:
            raise Refusal(404, f"There is no model {model[:80]}.") from None

    async def _no_endpoint(self, call: Call) -> Response:
        raise Refusal(404, "There is no inference endpoint at this path.")

    async def _status(self, call: Call) -> Response:
        logs = call.request.query_params.get("with_logs", "").lower() in ("1", "true")
        return JSONResponse(self._service.status(call.request_id, logs=logs))

    async def _result(self, call: Call) -> Response:
        return JSONResponse(self._service.result(call.request_id, self._media_url(call)))

    async def _cancel(self, call: Call) -> Response:
        return JSONResponse(self._service.cancel(call.request_id, self._media_url(call)))

    async def _list(self, call: Call) -> Response:
        return JSONResponse(self._service.list_requests(call.request.query_params))

    async def _models(self, call: Call) -> Response:
        return JSONResponse(self._service.list_models())

    async def _chat(self, call: Call) -> Response:
        model = call.request.path_params.get("model")
        key = call.request.headers.get("idempotency-key")
        answer = self._service.chat(call.body, model, key, call.owner)
        return Response(answer, media_type="application/json")

    async def _chat_models(self, call: Call) -> Response:
        return JSONResponse(self._service.list_chat_models())

    # The sandbox's own

    async def _medium(self, call: Call) -> Response:
        fresh = call.request.query_params.get("fresh", "0")
        found = await self._service.medium(
            call.request_id, call.request.path_params["name"], int(fresh) if fresh.isdecimal() else 0
        )
        if found is None:
            return error(410, "This URL has expired. Ask for the result again.")
        path, medium = found
        return File(path, medium.content_type, call.request.headers.get("range"))

    async def _ledger(self, request: Request) -> Response:
        ledger = self._service.ledger
        told = {
            "total": len(ledger.charges),
            "charged_usd": round(ledger.charged, 4),
            "charges": [dataclasses.asdict(charge) for charge in ledger.charges],
            "refused": [dataclasses.asdict(refused) for refused in ledger.refused],
        }
        return JSONResponse(told)

    async def _log(self, request: Request) -> Response:
        return JSONResponse({"requests": [dataclasses.asdict(seen) for seen in self._service.ledger.seen]})

    async def _faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._flow.faults.clear()
        elif request.method == "POST":
            try:
                self._flow.faults.add(Fault.from_json(json.loads(await read_body(request))))
            except (ValueError, Refusal) as problem:
                return error(400, str(problem))
        return JSONResponse({"faults": [fault.to_json() for fault in self._flow.faults.active]})

    async def _index(self, request: Request) -> Response:
        html = page(self._service, self._flow.faults)
        policy = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self' data:"
        return HTMLResponse(html, headers={"content-security-policy": policy, "cache-control": "no-store"})

    def _url(self, call: Call, path: str) -> str:
        if self._links == "":
            return path
        origin = call.request.url
        return f"http://{self._links or origin.hostname}:{origin.port}{path}"

    def _media_url(self, call: Call) -> Callable[[str, str], str]:
        return lambda request_id, name: self._url(call, MEDIA.format(request_id=request_id, name=quote(name)))


async def _http_problem(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    headers = problem.headers if isinstance(problem, HTTPException) else None
    text = {404: "There is nothing at this path.", 405: "This path does not take this method."}
    response = error(status, text.get(status, "The request cannot be served."))
    response.headers.update(headers or {})
    return response


async def _problem(request: Request, problem: Exception) -> Response:
    return error(500, f"The sandbox failed: {type(problem).__name__}.")
