"""Take the step that costs money: one logical request, however often it has to be sent."""

import logging
import re
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from msgspec.structs import replace as change

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
from reka_notebook.catalogue import CatalogueError, Spelt
from reka_notebook.catalogue.respelling import Refused, correction, describe, respell
from reka_notebook.jobs import endings
from reka_notebook.jobs.context import GRACE, CutOff, JobContext
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.errors import JobError
from reka_notebook.jobs.prepared import framing_of
from reka_notebook.jobs.steps.moments import obstacle_in_words
from reka_notebook.library import LibraryError, Wire
from reka_notebook.library.states import State

log = logging.getLogger("reka_notebook")

_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)

MOST_SPELLINGS = 3
"""How many other spellings are tried after a refusal; each has a key of its own, and a refusal charges nothing."""

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
        wire = await anyio.to_thread.run_sync(self._respelt_since)
        if context.wants_cancel and not self._maybe_taken:
            raise endings.cancelled_in_time()
        await self._check_surroundings()
        await context.move(State.SUBMITTING, error=None, **({"wire": wire} if wire is not None else {}))
        with self._scope:
            submitted = await self._send(path)
        if self._scope.cancelled_caught:
            raise endings.cancelled_in_time()
        await context.move(
            State.QUEUED,
            request_id=submitted.request_id,
            answers={**context.record.answers, "submit": submitted.raw},
            submitted=time.time(),
        )
        context.job.change(status=submitted.status, note=await anyio.to_thread.run_sync(self._learn))
        return submitted

    async def _check_surroundings(self) -> None:
        try:
            await anyio.to_thread.run_sync(self._context.client.check_surroundings)
        except ConnectionBlocked as error:
            raise self._given_up(error) from error

    async def _send(self, path: str) -> Submitted:
        context = self._context
        body = await anyio.to_thread.run_sync(self._body)
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
                    body = await anyio.to_thread.run_sync(self._body)

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

    def _body(self) -> dict[str, Any]:
        """Return the input as it is sent, with its images."""
        record, images = self._context.record, self._context.library.images
        body = dict(record.request.wire_input(record.wire))
        for slot, uses in record.request.images.items():
            values = [
                use.url or _data_uri(images.path(use.digest), use.max_side, framing_of(use)) for use in uses
            ]
            spelt = self._field(slot)
            body[spelt.name] = values if isinstance(spelt.like, list) or len(values) > 1 else values[0]
        return body

    def _field(self, slot: str) -> Spelt:
        """Return where an image goes: where the row says, or if 0.1.0 wrote the row, where 0.1.0 put it."""
        record, known = self._context.record, self._context.endpoint.images[slot]
        if record.wire is not None and (spelt := record.wire.spelling.get(f"images.{slot}")):
            return spelt
        first = record.request.first_field(slot)
        return first if first.name in known.names else Spelt(known.field, [] if known.many else "")

    # What is refused for its spelling

    def _respelt_since(self) -> Wire | None:
        """Return how a request that was never sent is spelt now, if something was learned since it was written."""
        record = self._context.record
        if record.wire is None or record.state != State.PREPARED:
            return None
        spelling = self._spelling_now()
        return Wire(spelling=spelling) if spelling != record.wire.spelling else None

    def _spelling_now(self) -> dict[str, Spelt]:
        request = self._context.record.request
        return self._context.known_now().spelling(request.input, request.images)

    async def _respell(self, error: ApiError) -> bool:
        """Write down another spelling, with a key of its own, after a refusal that names a field.

        Return ``False`` if there is none left, or the request may have been taken: it is not sent otherwise
        then.
        """
        wire = self._wire
        if (
            not isinstance(error, ValidationFailed)
            or error.status not in (400, 422)
            or not self._may_respell
            or wire.tries >= MOST_SPELLINGS
            or self._context.wants_cancel
        ):
            return False
        found = await anyio.to_thread.run_sync(self._other_spelling, error)
        if found is None:
            return False
        spelling, refused = found
        changed = change(wire, spelling=spelling, refused=[*wire.refused, *refused], tries=wire.tries + 1)
        await self._context.move(State.SUBMITTING, wire=changed)
        names = ", ".join(
            f"`{spelling[fact].name}`" for fact in dict.fromkeys(fact for fact, _, _ in refused)
        )
        self._context.job.change(note=f"The service refused how the request was spelt. Trying {names}.")
        self._maybe_taken = self._on_its_way = False
        return True

    @property
    def _may_respell(self) -> bool:
        """Return whether a refusal is certain to be of a request that was never taken.

        A service that is asked again with a used key replays its first answer, so a refusal says that there
        was none: also to a process that took the job over. After a lost answer, or a fault of the service,
        that is not relied on.
        """
        wire = self._context.record.wire
        return self._refusals_trusted and not (wire is not None and wire.maybe_taken)

    @property
    def _wire(self) -> Wire:
        """Return how the request is spelt; of a row of 0.1.0, how 0.1.0 spelt it."""
        record = self._context.record
        if record.wire is not None:
            return record.wire
        as_it_is = {
            f"input.{name}": Spelt(name)
            for name in record.request.input
            if name in self._context.endpoint.properties
        }
        return Wire(
            spelling=as_it_is | {f"images.{slot}": self._field(slot) for slot in record.request.images}
        )

    def _other_spelling(self, error: ApiError) -> tuple[dict[str, Spelt], list[Refused]] | None:
        wire, request = self._wire, self._context.record.request
        now = self._spelling_now()
        learned: list[Refused] = [
            (fact, "name", wire.spelling[fact].name)
            for fact, spelt in now.items()
            if fact in wire.spelling and spelt.name != wire.spelling[fact].name
        ]
        if (
            wire.tries == 0
            and learned
            and now != self._context.endpoint.spelling(request.input, request.images)
        ):
            return now, learned  # another job has learned it meanwhile
        found = respell(self._context.endpoint, request.input, wire.spelling, wire.refused, error.complaints)
        return (found.spelling, found.refused) if found.is_worth_a_try else None

    def _correction(self, error: ApiError) -> dict[str, Any] | None:
        """Return what a person can put into their catalogue, if a field is refused that no spelling answers."""
        if not isinstance(error, ValidationFailed) or error.status not in (400, 422):
            return None
        wire, endpoint = self._wire, self._context.endpoint
        found = respell(
            endpoint, self._context.record.request.input, wire.spelling, wire.refused, error.complaints
        )
        return correction(endpoint, wire.spelling, found.open)

    async def _note_doubt(self) -> None:
        """Write down that the request may have been taken, for the process that may take the job over."""
        record = self._context.record
        if record.wire is not None:
            doubtful = change(record.wire, maybe_taken=True)
            jobs = self._context.library.jobs
            with suppress(LibraryError):
                await anyio.to_thread.run_sync(
                    lambda: jobs.update(record.id, epoch=record.epoch, wire=doubtful)
                )

    def _learn(self) -> str | None:
        """Write down which spelling was accepted, if another was refused before, and say so in one line."""
        wire, learned = self._context.record.wire, self._context.learned
        if wire is None or not wire.refused or learned is None:
            return None
        facts = {fact: wire.spelling[fact] for fact, _, _ in wire.refused if fact in wire.spelling}
        said = ", and ".join(
            describe(self._context.endpoint, fact, spelt, wire.refused) for fact, spelt in facts.items()
        )
        try:
            learned.learn(self._context.endpoint, facts)
        except CatalogueError as error:
            line = f"Learned that this service {said}, for now: {error}"
        else:
            line = f"Learned that this service {said}; written to {learned.file}."
        log.warning("%s", line)
        return line

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
            return endings.refused(error, self._elsewhere(error), self._correction(error))
        return endings.not_accepted(record, obstacle_in_words(error))
