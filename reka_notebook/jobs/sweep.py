"""Do several requests as one: submitted a few at a time, paused, resumed and cancelled together."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from reka_notebook.api import AuthenticationFailed, ConnectionBlocked
from reka_notebook.display import Displayed, formatters
from reka_notebook.errors import RekaError, unexpected
from reka_notebook.forks import renew_in_child
from reka_notebook.jobs.controller import Controller
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.errors import JobExpired, SweepFailed
from reka_notebook.jobs.job import Job
from reka_notebook.jobs.listeners import Listeners
from reka_notebook.jobs.prepared import PreparedRequest
from reka_notebook.jobs.sweep_request import SweepRequest
from reka_notebook.jobs.sweep_status import SweepPosition, SweepStatus, describe_failure
from reka_notebook.jobs.take import Take
from reka_notebook.jobs.takes import Takes
from reka_notebook.library.spending.limit import OverBudget
from reka_notebook.library.states import ENDED, State
from reka_notebook.text import many


@dataclass
class Entry:
    """Hold a request, its job once it has one, and the words of why it cannot have one.

    Args:
        fresh: Whether to make another take even if one is kept.
        sending: Whether it is being submitted just now.
        dropped: Whether it was cancelled before it was submitted.
        again: Whether a person asked for it once more, so that it is sent in a paused sweep too.
    """

    prepared: PreparedRequest
    fresh: bool = False
    job: Job | None = None
    refused: str | None = None
    sending: bool = False
    dropped: bool = False
    again: bool = False

    @property
    def waiting(self) -> bool:
        """Return whether it has still to be submitted, and nobody is doing that."""
        return self.state is None and not self.sending

    @property
    def busy(self) -> bool:
        """Return whether its job is at work."""
        return self.job is not None and not self.job.status.done

    @property
    def state(self) -> State | None:
        """Return its job's state, or what stands for one; ``None`` if it has still to be submitted."""
        if self.job is not None:
            return self.job.status.state
        if self.refused is not None:
            return State.FAILED
        return State.CANCELLED if self.dropped else None

    def position(self, *, paused: bool) -> SweepPosition:
        """Return where it stands, in a sweep that may be paused."""
        if self.job is not None:
            status = self.job.status
            going_on = None if status.done else status
            return SweepPosition(
                status.state, status.stage, self.job.id, self.job.take, status.error, going_on
            )
        if self.refused is not None:
            return SweepPosition(State.FAILED, "Failed", error=self.refused)
        if self.dropped:
            return SweepPosition(State.CANCELLED, "Not sent")
        return SweepPosition(None, "Paused" if paused else "Not sent yet")

    def begin_again(self) -> None:
        """Forget how it ended, to submit the same once more: by its own number, where it is another take."""
        if self.job is not None:
            self.prepared, self.fresh = replace(self.prepared, request=self.job.request), False
        self.job, self.refused, self.dropped, self.again = None, None, False, True


log = logging.getLogger("reka_notebook")

AT_ONCE = 4
"""Jobs of one sweep at the service at a time: what is not submitted yet can still be thought better of."""
ENOUGH = 3
"""Failures in a row after which a sweep pauses by itself: the next would very likely fail too."""

Listener = Callable[["Sweep"], object]


