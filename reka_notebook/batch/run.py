"""Make the rows of a batch: claim a few, submit them, write down how each ended, until none is left.

Every machine that joins does just this. A row is claimed for a minute, and the claim renewed as long as its machine
lives; what a dead one had claimed is claimed by another, which then joins the job that the library has of it.
"""

import logging
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from reka_notebook import media
from reka_notebook.api import AuthenticationFailed, ConnectionBlocked
from reka_notebook.errors import RekaError, unexpected
from reka_notebook.jobs import Controller, Job, PreparedRequest, State
from reka_notebook.jobs.prepared import kept_image
from reka_notebook.library import ImageUse, LibraryError
from reka_notebook.library.batches.records import BatchCounts, BatchRecord, BatchRow, RowState
from reka_notebook.library.spending.limit import OverBudget

log = logging.getLogger("reka_notebook")

AT_ONCE = 8
"""Jobs that one machine has at the service at a time, unless told otherwise."""

LEASE = 60.0
"""Seconds for which a row is claimed."""

LOOK = 1.0
"""Seconds between two looks at how the whole batch stands, or whether there is something to claim."""

LARGE = 20_000
"""Rows from which on it takes a while to count them, so that it is done less often."""

ENOUGH = 5
"""Failures in a row after which a machine sends nothing more: the next would very likely fail too."""

LONGEST_OUTAGE = 900.0
"""Seconds that the library may be out of reach before a machine gives up."""

_ROW_STATES: dict[State, RowState] = {State.KEPT: "kept", State.EXPIRED: "expired"}


@dataclass(eq=False)
class _Making:
    """Hold a row that this machine has claimed, and its job once it has one."""

    row: BatchRow
    job: Job | None = None
    tries: int = 0


