"""Make answers that HTTP libraries do not make by themselves: parts of a file, and broken ones."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import struct
from collections.abc import Iterator
from email.utils import formatdate
from functools import cache
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from reka_notebook.sandbox.errors import Refusal, error_body

CHUNK = 256 * 1024


def refused(refusal: Refusal, *, as_detail: bool = False) -> Response:
    """Return the documented error, or FastAPI's 422 for what does not validate if it is told ``as_detail``."""
    if as_detail and refusal.status == 400:
        return JSONResponse(refusal.detail, status_code=422)
    return JSONResponse(refusal.body, status_code=refusal.status)


def error(status: int, message: str) -> Response:
    """Return the documented error for what went wrong outside a handler."""
    return JSONResponse(error_body(status, message), status_code=status)


class File(Response):
    """Answer with a file, or the one part of it that a ``Range: bytes=`` header asks for (206, or 416 outside it)."""

    def __init__(self, path: Path, content_type: str, wanted: str | None) -> None:
        stat = path.stat()
        size = stat.st_size
        self._path = path
        self._start, end = 0, size
        headers = {"accept-ranges": "bytes", "etag": f'"{path.stem[:32]}-{size}"', "cache-control": "private"}
        headers["last-modified"] = formatdate(stat.st_mtime, usegmt=True)
        status = 200
        if part := _range(wanted, size):
            self._start, end = part
            status = 206 if end > self._start else 416
            headers["content-range"] = (
                f"bytes {self._start}-{end - 1}/{size}" if status == 206 else f"bytes */{size}"
            )
        self._length = end - self._start
        super().__init__(None, status, {**headers, "content-length": str(self._length)}, content_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or only its headers for HEAD."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            for chunk in self._chunks():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await asyncio.sleep(
                    0
                )  # a client that left makes `send` return at once; let the others have a turn
        await send({"type": "http.response.body", "body": b""})

    def _chunks(self) -> Iterator[bytes]:
        left = self._length
        with self._path.open("rb") as file:
            file.seek(self._start)
            while left > 0 and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk


class Dropped(Response):
    """Answer nothing at all: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reset the connection."""
        transport = _transport(receive)
        connection = transport.get_extra_info("socket")
        # Without lingering, closing sends a reset in place of an orderly end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await _gone(receive)


class Cut(Response):
    """Send only a share of another answer's body, then end the connection short of the Content-Length."""

    def __init__(self, whole: Response, keep: float) -> None:
        super().__init__(None, whole.status_code)
        self._whole = whole
        self._left = int(int(whole.headers.get("content-length", "0")) * keep)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the share, and end the connection."""

        async def up_to_the_cut(message: Message) -> None:
            if message["type"] == "http.response.body":
                body = message.get("body", b"")[: self._left]
                self._left -= len(body)
                message = {**message, "body": body, "more_body": True}
            await send(message)

        await self._whole(scope, receive, up_to_the_cut)
        _transport(receive).close()
        await _gone(receive)


class Trickled(Response):
    """Send another answer's body a byte at a time."""

    def __init__(self, whole: Response, seconds: float) -> None:
        super().__init__(None, whole.status_code)
        self._whole = whole
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the body for as long as the client listens."""
        left = asyncio.create_task(_gone(receive))

        async def slowly(message: Message) -> None:
            body = message.get("body", b"") if message["type"] == "http.response.body" else b""
            for place in range(len(body)):
                await send({**message, "body": body[place : place + 1], "more_body": True})
                await asyncio.wait([left], timeout=self._seconds)
                if left.done():
                    return
            await send({**message, "body": b""} if body else message)

        try:
            await self._whole(scope, receive, slowly)
        finally:
            left.cancel()


class Raw(Response):
    """Send bytes in place of an answer, and then end the connection."""

    def __init__(self, data: bytes) -> None:
        super().__init__(None, 200)
        self._data = data

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the bytes."""
        transport = _transport(receive)
        transport.write(self._data)
        transport.close()
        await _gone(receive)


BOMB = 64 * 2**20
"""Bytes that a bomb unpacks to."""


@cache
def bomb() -> bytes:
    """Return zeros, packed twice: a few hundred bytes."""
    return gzip.compress(gzip.compress(bytes(BOMB), 9), 9)


def _transport(receive: Receive) -> Any:
    """Return the connection under a request: uvicorn's receive is a method of the object that holds it."""
    return receive.__self__.transport  # type: ignore[attr-defined]


async def _gone(receive: Receive) -> None:
    """Wait until the server knows that the connection has ended, so that it does not miss the rest of the answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return start and end (exclusive) of a single range; an empty one if it lies outside; None for the whole."""
    found = re.fullmatch(r"\s*bytes=(\d*)-(\d*)\s*", header or "")
    if not found or found[1] == found[2] == "":
        return None
    if not found[1]:
        return (max(0, size - int(found[2])), size) if int(found[2]) else (0, 0)
    start = int(found[1])
    end = min(size, int(found[2]) + 1) if found[2] else size
    return (start, end) if start < end else (0, 0)
