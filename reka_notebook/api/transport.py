"""Requests to the service, and redirects. The API key leaves this machine here or nowhere."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import anyio

from reka_notebook.api.address import is_loopback, joined, origin
from reka_notebook.api.connections import (
    Connection,
    Connections,
    Stream,
    check_surroundings,
    understood,
)
from reka_notebook.api.errors import BadAnswer, ForeignOrigin, Redirected, Unanswered
from reka_notebook.key import Key

MAX_ANSWER = 64 * 2**20
"""Bytes of the longest answer that is read into memory (a result may hold a video as a data: URI)."""

LONGEST_ANSWER = 10.0
"""An answer that trickles in is given up after so many times the patience for one silence."""

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Answer:
    """What came back; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Transport:
    """At most ``connections`` requests in flight, for one base URL and key, and as many downloads beside them.

    Downloads have places of their own, so that files that hang keep no request waiting: not a submission, not a
    cancellation.
    """

    def __init__(
        self, base_url: str, key: Key | None, *, header: str = "Authorization", connections: int = 16
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._origin = origin(base_url)
        self._key = key
        self._header = header
        self._connections = Connections(connections)
        self._downloads = Connections(connections)

    async def close(self) -> None:
        """Close every connection."""
        await self._connections.close()
        await self._downloads.close()

    def use_key(self, key: Key) -> None:
        """Send another key from now on."""
        self._key = key

    def check_surroundings(self) -> None:
        """See whether the environment lets requests to the base URL out; nothing is sent.

        :raises ConnectionBlocked: a proxy or certificates that it names cannot be used.
        """
        check_surroundings(self.base_url)

    def resolve(self, url: str) -> str:
        """A URL or path from the service, made absolute against the base URL.

        :raises ForeignOrigin: it is no http(s) URL.
        """
        return joined(self.base_url, url)

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
        async with self._connections.one() as connection:
            if on_send is not None:
                on_send()
            with anyio.move_on_after(timeout * LONGEST_ANSWER):
                async with self._follow(
                    connection, method, url, body, headers or {}, timeout, home_only=True
                ) as stream:
                    answer = Answer(stream.status, stream.headers, self._without_key(await _whole(stream)))
        if answer is None:
            raise Unanswered(f"The service's answer was not whole after {timeout * LONGEST_ANSWER:.0f} s")
        return answer

    @asynccontextmanager
    async def stream(self, url: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[Stream]:
        """Read a file, from wherever it lies; the key goes along only to the base URL's own origin."""
        async with (
            self._downloads.one() as connection,
            self._follow(connection, "GET", url, None, headers or {}, 60.0, home_only=False) as stream,
        ):
            yield stream

    @asynccontextmanager
    async def _follow(
        self,
        connection: Connection,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: float,
        *,
        home_only: bool,
    ) -> AsyncIterator[Stream]:
        target = self.resolve(url)
        for _ in range(MAX_REDIRECTS + 1):
            target = understood(target)
            key = partial(self._authorisation, target)
            async with connection.ask(method, target, body, headers, key, timeout) as stream:
                location = stream.headers.get("location")
                if stream.status not in REDIRECTS or location is None:
                    yield stream
                    return
            try:
                target = joined(target, location)
            except ForeignOrigin as error:
                raise Redirected(error.message) from None
            if home_only and not self.is_home(target):
                raise Redirected(f"The service redirected to {origin(target)}")
            if method != "GET" and stream.status not in (307, 308):  # the others make a GET of it
                raise BadAnswer(f"The service redirected a {method}", status=stream.status)
        raise BadAnswer(f"The service redirected more than {MAX_REDIRECTS} times")

    def _authorisation(self, target: str) -> dict[str, str]:
        if self._key is None or not self.is_home(target):
            return {}
        if urlsplit(target).scheme != "https" and not is_loopback(target):
            raise ForeignOrigin(f"The base URL {self.base_url} is plain http")
        prefix = "Bearer " if self._header.lower() == "authorization" else ""
        return {self._header: prefix + self._key.reveal()}

    def _without_key(self, body: bytes) -> bytes:
        """An answer as it may be shown and kept: a gateway that says what it was sent would say the key."""
        return body.replace(self._key.reveal().encode(), b"(key hidden)") if self._key else body


async def _whole(stream: Stream) -> bytes:
    body = bytearray()
    async for piece in stream.pieces:
        body += piece
        if len(body) > MAX_ANSWER:
            raise BadAnswer(f"The service's answer is longer than {MAX_ANSWER // 2**20} MiB")
    return bytes(body)