class BatchRun:
    """Make rows of a batch, on this machine, until none is left or something stands in the way.

    Attributes:
        counts: How the whole batch stood when that was looked at last.
        note: What stands in the way just now, or why nothing more is sent.
        stopped: Whether nothing more is sent.
        sent: How many jobs it followed when it ended.
    """

    def __init__(
        self,
        control: Controller,
        batch: BatchRecord,
        at_once: int = AT_ONCE,
        tell: Callable[["BatchRun"], object] = lambda run: None,
    ) -> None:
        self.batch = batch
        self.counts = BatchCounts()
        self.note: str | None = None
        self.stopped = False
        self._control = control
        self._table = control.library.batches
        self._me = control.library.leases.me
        self._at_once = at_once
        self._tell = tell
        self.sent = 0
        self._making: list[_Making] = []
        self._waiting: deque[_Making] = deque()
        self._failures = 0
        self._renewed = self._looked = self._claimed_nothing = 0.0
        self._patience = LOOK if batch.rows < LARGE else 5 * LOOK
        self._unreachable: float | None = None
        self._changed = threading.Event()
        self._image = lru_cache(maxsize=4)(self._read_image)

    @property
    def claimed(self) -> int:
        """Return how many rows this machine has claimed."""
        return len(self._making)

    @property
    def busy(self) -> int:
        """Return how many jobs this machine follows."""
        return sum(one.job is not None and not one.job.status.done for one in self._making)

    def run(self) -> BatchCounts:
        """Make rows until none is left, and return how the batch stands then.

        Raises:
            KeyboardInterrupt: A person does not want to wait; others may go on with what was claimed here.
            LibraryError: The library could not be reached for too long.
        """
        with _held_interrupt(self._changed.set) as interrupted:
            try:
                while not self._step():
                    self._changed.wait(0.25)
                    self._changed.clear()
                    if interrupted():
                        raise KeyboardInterrupt
            finally:
                self.sent = self.busy
                self._release()
        return self.counts

    def _step(self) -> bool:
        """Do what there is to do, and return whether that was the end."""
        try:
            self._settle()
            self._renew()
            self._claim()
            self._submit()
            over = self._look()
        except LibraryError as error:
            self._is_out_of_reach(error)
            return False
        if self._unreachable is not None:
            self._unreachable, self.note = None, None
        return over

    def _is_out_of_reach(self, error: LibraryError) -> None:
        now = time.monotonic()
        self._unreachable = self._unreachable or now
        if now - self._unreachable > LONGEST_OUTAGE:
            raise error
        self.note = str(error)
        self._tell(self)
        time.sleep(1.0)

    def _look(self) -> bool:
        """See how the whole batch stands, tell who follows it, and return whether it is over for this machine."""
        over = not self._making and not self._waiting
        if time.monotonic() - self._looked >= (LOOK if over else self._patience):
            self._looked = time.monotonic()
            self.counts = self._table.counts(self.batch.id)
            self._tell(self)
            if over and self.counts.claimed and not self.counts.waiting:
                self._release_the_dead()
        return over and (self.stopped or not self.counts.left)

    def _release_the_dead(self) -> None:
        """Release what a process had claimed that is known to be gone: its claims would last a while yet."""
        alive = self._control.library.leases.is_alive
        for owner in self._table.owners(self.batch.id) - {self._me}:
            if not alive(owner):
                self._table.release(self.batch.id, owner)

    def _renew(self) -> None:
        if self._making and time.monotonic() - self._renewed >= LEASE / 4:
            self._control.library.leases.renew()
            self._table.renew(self.batch.id, self._me, LEASE)
            self._renewed = time.monotonic()

    def _claim(self) -> None:
        room = self._at_once - len(self._making)
        if self.stopped or room <= 0 or self._waiting or time.monotonic() - self._claimed_nothing < LOOK:
            return
        claimed = self._table.claim(self.batch.id, self._me, room, LEASE)
        if not claimed:
            self._claimed_nothing = time.monotonic()
        self._waiting.extend(map(_Making, claimed))
        self._making.extend(self._waiting)

    def _submit(self) -> None:
        while self._waiting and not self.stopped:
            one = self._waiting[0]
            try:
                self._submit_one(one)
            except LibraryError:
                one.tries += 1
                if one.tries <= ENOUGH:
                    raise
                log.exception("a row of a batch could not be submitted")
                self._fail(
                    one, "The library could not be used for this row; reka-notebook doctor may say why."
                )
            if self._waiting and self._waiting[0] is one:
                self._waiting.popleft()

    def _submit_one(self, one: _Making) -> None:
        try:
            prepared = self._prepared(one.row)
        except RekaError as error:  # its image is gone, or its model
            self._fail(one, str(error))
            return
        try:
            job = self._control.submit(prepared, notebook_file=None)
        except (
            AuthenticationFailed,
            ConnectionBlocked,
            OverBudget,
        ) as error:  # the next would be refused just so
            self._stop(str(error))
        except LibraryError:
            raise
        except RekaError as error:
            self._fail(one, str(error))
        except Exception as error:
            log.exception("a row of a batch could not be submitted")
            self._fail(one, unexpected(error))
        else:
            one.job = job
            self._table.note_job(self.batch.id, one.row.number, self._me, job.id)
            job.subscribe(lambda _: self._changed.set())
            if job.status.done:  # it was kept already
                self._changed.set()

    def _prepared(self, row: BatchRow) -> PreparedRequest:
        sources = tuple(self._image(use) for uses in row.request.images.values() for use in uses)
        endpoint = self._control.catalogue.endpoint(row.request.endpoint)
        return PreparedRequest(row.request, endpoint, sources, row.webhook)

    def _read_image(self, use: ImageUse) -> media.SourceImage:
        return kept_image(use, self._control.library)

    def _settle(self) -> None:
        """Write down how those have ended that have."""
        ended = [one for one in self._making if one.job is not None and one.job.status.done]
        for one in ended:
            job = one.job
            assert job is not None  # noqa: S101 (seen above)
            state, error = job.status.state, job.status.error
            if job.has_wrong_key:
                self._stop(error or "The service does not know the API key.")
                self._table.release(self.batch.id, self._me, [one.row.number])
            elif state in _ROW_STATES:
                self._table.settle(self.batch.id, one.row.number, self._me, _ROW_STATES[state], job.id, error)
                self._failures = 0
            else:
                self._fail(one, error or f"The job ended as {state}.", job.id)
                continue
            self._making.remove(one)
        if ended and not self._making:  # that may have been the last
            self._looked = 0.0

    def _fail(self, one: _Making, words: str, job: str | None = None) -> None:
        self._table.settle(self.batch.id, one.row.number, self._me, "failed", job or one.row.job, words)
        self._making.remove(one)
        self._failures += 1
        if self._failures >= ENOUGH:
            self._stop(f"{ENOUGH} in a row have failed, so nothing more is sent. The last: {words}")

    def _stop(self, words: str) -> None:
        """Send nothing more; what was sent is waited for."""
        self.stopped, self.note = True, words
        left = [one.row.number for one in self._waiting]
        self._making = [one for one in self._making if one not in self._waiting]
        self._waiting.clear()
        if left:
            self._table.release(self.batch.id, self._me, left)

    def _release(self) -> None:
        try:
            self._table.release(self.batch.id, self._me)
        except LibraryError as error:  # the claims end by themselves
            log.info("what was claimed of batch %s is released later: %s", self.batch.id, error)


@contextmanager
def _held_interrupt(wake: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """Yield whether Ctrl-C was pressed, which raises nothing the first time.

    Raised within a statement, it would leave the library's connection in the middle of it, and what was claimed could
    not be released.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or usual is not signal.default_int_handler:
        yield lambda: False
        return
    pressed = False

    def hold(*_: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, usual)  # who presses it again does not want to wait for a step
        wake()

    signal.signal(signal.SIGINT, hold)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, usual)
