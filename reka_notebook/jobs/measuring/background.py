"""Measure takes in the background, one after another, when that disturbs nobody."""

import logging
import random
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import anyio
import anyio.to_thread

from reka_notebook.errors import RekaError
from reka_notebook.forks import renew_in_child
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.listeners import Listeners
from reka_notebook.jobs.measuring.process import MeasuringProcess
from reka_notebook.jobs.measuring.quiet import hold_back, is_quiet
from reka_notebook.jobs.measuring.subject import Subject, is_measurable, subject
from reka_notebook.library import Library
from reka_notebook.media.measures import VERSION, Measures

log = logging.getLogger("reka_notebook")

LOOK = 0.25
"""Seconds between checks whether measuring would disturb somebody."""

FIRST = 2.0
"""Seconds before a new take is measured, so that a person can look at it first."""

LONGEST = 300.0
"""Seconds that measuring a file may take; if it takes longer, the file counts as not measurable."""

PAGE = 50

WEEK = 7 * 24 * 3600.0
"""Seconds in which a take was kept for it to be measured unasked, if an ended process has not done so."""


class Standing(NamedTuple):
    """Say how far measuring is.

    Attributes:
        changed: A number that grows with every measured take.
        running: Whether older takes are being measured on request.
        done: How many of them are measured.
        of: How many there are.
        problem: Why measuring ended early, in words.
    """

    changed: int = 0
    running: bool = False
    done: int = 0
    of: int = 0
    problem: str | None = None


