"""Ask the service where a request stands, until it says how it ended or asking on is of no use.

There are two routes to ask: the status route, and the result route, which tells the state too. The second is asked
where the first does not tell: it says a word that is not known, answers with something that is no answer, or is not
there.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import msgspec

from reka_notebook.api import (
    ApiError,
    NotSent,
    Outcome,
    Patience,
    Phase,
    RateLimited,
    Rejected,
    StatusReport,
    media_links,
)
from reka_notebook.api.errors import AnswerTooLong
from reka_notebook.api.reading.messages import JsonObject
from reka_notebook.jobs import endings
from reka_notebook.jobs.context import GRACE, CutOff, JobContext
from reka_notebook.jobs.polling import Poller
from reka_notebook.jobs.steps.cancellation import Cancellation
from reka_notebook.jobs.steps.obstacles import Obstacle, Trouble, add_trouble
from reka_notebook.library.states import State

ONCE = Patience(total=0.0)
BELIEVED = 3
"""How many spaced tries it takes to believe a refusal that asking again does not change."""
BELIEVED_LOST = 5
"""How many times in a row the service may not know a request, or a route, before that can be believed."""

ENDS = (Phase.DONE, Phase.FAILED, Phase.CANCELLED)
_RUNNING: Mapping[Phase, bool] = {Phase.QUEUED: False, Phase.RUNNING: True}


@dataclass(frozen=True)
class Told:
    """How a request ended, as the service told it.

    Args:
        status: The service's own word.
        raw: The status route's answer, where that told it.
        outcome: The whole result, where that told it.
        beside: The result as the status route gave it too, for where the result route does not.
    """

    phase: Phase
    status: str
    raw: JsonObject | None = None
    outcome: Outcome | None = None
    beside: Outcome | None = None


def read_state(outcome: Outcome) -> Told | None:
    """Return what a result says of the state; ``None`` where it says nothing that is known.

    A result without a status word of its own is believed only where it holds a file.
    """
    phase = outcome.phase if outcome.stated else Phase.UNKNOWN
    if phase is Phase.UNKNOWN and any(link.is_main for link in media_links(outcome.output)):
        phase = Phase.DONE
    if phase is Phase.UNKNOWN:
        return None
    return Told(phase, outcome.status, outcome=outcome)


class Inquiry:
    """Asks about one request at both routes, and remembers what stood in the way at each.

    Args:
        lost_for: Seconds for which the service may not know a request, or a route, before that is
            believed.
        back_off: Seconds between two looks at the result, by how many there have been.
    """

    def __init__(
        self,
        context: JobContext,
        poller: Poller,
        cancellation: Cancellation,
        *,
        lost_for: float,
        back_off: Callable[[int], float],
    ) -> None:
        self._context = context
        self._poller = poller
        self._cancellation = cancellation
        self._lost_for = lost_for
        self._back_off = back_off
        self._status: Trouble | None = None
        self._result: Trouble | None = None
        self._by_result = False  # the status route leads nowhere, and the result route tells the state
        self._looks, self._next_look = 0, 0.0

    @property
    def delay(self) -> float:
        """Seconds until the next question."""
        if self._status is not None and self._status.kind is Obstacle.ACCOUNT:  # a person is told soon
            return self._back_off(self._status.times)
        return self._poller.delay(self._context.rate(), soon=self._context.wants_cancel)

    async def ask(self) -> Told | None:
        """Ask where the request stands; ``None`` where it has not ended, or nobody says.

        Raises:
            JobError: Asking on is of no use.
        """
        report = None if self._by_result else await self._ask_status()
        if report is not None and report.phase in ENDS:
            self._poller.done()
            return Told(report.phase, report.status, raw=report.raw, beside=report.outcome)
        told = None
        if (report is None or report.phase is Phase.UNKNOWN) and self._is_time_to_look():
            told = await self._look(report)
        if told is None and report is not None and self._is_all_there_is(report):
            told = Told(Phase.DONE, report.status, raw=report.raw, outcome=report.outcome)
        if told is None:
            self._judge()
        return told

    async def result(self, told: Told, patience: Patience) -> Outcome | None:
        """Return the result of a request that has ended; ``None`` where it cannot be had yet.

        Raises:
            JobError: It cannot be had at all.
        """
        if told.outcome is not None:
            return told.outcome
        context = self._context
        patience = replace(patience, on_wait=context.trouble)
        try:
            outcome = await context.ask(
                context.client.result(
                    context.request_id, self._url("response_url", self._result), patience=patience
                ),
                grace=GRACE,
            )
        except ApiError as error:
            trouble = self._meet_at_result(error)
            if told.beside is not None:
                return told.beside
            self._judge_result(told, trouble)
            return None
        if told.beside is not None and not any(link.is_main for link in media_links(outcome.output)):
            return msgspec.structs.replace(outcome, output=told.beside.output)
        if outcome.error and not outcome.output and not outcome.stated:
            # Words without a state may be of something in between, and are believed as a refusal is.
            bare = Rejected(outcome.reason, shaped=True)
            self._judge_result(told, self._meet_at_result(bare))
            return None
        self._result = None
        return outcome

    async def _ask_status(self) -> StatusReport | None:
        context = self._context
        try:
            report = await context.ask(
                context.client.status(
                    context.request_id, self._url("status_url", self._status), logs=True, patience=ONCE
                )
            )
        except CutOff:
            raise
        except ApiError as error:
            self._poller.failed(error.retry_after)
            self._status = add_trouble(self._status, error, time.monotonic())
            context.trouble(error, max(self.delay, error.retry_after or 0.0))
            return None
        self._status = None
        context.answered()
        if report.phase not in ENDS:
            context.obstacle = None
            self._poller.pending(running=_RUNNING.get(report.phase), position=report.queue_position)
            await self._note(report)
        return report

    def _url(self, name: str, trouble: Trouble | None) -> str | None:
        """Return the URL that the service gave; every other time not, where it leads nowhere: then the catalogue's."""
        if trouble is not None and trouble.kind in (Obstacle.ROUTE, Obstacle.GONE) and trouble.times % 2 == 1:
            return None
        return self._context.url(name)

    def _is_time_to_look(self) -> bool:
        trouble = self._status
        if trouble is not None and trouble.kind is Obstacle.ACCOUNT:
            return False
        if self._by_result or (trouble is not None and trouble.kind is not Obstacle.PASSING):
            return True
        if trouble is not None and (
            trouble.times < BELIEVED or isinstance(trouble.error, NotSent | RateLimited)
        ):
            return False  # no route is better than another where nothing gets through
        return time.monotonic() >= self._next_look

    def _is_all_there_is(self, report: StatusReport) -> bool:
        """Return whether a file beside an unknown status word is the result, since no other route gives one."""
        if report.phase is not Phase.UNKNOWN or report.outcome is None or self._result is None:
            return False
        return self._result.kind is not Obstacle.PASSING and self._result.times >= BELIEVED

    async def _look(self, report: StatusReport | None) -> Told | None:
        """Ask the result route for the state, which another one did not tell."""
        context = self._context
        self._looks += 1
        self._next_look = time.monotonic() + self._back_off(self._looks)
        try:
            outcome = await context.ask(
                context.client.result(
                    context.request_id, self._url("response_url", self._result), patience=ONCE
                )
            )
        except ApiError as error:
            self._meet_at_result(error)
            if self._by_result:
                self._poller.failed(error.retry_after)
                self._by_result = False
            return None
        self._result = None
        told = read_state(outcome)
        if told is not None:
            context.answered()
        if told is None:
            context.obstacle = None if report is not None else context.obstacle
            return None
        if told.phase in ENDS:
            self._poller.done()
            self._looks, self._next_look = 0, 0.0
            return told
        context.obstacle = None
        self._by_result = self._status is not None and self._status.kind is not Obstacle.PASSING
        self._status = None
        self._poller.pending(running=_RUNNING.get(told.phase), position=None)
        await self._note(StatusReport(status=told.status, phase=told.phase, raw=outcome.raw))
        return None

    def _meet_at_result(self, error: ApiError) -> Trouble:
        if isinstance(error, CutOff):
            raise error
        self._result = add_trouble(self._result, error, time.monotonic())
        self._context.trouble(error, error.retry_after)
        return self._result

    def _judge(self) -> None:
        """End the job where neither route will tell how the request stands."""
        record, at_status, at_result = self._context.record, self._status, self._result
        for trouble in (at_status, at_result):
            if trouble is not None and trouble.kind is Obstacle.ACCOUNT and trouble.times >= BELIEVED:
                raise endings.not_let_in(record, trouble.error)
        if at_status is None or at_result is None or not self._has_lasted(at_status):
            return
        if Obstacle.PASSING in (at_status.kind, at_result.kind):
            return
        if at_status.kind is Obstacle.GONE and at_result.kind in (Obstacle.GONE, Obstacle.ROUTE):
            raise endings.gone(record, at_status.error)
        raise endings.no_route(record, at_status.error, "status", self._context.client.routes["status"])

    def _judge_result(self, told: Told, trouble: Trouble) -> None:
        """End the job where the result of a request that has ended will not be had."""
        record = self._context.record
        kind, believed = trouble.kind, trouble.times >= BELIEVED
        if isinstance(trouble.error, AnswerTooLong):
            raise endings.too_long(record, trouble.error)
        if told.phase is Phase.CANCELLED and kind is not Obstacle.PASSING:
            raise endings.cancelled(record)
        if kind is Obstacle.ACCOUNT and believed:
            raise endings.not_let_in(record, trouble.error)
        if believed and (kind is Obstacle.REFUSED or told.phase is Phase.FAILED):
            raise endings.failed_without_result(record, trouble.error, self._context.elsewhere_if_noted)
        if kind is Obstacle.GONE and self._has_lasted(trouble):
            raise endings.gone(record, trouble.error)
        if kind is Obstacle.ROUTE and self._has_lasted(trouble):
            raise endings.no_route(record, trouble.error, "result", self._context.client.routes["result"])

    def _has_lasted(self, trouble: Trouble) -> bool:
        return trouble.has_lasted(BELIEVED_LOST, self._lost_for, time.monotonic())

    async def _note(self, report: StatusReport) -> None:
        context = self._context
        running = _RUNNING.get(report.phase)
        stands = State.RUNNING if running else State.QUEUED
        if running is not None and stands != context.record.state:
            await context.move(stands)
        note = self._cancellation.words
        if report.phase is Phase.UNKNOWN:
            note = f"The service says {report.status!r}, which is no status known here."
        context.job.change(
            status=report.status,
            queue_position=report.queue_position,
            expected=self._poller.expected,
            note=note,
            logs=report.log_lines,
        )
