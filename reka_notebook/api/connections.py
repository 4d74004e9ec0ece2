"""Connections that stay open between requests, and the one place that knows httpx."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext

import anyio
import httpx

from reka_notebook.api.address import origin
from reka_notebook.api.errors import ApiError, BadAnswer, ForeignOrigin, NotSent, Unanswered

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=2)
"""Of each client: one connection to the service is kept open, and one to where its files lie."""


@dataclass(frozen=True)
class Stream:
    """An answer whose body is read piece by piece; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    pieces: AsyncIterator[bytes] = field(repr=False)


class Connections:
    """Several httpx clients, each for one request at a time; the one used last is used first.

    httpx's own pool looks at all of its connections, and at all that wait for one, before and after every request:
    with sixteen connections or a thousand that wait, a request costs several times as much.

    :param most: requests in flight.
    """

    def __init__(self, most: int) -> None:
        self._places = anyio.Semaphore(most)
        self._idle: list[Connection] = []
        self._trust = (
            httpx.create_ssl_context()
        )  # once for all of them: to read it takes longer than a request

    @asynccontextmanager
    async def one(self) -> AsyncIterator["Connection"]:
        """Wait for a place, and have a connection for as long as a request and its answer take."""
        async with self._places:
            connection = self._idle.pop() if self._idle else Connection(self._trust)
            try:
                yield connection
            finally:
                self._idle.append(connection)

    async def close(self) -> None:
        """Close every connection that is not in use."""
        while self._idle:
            await self._idle.pop().close()


class Connection:
    """For one request at a time."""

    def __init__(self, trust: SSLContext) -> None:
        # trust_env stays on for proxies; .netrc is off because the key is the caller's to place. What stays on this
        # machine needs no proxy, and one would see the key in plain text.
        self._client = httpx.AsyncClient(
            limits=LIMITS,
            verify=trust,
            auth=_NoAuth(),
            follow_redirects=False,
            mounts={f"all://{host}": None for host in LOOPBACK},
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
    ) -> AsyncIterator[Stream]:
        """Send a request; its answer, as it comes in.

        :param key: gives the headers that have the key in them, so that no frame of a traceback holds them.
        :param timeout: seconds of silence after which it is given up.
        :raises NotSent: the connection could not be made.
        :raises Unanswered: it broke, or took too long.
        """
        request = self._client.build_request(
            method,
            url,
            content=body,
            headers=dict(headers),
            timeout=httpx.Timeout(timeout, connect=10.0, pool=None),
        )
        request.headers.update(key())
        response = await self._send(request)
        try:
            lower = {name.lower(): value for name, value in response.headers.items()}
            yield Stream(response.status_code, lower, _pieces(response))
        finally:
            await response.aclose()

    async def _send(self, request: httpx.Request) -> httpx.Response:
        problem: ApiError
        try:
            return await self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            problem = _no_answer(error, str(request.url))
        # Raised out here, so that no traceback has the frames below in it, which hold the request and its headers.
        raise problem

    async def close(self) -> None:
        """Close it."""
        await self._client.aclose()


class _NoAuth(httpx.Auth):
    """Keeps httpx from reading credentials out of .netrc or a URL."""


def understood(url: str) -> str:
    """A URL as httpx understands it, which is where it goes.

    :raises ForeignOrigin: it is no URL.
    """
    try:
        return str(httpx.URL(url))
    except httpx.InvalidURL as error:
        raise ForeignOrigin(f"The service named an address that is no URL: {error}") from None


async def _pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    problem: ApiError
    try:
        async for piece in response.aiter_bytes():
            yield piece
        return
    except httpx.DecodingError as error:
        problem = BadAnswer(f"The service's answer cannot be decoded: {error}")
    except httpx.HTTPError as error:
        problem = Unanswered(f"The connection broke in the middle of the answer ({_words(error)})")
    raise problem


def _no_answer(error: httpx.HTTPError, url: str) -> ApiError:
    place = origin(url)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol):
        return NotSent(f"No connection to {place} ({_words(error)})")
    if isinstance(error, httpx.TimeoutException):
        return Unanswered(f"{place} did not answer in time ({_words(error)})")
    return Unanswered(f"The connection to {place} broke before the answer ({_words(error)})")


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
