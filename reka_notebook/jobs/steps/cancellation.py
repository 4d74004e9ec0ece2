"""Ask the service to cancel a job that it has taken, and tell the person what it says."""

from reka_notebook.api import ApiError, Outcome
from reka_notebook.jobs.context import SHORTLY, CutOff, JobContext
from reka_notebook.jobs.steps.obstacles import Obstacle, obstacle_of

LONGEST = 30.0
"""Seconds that a cancellation is tried for, however slowly its answer comes in."""
SHORTEST = 1.0
"""Seconds that it is tried for at the deadline."""


class Cancellation:
    """Track whether a person wants one job cancelled, and what has come of it."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self.words: str | None = None
        """What came of the cancellation, in words; ``None`` before it was asked for."""

    @property
    def wanted(self) -> bool:
        """Return whether a person wants it and the service has not answered; a process that died may not have asked."""
        record = self._context.record
        answered = "cancel" in record.answers and (record.cancel_wanted or 0) <= (record.cancel_asked or 0)
        return self._context.wants_cancel and not answered

    async def ask(self) -> Outcome | None:
        """Ask the service to cancel; return its answer, a whole result, or ``None`` if it does not accept the wish."""
        context = self._context
        # Not before the wish, which another process may just have written, by a clock of its own.
        await context.read()
        await context.write(cancel_asked=max(context.library.now(), context.record.cancel_wanted or 0.0))
        try:
            outcome = await self._send()
        except ApiError as error:
            advice = error.advice if obstacle_of(error) is Obstacle.ACCOUNT else ""
            self.words = (
                f"The service did not take the cancellation: {error.said} {advice}".rstrip()
                + " The job goes on; cancel it again to ask again."
            )
            await context.write(cancel_wanted=None)
            context.job.change(cancelling=False, note=self.words)
            return None
        word = f"says {outcome.status!r}" if outcome.stated else "does not say how that went"
        self.words = f"Asked to cancel, the service {word}. If it finishes anyway, the result is kept."
        await context.keep_answer("cancel", outcome.raw)
        context.job.change(note=self.words)
        return outcome

    async def _send(self) -> Outcome:
        context, url = self._context, self._context.url("cancel_url")
        within = max(SHORTEST, min(LONGEST, context.left))
        try:
            return await context.ask(
                context.client.cancel(context.request_id, url, patience=SHORTLY), within=within, grace=None
            )
        except ApiError as error:
            if url is None or obstacle_of(error) is not Obstacle.ROUTE or isinstance(error, CutOff):
                raise
        return await context.ask(
            context.client.cancel(context.request_id, patience=SHORTLY), within=within, grace=None
        )
