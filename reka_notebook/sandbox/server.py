"""Run the sandbox as a server: a thread of this process, on a free port of the loopback interface."""

from __future__ import annotations

import atexit
import contextlib
import math
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from reka_notebook import catalogue
from reka_notebook.sandbox import profiles
from reka_notebook.sandbox.access import Keys, RateLimit
from reka_notebook.sandbox.errors import SandboxError
from reka_notebook.sandbox.faults import Faults
from reka_notebook.sandbox.inference import FAILED, Outcome, Timing
from reka_notebook.sandbox.ledger import Charge, Ledger, Refused, Seen
from reka_notebook.sandbox.profiles import DEFAULT
from reka_notebook.sandbox.queue import Pace, Seconds

if TYPE_CHECKING:
    from reka_notebook.sandbox.loop import Loop
    from reka_notebook.sandbox.service import Service

HOST = "127.0.0.1"


class Sandbox:
    """Serve a Reka on this machine: it needs no key and no network, and never pretends to be a model.

    Use ``with Sandbox() as url:``, or ``start()`` and ``stop()``. A stopped sandbox starts again with nothing
    remembered but its ledger, its log and its faults.

    Args:
        port: 0 for any free one.
        speed: How many times faster than the stated distribution requests go (see ``queue``).
        seed: Makes durations and random faults repeatable.
        seconds: In place of the distribution, how long each request takes (still divided by speed): a
            number, or a function of endpoint ID and input.
        queue_share: In place of chance, the share of that time spent in the queue, 0 to 1.
        render: "full", or "small" (320 pixels, 8 frames a second) if many are made.
        media: A file to hand out in place of every drawing of its kind, or of any if its name does not tell one.
        key: The only API key that is let in; without it any key will do, or none.
        rate_limit: Requests a minute for each key, enforced; without it, none is.
        relative_urls: Whether URLs in answers have no origin.
        url_host: The host that URLs in answers name; "localhost" is another origin than the 127.0.0.1 of
            ``url``.
        profile: The way in which it serves: reka, fal, strict or careless (see ``profiles``); "catalogue"
            takes any model and whatever the catalogue says, for tests of other things.
        balance: USD that the account has; what would go over it is refused. Without it, nothing is.
        catalogue: What the endpoints are; by default the catalogue that the rest of the package uses.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        speed: float = 1.0,
        seed: int | None = None,
        seconds: Seconds = None,
        queue_share: float | None = None,
        render: Literal["full", "small"] = "full",
        media: Path | None = None,
        key: str | None = None,
        rate_limit: int | None = None,
        relative_urls: bool = False,
        url_host: str | None = None,
        profile: str = DEFAULT,
        balance: float | None = None,
        catalogue: catalogue.Catalogue | None = None,
    ) -> None:
        if not (math.isfinite(speed) and speed > 0):
            raise SandboxError(f"The sandbox's speed must be above 0 and finite, not {speed}.")
        if balance is not None and not (math.isfinite(balance) and balance >= 0):
            raise SandboxError(f"The sandbox's balance must be 0 or more and finite, not {balance}.")
        self.faults = Faults(seed)
        """The faults switched on; see `Fault`."""
        self._port = port
        self._pace = Pace(speed, seed, seconds, queue_share)
        self._small = render == "small"
        self._media = media
        self._keys = Keys(key)
        self._rate_limit = rate_limit
        self._links = "" if relative_urls else url_host
        self._catalogue = catalogue
        self._profile = profiles.named(profile)
        self._balance = balance
        self._ledger = Ledger()
        self._loop: Loop | None = None
        self._service: Service | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._url = ""
        self._passed = 0.0

    def __repr__(self) -> str:
        return f"<Sandbox at {self._url}>" if self._loop else "<Sandbox, not started>"

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> str:
        """Start the server and return its URL.

        Raises:
            SandboxError: If it cannot be started.
        """
        if self._loop:
            return self._url
        listener = _listen(self._port)
        try:
            self._begin(listener)
        except BaseException:
            listener.close()
            self._clean_up()
            raise
        atexit.register(self.stop)
        return self._url

    def stop(self) -> None:
        """End the server, in the middle of whatever it does. No thread, port or file is left."""
        atexit.unregister(self.stop)
        loop, self._loop = self._loop, None
        if loop:
            loop.stop()
        self._clean_up()

    @property
    def url(self) -> str:
        """Return where it is: ``http://127.0.0.1:PORT``.

        Raises:
            SandboxError: If it has not been started.
        """
        if not self._loop:
            raise SandboxError("The sandbox is not started. Use `with Sandbox() as url:`, or start().")
        return self._url

    @property
    def ledger(self) -> list[Charge]:
        """Return what was charged, the first one first."""
        return self._ledger.charges

    @property
    def refused(self) -> list[Refused]:
        """Return the submissions that were refused, the first one first."""
        return list(self._ledger.refused)

    @property
    def balance(self) -> float | None:
        """Return what is left of the balance in USD, or None without one."""
        return None if self._balance is None else round(self._balance - self._ledger.charged, 4)

    @property
    def profile(self) -> str:
        """Return the name of the profile that it serves."""
        return self._profile.name

    @property
    def log(self) -> list[Seen]:
        """Return every HTTP request of Reka's API and for media, in the order of their answers."""
        return self._ledger.seen

    @property
    def requests(self) -> list[Timing]:
        """Return when each request was submitted, started and done, or will be."""
        return self._running.timings

    def fail_next(
        self,
        error: dict[str, Any] | None = None,
        *,
        status: str = "FAILED",
        times: int = 1,
    ) -> None:
        """Let the next submissions end in ``status`` with this error: FAILED, COMPLETED with an error, CANCELLED."""
        self._running.next_ends(Outcome(status, error or (None if status == "CANCELLED" else FAILED)), times)

    def finish_next(self, times: int = 1) -> None:
        """Let the next submissions finish even though they are cancelled."""
        self._running.next_ends(Outcome(ignores_cancel=True), times)

    def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass at once for every request that is under way."""
        self._passed += seconds

    def forget_keys(self) -> None:
        """Forget every idempotency key, so that none is replayed any more."""
        self._running.forget_keys()

    def forget(self, request_id: str) -> None:
        """Forget a request, so that asking for it is a 404. Its charge and its key stay."""
        self._running.forget(request_id)

    @property
    def _running(self) -> Service:
        if not self._service:
            raise SandboxError("The sandbox is not started. Use `with Sandbox() as url:`, or start().")
        return self._service

    def _begin(self, listener: socket.socket) -> None:
        try:
            from reka_notebook.sandbox.app import Front
            from reka_notebook.sandbox.flow import Flow
            from reka_notebook.sandbox.loop import Loop
            from reka_notebook.sandbox.pictures import Pictures
            from reka_notebook.sandbox.rendering.renderer import Renderer
            from reka_notebook.sandbox.service import Service
        except ModuleNotFoundError as problem:
            raise SandboxError(
                f"The sandbox needs {problem.name}. Install it with: pip install 'reka-notebook[sandbox]'"
            ) from None
        self._folder = tempfile.TemporaryDirectory(prefix="reka-sandbox-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        renderer = Renderer(folder)
        self._service = Service(
            self._catalogue or catalogue.load(),
            self._ledger,
            Pictures(folder),
            renderer,
            lambda: time.monotonic() + self._passed,
            time.time() - time.monotonic(),
            self._profile,
            self._pace,
            self._small,
            self._media,
            self._balance,
        )
        self._url = f"http://{HOST}:{listener.getsockname()[1]}"
        loop = Loop(listener, renderer)
        rate = RateLimit(self._rate_limit, time.monotonic)
        flow = Flow(self._service, self.faults, self._keys, rate, loop.stopping)
        loop.start(Front(flow, self._links).app())
        self._loop = loop

    def _clean_up(self) -> None:
        folder, self._folder = self._folder, None
        if folder:
            folder.cleanup()


def serve(
    port: int = 0,
    speed: float = 1.0,
    seed: int | None = None,
    *,
    profile: str = DEFAULT,
    balance: float | None = None,
) -> None:
    """Run a sandbox until Ctrl-C or SIGTERM; its first line on stdout is ``Sandbox ready at http://127.0.0.1:PORT``."""
    ended = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
    sandbox = Sandbox(port=port, speed=speed, seed=seed, profile=profile, balance=balance)
    # Around all of it, as who has read the first line may press Ctrl-C before the print has returned.
    with contextlib.suppress(KeyboardInterrupt), sandbox as url:
        print(f"Sandbox ready at {url}", flush=True)
        ended.wait()


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only then, and without it an answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(512)
    except (OSError, OverflowError) as problem:
        listener.close()
        raise SandboxError(f"The sandbox cannot listen on port {port} of {HOST}: {problem}") from problem
    listener.setblocking(False)
    return listener
