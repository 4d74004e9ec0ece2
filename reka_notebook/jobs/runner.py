"""One job, from where it stands to its end. Runs on the engine's loop."""

import time
from collections.abc import Mapping
from itertools import count

import anyio.to_thread
import msgspec

from reka_notebook.api import ApiError, NotFound, Outcome, Patience, Phase, StatusReport, media_links
from reka_notebook.errors import RekaError
from reka_notebook.jobs import endings
from reka_notebook.jobs.cancellation import Cancellation
from reka_notebook.jobs.errors import JobCancelled, JobError, JobExpired, JobFailed
from reka_notebook.jobs.keeping import keep
from reka_notebook.jobs.schedule import back_off
from reka_notebook.jobs.states import State
from reka_notebook.jobs.submission import Submission
from reka_notebook.jobs.take import Take
from reka_notebook.jobs.watch import Watch
from reka_notebook.jobs.work import SHORTLY, Work
from reka_notebook.library import LeaseLost, LibraryError

ONCE = Patience(total=0.0)
BELIEVED_LOST, LOST_FOR = 5, 60.0
"""How many times in a row, and for how many seconds, the service may not know a request before that is believed."""
FILELESS = 3
"""How many times a result that points to no file is asked for again."""

_END_STATES: Mapping[type[JobError], State] = {JobCancelled: State.CANCELLED, JobExpired: State.EXPIRED}

_RUNNING: Mapping[Phase, bool] = {Phase.QUEUED: False, Phase.RUNNING: True}


