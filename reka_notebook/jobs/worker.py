"""Do the jobs of this process, and show other processes that it is alive."""

import logging
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from reka_notebook.api import Client
from reka_notebook.api.address import origin
from reka_notebook.config import Settings
from reka_notebook.errors import RekaError, unexpected
from reka_notebook.forks import renew_in_child
from reka_notebook.jobs.access import Access
from reka_notebook.jobs.context import JobContext, back_off_from_database
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.errors import ENDINGS, JobExpired, JobFailed
from reka_notebook.jobs.job import Job
from reka_notebook.jobs.models.account_models import AccountModels
from reka_notebook.jobs.polling import History
from reka_notebook.jobs.runner import Runner
from reka_notebook.jobs.take import Take
from reka_notebook.jobs.whose import done_elsewhere, joined, not_cancelled, not_taken_over, waiting_for
from reka_notebook.library import DatabaseUnreachable, JobRecord, Library, LibraryError, TakeRecord
from reka_notebook.library.leases import BEAT
from reka_notebook.library.states import ENDED, State

if TYPE_CHECKING:
    from reka_notebook.library.team.changes import Changed

log = logging.getLogger("reka_notebook")

ALTERNATIVES = 6
"""Other models that an error names."""


class Worker:
    """Do this process's jobs, or follow them while another does them. Everything that waits is on the engine.

    Args:
        take_over: Called with every beat, to take over jobs whose process has died.
        kept: Called with every take that this process keeps.
    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        history: History,
        models: AccountModels,
        take_over: Callable[[], object],
        kept: Callable[[str], object],
    ) -> None:
        self._library = library
        self._history = history
        self._models = models
        self._take_over = take_over
        self._kept = kept
        self._service = origin(settings.base_url)
        self._learned = settings.learned
        self._access = Access(settings)
        self._runners: dict[str, Runner] = {}
        self._jobs: dict[str, Job] = {}
        self._watching = False
        self._complaints: set[str] = set()
        self._followed: dict[str, anyio.Event] = {}
        self._lock = threading.RLock()
        renew_in_child(self._renew)

    def _renew(self) -> None:
        """Do none of the jobs that were begun: this is a child, and its parent does them."""
        for job in self._jobs.values():
            job.leave_to_parent()
        self._jobs, self._runners, self._followed, self._watching = {}, {}, {}, False
        self._lock = threading.RLock()

    @property
    def jobs(self) -> dict[str, Job]:
        """Return the jobs that are being done or followed, by ID, oldest first."""
        with self._lock:
            return {id_: job for id_, job in self._jobs.items() if not job.status.done}

    def job(self, id_: str) -> Job | None:
        """Return the job if it is being done or followed."""
        with self._lock:
            job = self._jobs.get(id_)
        return job if job is not None and not job.status.done else None

    @property
    def access(self) -> Access:
        """Return the API keys that jobs are done with."""
        return self._access

    def start(self, job: Job, record: JobRecord) -> None:
        """Do a job, or follow it while another process does."""
        with self._lock:
            self._jobs[job.id] = job
        engine().start(self._run, job, record)
        self.watch()

    def watch(self) -> None:
        """Begin to beat, and to look after jobs whose process dies, unless that is being done."""
        with self._lock:
            if self._watching:
                return
            self._watching = True
        engine().start(self._beat)

    def cancel(self, job: Job) -> None:
        """Ask for a job to be cancelled, in whichever process it is done.

        A job of another person, or of another key, goes on; what ends is the wait for it.
        """

        def cancel() -> None:
            runner = self._runners.get(job.id)
            if runner is not None:
                runner.cancel()
            elif not job.status.done:  # not begun yet, or done elsewhere: its process reads the row
                job.change(cancelling=True)

        if job.status.done or job.status.cancelling:
            return
        record = self._library.jobs.get(job.id)
        if self._access.may_do(record) and self._library.may_cancel(record):
            self._library.jobs.update(job.id, cancel_wanted=self._library.now())
            engine().call(cancel)
            return
        words = not_cancelled(record, self._library)
        if record.owner == self._library.leases.me:  # taken over, and made here
            job.change(note=words)
        else:
            engine().call(leave, job, words)

    async def _run(self, job: Job, record: JobRecord) -> None:
        acquired: JobRecord | None = None
        try:
            while True:
                try:
                    acquired = await anyio.to_thread.run_sync(self._acquire, record)
                    if acquired is not None and await self._do(
                        job, acquired, self._access.client_for(acquired)
                    ):
                        break
                    left = await self._follow(job)
                except DatabaseUnreachable as error:
                    left = await self._wait_for_database(job, error)
                if left is None:
                    break
                record = left
        except Exception as error:
            known = isinstance(error, RekaError)
            words = str(error) if known else f"{unexpected(error)} The job is kept."
            if not job.status.done:
                job.end(JobExpired(words))
            if not known:  # kept from being taken over again and again: it is released when this process ends
                log.exception("job %s stopped", job.id)
                return
        finally:
            with self._lock:
                if self._jobs.get(job.id) is job:  # who waited for its end may have begun it anew by now
                    del self._jobs[job.id]
        if acquired is not None and job.take is None:
            await anyio.to_thread.run_sync(self._release, acquired)

    def hear(self, changed: "Changed") -> None:
        """Act on what other machines have changed, for any thread."""
        if changed.jobs or changed.anything:
            self.watch()
            with suppress(RuntimeError):  # the process ends, and with it all that could look
                engine().start(self._look_at, changed)

    async def _look_at(self, changed: "Changed") -> None:
        """Look at once at what has changed of the jobs that are done or followed here."""
        for id_, followed in self._followed.items():
            if changed.anything or id_ in changed.jobs:
                followed.set()
        if self._runners and (changed.anything or not changed.wishes.isdisjoint(self._runners)):
            try:
                await anyio.to_thread.run_sync(self._hear)
            except LibraryError as error:  # the next beat hears it
                log.debug("wishes for jobs are not heard: %s", error)

    async def _follow(self, job: Job) -> JobRecord | None:
        async def pause() -> None:
            event = self._followed[job.id] = anyio.Event()
            with anyio.move_on_after(LOOK if self._library.changes is None else LOOK_UNHEARD):
                await event.wait()

        try:
            return await follow(job, self._library, self._access.may_do, pause)
        finally:
            self._followed.pop(job.id, None)

    async def _wait_for_database(self, job: Job, error: DatabaseUnreachable) -> JobRecord | None:
        """Return the job's row as soon as the team's database answers again; ``None`` if nobody waits for that."""
        for seconds in back_off_from_database():
            if job.status.done:
                break
            job.change(note=f"{error} Trying again in {seconds:.0f} s.")
            await anyio.sleep(seconds)
            try:
                record = await anyio.to_thread.run_sync(self._library.jobs.get, job.id)
            except DatabaseUnreachable as again:
                error = again
            else:
                job.change(note=None)
                return record
        return None

    def _acquire(self, record: JobRecord) -> JobRecord | None:
        if not self._access.may_do(record):
            return None
        # Here, because it takes a while the first time, for which the loop would stand still.
        self._access.client_for(record)
        leases = self._library.leases
        if record.owner == leases.me and not record.epoch:  # added a moment ago, for this process
            return record
        if record.owner != leases.me and leases.is_alive(record.owner):
            return None
        return self._library.jobs.acquire(record, leases.me)

    def _release(self, record: JobRecord) -> None:
        """Release a job that the disk kept from ending, so that the next beat or another process goes on with it."""
        try:
            self._library.jobs.release(record)
        except LibraryError as error:
            log.info("job %s is released when this process ends: %s", record.id, error)

    async def _do(self, job: Job, record: JobRecord, client: Client) -> bool:
        catalogue = self._models.catalogue
        endpoint = catalogue.endpoint(record.request.endpoint)
        alternatives = [
            other.model
            for other in catalogue.available
            if other.task == endpoint.task and other.id != endpoint.id and other.path
        ]
        runner = Runner(
            JobContext(
                job,
                record,
                endpoint,
                self._library,
                self._history,
                client.counting(record.webhook),
                self._rate,
                alternatives[:ALTERNATIVES],
                self._learned,
                lambda: self._models.catalogue.endpoint(endpoint.id),
            )
        )
        self._runners[job.id] = runner
        try:
            if job.status.cancelling:
                runner.cancel()
            done = await runner.run()
            if job.take is not None:
                self._kept(job.take.id)
            return done
        finally:
            if self._runners.get(job.id) is runner:
                del self._runners[job.id]

    def _rate(self) -> float | None:
        """Return the questions a second for each job, so that all of them together stay within the budget."""
        if self._access.gate is None:
            return None
        return self._access.gate.share / 60 / max(1, len(self._jobs))

    async def _beat(self) -> None:
        """Show the other processes that this one is alive, and take over what dead ones have left.

        Ends when no job of this service is unfinished in any process.
        """
        while True:
            try:
                if not await anyio.to_thread.run_sync(self._look_after):
                    return
            except RuntimeError as error:  # no thread can be had now
                self._complain(error)
            await anyio.sleep(BEAT)

    def _look_after(self) -> bool:
        try:
            if self._jobs:
                self._library.leases.renew()
                self._hear()
            elif self._access.gate is not None:
                self._access.gate.rest()
            self._take_over()
            with self._lock:
                self._watching = bool(self._jobs) or self._library.jobs.any_unfinished(
                    self._service, self._access.accounts
                )
        except Exception as error:  # without a beat, other processes would take these jobs for a dead one's
            self._complain(error)
        return self._watching

    def _complain(self, error: Exception) -> None:
        """Say once what keeps unfinished jobs from being looked after: it is tried again with every beat."""
        words = str(error) if isinstance(error, RekaError) else repr(error)
        if words not in self._complaints:
            self._complaints.add(words)
            log.warning("The jobs' heartbeat met an error, and goes on: %s", words)
        log.debug("the jobs' heartbeat met an error", exc_info=error)

    def _hear(self) -> None:
        """Tell the runners what other processes have written into their jobs' rows."""
        wishes = self._library.jobs.wishes(self._library.leases.me)
        for id_, runner in list(self._runners.items()):
            if id_ not in wishes:
                engine().call(runner.look_again)
            elif wishes[id_]:
                engine().call(runner.cancel)


