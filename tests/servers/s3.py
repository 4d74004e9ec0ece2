"""Start an S3 on a free port, moto's or a real one, with faults in front of it, and a note of every request."""

import http.client
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

KEY, SECRET = "team-access-key-8812", "bucket-secret-never-shown-8812"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/nowhere",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""How the store's own tools are told of the credentials, and of nothing that is the person's."""

ERROR = b'<?xml version="1.0"?><Error><Code>%s</Code><Message>' + SECRET.encode() + b"</Message></Error>"


@dataclass
class Fault:
    """Answer so many requests otherwise.

    Args:
        method: Which: ``PUT``, ``GET``; empty for all.
        code: S3's code for what is wrong; ``cut`` ends the connection in the middle, ``slow`` waits before it goes on.
        status: The HTTP status.
        times: How many.
        seconds: How long ``slow`` waits.
    """

    method: str = ""
    code: str = "InternalError"
    status: int = 500
    times: int = 1_000_000
    seconds: float = 0.0


App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def _moto() -> App:
    from moto.server import DomainDispatcherApplication, create_backend_app

    application: App = DomainDispatcherApplication(create_backend_app)
    return application


def _passing_on(gateway: str) -> App:
    """Return what hands a request on as it is, for the signature is made over the address that was asked."""
    address = urlsplit(gateway).netloc

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        chunked = environ.get("HTTP_TRANSFER_ENCODING") == "chunked"
        body = environ["wsgi.input"].read(*() if chunked else (int(environ.get("CONTENT_LENGTH") or 0),))
        headers = {
            name.removeprefix("HTTP_").replace("_", "-"): value
            for name, value in environ.items()
            if name == "CONTENT_TYPE" or (name.startswith("HTTP_") and name not in _OWN)
        }
        with closing(http.client.HTTPConnection(address, timeout=60)) as connection:
            connection.request(environ["REQUEST_METHOD"], environ["RAW_URI"], body, headers)
            got = connection.getresponse()
            data = got.read()
        start(
            f"{got.status} {got.reason}",
            [pair for pair in got.getheaders() if pair[0] not in _OF_THE_CONNECTION],
        )
        return [data]

    return answer


_OWN = ("HTTP_EXPECT", "HTTP_CONNECTION", "HTTP_TRANSFER_ENCODING")
_OF_THE_CONNECTION = ("Connection", "Keep-Alive", "Transfer-Encoding")


class S3:
    """Hold the server, which runs in a thread.

    Args:
        gateway: The URL of a real one that answers in place of moto, behind the same faults.
    """

    def __init__(self, gateway: str = "") -> None:
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Quiet(WSGIRequestHandler):
            def log(self, *_: object) -> None:
                """Write nothing."""

        self._behind = _passing_on(gateway) if gateway else _moto()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.requests: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._server.shutdown()
        self._server.server_close()

    def counted(self, bucket: str) -> Counter[str]:
        """Return how many requests of each kind came for a bucket; a GET of no object is a LIST."""
        kinds: Counter[str] = Counter()
        for method, path in self.requests:
            if path.split("/")[1] == bucket:
                kinds["LIST" if method == "GET" and path.count("/") == 1 else method] += 1
        return kinds

    @contextmanager
    def failing(self, **fault: Any) -> Iterator[Fault]:
        """Answer with a fault meanwhile."""
        one = Fault(**fault)
        self.faults.append(one)
        try:
            yield one
        finally:
            self.faults.remove(one)

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.requests.append((method, path))
        for fault in self.faults:
            if fault.method in ("", method) and fault.times > 0:
                fault.times -= 1
                if fault.code == "slow":
                    time.sleep(fault.seconds)
                    continue
                length = int(environ.get("CONTENT_LENGTH") or 0)
                if fault.code == "cut":
                    environ["wsgi.input"].read(length // 2)
                    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
                    return []
                environ["wsgi.input"].read(length)
                start(f"{fault.status} Refused", [("Content-Type", "application/xml")])
                return [ERROR % fault.code.encode()]
        try:
            return self._behind(environ, start)
        except (OSError, http.client.HTTPException):  # the gateway was killed, or is away
            with suppress(OSError):
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return []

    def bucket(self) -> str:
        """Make a bucket, and return its name."""
        import boto3

        name = f"team-{secrets.token_hex(6)}"
        boto3.client("s3", endpoint_url=self.url).create_bucket(Bucket=name)
        return name

    def keys(self, bucket: str) -> dict[str, int]:
        """Return all keys of a bucket, with their sizes."""
        import boto3

        found = boto3.client("s3", endpoint_url=self.url).list_objects_v2(Bucket=bucket)
        return {one["Key"]: one["Size"] for one in found.get("Contents", [])}

    def replace(self, bucket: str, key: str, data: bytes) -> None:
        """Put other bytes in an object's place."""
        import boto3

        boto3.client("s3", endpoint_url=self.url).put_object(Bucket=bucket, Key=key, Body=data)
