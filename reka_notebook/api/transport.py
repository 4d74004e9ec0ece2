"""HTTP, and the one place that knows httpx. The API key leaves this machine here or nowhere."""

import ipaddress
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import anyio
import httpx

from reka_notebook.api.errors import ApiError, BadAnswer, ForeignOrigin, NotSent, Redirected, Unanswered
from reka_notebook.key import Key

MAX_ANSWER = 64 * 2**20
"""Bytes of the longest answer that is read into memory (a result may hold a video as a data: URI)."""

LONGEST_ANSWER = 10.0
"""An answer that trickles in is given up after so many times the patience for one silence."""

MAX_REDIRECTS = 5

KEPT_OPEN = 3
"""Connections kept open between requests; they serve some hundred requests a second."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Answer:
    """What came back; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Stream:
    """An answer whose body is read piece by piece."""

    status: int
    headers: Mapping[str, str]
    pieces: AsyncIterator[bytes] = field(repr=False)


def origin(url: str) -> str:
    """Scheme, host and port of a URL, in one spelling.

    :raises ValueError: it is no URL.
    """
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def is_loopback(url: str) -> bool:
    """Whether a URL stays on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Transport:
    """One connection pool, at most ``connections`` requests in flight, for one base URL and key."""

    def __init__(
        self, base_url: str, key: Key | None, *, header: str = "Authorization", connections: int = 16
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._origin = origin(base_url)
        self._key = key
        self._header = header
        # Ahead of httpx's own pool, whose queue is walked anew for every request: a thousand waiting in it take
        # three times as long.
        self._places = anyio.Semaphore(connections)
        # Few are kept open between requests: httpx looks at each of them before every request.
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=KEPT_OPEN)
        timeout = httpx.Timeout(60.0, connect=10.0, pool=None)
        # trust_env stays on for proxies; .netrc is off because the key is ours to place. What stays on this machine
        # needs no proxy, and one would see the key in plain text.
        self._client = httpx.AsyncClient(
            limits=limits,
            timeout=timeout,
            auth=_NoAuth(),
            follow_redirects=False,
            mounts={f"all://{host}": None for host in LOOPBACK},
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def use_key(self, key: Key) -> None:
        """Send another key from now on."""
        self._key = key

    def resolve(self, url: str) -> str:
        """A URL or path from the service, made absolute against the base URL.

        :raises ForeignOrigin: it is no http(s) URL.
        """
        return _joined(self.base_url, url)

    def is_home(self, url: str) -> bool:
        """Whether a URL has the base URL's own origin; nonsense has not."""
        try:
            return origin(self.resolve(url)) == self._origin
        except ForeignOrigin:
            return False

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60.0,
        on_send: Callable[[], None] | None = None,
    ) -> Answer:
        """Send a request to the service and read the whole answer.

        :param timeout: seconds of silence after which it is given up.
        :param on_send: called when it is this request's turn, just before it goes out.
        :raises NotSent: the connection could not be made.
        :raises Unanswered: it broke, or took too long.
        :raises ForeignOrigin: the URL, or a redirect, leads away from the base URL's origin.
        """
        if not self.is_home(url):
            raise ForeignOrigin(f"The service named an address on another host, {origin(self.resolve(url))}")
        answer = None
        async with self._places:
            if on_send is not None:
                on_send()
            with anyio.move_on_after(timeout * LONGEST_ANSWER):
                answer = await self._read(method, url, body, headers or {}, timeout)
        if answer is None:
            raise Unanswered(f"The service's answer was not whole after {timeout * LONGEST_ANSWER:.0f} s")
        return answer

    async def _read(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], timeout: float
    ) -> Answer:
        async with self._open(method, url, body, headers, timeout, home_only=True) as response:
            chunks = bytearray()
            async for chunk in _pieces(response):
                chunks += chunk
                if len(chunks) > MAX_ANSWER:
                    raise BadAnswer(f"The service's answer is longer than {MAX_ANSWER // 2**20} MiB")
            return Answer(response.status_code, _headers(response), self._without_key(bytes(chunks)))

    @asynccontextmanager
    async def stream(self, url: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[Stream]:
        """Read a file, from wherever it lies; the key goes along only to the base URL's own origin."""
        async with (
            self._places,
            self._open("GET", url, None, headers or {}, 60.0, home_only=False) as response,
        ):
            yield Stream(response.status_code, _headers(response), _pieces(response))

    @asynccontextmanager
    async def _open(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: float,
        home_only: bool,
    ) -> AsyncIterator[httpx.Response]:
        target = self.resolve(url)
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._send(method, target, body, headers, timeout)
            try:
                if not response.has_redirect_location:
                    yield response
                    return
                location = response.headers["location"]
            finally:
                await response.aclose()
            try:
                target = _joined(target, location)
            except ForeignOrigin as error:
                raise Redirected(error.message) from None
            if home_only and not self.is_home(target):
                raise Redirected(f"The service redirected to {origin(target)}")
            if method != "GET" and response.status_code not in (307, 308):  # the others make a GET of it
                raise BadAnswer(f"The service redirected a {method}", status=response.status_code)
        raise BadAnswer(f"The service redirected more than {MAX_REDIRECTS} times")

    async def _send(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str], timeout: float
    ) -> httpx.Response:
        try:
            request = self._client.build_request(
                method,
                target,
                content=body,
                headers=dict(headers),
                timeout=httpx.Timeout(timeout, connect=10.0, pool=None),
            )
        except httpx.InvalidURL as error:
            raise ForeignOrigin(f"The service named an address that is no URL: {error}") from None
        self._authorise(request)
        problem: ApiError
        try:
            return await self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            problem = _no_answer(error, target)
        # Raised out here, so that no traceback has the frames below in it, which hold the request and its headers.
        raise problem

    def _authorise(self, request: httpx.Request) -> None:
        target = str(request.url)  # as httpx understands it, which is where it goes
        if self._key is None or not self.is_home(target):
            return
        if urlsplit(target).scheme != "https" and not is_loopback(target):
            raise ForeignOrigin(f"The base URL {self.base_url} is plain http")
        prefix = "Bearer " if self._header.lower() == "authorization" else ""
        request.headers[self._header] = prefix + self._key.reveal()

    def _without_key(self, body: bytes) -> bytes:
        """An answer as it may be shown and kept: a gateway that says what it was sent would say the key."""
        return body.replace(self._key.reveal().encode(), b"(key hidden)") if self._key else body


class _NoAuth(httpx.Auth):
    """Keeps httpx from reading credentials out of .netrc or a URL."""


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _joined(base: str, url: str) -> str:
    try:
        target = urljoin(base, url)
        origin(target)
        if urlsplit(target).scheme in ("http", "https") and urlsplit(target).hostname:
            return target
    except ValueError:
        pass
    raise ForeignOrigin(f"The service named an address that is no http(s) URL: {url[:60]!r}")


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


def _no_answer(error: httpx.HTTPError, target: str) -> ApiError:
    place = origin(target)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol):
        return NotSent(f"No connection to {place} ({_words(error)})")
    if isinstance(error, httpx.TimeoutException):
        return Unanswered(f"{place} did not answer in time ({_words(error)})")
    return Unanswered(f"The connection to {place} broke before the answer ({_words(error)})")


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