class Sweep(Displayed):
    """Do requests as one, in a stable order, from any thread and any event loop.

    What is kept is shown, what runs is joined; only the rest is submitted, and only while the sweep is
    neither paused nor cancelled. What was submitted is a job like any other: the library keeps it, whatever
    becomes of the sweep.

    ``await sweep`` and ``sweep.result()`` return its ``Takes``, or raise ``SweepFailed``. If you stop
    waiting, the sweep does not stop.

    Args:
        controller: Submits its requests.
        request: What is asked for; afterwards an attribute.
        notebook_file: The notebook that asks; ``None`` outside one.
        at_once: How many jobs are at the service at a time.
        fresh: Whether to make another take of each even if one is kept.
    """

    def __init__(
        self,
        controller: Controller,
        request: SweepRequest,
        *,
        notebook_file: str | None,
        at_once: int = AT_ONCE,
        fresh: bool = False,
    ) -> None:
        self.request = request
        self._controller = controller
        self._at_once = at_once
        self._notebook_file = notebook_file
        self._entries = {one.request.content_key: Entry(one, fresh) for one in request.requests}
        self._positions = [self._entries[one.request.content_key] for one in request.requests]
        self._paused = self._cancelled = self._running = False
        self._note: str | None = None
        self._failures = 0
        self._listeners = Listeners[Sweep]("a sweep")
        self._lock = threading.RLock()
        self._wake: anyio.Event | None = None
        self._end: Future[SweepStatus] = Future()
        renew_in_child(self._renew)

    def _renew(self) -> None:
        """Submit nothing more: this is a child, and its parent does."""
        self._lock = threading.RLock()
        self._listeners = Listeners[Sweep]("a sweep")
        if not self._end.done():
            self._paused, self._note = (
                True,
                "This sweep goes on in the process that this one was forked from.",
            )
            self._end = Future()
            self._end.set_exception(JobExpired(self._note))

    @property
    def status(self) -> SweepStatus:
        """Return where it stands now."""
        with self._lock:
            positions = tuple(entry.position(paused=self._paused) for entry in self._positions)
            return SweepStatus(positions, self._paused, self._cancelled, self._note)

    @property
    def takes(self) -> list[Take]:
        """Return the takes that are kept by now, in order."""
        return [position.take for position in self.status.positions if position.take is not None]

    @property
    def jobs(self) -> list[Job]:
        """Return the jobs that are at work now."""
        with self._lock:
            return [entry.job for entry in self._entries.values() if entry.job is not None and entry.busy]

    @property
    def settled(self) -> bool:
        """Return whether nothing more happens by itself: the sweep is done, or has paused because too much failed."""
        with self._lock:
            left = self._left
            return not left or (self._note is not None and left == {None})

    @property
    def _left(self) -> set[State | None]:
        """Return the states that are no end: of a thousand requests, that is known sooner than the whole status."""
        with self._lock:
            return {entry.state for entry in self._positions} - ENDED

    def start(self) -> "Sweep":
        """Show the takes that exist already, and begin to submit the rest. Touches the disk, never the network."""
        for entry in self._entries.values():
            if not entry.fresh:
                self._take_in(entry, self._controller.find)
                if entry.job is not None:
                    self._controller.count_shown_again(entry.job)
        self._go_on()
        return self

    def pause(self) -> None:
        """Submit nothing new; what is at the service goes on."""
        with self._lock:
            self._paused = True
        self._listeners.tell(self)

    def resume(self) -> None:
        """Go on submitting."""
        with self._lock:
            self._paused, self._note, self._failures = False, None, 0
        self._look_again()
        self._listeners.tell(self)

    def cancel(self) -> None:
        """End it: what is not submitted never is and costs nothing, and what is at the service is cancelled there."""
        with self._lock:
            self._cancelled = True
            entries = list(self._entries.values())
            for entry in entries:
                entry.dropped = entry.waiting or entry.dropped
        for entry in entries:
            self._cancel(entry)
        self._look_again()
        self._listeners.tell(self)

    def retry(self, job: str | None = None) -> None:
        """Ask once more for what failed, timed out or was cancelled; nothing else is sent.

        What timed out goes on with the same request, without a second charge. What failed or was cancelled is a new,
        separately charged request.

        Args:
            job: The id of the one to ask for; all of them if not given. Of one, its new job is there afterwards.
        """
        with self._lock:
            entries = self._missing(job)
            for entry in entries:
                entry.begin_again()
                entry.sending = job is not None
            if self._note is not None:  # what it was paused for is what is asked for again
                self._paused, self._note = False, None
            self._cancelled, self._failures = False, 0
        self._go_on()
        if job is not None:
            for entry in entries:
                self._submit(entry)
        self._look_again()
        self._listeners.tell(self)

    def missing(self, job: str | None = None) -> list[PreparedRequest]:
        """Return the requests that ``retry`` would make."""
        with self._lock:
            return [
                entry.prepared if entry.job is None else replace(entry.prepared, request=entry.job.request)
                for entry in self._missing(job)
            ]

    def _missing(self, job: str | None) -> list[Entry]:
        ended = [entry for entry in self._entries.values() if entry.state in ENDED - {State.KEPT}]
        return [entry for entry in ended if job is None or (entry.job is not None and entry.job.id == job)]

    def _go_on(self) -> None:
        """Submit on the engine's loop, if nobody does."""
        with self._lock:
            if self._running:
                return
            self._running = True
            if self._end.done():
                self._end = Future()
        engine().start(self._run)

    def wait(self, timeout: float | None = None) -> SweepStatus:
        """Wait until every position has come to its end, at most ``timeout`` seconds, and return the status.

        Raises:
            TimeoutError: It has not ended yet. It goes on.
        """
        return self._end.result(timeout)

    def result(self, timeout: float | None = None) -> Takes:
        """Wait for the takes, at most ``timeout`` seconds.

        Raises:
            TimeoutError: They are not there yet. The sweep goes on.
            SweepFailed: Some of them will not be there.
        """
        left = timeout
        while not self.settled:
            step = 0.2 if left is None else min(0.2, left)
            try:
                self.wait(step)
            except TimeoutError:
                if left is not None and (left := left - step) <= 0:
                    raise
        return self._all_takes()

    def __await__(self) -> Generator[Any, None, Takes]:
        return self._settle().__await__()

    async def _settle(self) -> Takes:
        # Looked at rather than told: an interrupt is noticed only by a loop that is awake.
        while not self.settled:
            await asyncio.sleep(0.1)
        return self._all_takes()

    def _all_takes(self) -> Takes:
        status = self.status
        if all(position.state is State.KEPT for position in status.positions):
            return Takes(self.takes, self.request)
        raise SweepFailed(describe_failure(status))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(sweep)`` at every change, on any thread; returns what ends it."""
        return self._listeners.add(listener)

    def contact_sheet(
        self,
        path: str | os.PathLike[str],
        *,
        title: str = "Variations",
        ranking: Any = (),
        copy: bool = False,
        paper: str = "A4",
    ) -> list[Path]:
        """Write a contact sheet of the takes made so far, laid out by what varies; see ``Takes.contact_sheet``.

        Raises:
            RekaError: If there are no takes yet, or the sheet cannot be written.
        """
        request, positions = self.request, self.status.positions
        rows, width = request.rows(), len(request.columns())
        shown = [
            (positions[at].take, request.names[at], rows[cell // width] if len(rows) > 1 else "")
            for cell, at in enumerate(request.order)
            if at is not None and positions[at].take is not None
        ]
        takes, labels, groups = ([one[part] for one in shown] for part in range(3))
        written: list[Path] = formatters.sheet(
            title,
            Takes(take for take in takes if isinstance(take, Take)),
            path,
            labels=labels,
            groups=groups,
            ranking=ranking,
            copy=copy,
            paper=paper,
        )
        return written

    async def _run(self) -> None:
        """Submit, one after the other, whenever there is room; ends with the sweep."""
        while True:
            self._wake = anyio.Event()
            entry = self._next()
            if entry is not None:
                await anyio.to_thread.run_sync(self._submit, entry)
            elif self._is_over():
                break
            else:
                await self._wake.wait()

    def _is_over(self) -> bool:
        """Return whether nothing is left to do, and tell who waits for that."""
        with self._lock:
            if self._left:
                return False
            self._running = False
            self._end.set_result(self.status)
            return True

    def _next(self) -> Entry | None:
        with self._lock:
            entries = self._entries.values()
            if self._cancelled or sum(entry.busy for entry in entries) >= self._at_once:
                return None
            waiting = (entry for entry in entries if entry.waiting and (entry.again or not self._paused))
            entry = next(waiting, None)
            if entry is not None:
                entry.sending = True
            return entry

    def _submit(self, entry: Entry) -> None:
        self._take_in(
            entry,
            lambda prepared: self._controller.submit(
                prepared, fresh=entry.fresh, notebook_file=self._notebook_file
            ),
        )
        with self._lock:
            entry.sending = False
            if self._cancelled:
                entry.dropped = entry.state is None
        if self._cancelled:
            self._cancel(entry)
        self._listeners.tell(self)

    def _cancel(self, entry: Entry) -> None:
        if entry.job is not None and entry.busy:
            entry.job.cancel()

    def _take_in(self, entry: Entry, find: Callable[[PreparedRequest], Job | None]) -> None:
        """Record the job that ``find`` returns, or the words of why it cannot be had."""
        try:
            job = find(entry.prepared)
        except (
            AuthenticationFailed,
            ConnectionBlocked,
            OverBudget,
        ) as error:  # the next would be refused just so
            self._stop_short(f"{str(error).rstrip('.')}. Then resume.")
        except RekaError as error:
            entry.refused = str(error)
            self._count(failed=True)
        except Exception as error:
            log.exception("a request of a sweep could not be submitted")
            entry.refused = unexpected(error)
            self._count(failed=True)
        else:
            entry.job = job
            if job is not None and not job.status.done:
                job.subscribe(self._changed)

    def _changed(self, job: Job) -> None:
        if job.status.done:
            self._count(failed=job.status.state is State.FAILED)
            self._look_again()
        self._listeners.tell(self)

    def _count(self, *, failed: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
        if self._failures >= ENOUGH:
            self._stop_short(
                f"{ENOUGH} in a row have failed, so nothing more is sent. See why, then resume, or cancel."
            )

    def _stop_short(self, note: str) -> None:
        with self._lock:
            if None in self._left and not self._cancelled:
                self._paused, self._note = True, note
                for entry in self._entries.values():
                    entry.again = False

    def _look_again(self) -> None:
        def wake() -> None:
            if self._wake is not None:
                self._wake.set()

        engine().call(wake)

    def __repr__(self) -> str:
        return f"<Sweep of {many(len(self.request.requests), 'take')}: {self.status.words}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.sweep(self)
