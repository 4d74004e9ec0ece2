"""Keep connections open between requests. This is the one module that knows httpx."""

import math
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpcore  # noqa: F401  # httpx imports it with the first connection, on a thread that a fork would leave half-way
import httpx

from reka_notebook.api import blocked
from reka_notebook.api.address import is_loopback, origin, reached
from reka_notebook.api.errors import (
    ApiError,
    ConnectionBlocked,
    ForeignOrigin,
    NotSent,
    Unanswered,
)
from reka_notebook.api.proxies import Proxy, proxy_for
from reka_notebook.api.reading.unpacking import ACCEPTED, coding_of, unpacked
from reka_notebook.api.trust import trust, trust_here

CONNECTING = 30.0
"""Seconds until a request has to be on its way: a name looked up, a proxy asked, certificates compared."""

FILES = (200, 201, 203, 206, 226)
"""Statuses of answers that are a file, or a part of one."""

LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=2)
"""Of each client: one connection to the service is kept open, and one to where its files lie."""


@dataclass(frozen=True)
class Stream:
    """Hold an answer whose body is read piece by piece; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    pieces: AsyncIterator[bytes] = field(repr=False)
    location: str | None = field(repr=False, default=None)
    """Where a redirect leads, as the other side wrote it."""


class Connections:
    """Keep several httpx clients, each for one request at a time; the one used last is used first.

    httpx's own pool looks at all of its connections, and at everything that waits for one, before and after
    each request. With sixteen connections, or a thousand waiting requests, that makes a request several times
    as expensive.

    Args:
        most: Requests in flight.
    """

    def __init__(self, most: int) -> None:
        self._places = anyio.Semaphore(most)
        self._idle: list[Connection] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator["Connection"]:
        """Wait for a place, and hold a connection for as long as a request and its answer take."""
        async with self._places:
            connection = self._idle.pop() if self._idle else Connection()
            try:
                yield connection
            finally:
                self._idle.append(connection)

    async def close(self) -> None:
        """Close every connection that is not in use."""
        while self._idle:
            await self._idle.pop().close()


class Connection:
    """Carry one request at a time."""

    def __init__(self) -> None:
        # Nothing is read from the environment by httpx: .netrc, because the key is the caller's to place; proxies and
        # certificates, because they are chosen for each request.
        self._client = httpx.AsyncClient(
            headers={"Accept-Encoding": ACCEPTED},
            transport=_Routes(),
            trust_env=False,
            auth=_NoAuth(),
            follow_redirects=False,
        )

    @asynccontextmanager
    async def ask(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        key: Callable[[], Mapping[str, str]],
        timeout: float,
        *,
        file: bool,
        clean: Callable[[str], str],
    ) -> AsyncIterator[Stream]:
        """Send a request, and yield its answer as it comes in.

        Args:
            key: Returns the headers that have the key in them, so that no frame of a traceback holds
                them.
            timeout: Seconds of silence, and seconds for the head of the answer, after which the request
                is given up.
            file: Whether a file is asked for, which is never unpacked.
            clean: Makes the names and values of headers fit to be shown.

        Raises:
            NotSent: If the connection could not be made.
            Unanswered: If it broke or took too long.
        """
        request = self._client.build_request(
            method,
            reached(url),
            content=body,
            headers=dict(headers),
            timeout=httpx.Timeout(timeout, connect=10.0, pool=None),
        )
        if reached(url) != url:
            request.headers["Host"] = urlsplit(url).netloc
            request.extensions["sni_hostname"] = urlsplit(url).hostname
        proxy = proxy_for(url)
        request.extensions["proxy"] = proxy
        request.headers.update(key())
        response = await self._send(request, origin(url), proxy, timeout)
        try:
            lower = {clean(name.lower()): clean(value) for name, value in response.headers.items()}
            if "location" in response.extensions and response.status_code < 300:
                lower["location"] = clean(response.extensions["location"])  # where to ask for what was made
            as_it_is = file and response.status_code in FILES
            coding = "" if as_it_is else coding_of(lower.get("content-encoding", ""))
            pieces = unpacked(_pieces(response), coding) if coding else _pieces(response)
            yield Stream(response.status_code, lower, pieces, response.extensions.get("location"))
        finally:
            await response.aclose()

    async def _send(
        self, request: httpx.Request, place: str, proxy: Proxy | None, timeout: float
    ) -> httpx.Response:
        on_its_way = False
        problem: ApiError

        async def trace(event: str, info: Mapping[str, Any]) -> None:
            nonlocal on_its_way
            # What a proxy is asked first, to be let through, has nothing of the request in it.
            if event == "http11.send_request_headers.started" and info["request"].method != b"CONNECT":
                on_its_way, connecting.deadline = True, math.inf
            elif event == "http11.send_request_body.complete" and on_its_way:
                # A head that trickles in is never silent for long, and never there.
                connecting.deadline = anyio.current_time() + timeout

        request.extensions["trace"] = trace
        try:
            with anyio.move_on_after(CONNECTING) as connecting:
                response = await self._client.send(request, stream=True)
                if proxy is not None and response.status_code == 407:  # to a request without a tunnel
                    await response.aclose()
                    raise httpx.ProxyError("407")
                return response
            if on_its_way:
                problem = Unanswered(
                    f"{place} did not answer in time (no whole answer began in {timeout:g} s)"
                )
            else:
                problem = NotSent(f"No connection to {place} within {CONNECTING:.0f} s")
        except Exception as error:  # a SOCKS proxy's nonsense is an error of yet another library
            problem = _no_answer(error, place, proxy, on_its_way)
        # Raised out here, so that no traceback has the frames below in it, which hold the request and its headers.
        raise problem

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()


def check_surroundings(url: str) -> None:
    """Check whether a URL could be connected to, as far as this can be told without connecting.

    Raises:
        ConnectionBlocked: If the proxies or certificates that the environment names cannot be used.
    """
    if not is_loopback(url):
        _transport(url, proxy_for(url))


class _Routes(httpx.AsyncBaseTransport):
    """Hold the ways out, direct or through a proxy; each is made when it is first taken."""

    def __init__(self) -> None:
        self._ways: dict[tuple[Proxy | None, bool, ssl.SSLContext | None], httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = request.extensions["proxy"]
        secure = request.url.scheme == "https"
        way = (proxy, secure, _trust(str(request.url)) if secure else None)
        if way not in self._ways:
            self._ways[way] = _transport(str(request.url), proxy)
        response = await self._ways[way].handle_async_request(request)
        # Taken away before httpx makes something of them: it builds a request of any address, and fails at some; it
        # keeps cookies for every port of a host; and it logs the words beside a status.
        if "location" in response.headers:
            response.extensions["location"] = response.headers.pop("location")
        response.headers.pop("set-cookie", None)
        response.extensions.pop("reason_phrase", None)
        return response

    async def aclose(self) -> None:
        while self._ways:
            await self._ways.popitem()[1].aclose()


def _trust(url: str) -> ssl.SSLContext:
    """Return what decides whether the server behind a URL is trusted; this machine is, as over plain http.

    Raises:
        ConnectionBlocked: If the environment names what cannot be used.
    """
    return trust_here() if is_loopback(url) else trust()


def _transport(url: str, proxy: Proxy | None) -> httpx.AsyncHTTPTransport:
    """Return a way to a URL; plain http needs no certificates, and nothing on this machine looks at them.

    Raises:
        ConnectionBlocked: If what the environment says cannot be used.
    """
    tls = _trust(url) if urlsplit(url).scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made = _made(tls, proxy, trust() if proxy is not None and proxy.scheme == "https" else None)
    if made is None and proxy is not None and proxy.is_socks and find_spec("socksio") is None:
        raise ConnectionBlocked(
            f"{proxy.variable} names a SOCKS proxy, and the package socksio is not installed",
            advice="Install it: pip install 'httpx[socks]'",
        )
    if made is None:
        raise ConnectionBlocked(
            f"{proxy.variable if proxy else 'A setting'} cannot be read as a proxy's address"
        )
    return made


def _made(
    tls: ssl.SSLContext, proxy: Proxy | None, tls_of_proxy: ssl.SSLContext | None
) -> httpx.AsyncHTTPTransport | None:
    """Return a way out, or ``None`` if httpx cannot use the proxy. No frame that raises holds its password."""
    try:
        through = None
        if proxy is not None:
            host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
            url = f"{proxy.scheme}://{host}:{proxy.port}"
            through = httpx.Proxy(url, auth=proxy.auth, ssl_context=tls_of_proxy)
        return httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=LIMITS, proxy=through)
    except (httpx.InvalidURL, ImportError, ValueError):
        return None


class _NoAuth(httpx.Auth):
    """Keep httpx from reading credentials out of .netrc or a URL."""


def understood(url: str) -> str:
    """Return a URL as httpx understands it, which is where the request goes.

    Raises:
        ForeignOrigin: If it is not a URL.
    """
    try:
        parsed = httpx.URL(url)
        parsed.host  # noqa: B018 (raises for a name that cannot be decoded)
        return str(parsed)
    except (httpx.InvalidURL, ValueError):
        raise ForeignOrigin("The service named an address that is no URL") from None


async def _pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in response.aiter_raw():
            yield piece
        return
    except (httpx.HTTPError, httpx.StreamError) as error:
        problem = Unanswered(f"The connection broke in the middle of the answer ({_describe_error(error)})")
    raise problem


def _no_answer(error: Exception, place: str, proxy: Proxy | None, on_its_way: bool) -> ApiError:
    if isinstance(error, ApiError):
        return error
    if isinstance(error, httpx.ProxyError) and proxy is not None:
        return blocked.refused_by_proxy(proxy, place, str(error))
    refused = blocked.certificate_error(error)
    if refused is not None:
        return blocked.untrusted(place, refused)
    if on_its_way and isinstance(error, httpx.TimeoutException):
        return Unanswered(f"{place} did not answer in time ({_describe_error(error)})")
    if on_its_way:
        return Unanswered(f"The connection to {place} broke before the answer ({_describe_error(error)})")
    if proxy is not None:
        return blocked.unreachable_proxy(proxy)
    return NotSent(f"No connection to {place} ({_describe_error(error)})")


def _describe_error(error: Exception) -> str:
    """Return what an error is about in our own words; the library's may quote what the other side sent."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, socket.gaierror):
            return "its name is not known"
        if isinstance(seen, OSError) and seen.errno:
            return os.strerror(seen.errno)
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, httpx.TimeoutException):
        return "it took too long"
    if isinstance(error, httpx.RemoteProtocolError):
        return "what came is not HTTP, or ended early"
    return "the connection was lost"
