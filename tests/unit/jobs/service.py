"""Serve answers on a real socket, each written byte for byte."""

import json
import socket
import threading
from contextlib import suppress
from typing import Any

REQUEST = "/v2/inference/requests/r-1"
ACCEPTED = {"request_id": "r-1", "status": "IN_QUEUE"}
DONE = {"request_id": "r-1", "status": "COMPLETED"}


def http(status: int = 200, body: Any = b"", **headers: str) -> bytes:
    """Return an answer; ``body`` is bytes, or a value that is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {
        "Content-Type": "application/json",
        "Content-Length": str(len(data)),
        "Connection": "close",
    } | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + data


class Service:
    """Answer each step as told, repeating the last answer.

    The steps are submit, status, result, cancel, file, and dead for files of that name.
    ``asked`` is what came: the step, and the request's head.
    """

    def __init__(self, film: bytes) -> None:
        self.asked: list[tuple[str, str]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.film_url = f"{self.url}/film.mp4"
        self._answers = {
            "submit": [http(202, ACCEPTED)],
            "status": [http(200, DONE)],
            "result": [http(200, DONE | {"output": {"video": {"url": self.film_url}}})],
            "cancel": [http(200, {"request_id": "r-1", "status": "CANCELLED"})],
            "file": [http(200, film, **{"Content-Type": "video/mp4"})],
        }
        threading.Thread(target=self._serve, daemon=True).start()

    def say(self, step: str, *answers: Any) -> None:
        """Answer a step with bytes, or with values that are sent as JSON with status 200."""
        self._answers[step] = [made if isinstance(made, bytes) else http(200, made) for made in answers]

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection, connection.makefile("rb") as lines:
            head = ""
            while (line := lines.readline().decode("latin-1")).strip():
                head += line
            if not head:
                return
            lengths = [
                row.partition(":")[2]
                for row in head.lower().splitlines()
                if row.startswith("content-length:")
            ]
            lines.read(int(lengths[0]) if lengths else 0)
            step = self._step(*head.split(" ", 2)[:2])
            answers = self._answers[step]
            self.asked.append((step, head))
            connection.sendall(answers.pop(0) if len(answers) > 1 else answers[0])

    @staticmethod
    def _step(method: str, path: str) -> str:
        if method == "POST":
            return "cancel" if path.endswith("/cancel") else "submit"
        if path.startswith(REQUEST):
            return "status" if "/status" in path else "result"
        return "dead" if path.startswith("/dead") else "file"
