"""What happens to the jobs of one studio, for a person's own functions."""

import threading
from collections.abc import Callable

from reka_notebook.jobs import Job, Take
from reka_notebook.jobs.listeners import Listeners

JobListener = Callable[[Job], object]
TakeListener = Callable[[Take], object]


class Events:
    """Tells listeners of the jobs that one studio asked for, and of no others."""

    def __init__(self) -> None:
        self._on_job = Listeners[Job]("the studio")
        self._on_take = Listeners[Take]("the studio")
        self._asked: set[str] = set()
        self._followed: set[str] = set()
        self._lock = threading.Lock()

    def on_job(self, listener: JobListener) -> Callable[[], None]:
        """Call ``listener(job)`` at every change; returns what ends it."""
        return self._on_job.add(listener)

    def on_take(self, listener: TakeListener) -> Callable[[], None]:
        """Call ``listener(take)`` for every take; returns what ends it."""
        return self._on_take.add(listener)

    def has_asked_for(self, job: str) -> bool:
        """Whether the studio has ever asked for this job."""
        return job in self._asked

    def asked(self, job: Job) -> None:
        """The studio has asked for this job: follow it to its end."""
        with self._lock:
            self._asked.add(job.id)
            if job.id in self._followed:
                return
            self._followed.add(job.id)
        job.subscribe(self._changed)
        self._changed(job)

    def _changed(self, job: Job) -> None:
        over = job.status.done
        with self._lock:
            if job.id not in self._followed:  # its end was told already, by another thread
                return
            if over:
                self._followed.discard(job.id)
        self._on_job.tell(job)
        if over and job.take is not None:
            self._on_take.tell(job.take)
