"""One job, from where it stands to its end. Runs on the engine's loop."""

import time
from collections.abc import Mapping
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from reka_notebook import media
from reka_notebook.api import (
    ApiError,
    Client,
    NotFound,
    NotSent,
    Outcome,
    Patience,
    Phase,
    Rejected,
    StatusReport,
    media_links,
)
from reka_notebook.catalogue import Endpoint
from reka_notebook.errors import RekaError
from reka_notebook.jobs.errors import JobCancelled, JobError, JobExpired, JobFailed
from reka_notebook.jobs.fetch import fetch, keep_data
from reka_notebook.jobs.job import Job
from reka_notebook.jobs.schedule import next_delay
from reka_notebook.jobs.states import State, check_transition
from reka_notebook.jobs.take import Take
from reka_notebook.library import JobRecord, Library, LibraryError

_ONCE = Patience(total=0.0)
_UNREACHABLE = 6
_LOST = 5
"""How many times in a row a status, or a file, may be missing before that is believed."""


class Runner:
    """Does what is to be done about one job, and writes every step down before the next."""

    def __init__(
        self, job: Job, record: JobRecord, endpoint: Endpoint, library: Library, client: Client
    ) -> None:
        self.job = job
        self.record = record
        self._endpoint = endpoint
        self._library = library
        self._client = client
        self._wake = anyio.Event()
        self._idle_until = 0.0
        self._submitting: anyio.CancelScope | None = None
        self._maybe_taken = record.state == State.SUBMITTING

    async def run(self) -> None:
        """Bring the job to its end."""
        try:
            if self.record.request_id is None:
                await self._submit()
            take = await self._wait_and_keep()
        except JobError as error:
            await self._end(error)
        except LibraryError as error:  # the disk: the job stays as it is, and is taken up when that is cured
            self._fail(JobExpired(f"{error} The job goes on where it stood when it is asked for again."))
        except Exception as error:
            self._fail(
                JobExpired(f"An error of reka-notebook itself: {error!r}. The job is kept; run it again.")
            )
            raise
        else:
            self.job.end(take, state=State.KEPT, ended=take.record.kept, note=None, error=None)

    def cancel(self) -> None:
        """A person wants it cancelled. On the engine's loop."""
        if self.job.status.done or self.job.status.cancelling:
            return
        self.job.change(cancelling=True)
        if self._submitting is not None and not self._maybe_taken and time.monotonic() < self._idle_until:
            self._submitting.cancel()
        self._wake.set()

    # --- submit -----------------------------------------------------------------------------------------------

    async def _submit(self) -> None:
        body = await anyio.to_thread.run_sync(self._input)
        path = self._endpoint.require_path()
        await self._move(State.SUBMITTING)
        unreachable = _UNREACHABLE
        while True:
            patience = Patience(
                total=self._left(),
                longest=self._left(),
                unreachable=1_000_000 if self._maybe_taken else unreachable,
                on_wait=self._submission_waits,
            )
            try:
                with anyio.CancelScope() as self._submitting:
                    submitted = await self._client.submit(
                        path,
                        body,
                        idempotency_key=self.record.idempotency_key,
                        patience=patience,
                    )
                if self._submitting.cancelled_caught:
                    raise JobCancelled("Cancelled before it was submitted; nothing was charged.")
                break
            except NotSent as error:
                if not self._maybe_taken:
                    raise JobFailed(str(error)) from error
                if self._left() <= 0:
                    raise self._expired(error) from error
            except Rejected as error:
                raise JobFailed(f"{error}{self._alternatives(error)}") from error
            except ApiError as error:
                raise self._expired(error) from error
            finally:
                self._submitting = None
        await self._move(
            State.QUEUED,
            request_id=submitted.request_id,
            answers={**self.record.answers, "submit": submitted.raw},
            submitted=time.time(),
        )
        self.job.change(status=submitted.status, note=None)

    def _input(self) -> dict[str, Any]:
        """The input as sent: a person's, with every image under the field that the catalogue names."""
        body = dict(self.record.request.input)
        for slot, uses in self.record.request.images.items():
            values = [use.url or self._data_uri(use.digest, use.max_side) for use in uses]
            field = self._endpoint.images[slot]
            body[field.field] = values if field.many else values[0]
        return body

    def _data_uri(self, digest: str, max_side: int) -> str:
        return media.prepare(media.load(self._library.images.read(digest)), max_side=max_side).data_uri

    def _submission_waits(self, error: ApiError, seconds: float) -> None:
        self._maybe_taken = self._maybe_taken or error.maybe_taken
        self._idle_until = time.monotonic() + seconds
        self.job.change(note=_waiting(error, seconds))
        if self.job.status.cancelling and not self._maybe_taken and self._submitting is not None:
            self._submitting.cancel()

    def _alternatives(self, error: ApiError) -> str:
        if (
            not isinstance(error, NotFound)
            and error.status not in (403, 404, 410)
            and self._endpoint.note is None
        ):
            return ""
        note = f" {self._endpoint.note}" if self._endpoint.note else ""
        return (
            f"{note} Other models: kling-v3-pro, veo-3.1. Name one with --model (model= in Python), "
            "or make it the default with reka_notebook.configure(model='kling-v3-pro')."
        )

    # --- wait -------------------------------------------------------------------------------------------------

    async def _wait_and_keep(self) -> Take:
        failures = missing = 0
        while True:
            if self.job.status.cancelling and self.record.cancel_asked is None:
                await self._ask_to_cancel()
            elif self._left() <= 0:
                raise self._expired(None)
            else:
                await self._pause(next_delay(self.job.status.elapsed, failures))
            try:
                report = await self._client.status(self._id, self._url("status_url"), patience=_ONCE)
                failures = missing = 0
            except ApiError as error:
                failures = min(failures + 1, 6)
                missing = missing + 1 if isinstance(error, NotFound) else 0
                if missing >= _LOST:
                    raise JobFailed(
                        f"The service does not know request {self._id} any more. {error}"
                    ) from error
                self.job.change(note=_waiting(error, None))
                continue
            await self._note(report)
            if report.phase in (Phase.DONE, Phase.FAILED, Phase.CANCELLED):
                take = await self._finish(report)
                if take is not None:
                    return take
                failures += 1

    async def _note(self, report: StatusReport) -> None:
        state = {Phase.QUEUED: State.QUEUED, Phase.RUNNING: State.RUNNING}.get(
            report.phase, State(self.record.state)
        )
        if state != self.record.state:
            await self._move(state, answers={**self.record.answers, "status": report.raw})
        unknown = report.phase is Phase.UNKNOWN
        self.job.change(
            status=report.status,
            queue_position=report.queue_position,
            note=f"The service says {report.status!r}, which is not a status known here."
            if unknown
            else None,
            logs=tuple(_log_line(line) for line in report.logs or ()),
        )

    async def _ask_to_cancel(self) -> None:
        self.record = self._library.jobs.update(self.record.id, cancel_asked=time.time())
        try:
            outcome = await self._client.cancel(
                self._id, self._url("cancel_url"), patience=Patience(total=20.0)
            )
        except ApiError as error:
            self.job.change(note=f"The service did not take the cancellation: {error}")
        else:
            self.record = self._library.jobs.update(
                self.record.id, answers={**self.record.answers, "cancel": outcome.raw}
            )

    async def _finish(self, report: StatusReport) -> Take | None:
        """The take of a request that is at its end at the service; ``None`` where its result is not there yet."""
        try:
            outcome = await self._client.result(
                self._id, self._url("response_url"), patience=Patience(total=20.0)
            )
        except ApiError as error:
            if report.phase is Phase.CANCELLED:
                raise self._cancelled() from error
            if report.phase is Phase.FAILED:
                raise self._failed(Outcome(status=report.status, raw=report.raw)) from error
            self.job.change(note=_waiting(error, None))
            return None
        await self._change(answers={**self.record.answers, "status": report.raw, "result": outcome.raw})
        if report.phase is Phase.FAILED or outcome.phase is Phase.FAILED:
            raise self._failed(outcome)
        if outcome.output is None:
            if report.phase is Phase.CANCELLED or outcome.phase is Phase.CANCELLED:
                raise self._cancelled()
            self.job.change(note="The service says that it is done, and gives no output yet.")
            return None
        return await self._keep(outcome)

    # --- keep -------------------------------------------------------------------------------------------------

    async def _keep(self, outcome: Outcome) -> Take | None:
        finished = time.time()
        await self._move(State.FETCHING)
        links = media_links(outcome.output)
        try:
            files = [await self._fetch_patiently(link, index) for index, link in enumerate(links)] or [
                await anyio.to_thread.run_sync(keep_data, self._library, self.record, outcome.output)
            ]
        except NotFound as error:  # the URL has expired: the result is asked for anew
            self.job.change(note=f"{error} The result is asked for again.")
            return None
        started = self.record.submitted or self.record.created
        take = self._library.takes.add(self.record.id, files, time.time(), finished - started, State.KEPT)
        return Take(take, self._library)

    async def _fetch_patiently(self, link: Any, index: int) -> Any:
        failures = 0
        while True:
            try:
                return await fetch(self._client, self._library, self.record, link, index)
            except NotFound:
                raise
            except (ApiError, media.MediaError) as error:
                failures += 1
                if failures >= _LOST or self._left() <= 0:
                    raise JobExpired(
                        f"The video was made (request {self._id}) and its file could not be had: {error} The answer "
                        f"of the service is kept. Run it again, or resume job {self.record.id}: it is fetched again "
                        "and not charged again."
                    ) from error
                self.job.change(note=f"{error} It is fetched again.")
                await self._pause(next_delay(0.0, failures))

    # --- small things -------------------------------------------------------------------------------------------

    @property
    def _id(self) -> str:
        return self.record.request_id or ""

    def _url(self, name: str) -> str | None:
        url = self.record.answers.get("submit", {}).get(name)
        return url if isinstance(url, str) and url else None

    def _left(self) -> float:
        return max(0.0, self.record.deadline - time.time())

    async def _pause(self, seconds: float) -> None:
        """Wait, at most to the deadline, or until the person wants something."""
        with anyio.move_on_after(min(seconds, self._left())):
            await self._wake.wait()
        self._wake = anyio.Event()

    async def _change(self, **changes: Any) -> None:
        def update() -> JobRecord:
            return self._library.jobs.update(self.record.id, **changes)

        self.record = await anyio.to_thread.run_sync(update)

    async def _move(self, state: State, **changes: Any) -> None:
        check_transition(State(self.record.state), state)
        await self._change(state=str(state), **changes)
        self.job.change(state=state)

    async def _end(self, error: JobError) -> None:
        states: Mapping[type[JobError], State] = {JobCancelled: State.CANCELLED, JobExpired: State.EXPIRED}
        state = states.get(type(error), State.FAILED)
        check_transition(State(self.record.state), state)
        try:
            await self._change(state=str(state), error=str(error), ended=time.time())
        except LibraryError as problem:
            error = JobExpired(f"{error} {problem}")
        self._fail(error, state)

    def _fail(self, error: JobError, state: State = State.EXPIRED) -> None:
        self.job.end(error, state=state, error=str(error), ended=time.time(), note=None)

    def _failed(self, outcome: Outcome) -> JobFailed:
        reason = outcome.reason or f"it gave no reason, only the status {outcome.status!r}"
        return JobFailed(
            f"The service failed the request: {reason}. (Job {self.record.id}, request {self._id}.) Whether a failed "
            "request is charged is Reka's to say. Running it again makes a new attempt."
        )

    def _cancelled(self) -> JobCancelled:
        return JobCancelled(
            f"Cancelled (job {self.record.id}, request {self._id}). The service may charge for what it had begun."
        )

    def _expired(self, error: RekaError | None) -> JobExpired:
        why = f" {error}" if error else ""
        return JobExpired(
            f"Job {self.record.id} was not done at its deadline.{why} It is kept: run it again, or resume it, and "
            "waiting goes on with the same request, without a second charge."
        )


def _waiting(error: ApiError, seconds: float | None) -> str:
    again = f"Asking again in {seconds:.0f} s." if seconds else "Asking again."
    return f"{error.message.rstrip('.')}. {again}"


def _log_line(line: object) -> str:
    if isinstance(line, Mapping) and isinstance(line.get("message"), str):
        return str(line["message"])
    return line if isinstance(line, str) else msgspec.json.encode(line).decode()
