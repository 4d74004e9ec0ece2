"""Serve bytes that the test chooses, on a real socket, and make clients that ask for them."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from reka_notebook import catalogue
from reka_notebook.api import Client, Patience
from reka_notebook.key import Key

ROUTES = {
    "models": "/v2/inference/models",
    "requests": "/v2/inference/requests",
    "status": "/v2/inference/requests/{request_id}/status",
    "result": "/v2/inference/requests/{request_id}",
    "cancel": "/v2/inference/requests/{request_id}/cancel",
}
phase = catalogue.load().phase
SECRET = "rk-51kep-never-shown-90210"
ONCE = Patience(total=0.0)


@dataclass(frozen=True)
class Asked:
    """Hold a request as it arrived; ``headers`` have lower-case names."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Reply = bytes | Callable[[socket.socket], None]


def http(status: int = 200, body: bytes | dict[str, Any] = b"", **headers: str) -> bytes:
    """Return an answer in bytes. ``content_length="…"`` takes the place of the right one, ``None`` leaves it out."""
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    named = {"content-length": str(len(data)), "connection": "close"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value is not None)
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + data


def reset(connection: socket.socket) -> None:
    """Return no answer: the connection is reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


@dataclass
class Wire:
    """Answer with ``replies``, one after the other, repeating the last. ``asked`` is what came."""

    replies: list[Reply] = field(default_factory=lambda: [http(200, {})])
    asked: list[Asked] = field(default_factory=list)
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        dual = {"family": socket.AF_INET6, "dualstack_ipv6": True} if ":" in self.host else {}
        self._listener = socket.create_server((self.host, 0), **dual)
        self.ended = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        if not self.ended.is_set():
            self.ended.set()
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            connection.settimeout(10)
            try:
                method, path, _ = lines.readline().decode().split()
                headers = {}
                while line := lines.readline().strip().decode():
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                body = lines.read(int(headers.get("content-length", 0)))
                reply = self.replies[min(len(self.asked), len(self.replies) - 1)]
                self.asked.append(Asked(method, path, headers, body))
                if isinstance(reply, bytes):
                    connection.sendall(reply)
                else:
                    reply(connection)
            except (OSError, ValueError):  # the client has left
                return


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def wires() -> Iterator[Callable[..., Wire]]:
    """Yield a function that starts servers: ``wires(*replies)``."""
    started: list[Wire] = []

    def start(*replies: Reply) -> Wire:
        started.append(Wire(list(replies)) if replies else Wire())
        return started[-1]

    yield start
    for wire in started:
        wire.close()


@pytest.fixture
def wire(wires: Callable[..., Wire]) -> Wire:
    """Return a server that answers with an empty object until told otherwise."""
    return wires()


@pytest.fixture
def asking() -> Callable[..., Client]:
    """Open a client of a server, with a key: ``async with asking(wire) as client``."""

    def make(wire: Wire | str, header: str = "Authorization", key: str | None = SECRET) -> Client:
        url = wire if isinstance(wire, str) else wire.url
        return Client(url, Key(key) if key else None, ROUTES, phase, header=header)

    return make


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten back-off to thousandths of a second."""
    monkeypatch.setattr("reka_notebook.api.retry.FIRST_WAIT", 0.001)
    monkeypatch.setattr("reka_notebook.api.retry.LONGEST_WAIT", 0.01)
