"""Run a thousand jobs at once in one process with sixty requests a second: first cold, then with history."""

import asyncio
import gc
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
import httpx

import reka_notebook
from benchmarks.service import asked, busiest, charges, service, small_video
from benchmarks.table import Table
from reka_notebook import media
from reka_notebook.jobs.engine import engine

JOBS = 1000
PER_SECOND, BURST, STRETCH = 60.0, 600.0, 60.0
SECONDS = 120.0
TICK = 0.005
"""Seconds between two looks for a stall."""
PHOTO = Path(__file__).parent.parent / "notebooks" / "photo.jpg"


class Stalls:
    """Measure the longest time for which a loop, or the main thread, had no turn.

    Python's own garbage collection, for which every thread stands still, is measured by itself and not counted: how
    long it takes depends on all that the process holds, and any allocation may set it off.
    """

    def __init__(self) -> None:
        self.engine = self.main = self.submit = self.collection = 0.0
        self.stopped = threading.Event()
        self._collecting = 0.0
        self._began: float | None = None

    def __enter__(self) -> "Stalls":
        gc.callbacks.append(self._collected)
        engine().start(self._watch)
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        gc.callbacks.remove(self._collected)

    def now(self) -> float:
        """Return a clock that stands still while garbage is collected."""
        # What waits for Python's lock has it before the end of a collection is told.
        began, moment = self._began, time.perf_counter()
        return moment - self._collecting - (0.0 if began is None else moment - began)

    def _collected(self, phase: str, about: object) -> None:
        if phase == "start":
            self._began = time.perf_counter()
        elif self._began is not None:
            took, self._began = time.perf_counter() - self._began, None
            self._collecting += took
            self.collection = max(self.collection, took)

    async def _watch(self) -> None:
        while not self.stopped.is_set():
            before = self.now()
            await anyio.sleep(TICK)
            self.engine = max(self.engine, self.now() - before - TICK)

    def wait(self) -> None:
        """Let the main thread sleep for a moment, and see how much longer it was."""
        before = self.now()
        time.sleep(TICK)
        self.main = max(self.main, self.now() - before - TICK)


@dataclass(frozen=True)
class Measured:
    """Hold what a thousand jobs took, in seconds, apart from counts."""

    kept: int
    charges: int
    cpu: float
    requests: float
    stalls: Stalls
    busiest: float
    wall: float


def run() -> Table:
    """Submit the jobs, wait for all, and say what that cost; then do it once more."""
    with tempfile.TemporaryDirectory() as folder:
        video = small_video(Path(folder))
        with service(seconds=SECONDS, seed=1, media=str(video)) as url:
            reka_notebook.configure(
                base_url=url, home=Path(folder) / "library", requests_per_minute=PER_SECOND * 60
            )
            idle = _idle()
            first, second = (_measure(url, way, idle) for way in ("left", "right"))
            return _table(first, second, asyncio.run(_bare(url)), _decoding(video))


def _idle() -> float:
    """Return the seconds of CPU a second that it costs to look for stalls."""
    with Stalls() as stalls:
        began, cpu = time.perf_counter(), time.process_time()
        while time.perf_counter() - began < 5:
            stalls.wait()
        return (time.process_time() - cpu) / (time.perf_counter() - began)


def _measure(url: str, way: str, idle: float) -> Measured:
    paid, seen = charges(url), _requests(url)
    with Stalls() as stalls:
        began, cpu = time.perf_counter(), time.process_time()
        jobs = []
        for number in range(JOBS):
            before = stalls.now()
            jobs.append(reka_notebook.submit(f"Pan {way} {number}", PHOTO, model="kling-v3-pro", duration=3))
            stalls.submit = max(stalls.submit, stalls.now() - before)
        for job in jobs:
            while not job.status.done:
                stalls.wait()
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    return Measured(
        kept=sum(job.take is not None for job in jobs),
        charges=charges(url) - paid,
        cpu=(cpu - wall * idle) / JOBS,
        requests=(_requests(url) - seen) / JOBS,
        stalls=stalls,
        busiest=busiest(asked(url)[0], STRETCH),
        wall=wall,
    )


def _requests(url: str) -> int:
    moments, files = asked(url)
    return len(moments) + files


def _table(first: Measured, second: Measured, bare: float, decoding: float) -> Table:
    def row(name: str, measure: Callable[[Measured], str], wanted: str = "") -> tuple[str, ...]:
        return name, measure(first), measure(second), wanted

    return Table(
        title="A thousand jobs at once",
        columns=("", "nothing known", "a thousand known", "wanted"),
        rows=(
            row("jobs kept", lambda one: str(one.kept), str(JOBS)),
            row("charges", lambda one: str(one.charges), str(JOBS)),
            row("CPU for each job, ms", lambda one: f"{1000 * one.cpu:.1f}", "at most 15"),
            row("requests for each job", lambda one: f"{one.requests:.1f}"),
            row(
                "CPU of as many through bare httpx, ms",
                lambda one: f"{1000 * one.requests * bare:.1f}",
            ),
            row("CPU of looking at one such file, ms", lambda one: f"{1000 * decoding:.1f}"),
            row(
                "longest stall of the engine, ms",
                lambda one: f"{1000 * one.stalls.engine:.0f}",
                "at most 50",
            ),
            row(
                "longest stall of the main thread, ms",
                lambda one: f"{1000 * one.stalls.main:.0f}",
                "at most 50",
            ),
            row(
                "longest submit() on the main thread, ms",
                lambda one: f"{1000 * one.stalls.submit:.0f}",
                "at most 50",
            ),
            row(
                "longest garbage collection of Python's, ms",
                lambda one: f"{1000 * one.stalls.collection:.0f}",
            ),
            row(
                f"requests a second in the busiest {STRETCH:.0f} s",
                lambda one: f"{one.busiest:.0f}",
                f"at most {PER_SECOND + BURST / STRETCH:.0f}",
            ),
            row("all done after, s", lambda one: f"{one.wall:.0f}"),
        ),
        notes=(
            f"A budget of {PER_SECOND:.0f} requests a second, of which {BURST:.0f} may come in a burst; each job takes "
            f"{SECONDS:.0f} s at the service. Files of results do not count. Stalls are without Python's garbage "
            "collection, which stands in a row of its own; the CPU is without what it costs to look for them. To look "
            "at a file is to see that it decodes to its end, and to make its poster.",
        ),
    )


async def _bare(url: str) -> float:
    """Return the seconds of CPU that a request costs a client that does nothing but make it."""
    tries = 500
    async with httpx.AsyncClient() as client:
        await client.get(f"{url}/v2/inference/models")
        began = time.process_time()
        for _ in range(tries):
            (await client.get(f"{url}/v2/inference/models")).raise_for_status()
        return (time.process_time() - began) / tries


def _decoding(video: Path) -> float:
    """Return the seconds of CPU that it costs to see that a file is whole, and to make its poster."""
    tries = 50
    began = time.process_time()
    for _ in range(tries):
        media.examine(video)
    return (time.process_time() - began) / tries
