"""Serve files on a real socket, well or badly."""

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Literal

from tests.local_server import Handler, LocalServer


@dataclass
class Files:
    """Serve ``content`` under every path. ``asked`` holds the range asked for, the status, the bytes sent.

    ``refusals`` are answered first, one after the other. ``length`` says how the end of a file is told: by
    ``Content-Length``, by chunks, or by closing the connection. ``trickle``: seconds between a hundred bytes and the
    next.
    """

    content: bytes = b""
    ranges: bool = True
    most: int = 2**40
    length: Literal["stated", "chunked", "closed"] = "stated"
    unsatisfiable: bool = True
    breaks_at: Callable[[int], int | None] = lambda number: None
    hang: threading.Event | None = None
    trickle: float = 0.0
    refusals: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[tuple[str | None, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        files = self

        class Asked(Handler):
            protocol_version = "HTTP/1.1"

            def get(self) -> None:
                files._answer(self)

        self._server = LocalServer(Asked)

    @property
    def url(self) -> str:
        return self._server.url

    def close(self) -> None:
        if self.hang is not None:
            self.hang.set()
        self._server.close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        wanted = handler.headers.get("Range")
        number = len(self.asked)
        if self.refusals:
            status, body = self.refusals.pop(0)
            self._send(handler, wanted, status, body, {})
            return
        size = len(self.content)
        begin = int(match[1]) if self.ranges and (match := re.match(r"bytes=(\d+)-", wanted or "")) else None
        if begin is not None and begin >= size:
            headers = {"Content-Range": f"bytes */{size}"} if self.unsatisfiable else {}
            self._send(handler, wanted, 416, b"", headers)
        elif begin is not None:
            end = min(size, begin + self.most)
            headers = {"Content-Range": f"bytes {begin}-{end - 1}/{size}"}
            self._send(handler, wanted, 206, self.content[begin:end], headers, self.breaks_at(number))
        else:
            self._send(handler, wanted, 200, self.content, {}, self.breaks_at(number))

    def _send(
        self,
        handler: BaseHTTPRequestHandler,
        wanted: str | None,
        status: int,
        body: bytes,
        headers: dict[str, str],
        breaks_at: int | None = None,
    ) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        chunked = self.length == "chunked" and status < 300
        if chunked:
            handler.send_header("Transfer-Encoding", "chunked")
        elif self.length == "stated" or status >= 300:
            handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        sent = body if breaks_at is None else body[:breaks_at]
        self.asked.append((wanted, status, len(sent)))
        if chunked:
            handler.wfile.write(f"{len(sent):x}\r\n".encode() + sent + b"\r\n" if sent else b"")
            handler.wfile.write(b"0\r\n\r\n" if breaks_at is None else b"")
        elif self.trickle:
            with suppress(OSError):
                for place in range(0, len(sent), 100):
                    handler.wfile.write(sent[place : place + 100])
                    time.sleep(self.trickle)
        else:
            handler.wfile.write(sent)
        with suppress(OSError):
            handler.wfile.flush()
        if self.hang is not None:
            self.hang.wait(20)
