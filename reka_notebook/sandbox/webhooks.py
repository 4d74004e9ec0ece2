"""Tell a webhook on this machine that its request has ended; no other is ever called."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any
from urllib.parse import quote, urlsplit

PATIENCE = 5.0
"""Seconds that a webhook has to answer."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_local(url: str) -> bool:
    """Return whether this is plain http to this machine."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and parts.hostname in _LOOPBACK and parts.port != 0
    except ValueError:
        return False


async def post(url: str, body: Any) -> None:
    """Post a body as JSON, once. What is answered is not looked at, and a webhook that is gone is no error."""
    parts = urlsplit(url)
    path = quote(
        (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="/?%&=+:;,@!~*'()$-._"
    )
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    with contextlib.suppress(OSError, TimeoutError, UnicodeError):
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
            try:
                writer.write(head.encode("ascii") + content)
                await writer.drain()
                await reader.read(1)
            finally:
                writer.close()
