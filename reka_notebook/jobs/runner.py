"""Bring one job from where it stands to its end, on the engine's loop."""

from contextlib import suppress
from itertools import count

import anyio.to_thread
import msgspec

from reka_notebook.api import Phase, Submitted, media_links
from reka_notebook.api.reading.messages import output_with_file
from reka_notebook.errors import RekaError
from reka_notebook.jobs import endings
from reka_notebook.jobs.context import SHORTLY, CutOff, JobContext
from reka_notebook.jobs.errors import JobError, JobExpired
from reka_notebook.jobs.polling import Poller, back_off
from reka_notebook.jobs.steps.cancellation import Cancellation
from reka_notebook.jobs.steps.doubting import look_over
from reka_notebook.jobs.steps.inquiry import ENDS, Inquiry, Told, read_state
from reka_notebook.jobs.steps.keeping import film_in, keep
from reka_notebook.jobs.steps.submission import Submission
from reka_notebook.jobs.take import Take
from reka_notebook.library import DatabaseUnreachable, LeaseLost, LibraryError
from reka_notebook.library.spending.bills import bill_in
from reka_notebook.library.states import State

LOST_FOR = 60.0
"""Seconds for which the service may not know a request, or a route to it, before that is believed."""
FILELESS = 3
"""How many times a result that points to no file is asked for again."""


def _told_at_once(submitted: Submitted) -> Told | None:
    """Return how a request has ended that was answered with its file at once."""
    outcome = submitted.outcome
    return read_state(outcome) if outcome is not None and outcome.phase in ENDS else None


