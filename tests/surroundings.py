"""Put proxies, and a private certificate authority, between a client and the service.

All of it on real sockets. ``reka.test`` is reached through the proxies alone, as no name server knows it.
"""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

trustme = pytest.importorskip("trustme")

HOST = "reka.test"
URL = f"https://{HOST}"


class Server:
    """Answer each connection in a thread of its own."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.seen: list[bytes] = []
        """What the first bytes of each connection were."""
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._safely, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _safely(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                self.serve(connection)
            except OSError:  # the other side has left
                return

    def serve(self, connection: socket.socket) -> None:
        raise NotImplementedError


class TlsService(Server):
    """Answer every request in the same way, under a certificate of a private authority."""

    def __init__(self, folder: Path, body: bytes = b'{"status": "COMPLETED"}', **certificate: Any) -> None:
        self.authority = trustme.CA()
        self.trusted = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(self.trusted))
        self._body = body
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        names = certificate.pop("names", (HOST,))
        self.authority.issue_cert(*names, **certificate).configure_cert(self._context)
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secure:
            head = b""
            while b"\r\n\r\n" not in head:
                head += secure.recv(65536)
            self.seen.append(head)
            secure.sendall(
                b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n"
                b"content-length: %d\r\n\r\n%b" % (len(self._body), self._body)
            )


EXPIRED = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


class ConnectProxy(Server):
    """Act as an HTTP proxy that connects every name to one server, or answers what it is told to."""

    def __init__(self, target: int | None = None, answer: bytes | Callable[[socket.socket], None] = b""):
        self._target = target
        self._answer = answer
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
        self.seen.append(head)
        if callable(self._answer):
            self._answer(connection)
        elif self._answer:
            connection.sendall(b"HTTP/1.1 %b\r\ncontent-length: 0\r\n\r\n" % self._answer)
        else:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with socket.create_connection(("127.0.0.1", self._target or 0)) as other:
                pipe(connection, other)


class TlsConnectProxy(ConnectProxy):
    """Act as :class:`ConnectProxy`, itself under a certificate of the service's authority."""

    def __init__(self, service: TlsService) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        service.authority.issue_cert("127.0.0.1").configure_cert(self._context)
        super().__init__(service.port)

    def serve(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secure:
            super().serve(secure)


class SocksProxy(Server):
    """Act as a SOCKS5 proxy without passwords that connects every name to one server.

    :param reply: its answer to the wish to connect; 0 is "connected", 2 "not allowed", 4 "host unreachable".
    """

    def __init__(self, target: int | None = None, reply: int = 0, greeting: bytes = b"\x05\x00") -> None:
        self._target, self._reply, self._greeting = target, reply, greeting
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        self.seen.append(connection.recv(300))
        connection.sendall(self._greeting)
        if self._greeting != b"\x05\x00":
            return
        self.seen.append(connection.recv(300))
        connection.sendall(bytes([5, self._reply, 0, 1, 127, 0, 0, 1, 0, 80]))
        if self._reply == 0:
            with socket.create_connection(("127.0.0.1", self._target or 0)) as other:
                pipe(connection, other)


def pipe(one: socket.socket, other: socket.socket) -> None:
    """Hand bytes on in both directions, until either side has left."""

    def back() -> None:
        try:
            while piece := other.recv(65536):
                one.sendall(piece)
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    thread = threading.Thread(target=back, daemon=True)
    thread.start()
    try:
        while piece := one.recv(65536):
            other.sendall(piece)
        other.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    thread.join(10)