class Runner:
    """Does what is to be done about one job, and writes every step down before the next."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._submission: Submission | None = None
        self._asked = False
        self._watch: Watch  # from its submission on
        self._look_again = False
        self._cancellation = Cancellation(work)

    async def run(self) -> bool:
        """Bring the job to its end, which its waiters are told; ``False`` where another process has taken it over."""
        job = self._work.job
        try:
            take = await self._do()
        except LeaseLost:
            return False
        except LibraryError as error:  # the disk: the row stays as it is, and is taken up when that is cured
            self._stop(f"{error} The job goes on where it stood when it is asked for again.")
        except JobError as error:
            await self._end(error)
        except RekaError as error:
            await self._end(endings.unforeseen(self._work.record, error))
        else:
            job.end(take, state=State.KEPT, ended=take.record.kept, note=None, error=None)
        return True

    def cancel(self) -> None:
        """A person wants it cancelled."""
        if self._work.job.status.done:
            return
        self._work.job.change(cancelling=True)
        self.look_again()
        if self._submission is not None:
            self._submission.cancel()

    def look_again(self) -> None:
        """The job's row has changed: another process wants something of it, or has taken it over."""
        self._look_again = True
        self._work.wake()

    async def _do(self) -> Take:
        new = self._work.record.request_id is None
        if new:
            self._submission = Submission(self._work)
            await self._submission.run()
            self._submission = None
        self._watch = await anyio.to_thread.run_sync(self._watched, new)
        for tried in count():
            report = await self._wait()
            take = await self._finish(report, once_more=tried < FILELESS)
            if take is not None:
                return take
            await self._work.pause(back_off(tried + 1))
        raise AssertionError("unreachable: a take is returned, or an end raised")

    def _watched(self, whole: bool) -> Watch:
        record = self._work.record
        return Watch(
            self._work.history.known(record.request), record.submitted or record.created, whole=whole
        )

    async def _wait(self) -> StatusReport:
        """Ask until the service says that it is done with the request, one way or the other."""
        work, watch = self._work, self._watch
        missing, since = 0, time.monotonic()
        while True:
            if self._cancellation.wanted:
                await self._cancellation.ask()
            elif work.left <= 0 and self._asked:  # asked for once at least, however long it was left lying
                raise endings.expired(work.record)
            else:
                await work.pause(watch.delay(work.rate(), soon=work.wants_cancel))
            if self._look_again:
                self._look_again = False
                await work.read()
            self._asked = True
            try:
                report = await work.client.status(
                    work.request_id, work.url("status_url"), logs=True, patience=ONCE
                )
            except ApiError as error:
                watch.failed(error.retry_after)
                # A page in place of the service's own words may come from anything on the way there.
                missing = missing + 1 if isinstance(error, NotFound) and error.type else 0
                if missing >= BELIEVED_LOST and time.monotonic() - since >= LOST_FOR:
                    raise endings.gone(work.record, error) from error
                work.trouble(error, error.retry_after)
                continue
            missing, since = 0, time.monotonic()
            if report.phase in (Phase.DONE, Phase.FAILED, Phase.CANCELLED):
                watch.done()
                return report
            watch.pending(running=_RUNNING.get(report.phase), position=report.queue_position)
            await self._note(report)

    async def _note(self, report: StatusReport) -> None:
        work = self._work
        running = _RUNNING.get(report.phase)
        stands = State.RUNNING if running else State.QUEUED
        if running is not None and stands != work.record.state:
            await work.move(stands)
        note = self._cancellation.words
        if report.phase is Phase.UNKNOWN:
            note = f"The service says {report.status!r}, which is no status known here."
        work.job.change(
            status=report.status,
            queue_position=report.queue_position,
            expected=self._watch.expected,
            note=note,
            logs=tuple(_log_line(line) for line in report.logs or ()),
        )

    async def _finish(self, report: StatusReport, *, once_more: bool) -> Take | None:
        """The take of a request that is at its end at the service; ``None`` where its result is not there yet."""
        work = self._work
        try:
            outcome = await work.client.result(work.request_id, work.url("response_url"), patience=SHORTLY)
        except ApiError as error:
            if report.phase is Phase.CANCELLED and not error.retryable:
                raise endings.cancelled(work.record) from error
            if report.phase is Phase.FAILED:
                raise self._failed(Outcome(status=report.status)) from error
            work.trouble(error)
            return None
        answers = {**work.record.answers, "status": report.raw, "result": outcome.raw}
        # What is done and points to a file was made, and paid for, whatever error is said beside it.
        made = report.phase is Phase.DONE and any(link.is_main for link in media_links(outcome.output))
        failed = not made and (outcome.phase is Phase.FAILED or report.phase is Phase.FAILED)
        if (
            outcome.output and not failed
        ):  # also of a cancelled request that finished all the same: it was paid for
            await work.move(State.FETCHING, answers=answers)
            return await keep(
                work,
                outcome.output,
                took=self._watch.took,
                worked=self._watch.worked,
                once_more=once_more,
            )
        await work.write(answers=answers)
        if failed:
            raise self._failed(outcome)
        if Phase.CANCELLED in (report.phase, outcome.phase):
            raise endings.cancelled(work.record)
        work.job.change(note="The service says that it is done, and gives no output yet. Asking again.")
        return None

    def _failed(self, outcome: Outcome) -> JobFailed:
        # A note says that the model itself may be gone; then the others are worth naming.
        elsewhere = self._work.elsewhere if self._work.endpoint.note else ""
        return endings.failed(self._work.record, outcome, elsewhere)

    async def _end(self, error: JobError) -> None:
        state = _END_STATES.get(type(error), State.FAILED)
        try:
            await self._work.move(state, error=str(error), ended=time.time())
        except LeaseLost:
            raise
        except LibraryError as problem:
            self._stop(f"{error} {problem}")
        else:
            self._work.job.end(error, state=state, error=str(error), ended=time.time(), note=None)

    def _stop(self, words: str) -> None:
        """End the wait and leave the row as it is."""
        self._work.job.end(JobExpired(words), state=State.EXPIRED, error=words, ended=time.time(), note=None)


def _log_line(line: object) -> str:
    if isinstance(line, Mapping) and isinstance(line.get("message"), str):
        return str(line["message"])
    return line if isinstance(line, str) else msgspec.json.encode(line).decode()
