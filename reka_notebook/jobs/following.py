"""A job that another process does: seen through the library, until it ends or its process is gone."""

import time
from collections.abc import Callable

import anyio
import anyio.to_thread

from reka_notebook.jobs.errors import JobCancelled, JobError, JobExpired, JobFailed
from reka_notebook.jobs.job import Job
from reka_notebook.jobs.states import ENDED, State
from reka_notebook.jobs.take import Take
from reka_notebook.jobs.whose import done_elsewhere, not_taken_up, waiting_for
from reka_notebook.library import JobRecord, Library, LibraryError

LOOK = 1.0
"""Seconds between two looks into the library; the service is not asked."""

_OWN = "Another kernel is doing this; its result is shown here."

_ENDS: dict[State, type[JobError]] = {State.CANCELLED: JobCancelled, State.EXPIRED: JobExpired}


async def follow(job: Job, library: Library, may_do: Callable[[JobRecord], bool]) -> JobRecord | None:
    """Wait for another process to end a job; its row where that process is gone, for this one to take up.

    :param may_do: whether this process may take a job up. One that it may not is waited for until its deadline.
    """
    began, patience = time.monotonic(), None
    while True:
        try:
            record = await anyio.to_thread.run_sync(library.jobs.get, job.id)
            alive = await anyio.to_thread.run_sync(library.owners.is_alive, record.owner)
        except LibraryError as error:
            job.change(note=str(error))
        else:
            if job.status.done:  # a person has ended the wait meanwhile
                return None
            state, own = State(record.state), may_do(record)
            if state in ENDED:
                _end(job, record, library)
                return None
            note = _OWN if own else done_elsewhere(record) if alive else waiting_for(record)
            job.change(state=state, note=note, cancelling=record.cancel_wanted is not None)
            if not alive and own:
                job.change(note=None)
                return record
            patience = record.left(time.time()) if patience is None else patience
            if not alive and time.monotonic() - began >= patience:
                leave(job, not_taken_up(record))
                return None
        await anyio.sleep(LOOK)


def leave(job: Job, words: str) -> None:
    """End the wait for a job that goes on elsewhere. Its row stays as it is."""
    if not job.status.done:
        job.end(JobExpired(words), state=State.EXPIRED, ended=time.time(), note=None, error=words)


def _end(job: Job, record: JobRecord, library: Library) -> None:
    state, words = State(record.state), record.error or f"Job {record.id} ended as {record.state}."
    take = library.takes.get(record.id) if state is State.KEPT else None
    if take is not None:
        job.end(Take(take, library), state=state, ended=record.ended, note=None)
    else:
        job.end(_ENDS.get(state, JobFailed)(words), state=state, ended=record.ended, note=None, error=words)