LOOK = 1.0
"""Seconds between two looks into the library; the service is not asked."""

LOOK_UNHEARD = 5.0
"""The same where each change is heard of as it happens."""

_OWN = "Another kernel is doing this; its result is shown here."


async def follow(
    job: Job,
    library: Library,
    may_do: Callable[[JobRecord], bool],
    pause: Callable[[], Awaitable[object]],
) -> JobRecord | None:
    """Wait for another process to end a job; its row where that process is gone, for this one to take over.

    Args:
        may_do: Whether this process may take a job up. One that it may not is waited for until its
            deadline.
        pause: Awaited between two looks.
    """
    began, patience = time.monotonic(), None
    while True:
        try:
            record = await anyio.to_thread.run_sync(library.jobs.get, job.id)
            alive = await anyio.to_thread.run_sync(library.leases.is_alive, record.owner)
        except LibraryError as error:
            job.change(note=str(error))
        else:
            if job.status.done:  # a person has ended the wait meanwhile
                return None
            state, own = State(record.state), may_do(record)
            if state in ENDED:
                is_kept = state is State.KEPT
                take = await anyio.to_thread.run_sync(library.takes.get, record.id) if is_kept else None
                _end(job, record, library, take)
                return None
            mine = joined(job.by_other) if job.by_other else _OWN
            note = mine if own else done_elsewhere(record) if alive else waiting_for(record)
            job.change(state=state, note=note, cancelling=record.cancel_wanted is not None)
            if not alive and own:
                job.change(note=None)
                return record
            patience = record.left(library.now()) if patience is None else patience
            if not alive and time.monotonic() - began >= patience:
                leave(job, not_taken_over(record))
                return None
        await pause()


def leave(job: Job, words: str) -> None:
    """End the wait for a job that goes on elsewhere. Its row stays as it is."""
    if not job.status.done:
        job.end(JobExpired(words))


def _end(job: Job, record: JobRecord, library: Library, take: TakeRecord | None) -> None:
    words = record.error or f"Job {record.id} ended as {record.state}."
    ending = ENDINGS.get(State(record.state), JobFailed)
    job.end(
        Take(take, library) if take is not None else ending(words),
        library.here(record.ended) if record.ended else None,
    )