class Runner:
    """Do what is to be done about one job, and write every step down before the next."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._submission: Submission | None = None
        self._asked = self._told = False
        self._fileless = 0
        self._poller: Poller  # from its submission on
        self._inquiry: Inquiry
        self._look_again = False
        self._cancellation = Cancellation(context)

    async def run(self) -> bool:
        """Bring the job to its end, and tell its waiters; return ``False`` if another process has taken it over.

        Raises:
            DatabaseUnreachable: If a team's database does not answer; the job is done from its row on later.
        """
        job = self._context.job
        try:
            take = await self._do()
        except LeaseLost:
            return False
        except DatabaseUnreachable:  # it goes on from its row when that can be read again
            raise
        except (
            LibraryError
        ) as error:  # the disk: the row stays as it is, and is taken over when that is cured
            self._stop(f"{error} The job goes on where it stood when it is asked for again.")
        except JobError as error:
            await self._end(error)
        except RekaError as error:
            await self._end(endings.unforeseen(self._context.record, error))
        else:
            take = await look_over(self._context, take)
            job.end(take, self._context.library.here(take.record.kept))
        return True

    def cancel(self) -> None:
        """Act on a person's wish to cancel the job."""
        if self._context.job.status.done:
            return
        self._context.job.change(cancelling=True)
        self.look_again()
        self._context.hurry()
        if self._submission is not None:
            self._submission.cancel()

    def look_again(self) -> None:
        """Act on a change of the job's row: another process wants it cancelled, or has taken it over."""
        self._look_again = True
        self._context.wake()

    async def _do(self) -> Take:
        try:
            return await self._done()
        except JobError as error:
            if isinstance(error, JobExpired) and self._told:
                raise  # the file itself could not be had, or there was no time left for it
            take = await self._from_the_kept_answer()
            if take is None:
                raise
            return take

    async def _from_the_kept_answer(self) -> Take | None:
        """Return the take of a result that was answered earlier, and of which the service knows nothing any more."""
        context = self._context
        answers = context.record.answers
        output = film_in(answers.get("result"))
        if output is None and isinstance(answers.get("submit"), dict):
            output = output_with_file(answers["submit"], context.sent)
        if output is None:
            return None
        await context.move(State.FETCHING)
        with suppress(JobError):
            return await keep(context, output, took=None, worked=None, once_more=False)
        return None

    async def _done(self) -> Take:
        new = self._context.record.request_id is None
        told = None
        if new:
            self._submission = Submission(self._context)
            told = _told_at_once(await self._submission.run())
            self._submission = None
        self._poller = await anyio.to_thread.run_sync(self._new_poller, new)
        self._inquiry = Inquiry(
            self._context, self._poller, self._cancellation, lost_for=LOST_FOR, back_off=back_off
        )
        for tried in count():
            told = told or await self._wait()
            self._told = True
            with suppress(CutOff):
                take = await self._finish(told)
                if take is not None:
                    return take
            told = None
            await self._context.pause(back_off(tried + 1))
        raise AssertionError("unreachable: a take is returned, or an end raised")

    def _new_poller(self, whole: bool) -> Poller:
        context, record = self._context, self._context.record
        submitted = context.library.here(record.submitted or record.created)
        return Poller(context.history.known(record.request), submitted, whole=whole)

    async def _wait(self) -> Told:
        """Ask until the service says that it is done with the request, one way or the other."""
        context = self._context
        while True:
            if self._cancellation.wanted:
                told = await self._cancel_there()
                if told is not None:
                    return told
            elif self._asked and (context.left <= 0 or (context.overdue and not self._told)):
                raise endings.expired(
                    context.record, context.obstacle, word=context.job.status.status, done=self._told
                )
            else:
                await context.pause(self._inquiry.delay)
            if self._look_again:
                self._look_again = False
                await context.read()
            self._asked = True  # once at least, however long it was left lying
            with suppress(CutOff):
                told = await self._inquiry.ask()
                if told is not None:
                    return told

    async def _cancel_there(self) -> Told | None:
        """Ask the service to cancel; its answer is a whole result, and may tell that the request has ended."""
        outcome = await self._cancellation.ask()
        told = read_state(outcome) if outcome is not None else None
        if told is None or told.phase not in ENDS:
            return None
        self._poller.done()
        return told

    async def _finish(self, told: Told) -> Take | None:
        """Return the take of a request that has ended at the service; ``None`` where its result is not there yet."""
        context = self._context
        if told.raw is not None and bill_in(told.raw) is not None:
            # Kept at once: the result may never be had, and the bill stays all the same.
            await context.keep_answer("status", told.raw)
        outcome = await self._inquiry.result(told, SHORTLY)
        if outcome is None:
            return None
        answers = {**context.record.answers, "result": outcome.raw}
        if film_in(context.record.answers.get("result")) is not None and film_in(outcome.raw) is None:
            # An answer that led to a film is not given up for one that does not.
            answers |= {"result": context.record.answers["result"], "result_later": outcome.raw}
        if told.raw is not None:
            answers["status"] = told.raw
        # What points to a file was made, and paid for, whatever error is said beside it.
        links = [
            link
            for link in media_links(outcome.output, context.sent)
            if link.may_be(context.endpoint.output) and not link.is_beside
        ]
        failed = Phase.FAILED in (outcome.phase, told.phase)
        if told.phase is Phase.DONE and outcome.phase is Phase.UNKNOWN and outcome.error:
            failed = True  # done, and with an error: the word beside it does not matter
        made = told.phase is Phase.DONE and any(link.is_main for link in links)
        if outcome.output and (links or not failed):  # also of a cancelled request that finished
            await context.move(State.FETCHING, answers=answers)
            try:
                take = await keep(
                    context,
                    outcome.output,
                    took=self._poller.took,
                    worked=self._poller.worked,
                    once_more=self._fileless < FILELESS and (made or not failed),
                    error=outcome.reason if failed else "",
                )
            except JobExpired:
                if made or not failed:
                    raise
                raise endings.failed(context.record, outcome, context.elsewhere_if_noted) from None
            self._fileless += take is None
            return take
        await context.write(answers=answers)
        if failed:
            raise endings.failed(context.record, outcome, context.elsewhere_if_noted)
        if Phase.CANCELLED in (told.phase, outcome.phase):
            raise endings.cancelled(context.record)
        said = f" It says: {outcome.reason}" if outcome.reason else ""
        context.obstacle = f"The service gives no output.{said}"
        context.job.change(note="The service says that it is done, but gives no output yet. Asking again.")
        return None

    async def _end(self, error: JobError) -> None:
        now = self._context.library.now()
        changes = {"key_refused": now} if isinstance(error, JobExpired) and error.key_refused else {}
        if endings.is_not_accepted(msgspec.structs.replace(self._context.record, error=str(error))):
            changes["reserved"] = 0.0  # certainly not charged; going on with it holds it back anew
        try:
            await self._context.move(error.state, error=str(error), ended=now, **changes)
        except (LeaseLost, DatabaseUnreachable):
            raise
        except LibraryError as problem:
            self._stop(f"{error} {problem}")
        else:
            self._context.job.end(error)

    def _stop(self, words: str) -> None:
        """End the wait without changing the row."""
        self._context.job.end(JobExpired(words))
