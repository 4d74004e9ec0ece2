"""Serve on a port of this machine, in threads, until it is closed."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Answer requests with ``get`` and ``post``, and write nothing of them."""

    def get(self) -> None:
        """Answer a GET."""
        self.send_error(501)

    def post(self) -> None:
        """Answer a POST."""
        self.send_error(501)

    def do_GET(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.post()

    def answer(self, status: int, body: Any, kind: str = "application/json") -> None:
        """Send bytes, or a value as JSON, and call it of this type; of none if that is empty."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


class LocalServer:
    """Let a handler answer whatever comes."""

    def __init__(self, handler: type[Handler]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._server.shutdown()
        self._server.server_close()
