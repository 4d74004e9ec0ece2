"""Waiting for a job in a terminal: progress on stderr, and an interrupt that loses nothing."""

from reka_notebook.commands.terminal import say
from reka_notebook.jobs import Job, Take
from reka_notebook.notebook.textbar import TextBar


def wait(job: Job, *, cancel_on_interrupt: bool = False) -> Take:
    """Wait for a job's take, with a bar.

    :raises JobError: it ended without one.
    :raises KeyboardInterrupt: the person does not want to wait; the job is kept.
    """
    try:
        with TextBar(job):
            take = job.result()
    except KeyboardInterrupt:
        if cancel_on_interrupt and not job.status.cancelling:
            job.cancel()
            say(
                f"Interrupted. The service is asked to cancel job {job.id}; interrupt again to stop waiting for it."
            )
            return wait(job)
        asked = " Its cancellation is asked for." if job.status.cancelling else ""
        say(
            f"Interrupted. Job {job.id} is kept, and the service goes on with it.{asked} No second charge: "
            f"reka-notebook resume {job.id} waits for it again, reka-notebook cancel {job.id} cancels it."
        )
        raise
    for remark in take.remarks:
        say(remark)
    return take
