"""Take the step that costs money: one logical request, however often it has to be sent."""

import re
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from reka_notebook import media
from reka_notebook.api import (
    ApiError,
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
from reka_notebook.jobs.errors import JobError
from reka_notebook.jobs.prepared import framing_of
from reka_notebook.jobs.steps.moments import obstacle_in_words
from reka_notebook.library.states import State

_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)

UNREACHABLE = 6
"""How many times a connection that cannot be made is tried, while it is certain that the service saw nothing."""


@lru_cache(maxsize=4)
def _data_uri(path: Path, max_side: int, framing: media.Framing | None) -> str:
    """Return an image as it is sent; a file named by its digest does not change, and a sweep sends it often."""
    return media.prepare(media.framed(media.load(path), framing), max_side=max_side).data_uri


class Submission:
    """Submit a job. Every try sends the key that is on disk, and giving up never hides a possible charge.

    A submission that may have been taken never ends in ``failed``, whatever a later try is answered with: the
    next attempt would have another key, and be another charge.
    """

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._scope = anyio.CancelScope()
        self._on_its_way = False
        self._trouble: str | None = None
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
        body = await anyio.to_thread.run_sync(self._body)
        if context.wants_cancel and not self._maybe_taken:
            raise endings.cancelled_in_time()
        await self._check_surroundings()
        await context.move(State.SUBMITTING, error=None)
        with self._scope:
            submitted = await self._send(path, body)
        if self._scope.cancelled_caught:
            raise endings.cancelled_in_time()
        await context.move(
            State.QUEUED,
            request_id=submitted.request_id,
            answers={**context.record.answers, "submit": submitted.raw},
            submitted=time.time(),
        )
        context.job.change(status=submitted.status, note=None)
        return submitted

    async def _check_surroundings(self) -> None:
        try:
            await anyio.to_thread.run_sync(self._context.client.check_surroundings)
        except ConnectionBlocked as error:
            raise self._given_up(error) from error

    async def _send(self, path: str, body: dict[str, Any]) -> Submitted:
        context = self._context
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
                    context.client.submit(path, body, idempotency_key=key, patience=patience), grace=GRACE
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
                    raise self._given_up(error) from error

    def _sends(self) -> None:
        self._on_its_way = True

    def _waits(self, error: ApiError, seconds: float) -> None:
        self._maybe_taken = self._maybe_taken or error.maybe_taken
        self._on_its_way, self._trouble = False, obstacle_in_words(error)
        self._context.trouble(error, seconds)
        if self._context.wants_cancel:
            self.cancel()

    def _body(self) -> dict[str, Any]:
        """Return the input as sent: a person's, with every image under the field that the catalogue names."""
        request, slots = self._context.record.request, self._context.endpoint.images
        images = self._context.library.images
        body = dict(request.input)
        for slot, uses in request.images.items():
            values = [
                use.url or _data_uri(images.path(use.digest), use.max_side, framing_of(use)) for use in uses
            ]
            body[slots[slot].field] = values if slots[slot].many else values[0]
        return body

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
            cured_here = Rejected | PageInstead | ConnectionBlocked
            advice = error.advice if isinstance(error, cured_here) else ""
            return endings.maybe_accepted(record, obstacle_in_words(error), advice)
        if isinstance(error, Conflict):  # somebody used this key before: another key could be another charge
            return endings.key_used_before(record, error)
        if isinstance(error, Rejected | ForeignOrigin | NotSent):
            return endings.refused(error, self._elsewhere(error))
        return endings.not_accepted(record, obstacle_in_words(error))
