"""A thousand jobs at once, in one process, with a budget of sixty requests a second."""

import asyncio
import gc
import tempfile
import threading
import time
from pathlib import Path

import anyio
import httpx

import reka_notebook
from benchmarks.service import asked, busiest, charges, service, small_video
from benchmarks.table import Table
from reka_notebook.jobs.engine import engine

JOBS = 1000
PER_SECOND, BURST, STRETCH = 60.0, 600.0, 60.0
PHOTO = Path(__file__).parent.parent / "notebooks" / "photo.jpg"


class Stalls:
    """The longest time for which a loop, or the main thread, did not come to its turn."""

    def __init__(self) -> None:
        self.engine = 0.0
        self.main = 0.0
        self.submit = 0.0
        self.collecting = self._began = 0.0
        self.stopped = threading.Event()

    def collected(self, phase: str, about: object) -> None:
        """Python's own garbage collection, for which every thread stands still."""
        if phase == "start":
            self._began = time.perf_counter()
        else:
            self.collecting = max(self.collecting, time.perf_counter() - self._began)

    async def watch(self) -> None:
        while not self.stopped.is_set():
            before = time.perf_counter()
            await anyio.sleep(0.005)
            self.engine = max(self.engine, time.perf_counter() - before - 0.005)


def run() -> Table:
    """Submit them, wait for all, and say what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        video = small_video(Path(folder))
        with service(seconds=120.0, seed=1, media=str(video)) as url:
            reka_notebook.configure(
                base_url=url, home=Path(folder) / "library", requests_per_minute=PER_SECOND * 60
            )
            return _measure(url)


def _measure(url: str) -> Table:
    stalls = Stalls()
    gc.callbacks.append(stalls.collected)
    engine().start(stalls.watch)
    began, cpu = time.perf_counter(), time.process_time()
    jobs = []
    for number in range(JOBS):
        before = time.perf_counter()
        jobs.append(reka_notebook.submit(f"Pan left {number}", PHOTO, model="kling-v3-pro", duration=3))
        stalls.submit = max(stalls.submit, time.perf_counter() - before)
    for job in jobs:
        while not job.status.done:
            before = time.perf_counter()
            time.sleep(0.005)
            stalls.main = max(stalls.main, time.perf_counter() - before - 0.005)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    stalls.stopped.set()
    gc.callbacks.remove(stalls.collected)
    return Table(
        title="A thousand jobs at once",
        columns=("", "measured", "wanted"),
        rows=(
            ("jobs kept", str(sum(job.take is not None for job in jobs)), str(JOBS)),
            ("charges", str(charges(url)), str(JOBS)),
            ("CPU for each job, ms", f"{1000 * cpu / JOBS:.1f}", "at most 15"),
            ("of it, its requests through bare httpx, ms", f"{1000 * asyncio.run(_bare(url)):.1f}", ""),
            ("longest stall of the engine, ms", f"{1000 * stalls.engine:.0f}", "at most 50"),
            ("longest garbage collection of Python's, ms", f"{1000 * stalls.collecting:.0f}", ""),
            ("longest stall of the main thread, ms", f"{1000 * stalls.main:.0f}", "at most 50"),
            ("longest submit() on the main thread, ms", f"{1000 * stalls.submit:.0f}", "at most 50"),
            (
                f"requests a second in the busiest {STRETCH:.0f} s",
                f"{busiest(url, STRETCH):.0f}",
                f"at most {PER_SECOND + BURST / STRETCH:.0f}",
            ),
            ("all done after, s", f"{wall:.0f}", ""),
        ),
        notes=(
            f"A budget of {PER_SECOND:.0f} requests a second, of which {BURST:.0f} may come in a burst; each job takes "
            "120 s at the service. Files of results do not count.",
        ),
    )


async def _bare(url: str) -> float:
    """Seconds of CPU that the requests of one job cost a client that does nothing but make them."""
    tries, each = 500, asked(url) / JOBS
    async with httpx.AsyncClient() as client:
        await client.get(f"{url}/v2/inference/models")
        began = time.process_time()
        for _ in range(tries):
            (await client.get(f"{url}/v2/inference/models")).raise_for_status()
        return (time.process_time() - began) / tries * each
