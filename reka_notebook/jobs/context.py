"""Hold what the steps of a job share: its row, its tools, its clock, and what they tell a person."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from reka_notebook.api import ApiError, Client, Patience, Unanswered
from reka_notebook.catalogue import Endpoint, Learned
from reka_notebook.jobs.job import Job
from reka_notebook.jobs.polling import History
from reka_notebook.jobs.steps.moments import obstacle_in_words, trouble_in_words, wait_in_words
from reka_notebook.library import DatabaseUnreachable, JobRecord, LeaseLost, Library, LibraryError
from reka_notebook.library.states import ENDED, State, check_transition

SHORTLY = Patience(total=20.0)
"""For a request that is worth a few tries, and is made again later where they fail."""

LAST_LOOK = 300.0
"""Seconds that a job has which is taken over after its deadline: long enough to fetch what has long been made."""

GRACE = 5.0
"""Seconds that an answer worth having still has to arrive after a person has asked to cancel."""

QUICK = 1.0
"""Seconds. A question that was asked less than that before the deadline stood in nobody's way."""

SILENT = 10.0
"""Seconds after which a person is told that a team's store does not answer: its own tools try for a minute."""

T = TypeVar("T")


def back_off_from_database() -> Iterator[float]:
    """Yield the seconds between tries to reach a team's database; it may be away for long, and is asked on."""
    yield from (0.5, 1.0, 2.0)
    while True:
        yield 4.0


class CutOff(Unanswered):
    """Report that the wait ended before the answer came: at the deadline, or because a person wants to cancel."""


