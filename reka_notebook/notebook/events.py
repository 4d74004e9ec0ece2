"""What happens to the jobs of one studio, for a person's own functions."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from reka_notebook.jobs import Job, Take

log = logging.getLogger("reka_notebook")

JobListener = Callable[[Job], object]
TakeListener = Callable[[Take], object]


class Events:
    """Tells listeners of the jobs that one studio asked for, and of no others."""

    def __init__(self) -> None:
        self._on_job: list[JobListener] = []
        self._on_take: list[TakeListener] = []
        self._followed: set[str] = set()
        self._lock = threading.Lock()

    def on_job(self, listener: JobListener) -> Callable[[], None]:
        """Call ``listener(job)`` at every change; returns what ends it."""
        return self._listen(self._on_job, listener)

    def on_take(self, listener: TakeListener) -> Callable[[], None]:
        """Call ``listener(take)`` for every take; returns what ends it."""
        return self._listen(self._on_take, listener)

    def asked(self, job: Job) -> None:
        """The studio has asked for this job: follow it to its end."""
        with self._lock:
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
            on_job, on_take = list(self._on_job), list(self._on_take)
        for tell_job in on_job:
            _tell(tell_job, job)
        if over and job.take is not None:
            for tell_take in on_take:
                _tell(tell_take, job.take)

    def _listen(self, listeners: list[Any], listener: Any) -> Callable[[], None]:
        with self._lock:
            listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in listeners:
                    listeners.remove(listener)

        return stop


def _tell(listener: Callable[[Any], object], what: Any) -> None:
    try:
        listener(what)
    except Exception:  # a person's function may fail; the job goes on, and so do the others
        log.exception("a listener of the studio failed at %r", what)
