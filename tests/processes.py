"""Stand in for a notebook's process: a controller with an engine of its own, which can be killed.

What a kill leaves behind is what the engine had written by the next ``await``: nothing is tidied up, no row is
written, and the lock by which other processes know it to be alive is let go, as the operating system does.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import anyio
import pytest

from reka_notebook.api import Patience, retry
from reka_notebook.api.connections import Connection
from reka_notebook.config import Settings
from reka_notebook.jobs import Controller, Job, PreparedRequest, prepare, runner
from reka_notebook.jobs import worker as following
from reka_notebook.jobs.engine import Engine
from reka_notebook.jobs.polling import poller
from reka_notebook.jobs.polling.delay import UNSEEN
from reka_notebook.jobs.steps import cancellation, keeping
from reka_notebook.key import Key
from reka_notebook.sandbox import profiles

MODEL = "kling-v3-pro"
SECRET = "rk-51kep-never-shown-90210"


def ask_soon(patch: pytest.MonkeyPatch) -> None:
    """Ask the service again after hundredths of a second, whatever is known of earlier jobs."""
    patch.setattr(
        poller, "next_delay", lambda known, elapsed, seen=UNSEEN, **more: 0.02 * (1 + seen.failures)
    )


def add_billing(patch: pytest.MonkeyPatch) -> None:
    """Add a profile of the sandbox, ``billing``, that bills by the second, and says so."""
    billed = replace(profiles.CATALOGUE, name="billing", bill=("usage", "price_usd"))
    patch.setattr(profiles, "PROFILES", MappingProxyType({**profiles.PROFILES, "billing": billed}))


def wait_until(condition: Callable[[], object], seconds: float = 10, every: float = 0.005) -> None:
    """Wait for something to come about, which is looked at again and again."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(every)


def make_quick(patch: pytest.MonkeyPatch) -> None:
    """Shorten every wait of a job to hundredths of a second; four tenths count as a long silence."""
    ask_soon(patch)
    for module in (runner, keeping):
        patch.setattr(module, "back_off", lambda failures: 0.02 * (1 + failures))
    for module in (runner, cancellation):
        patch.setattr(module, "SHORTLY", Patience(total=0.3))
    patch.setattr(runner, "LOST_FOR", 0.0)
    patch.setattr(retry, "FIRST_WAIT", 0.01)
    patch.setattr(retry, "LONGEST_WAIT", 0.05)
    patch.setattr(following, "LOOK", 0.05)
    asking = Connection.ask
    patch.setattr(
        Connection, "ask", lambda *asked, **named: asking(*asked[:-1], timeout=min(asked[-1], 0.4), **named)
    )


class Process:
    """Hold a controller with its engine. ``kill`` ends it in the middle of whatever it does."""

    def __init__(self, url: str, home: Path, patch: pytest.MonkeyPatch, **settings: Any) -> None:
        self.engine = Engine()
        for part in (
            "worker",
            "access",
            "sweep",
            "steps.submission",
            "account.requests",
            "account.found",
            "measuring.background",
        ):
            patch.setattr(f"reka_notebook.jobs.{part}.engine", lambda: self.engine)
        chosen = Settings(
            url, home, **{"api_key": Key(SECRET), "deadline": 30.0, "measure": False} | settings
        )
        self.controller = Controller(chosen)
        self.alive = True

    def prepare(self, prompt: str = "a slow dolly in", image: Any = None, **values: Any) -> PreparedRequest:
        """Return a checked request for a short video."""
        model = values.pop("model", MODEL)
        catalogue = self.controller.catalogue
        slots = catalogue.endpoint(model).images
        images = {"start": PIXELS if image is None else image} if "start" in slots else {}
        return prepare(catalogue, prompt, images, model=model, values=values)

    def submit(self, prompt: str = "a slow dolly in", *, fresh: bool = False, **values: Any) -> Job:
        """Ask for a short video."""
        return self.controller.submit(self.prepare(prompt, **values), fresh=fresh, notebook_file=None)

    def on_engine(self, function: Callable[[], Any]) -> Any:
        """Run something on the engine's loop."""
        return self.engine.call(function)

    def kill(self) -> None:
        """End the process, at its next ``await`` at the latest."""
        if not self.alive:
            return
        self.alive = False
        if self.controller.library.changes is not None:
            self.controller.library.changes.close()
        _, tasks, portal = self.engine._ready.result()
        clients = list(self.controller._worker.access._clients.values())

        async def die() -> None:
            tasks.cancel_scope.cancel()
            with anyio.CancelScope(shield=True):
                await portal.stop(cancel_remaining=True)
                for client in clients:  # the operating system closes what a process had open
                    await client.close()

        portal.call(die)
        self.engine._thread.join(30)
        assert not self.engine._thread.is_alive()
        leases = self.controller.library.leases
        if leases._lock is not None:
            leases._lock.release()
        self.controller.library.database.close()


@contextmanager
def processes(home: Path, patch: pytest.MonkeyPatch) -> Iterator[Callable[..., Process]]:
    """Yield a function that starts processes sharing a library, and kill what still lives at the end."""
    started: list[Process] = []

    def start(url: str, **settings: Any) -> Process:
        started.append(Process(url, home, patch, **settings))
        return started[-1]

    try:
        yield start
    finally:
        for process in started:
            process.kill()


def _pixels() -> bytes:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (96, 54), "#53687d").save(buffer, "PNG")
    return buffer.getvalue()


PIXELS = _pixels()
"""A small picture, as a file. It is even, so that nobody can say whether a film begins with it."""


def short_film(path: Path, seconds: float = 1.0) -> Path:
    """Return a small MP4 file, made once and handed out by sandboxes in place of drawing."""
    import av
    import numpy as np

    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("h264", rate=8, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        dice = np.random.default_rng(1)
        for _ in range(round(8 * seconds)):
            pixels = dice.integers(0, 255, (90, 160, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path
