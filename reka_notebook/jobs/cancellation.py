"""The wish to cancel a job that the service has taken, and what the service says to it."""

import time

from reka_notebook.api import ApiError
from reka_notebook.jobs.work import SHORTLY, Work


class Cancellation:
    """Of one job."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.words: str | None = None
        """What has come of it, for a person; ``None`` before it was asked."""

    @property
    def wanted(self) -> bool:
        """Whether a person wants it and the service has not answered that wish; a process that died may not have."""
        record = self._work.record
        answered = "cancel" in record.answers and (record.cancel_wanted or 0) <= (record.cancel_asked or 0)
        return self._work.wants_cancel and not answered

    async def ask(self) -> None:
        """Ask the service, and tell the person what it says."""
        work = self._work
        # Not before the wish, which another process wrote by a clock of its own.
        await work.write(cancel_asked=max(time.time(), work.record.cancel_wanted or 0.0))
        try:
            outcome = await work.client.cancel(work.request_id, work.url("cancel_url"), patience=SHORTLY)
        except ApiError as error:
            self.words = (
                f"The service did not take the cancellation: {error.said} The job goes on; cancel it again to ask "
                "again."
            )
            await work.write(cancel_wanted=None)
            work.job.change(cancelling=False, note=self.words)
        else:
            self.words = (
                f"Asked to cancel, the service says {outcome.status!r}. If it finishes all the same, the result is "
                "kept."
            )
            await work.keep_answer("cancel", outcome.raw)
            work.job.change(note=self.words)
