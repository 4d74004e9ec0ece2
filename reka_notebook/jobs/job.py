"""Hold a job in Python: await it, look at it, cancel it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from reka_notebook.display import Displayed, formatters
from reka_notebook.jobs.errors import JobError, JobExpired
from reka_notebook.jobs.listeners import Listeners
from reka_notebook.jobs.take import ArrivedTake, Take
from reka_notebook.kinds import making
from reka_notebook.library import GenerationRequest
from reka_notebook.library.states import ENDED, State
from reka_notebook.text import format_duration


@dataclass(frozen=True)
class JobStatus:
    """Hold where a job stands at a moment.

    Args:
        status: The service's own status word, untouched.
        queue_position: How many requests are ahead, if the service says.
        started: When it was asked for, in seconds since the epoch.
        expected: The seconds it will take in all, judged by earlier jobs; ``None`` if there are none.
        kind: What is made: ``video``, ``image``, ``audio``, ``boxes`` or ``text``.
        trouble: What stands between here and the service just now, as a stage of its own.
        note: What is out of the ordinary just now (a service that does not answer, a long wait).
        error: How it ended, if it ended badly.
        logs: The service's own log lines, if it gave any.
    """

    state: State
    started: float
    status: str = ""
    queue_position: int | None = None
    expected: float | None = None
    kind: str = "video"
    trouble: str | None = None
    note: str | None = None
    error: str | None = None
    cancelling: bool = False
    ended: float | None = None
    logs: tuple[str, ...] = field(default=(), repr=False)

    @property
    def done(self) -> bool:
        """Return whether nothing more will happen by itself."""
        return self.state in ENDED

    @property
    def elapsed(self) -> float:
        """Return the seconds since it was asked for, or that it took."""
        return max(0.0, (self.ended or time.time()) - self.started)

    @property
    def time_words(self) -> str:
        """Return how long it took, or takes and will take: ``2 s, about 3 s left``."""
        spent = format_duration(self.elapsed)
        if self.expected is None or self.done:
            return spent
        left = self.expected - self.elapsed
        return (
            f"{spent}, about {format_duration(max(1.0, left))} left"
            if left > 0
            else f"{spent}, longer than expected"
        )

    @property
    def stage(self) -> str:
        """Return the state in words."""
        if self.cancelling and not self.done:
            return "Cancelling"
        if self.trouble and not self.done:
            return self.trouble
        if self.state is State.RUNNING:
            return making(self.kind)
        if self.state is State.QUEUED and self.queue_position:
            return f"Waiting in the queue, {self.queue_position} ahead"
        return _STAGES[self.state]


_STAGES = {
    State.PREPARED: "Preparing",
    State.SUBMITTING: "Submitting",
    State.QUEUED: "Waiting in the queue",
    State.FETCHING: "Downloading",
    State.KEPT: "Kept",
    State.FAILED: "Failed",
    State.CANCELLED: "Cancelled",
    State.EXPIRED: "Timed out (can be resumed)",
}

Listener = Callable[["Job"], object]


class Job(Displayed):
    """Follow what is being done about one request, from any thread and any event loop.

    ``await job`` and ``job.result()`` return its ``Take``, or raise ``JobFailed``, ``JobCancelled`` or
    ``JobExpired``. If you stop waiting, the job does not stop: it goes on, and its take is kept. Once a job
    has ended, it can be copied and pickled.

    Attributes:
        by_other: Who asked for it, where that was another person of the team; else empty.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 (the word for it)
        request: GenerationRequest,
        title: str,
        status: JobStatus,
        cancel: Callable[["Job"], None],
        by_other: str = "",
    ) -> None:
        self.id = id
        self.request = request
        self.title = title
        self._status = status
        self._cancel = cancel
        self.by_other = by_other
        self._begin_to_wait()

    def _begin_to_wait(self) -> None:
        self._listeners = Listeners[Job](f"job {self.id}")
        self._viewers = Listeners[ArrivedTake | None](f"job {self.id}")
        self._end: Future[Take] = Future()
        # A running future cannot be cancelled by a waiter that is: to stop waiting is not to cancel the job.
        self._end.set_running_or_notify_cancel()

    @property
    def status(self) -> JobStatus:
        """Return where the job stands now."""
        return self._status

    @property
    def take(self) -> Take | None:
        """Return the job's take, once it is kept."""
        return self._end.result() if self._end.done() and self._end.exception() is None else None

    @property
    def has_wrong_key(self) -> bool:
        """Return whether it ended because the service does not know the API key."""
        outcome = self._end.exception() if self._end.done() else None
        return isinstance(outcome, JobError) and outcome.wrong_key

    def result(self, timeout: float | None = None) -> Take:
        """Wait for the take, at most ``timeout`` seconds.

        Raises:
            TimeoutError: If the job is not done yet; it goes on.
            JobError: If it ended without a take.
        """
        try:
            return self._end.result(timeout)
        except KeyboardInterrupt as interrupt:
            self._goes_on(interrupt)
            raise

    def __await__(self) -> Generator[Any, None, Take]:
        try:
            return (yield from asyncio.wrap_future(self._end).__await__())
        except asyncio.CancelledError as interrupt:
            self._goes_on(interrupt)
            raise

    async def events(self) -> AsyncIterator[JobStatus]:
        """Yield every status from now on, until the job ends."""
        loop, queue = asyncio.get_running_loop(), asyncio.Queue[JobStatus]()
        stop = self.subscribe(lambda job: loop.call_soon_threadsafe(queue.put_nowait, job.status))
        try:
            status = self.status
            while True:
                yield status
                if status.done:
                    return
                status = await queue.get()
        finally:
            stop()

    def cancel(self) -> None:
        """Ask for the job to be cancelled, and return at once; its end tells whether that came in time."""
        self._cancel(self)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(job)`` at every change, on the engine's thread; return a function that ends this."""
        return self._listeners.add(listener)

    def view_arrival(self, viewer: Callable[[ArrivedTake | None], object]) -> Callable[[], None]:
        """Call ``viewer`` with the take as soon as its film has arrived, and with ``None`` if that was too soon.

        The take is kept after the call, which comes on a thread of its own. Where the film proves to be cut
        off, or the disk is full, ``None`` takes it back, and the job goes on.

        Returns:
            A function that ends this.
        """
        return self._viewers.add(viewer)

    @property
    def has_viewers(self) -> bool:
        """Return whether somebody wants to see the take before it is kept."""
        return len(self._viewers) > 0

    def arrive(self, take: ArrivedTake | None) -> None:
        """Tell the viewers what has arrived, or ``None`` to take it back. Only the controller calls this."""
        self._viewers.tell(take)

    def change(self, **changes: Any) -> None:
        """Set parts of the status and tell every listener. Only the controller calls this."""
        status = replace(self._status, **changes)
        if status != self._status:
            self._status = status
            self._listeners.tell(self)

    def end(self, outcome: Take | JobError, ended: float | None = None) -> None:
        """Set how the job ended, and tell everybody who waits or listens. Only the controller calls this.

        Every end passes here, so that state, words and notes agree.

        Args:
            outcome: What the job left; an error's class is its state.
            ended: When it ended, in seconds since 1970; now if not given.
        """
        self._status = replace(
            self._status,
            state=State.KEPT if isinstance(outcome, Take) else outcome.state,
            ended=ended or time.time(),
            trouble=None,
            note=None,
            error=None if isinstance(outcome, Take) else str(outcome),
        )
        if isinstance(outcome, Take):
            self._end.set_result(outcome)
        else:
            self._end.set_exception(outcome)
        self._listeners.tell(self)

    def leave_to_parent(self) -> None:
        """End the wait in a forked child, where nobody tells of the job's end. Only the controller calls this."""
        if self.status.done:
            return
        self._begin_to_wait()
        words = (
            f"Job {self.id} goes on in the process that this one was forked from. Nothing was sent from here. Ask for "
            "the same here to wait for it; it is not charged again."
        )
        self.end(JobExpired(words))

    def _goes_on(self, interrupt: BaseException) -> None:
        if not self.status.done:
            interrupt.add_note(f"Job {self.id} goes on; reka_notebook.cancel({self.id!r}) cancels it.")

    def __reduce__(self) -> tuple[Any, ...]:
        if not self._end.done():
            raise TypeError(
                f"Job {self.id} has not ended, and only this process can wait for it: it is not pickled or copied. "
                "Wait for its take (job.result()), and pass that on; or pass the job's id on, for "
                f"reka_notebook.resume({self.id!r})."
            )
        outcome = self._end.exception() or self._end.result()
        return _ended_job, (self.id, self.request, self.title, self._status, outcome)

    def __repr__(self) -> str:
        status = self._status
        return f"<Job {self.id} {self.title}: {status.stage}, {status.time_words}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.job(self)


def _ended_job(
    id: str,  # noqa: A002 (the word for it)
    request: GenerationRequest,
    title: str,
    status: JobStatus,
    outcome: Take | JobError,
) -> Job:
    """Restore a job that had ended when it was pickled or copied."""
    job = Job(id, request, title, status, _nothing_to_cancel)
    job.end(outcome, status.ended)
    return job


def _nothing_to_cancel(job: Job) -> None:
    """Do nothing: the job has ended."""
