"""Remember whose settings were put back into the form, until a request is made with them."""

from dataclasses import replace

from reka_notebook.jobs import PreparedRequest, SweepRequest
from reka_notebook.library import JobRecord


class Reuse:
    """Hold the take whose settings the form was last filled with."""

    def __init__(self) -> None:
        self._job: JobRecord | None = None

    def remember(self, job: JobRecord) -> None:
        """Remember what was recalled; a job that left no take stands for the take that itself came from."""
        self._job = job

    def forget(self) -> None:
        """Forget it: the form has again what it had before."""
        self._job = None

    def mark(self, prepared: PreparedRequest) -> PreparedRequest:
        """Return a request with the take whose settings it was made with, if there is still something of it in it."""
        job = self._job
        if job is None or not _has_something_of(job, prepared):
            return prepared
        return replace(prepared, reused=job.id if job.state == "kept" else job.reused)

    def mark_all(self, sweep: SweepRequest) -> SweepRequest:
        """Return a sweep with each of its requests marked."""
        return replace(sweep, requests=tuple(map(self.mark, sweep.requests)))


def _has_something_of(job: JobRecord, prepared: PreparedRequest) -> bool:
    """Return whether a request has an image of another one, or a prompt that reads as a change of the other's."""
    from reka_notebook.jobs.lineage.steps import are_alike

    images = {use.digest for uses in job.request.images.values() for use in uses}
    shared = any(use.digest in images for uses in prepared.request.images.values() for use in uses)
    return shared or are_alike(job.request.prompt, prepared.request.prompt)
