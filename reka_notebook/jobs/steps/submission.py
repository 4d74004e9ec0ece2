"""Take the step that costs money: one logical request, however often it has to be sent."""

import logging
import re

import anyio
import anyio.to_thread

from reka_notebook.api import (
    ApiError,
    AuthenticationFailed,
    BalanceUsedUp,
    Conflict,
    ConnectionBlocked,
    ForeignOrigin,
    NotSent,
    PageInstead,
    Patience,
    Rejected,
    Submitted,
    ValidationFailed,
)
from reka_notebook.jobs import endings
from reka_notebook.jobs.context import GRACE, CutOff, JobContext
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.errors import JobError
from reka_notebook.jobs.steps.moments import obstacle_in_words
from reka_notebook.jobs.steps.wording import Wording
from reka_notebook.library.states import State
from reka_notebook.library.store.errors import StoreError

log = logging.getLogger("reka_notebook")

_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)

UNREACHABLE = 6
"""How many times a connection that cannot be made is tried, while it is certain that the service saw nothing."""


class Submission:
    """Submit a job. Every try sends the key that is on disk, and giving up never hides a possible charge.

    A submission that may have been taken never ends in ``failed``, whatever a later try is answered with: the
    next attempt would have another key, and be another charge.
    """

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._wording = Wording(context)
        self._scope = anyio.CancelScope()
        self._on_its_way = False
        self._trouble: str | None = None
        self._refusals_trusted = True
        # An earlier process may have sent it and died before the answer.
        self._maybe_taken = context.record.state == State.SUBMITTING and not endings.is_not_accepted(
            context.record
        )

    def cancel(self) -> None:
        """Stop, if it is certain that the service has not seen the request."""
        if not self._maybe_taken and not self._on_its_way:
            self._scope.cancel()

    async def run(self) -> Submitted:
        """Submit until the service has answered, and return its answer.

        Raises:
            JobFailed: If it said no, or cannot be reached, and has certainly not taken it.
            JobExpired: If no answer was had, and the request may have been taken.
            JobCancelled: If a person cancelled it before the service saw it.
        """
        context = self._context
        path = context.endpoint.require_path()
        wire = await anyio.to_thread.run_sync(self._wording.learned_since)
        if context.wants_cancel and not self._maybe_taken:
            raise endings.cancelled_in_time()
        await self._check_surroundings()
        await self._context.at_store(self._share_images)
        await context.move(State.SUBMITTING, error=None, **({"wire": wire} if wire is not None else {}))
        with self._scope:
            submitted = await self._send(path)
        if self._scope.cancelled_caught:
            raise endings.cancelled_in_time()
        await context.move(
            State.QUEUED,
            request_id=submitted.request_id,
            answers={**context.record.answers, "submit": submitted.raw},
            submitted=context.library.now(),
        )
        context.job.change(status=submitted.status, note=await anyio.to_thread.run_sync(self._wording.learn))
        return submitted

    def _share_images(self) -> None:
        """Upload the images to a team's store, for whoever may have to go on; what cannot be now goes with the film."""
        context = self._context
        for use in (use for uses in context.record.request.images.values() for use in uses):
            try:
                context.library.images.share(use.digest)
            except StoreError as error:
                log.warning("%s The images of job %s are uploaded later.", error, context.record.id)
                return

    async def _check_surroundings(self) -> None:
        try:
            await anyio.to_thread.run_sync(self._context.client.check_surroundings)
        except ConnectionBlocked as error:
            raise self._given_up(error) from error

    async def _send(self, path: str) -> Submitted:
        context = self._context
        body = await anyio.to_thread.run_sync(self._wording.body)
        while True:
            patience = Patience(
                total=context.left,
                longest=context.left,
                unreachable=1_000_000 if self._maybe_taken else UNREACHABLE,
                on_wait=self._waits,
                on_send=self._sends,
            )
            key = context.record.idempotency_key
            try:
                return await context.ask(
                    context.client.submit(
                        path,
                        body,
                        idempotency_key=key,
                        webhook_url=context.record.webhook,
                        patience=patience,
                    ),
                    grace=GRACE,
                )
            except CutOff as error:
                waited = not self._on_its_way and context.left <= 0  # for its turn, or for the next try
                words = (self._trouble if waited else None) or error.said
                if self._maybe_taken or self._on_its_way:
                    raise endings.maybe_accepted(context.record, words) from error
                raise endings.not_accepted(context.record, words) from error
            except ApiError as error:
                lost = isinstance(error, NotSent) and error.retryable and self._maybe_taken
                if not lost or context.left <= 0:
                    if not await self._respell(error):
                        raise self._given_up(error) from error
                    body = await anyio.to_thread.run_sync(self._wording.body)

    def _sends(self) -> None:
        self._on_its_way = True

    def _waits(self, error: ApiError, seconds: float) -> None:
        if error.maybe_taken and self._refusals_trusted:
            self._refusals_trusted = False
            engine().start(self._note_doubt)
        self._maybe_taken = self._maybe_taken or error.maybe_taken
        self._on_its_way, self._trouble = False, obstacle_in_words(error)
        self._context.trouble(error, seconds)
        if self._context.wants_cancel:
            self.cancel()

    async def _respell(self, error: ApiError) -> bool:
        """Write another spelling into the row, with a key of its own, after a refusal that names a field.

        Return ``False`` if none is left, or the request may have been taken. A service that is asked again
        with a used key replays its first answer, so a refusal says that there was none, also to a process
        that took the job over. After a lost answer, or a fault of the service, that is not relied on.
        """
        if not self._refusals_trusted or self._context.wants_cancel:
            return False
        wire = await anyio.to_thread.run_sync(self._wording.after, error)
        if wire is None:
            return False
        await self._context.move(State.SUBMITTING, wire=wire)
        self._context.job.change(note=f"{error.message.rstrip('.')}. Trying another spelling.")
        self._maybe_taken = self._on_its_way = False
        return True

    async def _note_doubt(self) -> None:
        await anyio.to_thread.run_sync(self._wording.note_doubt)

    def _elsewhere(self, error: ApiError) -> str:
        """Return what other models there are, if the model is what the service refuses."""
        if isinstance(error, BalanceUsedUp | PageInstead):
            return ""
        about_model = error.status in (403, 404, 410) or (
            isinstance(error, ValidationFailed) and _MODEL.search(f"{error.param} {error.message}")
        )
        return self._context.elsewhere if about_model else ""

    def _given_up(self, error: ApiError) -> JobError:
        record = self._context.record
        if self._maybe_taken or error.maybe_taken:
            # Another prompt or setting would be another request, and perhaps a second charge.
            cured_here = AuthenticationFailed | BalanceUsedUp | PageInstead | ConnectionBlocked
            advice = error.advice if isinstance(error, cured_here) else ""
            return endings.maybe_accepted(record, obstacle_in_words(error), advice)
        if isinstance(error, Conflict):  # somebody used this key before: another key could be another charge
            return endings.key_used_before(record, error)
        if isinstance(error, Rejected | ForeignOrigin | NotSent):
            return endings.refused(error, self._elsewhere(error), self._wording.correction(error))
        return endings.not_accepted(record, obstacle_in_words(error))