class JobContext:
    """Hold one job being done, on the engine's loop; every change is on disk before the next step."""

    def __init__(
        self,
        job: Job,
        record: JobRecord,
        endpoint: Endpoint,
        library: Library,
        history: History,
        client: Client,
        rate: Callable[[], float | None],
        alternatives: Sequence[str] = (),
        learned: Learned | None = None,
        known_now: Callable[[], Endpoint] | None = None,
    ) -> None:
        self.job = job
        self.record = record
        self.endpoint = endpoint
        self.library = library
        self.history = history
        self.client = client
        self.rate = rate
        """How many questions a second this job may ask, as things are now; ``None`` for any number."""
        self.alternatives = alternatives
        """The other models that do the same, by name."""
        self.learned = learned
        """Where to write down what the service's answers teach."""
        self.known_now = known_now or (lambda: endpoint)
        """The endpoint with what other jobs and kernels have learned meanwhile."""
        self.taken_over = record.request_id is not None
        """Whether the service had it already when this began: it goes on where another run ended."""
        self.fetched_before = self.taken_over
        """Whether files of its result may be in the library from an earlier try."""
        self.links_refused = 0
        """How many times in a row a file's host has refused the URL that the service gave."""
        self._wake = anyio.Event()
        # The clock that the deadline is written in may be set back; the one that it is held against never is.
        left = record.left(library.now())
        self.overdue = left <= 0
        """Whether its deadline had passed before it was taken over; it is looked after once more."""
        self._until = time.monotonic() + (LAST_LOOK if self.overdue else left)
        self._hurried = False
        self._asking: tuple[anyio.CancelScope, float] | None = None
        self._troubles = 0
        """How many questions in a row were not answered."""
        self.obstacle: str | None = None
        """What stands in the way of an answer just now, in words."""

    @property
    def request_id(self) -> str:
        """Return the service's name for the job."""
        return self.record.request_id or ""

    @property
    def left(self) -> float:
        """Return the seconds to the deadline."""
        return max(0.0, self._until - time.monotonic())

    @property
    def sent(self) -> frozenset[str]:
        """Return the URLs that went along with the request; in an answer they are not a result."""
        request = self.record.request
        images = (use.url for uses in request.images.values() for use in uses)
        given = (value for value in request.input.values() if isinstance(value, str))
        return frozenset(url for url in (*images, *given) if url)

    @property
    def wants_cancel(self) -> bool:
        """Return whether a person wants it cancelled."""
        return self.job.status.cancelling

    @property
    def elsewhere(self) -> str:
        """Return what to do if this model refuses: the others, by name, and how to make one the default."""
        if not self.alternatives:
            return ""
        note = f"{self.endpoint.note} " if self.endpoint.note else ""
        first = self.alternatives[0]
        return (
            f"{note}Other models: {', '.join(self.alternatives)}. Name one (--model), or make it "
            f"the default: reka_notebook.configure(model={first!r}) for this session, or for good "
            f'{{"default": "{first}/{self.endpoint.task}"}} in catalogue.json (`reka-notebook catalogue` says where).'
        )

    @property
    def elsewhere_if_noted(self) -> str:
        """Return the other models if a note says that this one may be gone; otherwise they are not worth naming."""
        return self.elsewhere if self.endpoint.note else ""

    def url(self, name: str) -> str | None:
        """Return a URL that the service gave with the submission: ``status_url``, ``response_url``, ``cancel_url``."""
        url = self.record.answers.get("submit", {}).get(name)
        return url if isinstance(url, str) and url else None

    def wake(self) -> None:
        """End the pause that is under way."""
        self._wake.set()

    async def pause(self, seconds: float) -> None:
        """Wait, at most to the deadline, or until something is wanted."""
        with anyio.move_on_after(min(seconds, self.left)):
            await self._wake.wait()
        self._wake = anyio.Event()

    async def ask(self, call: Awaitable[T], *, within: float | None = None, grace: float | None = 0.0) -> T:
        """Await a request's answer, at most to the deadline.

        Args:
            within: Seconds to wait at most, in place of those to the deadline.
            grace: Seconds to go on waiting once a person wants to cancel; ``None`` for no hurry.

        Raises:
            CutOff: If the answer was not there, or not whole, by then.
        """
        begun, self._hurried = anyio.current_time(), False
        before = self.obstacle
        seconds = self.left if within is None else within
        with anyio.CancelScope(deadline=begun + seconds) as scope:
            self._asking = None if grace is None else (scope, grace)
            try:
                return await call
            finally:
                self._asking = None
        if self._hurried:
            raise CutOff("Waiting for an answer ended because you cancelled")
        late = CutOff("The answer did not arrive in full in time")
        if self.obstacle is not before:  # what stood in the way of an earlier try is worth more
            raise late
        if anyio.current_time() - begun > QUICK:
            self.obstacle = late.said
        raise late

    def hurry(self) -> None:
        """End the wait for the answer that is under way, because a person wants to cancel."""
        if self._asking is not None:
            self._hurried = True
            scope, grace = self._asking
            scope.deadline = min(scope.deadline, anyio.current_time() + grace)

    async def write(self, **changes: Any) -> None:
        """Change the job's row."""

        def update() -> JobRecord:
            return self.library.jobs.update(self.record.id, epoch=self.record.epoch, **changes)

        pauses, away = iter((1.0, 2.0, 4.0, 8.0, 16.0, 32.0)), back_off_from_database()
        unreachable = False
        while True:
            try:
                self.record = await anyio.to_thread.run_sync(update)
                if unreachable:
                    self.job.change(note=None)
                return
            except LeaseLost:
                raise
            except (
                LibraryError
            ) as error:  # a full disk, a locked file: what is known is not given up for that
                unreachable = isinstance(error, DatabaseUnreachable)
                seconds = next(away if unreachable else pauses, None)
                if seconds is None or (unreachable and self.left <= 0):
                    raise
                self.job.change(note=f"{error} Trying again in {seconds:.0f} s.")
                await self.pause(seconds)

    async def read(self) -> None:
        """Read the row anew: another process may want something of this job, or have taken it over.

        Raises:
            LeaseLost: If it has taken the job over.
        """
        epoch = self.record.epoch
        try:
            self.record = await anyio.to_thread.run_sync(self.library.jobs.get, self.record.id)
        except DatabaseUnreachable:  # what is being made goes on meanwhile, and the next write tells
            return
        if self.record.epoch != epoch:
            raise LeaseLost(f"Job {self.record.id} is done by another process now.")
        if self.record.cancel_wanted is not None and not self.job.status.cancelling:
            self.job.change(cancelling=True)

    async def at_store(self, do: Callable[[], T]) -> T:
        """Use the team's store in another thread, and tell the person if it does not answer for long."""
        before = self.job.status.note
        words = (
            f"The store {self.library.media.address} has not answered for {SILENT:.0f} s. Nothing is lost. "
            "Still trying."
        )
        telling = asyncio.get_running_loop().call_later(SILENT, lambda: self.job.change(note=words))
        try:
            return await anyio.to_thread.run_sync(do)
        finally:
            telling.cancel()
            if self.job.status.note == words:
                self.job.change(note=before)

    async def keep_answer(self, name: str, raw: dict[str, Any]) -> None:
        """Keep one of the service's answers, untouched."""
        await self.write(answers={**self.record.answers, name: raw})

    async def move(self, state: State, **changes: Any) -> None:
        """Change the job's state, on disk and then for its listeners."""
        check_transition(State(self.record.state), state)
        await self.write(state=str(state), **changes)
        if state not in ENDED:  # of its end it is told with what it left, and once: see Job.end
            self._troubles = 0
            self.job.change(state=state, trouble=None)

    def trouble(self, error: ApiError, seconds: float | None = None) -> None:
        """Tell the person what is in the way, and when it will be tried again."""
        self.obstacle = obstacle_in_words(error)
        self._troubles += 1
        self.job.change(
            trouble=trouble_in_words(error, self._troubles, seconds),
            note=f"{error.message.rstrip('.')}. {wait_in_words(error)}".rstrip(),
        )

    def answered(self) -> None:
        """Tell that the service answers again."""
        self._troubles = 0
        self.job.change(trouble=None)