class Measuring:
    """Measure the takes that this process makes, and older ones on request.

    Nothing runs before the first take is added or after the last is measured. What a process leaves unmeasured as it
    ends, the next one measures after its own first takes.

    Args:
        wanted: Whether new takes are measured.
        is_busy: Whether measuring would disturb something that is going on.
    """

    def __init__(self, library: Library, wanted: Callable[[], bool], is_busy: Callable[[], bool]) -> None:
        self._library, self._wanted, self._is_busy = library, wanted, is_busy
        self.listeners = Listeners[Standing]("measuring")
        """Called on every change, on any thread."""
        self._standing = Standing()
        self._kept: deque[str] = deque()
        self._older: deque[str] | None = None
        self._tried: set[str] = set()
        self._has_looked_back = False
        self._running = False
        self._process: MeasuringProcess | None = None
        self._lock = threading.Lock()
        renew_in_child(self._renew)

    def _renew(self) -> None:
        """Forget the takes to measure: this is a child process, and its parent measures them."""
        self._kept, self._older, self._running, self._process = deque(), None, False, None
        self._lock = threading.Lock()
        self.listeners = Listeners[Standing]("measuring")

    @property
    def standing(self) -> Standing:
        """Return how far measuring is."""
        return self._standing

    def add(self, take: str) -> None:
        """Measure a new take when there is time for it; called from any thread."""
        if self._wanted():
            hold_back(FIRST)
            with self._lock:
                self._kept.append(take)
            self._start()

    def measure_older(self, on: bool = True) -> None:
        """Measure all takes that are not measured yet, or stop that; measures taken by then stay."""
        with self._lock:
            if on == (self._older is not None):
                return
            self._older, self._tried = (deque() if on else None), set()
        of = self._library.measures.count_unmeasured(VERSION) if on else self._standing.of
        self._tell(running=on, done=0 if on else self._standing.done, of=of, problem=None)
        if on:
            self._start()

    def _start(self) -> None:
        with self._lock:
            if self._running:
                return
            self._running = True
        engine().start(self._run)

    def _tell(self, **changes: object) -> None:
        self._standing = self._standing._replace(**changes)  # type: ignore[arg-type]
        self.listeners.tell(self._standing)

    async def _run(self) -> None:
        """Measure until nothing is left, in a process that lives as long as this takes."""
        try:
            while True:
                take = await anyio.to_thread.run_sync(self._next)
                if take is None:
                    await anyio.to_thread.run_sync(self._end_process)
                    if self._is_done():
                        return
                    continue
                try:
                    found = await anyio.to_thread.run_sync(self._subject, take)
                    if found is not None:
                        await self._measure(take, found)
                        self._tell(changed=self._standing.changed + 1)
                    self._count(take)
                except RekaError as error:  # a store that does not answer, or a right that is missing
                    log.info("take %s is not measured: %s", take, error)
                    if self._older is not None:
                        self._older = None
                        self._tell(running=False, problem=str(error))
        except (
            OSError,
            RekaError,
        ) as error:  # no process can be started, or a team's database does not answer
            log.info("takes cannot be measured now: %s", error)
            self._stop()
            self._tell(running=False, problem=f"Takes cannot be measured now: {error}")
        except Exception:
            self._stop()
            raise
        finally:
            self._end_process()

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.close()

    def _stop(self) -> None:
        """Leave the rest unmeasured until somebody asks."""
        with self._lock:
            self._kept.clear()
            self._older, self._running = None, False

    def _next(self) -> str | None:
        """Return the take to measure next: new ones of this process first, then older ones."""
        with self._lock:
            if self._kept:
                return self._kept.popleft()
        if self._older is None and not self._has_looked_back:
            self._has_looked_back = True
            left = self._library.measures.unmeasured(VERSION, PAGE, self._library.now() - WEEK)
            with self._lock:
                self._kept.extend(left)
            return self._next()
        if self._older is not None:
            if not self._older:
                wanted = self._library.measures.unmeasured(VERSION, PAGE + len(self._tried))
                page = [take for take in wanted if take not in self._tried]
                # Another process that does the same is mostly at another take.
                random.shuffle(page)
                self._older.extend(page)
            if self._older:
                take = self._older.popleft()
                self._tried.add(take)
                return take
            self._older = None
            self._tell(running=False, done=self._standing.of)
        return None

    def _is_done(self) -> bool:
        """Return whether nothing was added meanwhile; a take added from now on starts a new run."""
        with self._lock:
            self._running = bool(self._kept) or self._older is not None
            return not self._running

    def _count(self, take: str) -> None:
        if take in self._tried:
            done = self._standing.done + 1
            self._tell(done=done, of=max(done, self._standing.of))

    def _subject(self, take: str) -> Subject | None:
        """Return what to measure of a take; ``None`` if it is measured already or cannot be measured here."""
        record = self._library.takes.get(take)
        if record is None or record.removed or self._library.measures.measured_by(VERSION, [take]):
            return None
        if not is_measurable(record):
            self._library.measures.add(take, Measures(), VERSION)
            return None
        return subject(self._library, record, fetch=take in self._tried)

    async def _measure(self, take: str, found: Subject) -> None:
        """Measure a take; start over whenever measuring would disturb somebody."""
        measured: Measures | None = None
        disturbing = True
        while disturbing:
            while self._disturbs:
                await anyio.sleep(LOOK)
            if self._process is None:
                self._process = await anyio.to_thread.run_sync(MeasuringProcess)
            measured, disturbing = await self._measured(self._process, found)
            if measured is None:
                await anyio.to_thread.run_sync(self._end_process)
        add = partial(self._library.measures.add, take, measured or Measures(), VERSION)
        await anyio.to_thread.run_sync(add)

    async def _measured(self, process: MeasuringProcess, found: Subject) -> tuple[Measures | None, bool]:
        """Return the measures, if any, and whether measuring was stopped so as not to disturb somebody."""
        disturbing = False

        async def watch() -> None:
            nonlocal disturbing
            with anyio.move_on_after(LONGEST):
                while not disturbing:
                    await anyio.sleep(LOOK)
                    disturbing = self._disturbs
            process.kill()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            measure = partial(process.measure, *found)
            # Beside the engine's few threads, which others wait for.
            alone = anyio.CapacityLimiter(1)
            measured = await anyio.to_thread.run_sync(measure, abandon_on_cancel=True, limiter=alone)
            tasks.cancel_scope.cancel()
        return measured, disturbing and measured is None

    @property
    def _disturbs(self) -> bool:
        return self._is_busy() or not is_quiet()
