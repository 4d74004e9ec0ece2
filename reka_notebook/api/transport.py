"""Send requests to the service and follow redirects. The API key leaves this machine here or nowhere."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
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
from reka_notebook.api.errors import (
    AnswerTooLong,
    ApiError,
    BadAnswer,
    ForeignOrigin,
    NotSent,
    Redirected,
    Unanswered,
)
from reka_notebook.api.quiet_logs import hide_in_logs
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.outside import NAME, plain
from reka_notebook.key import Key
from reka_notebook.redaction import Redactor

MAX_ANSWER = 64 * 2**20
"""Bytes of the longest answer that is read into memory (a result may hold a video as a data: URI)."""

SLOWEST = 64 * 2**10
"""Bytes of an answer that have to arrive each time before the patience for one silence is over."""

LONGEST_EXCHANGE = 600.0
"""Seconds of the longest exchange, where the caller has no deadline that comes before."""

MAX_BEGINNING = 64 * 2**10
"""Bytes read of an answer that is not the file."""

BEGINNING_WITHIN = 10.0
"""Seconds that are waited for them."""

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)


MOST_HEADER = 2000
"""Characters of a header that are passed on."""

HELD = 1024
"""Bytes of a file that wait for what follows them, so that the key is seen that comes in two pieces."""


class Transport:
    """Send at most ``connections`` requests at once to one base URL with one key, and as many downloads.

    Downloads have places of their own, so that files that hang keep no request waiting: no submission, no
    cancellation.
    """

    def __init__(
        self, base_url: str, key: Key | None, *, header: str = "Authorization", connections: int = 16
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._origin = origin(base_url)
        self._key = key
        self._header = header
        self._redactors: dict[str, Redactor] = {}
        if key is not None:
            self.use_key(key)
        self._connections = Connections(connections)
        self._downloads = Connections(connections)

    async def close(self) -> None:
        """Close every connection."""
        await self._connections.close()
        await self._downloads.close()

    def use_key(self, key: Key) -> None:
        """Send another key from now on; requests sent with an earlier one may still be answered."""
        self._key = key
        self._redactors[key.fingerprint] = key.redactor
        hide_in_logs(key.fingerprint, key.redactor)

    def hide(self, text: str) -> str:
        """Return a text from outside without the API key."""
        for redactor in self._redactors.values():
            text = redactor.text(text)
        return text

    def check_surroundings(self) -> None:
        """Check that the environment lets requests to the base URL out, without sending anything.

        Raises:
            ConnectionBlocked: If a proxy or certificates that it names cannot be used.
        """
        check_surroundings(self.base_url)

    def resolve(self, url: str) -> str:
        """Return a URL or path from the service, made absolute against the base URL.

        Raises:
            ForeignOrigin: If the outcome is not an http(s) URL.
        """
        return joined(self.base_url, url)

    def is_home(self, url: str) -> bool:
        """Return whether a URL has the base URL's own origin; nonsense does not."""
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
        within: float = LONGEST_EXCHANGE,
        on_send: Callable[[], None] | None = None,
        redirects: int = MAX_REDIRECTS,
        most: int | None = None,
    ) -> Answer:
        """Send a request to the service and read the whole answer.

        Args:
            redirects: How many are followed, within the base URL's origin.
            most: Bytes of the longest answer that is read; ``None`` is ``MAX_ANSWER``.
            timeout: Seconds of silence, or of a mere trickle, after which the request is given up.
            within: Seconds after which it is given up in any case.
            on_send: Called when it is this request's turn, just before it goes out.

        Raises:
            NotSent: If the connection could not be made.
            Unanswered: If it broke or took too long.
            ForeignOrigin: If the URL, or a redirect, leads away from the base URL's origin.
        """
        if not self.is_home(url):
            place = self.hide(origin(self.resolve(url)))
            raise ForeignOrigin(f"The service named an address on another host, {place}")
        sent = False
        with anyio.move_on_after(within):
            async with self._connections.one() as connection:
                if on_send is not None:
                    on_send()
                sent = True
                async with self._follow(
                    connection,
                    method,
                    url,
                    body,
                    headers or {},
                    timeout,
                    home_only=True,
                    redirects=redirects,
                ) as stream:
                    whole = await _whole(stream, timeout, most or MAX_ANSWER)
                return Answer(stream.status, stream.headers, whole, self.hide)
        if not sent:
            raise NotSent("No connection was free in time")
        raise Unanswered(f"The service's answer was not whole after {within:.0f} s")

    @asynccontextmanager
    async def stream(self, url: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[Stream]:
        """Read a file, wherever it lies; the key is sent to the base URL's own origin only."""
        async with (
            self._downloads.one() as connection,
            self._follow(connection, "GET", url, None, headers or {}, 60.0, home_only=False) as stream,
        ):
            yield replace(stream, pieces=self._hidden(stream.pieces)) if self._redactors else stream

    async def beginning(self, stream: Stream) -> Answer:
        """Return the beginning of an answer that may be endless, as long as an error needs."""
        body = bytearray()
        with anyio.move_on_after(BEGINNING_WITHIN):
            async for piece in stream.pieces:
                body += piece
                if len(body) >= MAX_BEGINNING:
                    break
        return Answer(stream.status, stream.headers, bytes(body[:MAX_BEGINNING]), self.hide)

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
        redirects: int = MAX_REDIRECTS,
    ) -> AsyncIterator[Stream]:
        target = self.resolve(url)
        for _ in range(redirects + 1):
            target = understood(target)
            key = partial(self._authorisation, target)
            async with connection.ask(
                method, target, body, headers, key, timeout, file=not home_only, clean=self._clean
            ) as stream:
                if stream.status not in REDIRECTS or stream.location is None:
                    yield stream
                    return
            following = self._next(target, stream.location, home_only)
            if isinstance(following, Redirected):
                raise following
            if not redirects:
                raise Redirected(f"The service redirected to {plain(origin(following), NAME)}")
            target = following
            if method != "GET" and stream.status not in (307, 308):  # the others make a GET of it
                raise BadAnswer(f"The service redirected a {method}", status=stream.status)
        raise BadAnswer(f"The service redirected more than {redirects} times", status=stream.status)

    def _next(self, target: str, location: str, home_only: bool) -> str | Redirected:
        """Return where a redirect leads, or the error for one that is not followed.

        The error is not raised here: a traceback may print this frame's variables, and the address may have
        the key in it.
        """
        if self.hide(location) != location:
            return Redirected("The service redirected to an address that has the API key in it")
        try:
            following = understood(joined(target, location))
        except ForeignOrigin:
            return Redirected("The service redirected to what is no http(s) URL")
        if home_only and not self.is_home(following):
            return Redirected(f"The service redirected to {plain(origin(following), NAME)}")
        return following

    def _clean(self, text: str) -> str:
        return plain(self.hide(text), MOST_HEADER)

    async def _hidden(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield a file without the key, in as many bytes: it may be a page that repeats what it was sent."""
        held = b""
        try:
            async for piece in pieces:
                data = self._hide_bytes(held + piece, ends=False)
                goes_on = any(redactor.may_go_on(data[-HELD:]) for redactor in self._redactors.values())
                held = data[-HELD:] if goes_on else b""
                yield data[: len(data) - len(held)]
        except ApiError:  # what came before a break is handed out all the same
            yield self._hide_bytes(held, ends=True)
            raise
        yield self._hide_bytes(held, ends=True)

    def _hide_bytes(self, data: bytes, *, ends: bool) -> bytes:
        for redactor in self._redactors.values():
            data = redactor.data(data, ends=ends)
        return data

    def _authorisation(self, target: str) -> dict[str, str]:
        if self._key is None or not self.is_home(target):
            return {}
        if urlsplit(target).scheme != "https" and not is_loopback(target):
            raise ForeignOrigin(f"The base URL {self.base_url} is plain http")
        prefix = "Bearer " if self._header.lower() == "authorization" else ""
        return {self._header: prefix + self._key.reveal()}


async def _whole(stream: Stream, timeout: float, most: int) -> bytes:
    """Return the whole body of an answer.

    Raises:
        Unanswered: If it comes in too slowly.
    """
    body = bytearray()
    wanted = SLOWEST
    with anyio.move_on_after(timeout) as window:
        async for piece in stream.pieces:
            body += piece
            if len(body) > most:
                raise AnswerTooLong(f"The service's answer is longer than {most // 2**20} MiB")
            if len(body) >= wanted:
                wanted = len(body) + SLOWEST
                window.deadline = anyio.current_time() + timeout
        return bytes(body)
    raise Unanswered(f"The service's answer was not whole after {timeout:g} s, and hardly anything more came")
