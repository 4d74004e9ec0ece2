"""Start, join and take over every job of this process."""

import logging
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import msgspec

from reka_notebook import keychain, media
from reka_notebook.api import Client
from reka_notebook.api.address import is_loopback, origin
from reka_notebook.api.connections import check_surroundings
from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.catalogue.catalogue import unknown_endpoint
from reka_notebook.config import Settings, open_library, settings
from reka_notebook.errors import RekaError
from reka_notebook.forks import renew_in_child
from reka_notebook.jobs.access import no_key
from reka_notebook.jobs.endings import is_not_accepted
from reka_notebook.jobs.errors import JobError
from reka_notebook.jobs.files.with_sound import ENDPOINT as MADE_HERE
from reka_notebook.jobs.job import Job, JobStatus, Listener
from reka_notebook.jobs.listeners import Listeners
from reka_notebook.jobs.measuring import Measuring
from reka_notebook.jobs.models.account_models import AccountModels
from reka_notebook.jobs.polling import History, expected_duration
from reka_notebook.jobs.prepared import PreparedRequest
from reka_notebook.jobs.take import Take
from reka_notebook.jobs.whose import not_cancelled, not_taken_over
from reka_notebook.jobs.worker import Worker
from reka_notebook.key import Key, find_key, key_in_environment, typed_keys
from reka_notebook.library import (
    GenerationRequest,
    JobRecord,
    LeaseLost,
    Library,
    LibraryError,
    TakeFilter,
    TakeRecord,
)
from reka_notebook.library.spending.estimate import Estimate
from reka_notebook.library.spending.fitting import what_fits
from reka_notebook.library.spending.limit import (
    Budget,
    BudgetStatus,
    OverBudget,
    Period,
    Reservation,
    tightest,
)
from reka_notebook.library.spending.today import Today
from reka_notebook.library.states import ENDED, State, is_asked_anew
from reka_notebook.library.take_filter import WantedVerdict

if TYPE_CHECKING:
    from reka_notebook.library.team.changes import Changed

log = logging.getLogger("reka_notebook")

SHORTEST_KEY = 12
"""Characters from which on a key is looked for in requests: shorter ones, made up for a test, are in ordinary words."""


WRONG_KEY = "The service does not know this API key. Copy it again from Reka's console."


class Controller:
    """Submit, find, resume and cancel jobs at one service, with one library.

    Its methods may be called from any thread. They touch the disk, never the network.
    """

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self.library: Library = open_library(chosen)
        self.service = origin(chosen.base_url)
        self._history = History(self.library, self.service)
        self.models = AccountModels(chosen)
        self.measuring = Measuring(self.library, lambda: self.settings.measure, self._is_fetching)
        """Measures takes in the background."""
        self._worker = Worker(
            chosen, self.library, self._history, self.models, self.take_over, self.measuring.add
        )
        self._key: Key | None = None
        self._refused: Key | None = None
        self._listeners = Listeners[Job]("all jobs")
        self._lock = threading.RLock()
        if self.library.changes is not None:
            self.library.changes.subscribe(self._heard)
        renew_in_child(self._renew)

    def _heard(self, changed: "Changed") -> None:
        """Act on what other machines of a team have changed."""
        self._worker.hear(changed)
        rates = self.library.rates
        if rates is not None and changed.pauses:
            for account in changed.pauses:
                rates.hear_of_pause(account)

    def _renew(self) -> None:
        """Forget all listeners: this is a child process, and those who listen are in its parent."""
        self._lock = threading.RLock()
        self._listeners = Listeners[Job]("all jobs")

    @property
    def catalogue(self) -> Catalogue:
        """Return the endpoints, with the person's corrections and the account's models as they are now."""
        return self.models.catalogue

    @property
    def active(self) -> list[Job]:
        """Return the jobs that are being done, oldest first."""
        return list(self._worker.jobs.values())

    @property
    def sandbox(self) -> bool:
        """Return whether the service is on this machine, which Reka's own is not."""
        return is_loopback(self.settings.base_url)

    def _is_fetching(self) -> bool:
        return any(job.status.state is State.FETCHING for job in self.active)

    def has_key(self, prompt_for_key: Callable[[], str] | None = None) -> bool:
        """Return whether requests can be made: with a key, or to a server on this machine, which needs none.

        Raises:
            RekaError: If what was found cannot be a key.
        """
        typed = typed_keys.get(self.service) if self.settings.api_key is None else None
        # Looked for again where the environment has one: a wrong key may have been put right there. A server on this
        # machine needs none, so nobody is asked for one, and no keyring.
        if typed is not None:
            self._turn_to(typed)
        elif self._key is None or key_in_environment():
            here = self.sandbox
            found = find_key(self.settings.api_key, None if here else prompt_for_key, keyring=not here)
            if found is not None:
                self._turn_to(found)
        return self._key is not None or self.sandbox

    def use_key(self, key: Key, *, kept: bool = False) -> None:
        """Use a key that a person has typed in, in all of this process, and tell ``key_given``.

        It comes before those of the environment and the keyring, which may be what it was typed in for.

        Args:
            key: What was typed in.
            kept: Whether it is in the keyring by now, where it is found without being remembered here.
        """
        if kept and not key_in_environment():
            typed_keys.pop(self.service, None)
        else:
            typed_keys[self.service] = key
        self._turn_to(key)
        key_given.tell(self.service)

    def _turn_to(self, key: Key) -> None:
        if key != self._key:
            self._key = key
            self._worker.access.use_key(key)
            self.models.use_key(key)

    @property
    def key(self) -> Key | None:
        """Return the key in use, which does not show itself; ``has_key`` looks for it first."""
        return self._key

    @property
    def account(self) -> str | None:
        """Return the fingerprint of the key in use; ``None`` if there is none."""
        return self._worker.access.account

    @property
    def has_typed_key(self) -> bool:
        """Return whether the key in use was typed in, and is kept for this session only."""
        return self._key is not None and self._key == typed_keys.get(self.service)

    def require_key(self, prompt_for_key: Callable[[], str] | None = None) -> None:
        """Check that requests can be made, as ``has_key`` does.

        Raises:
            RekaError: If there is no key, or it cannot be one.
        """
        if not self.has_key(prompt_for_key):
            raise no_key()

    def client(self) -> Client:
        """Return what asks the service with the key in use, on the engine."""
        return self._worker.access.client()

    def obstacle(self) -> str | None:
        """Return what keeps requests from being made, in words: no key, or surroundings that let nothing out."""
        try:
            self.require_key()
            check_surroundings(self.settings.base_url)
        except RekaError as error:
            return str(error)
        return None

    def key_flaw(self) -> str | None:
        """Return why there is no key to use: what is wrong with the one that was found, or nothing where none was.

        ``None`` says that there is one, or that none is needed.
        """
        try:
            if not self.has_key():
                return keychain.problem()
        except RekaError as error:
            return str(error)
        return WRONG_KEY if self._key is not None and self._key == self._refused else None

    def note_wrong_key(self, job: str) -> None:
        """Remember that a job ended because the service does not know its key, if that is still the one in use."""
        if self.library.jobs.get(job).account == self._worker.access.account:
            self._refused = self._key

    def without_key(self, text: str) -> str:
        """Return a text of the service's without the key that it may have sent back."""
        with suppress(RekaError):
            self.has_key()
        return self._key.taken_out_of(text) if self._key is not None else text

    def submit(
        self,
        prepared: PreparedRequest,
        *,
        fresh: bool = False,
        notebook_file: str | None,
        prompt_for_key: Callable[[], str] | None = None,
    ) -> Job:
        """Return the job of a request: its kept take, the job under way, or a new one.

        Args:
            prepared: What `reka_notebook.jobs.prepare` returned.
            fresh: Whether to make another take even if one is kept.
            notebook_file: The notebook that asks; ``None`` outside of one. It has no default, so that no way to ask
                forgets it.
            prompt_for_key: A hidden prompt for the API key, called if none is found.

        Raises:
            RekaError: The request cannot be made. Nothing was sent.
        """
        job = self._submit(prepared, fresh, notebook_file)
        # Outside the lock: a person who is asked may take their time, and nothing else waits for that.
        if job is None:
            self.require_key(prompt_for_key)
            job = self._submit(prepared, fresh, notebook_file)
        assert job is not None  # noqa: S101 (there is a key by now)
        return job

    def _submit(self, prepared: PreparedRequest, fresh: bool, notebook_file: str | None) -> Job | None:
        """Do what `submit` does, but return ``None`` if a job would have to be started and there is no key."""
        with self._lock:
            record = (
                None if fresh else self.library.jobs.latest(self.service, prepared.request, prepared.meaning)
            )
            shown = self._there(record)
            if shown is not None:
                self.count_shown_again(shown)
                return shown
            if not self.has_key():
                return None
            return self._begin(prepared, record, fresh=fresh, notebook_file=notebook_file)

    def count_shown_again(self, job: Job) -> None:
        """Count that a kept take has answered a request.

        The caller does not wait for that to be written, and a disk that refuses it is in nobody's way. The
        process does wait, when it ends: so it is no daemon's.
        """
        if job.take is not None:
            threading.Thread(target=self._count_shown_again, args=(job.take.id,)).start()

    def _count_shown_again(self, take: str) -> None:
        with suppress(LibraryError):
            self.library.takes.count_shown_again(take)
            self.library.spending.count_reuse(self.service, self._worker.access.account)

    def estimate(self, requests: Iterable[PreparedRequest], *, fresh: bool = False) -> Estimate:
        """Return what requests will likely cost together, each counted once. Nothing is sent, nothing is written.

        What is kept, and what was begun, costs nothing and does not count, unless ``fresh`` takes are wanted.
        """
        return self._estimate_new(self._new(requests, fresh))

    def _new(self, requests: Iterable[PreparedRequest], fresh: bool) -> list[PreparedRequest]:
        """Return those of some requests that would be charged, each once."""
        distinct = {one.request.content_key: one for one in requests}.values()
        return [one for one in distinct if fresh or is_asked_anew(self.standing(one))]

    def _estimate_new(self, new: Iterable[PreparedRequest]) -> Estimate:
        asked = [(one.endpoint, one.request) for one in new]
        return self.library.spending.estimate(self.service, asked, self.settings.unknown_price)

    def expected_duration(self, request: GenerationRequest) -> float | None:
        """Return the seconds that a request will take, judged by earlier jobs; ``None`` where nothing is known."""
        return expected_duration(self._history.known(request))

    @property
    def requests_per_minute(self) -> float | None:
        """Return how many HTTP requests may be made in a minute, by all kernels together; ``None`` for any number."""
        gate = self._worker.access.gate
        return gate.per_minute if gate is not None else None

    def budgets(self) -> list[BudgetStatus]:
        """Return every limit on what is spent at this service, and how much of each is used."""
        with suppress(RekaError):  # a key that cannot be one is said where it is used
            self.has_key()
        account = self._worker.access.account
        return self.library.spending.statuses(self.service, account, budgets_of(self.settings))

    def today(self) -> Today:
        """Return the numbers of the day at this service."""
        return self.library.spending.today(self.service, self._worker.access.account)

    def standing(self, prepared: PreparedRequest) -> State | None:
        """Return the state of the last attempt at a request; ``None`` if there was none."""
        return self.library.jobs.standing(self.service, prepared.request, prepared.meaning)

    def find(self, prepared: PreparedRequest) -> Job | None:
        """Return what exists already: the kept take as an ended job, or the job that this process is doing.

        Raises:
            JobError: The take was kept, but its file is gone.
        """
        return self._there(self.library.jobs.latest(self.service, prepared.request, prepared.meaning))

    def _there(self, record: JobRecord | None) -> Job | None:
        if record is not None and record.state == State.KEPT:
            return self._kept(record)
        return self._worker.job(record.id) if record is not None else None

    def _begin(
        self, prepared: PreparedRequest, record: JobRecord | None, *, fresh: bool, notebook_file: str | None
    ) -> Job:
        """Start a job, or a new attempt after the last one.

        Args:
            record: The last attempt at the request; ``None`` where there is none, or another take is
                wanted.
        """
        webhook = prepared.webhook_url or self.settings.webhook_url
        self._check_no_key_in(prepared, webhook)
        if not self.sandbox:  # a server on this machine can fetch what is on it
            for url in prepared.urls:
                media.check_public(url)
            if webhook is not None and is_loopback(webhook):
                raise RekaError(
                    "The webhook's URL leads to this machine, where the service cannot call it. Nothing was sent. Give "
                    "one that can be reached from outside, or leave it out."
                )
        for source in prepared.sources:
            if source.data is not None:
                self.library.images.keep(source.digest, source.data)
        if record is None or is_asked_anew(record.state):
            prepared.endpoint.require_path()
            check_surroundings(self.settings.base_url)
            attempt = record.attempt + 1 if record else 1
            try:
                record, _ = self.library.jobs.add(
                    self.service,
                    prepared.request,
                    attempt,
                    self._deadline(),
                    notebook_file,
                    self.library.leases.me,
                    account=self._worker.access.account,
                    another_take=fresh,
                    wire=prepared.wire,
                    meaning=prepared.meaning,
                    reservation=self._reservation(prepared.endpoint, prepared.request),
                    webhook=webhook,
                    reused=prepared.reused,
                )
            except OverBudget as over:
                raise self._with_what_fits(over, prepared) from None
        elif record.state == State.EXPIRED and record.webhook != webhook and is_not_accepted(record):
            # The service has not seen the other one. What it may have seen is sent again as it was.
            with suppress(LeaseLost):
                record = self.library.jobs.update(record.id, epoch=record.epoch, webhook=webhook)
        return self._start(record)

    def check_budget(self, requests: Sequence[PreparedRequest], *, fresh: bool = False) -> Estimate:
        """Check that all of some requests fit every budget, and return what they will likely cost together.

        Each is held to the budgets once more when it is submitted: another kernel may spend meanwhile.

        Raises:
            OverBudget: They do not; it says how many of them would fit.
        """
        new = self._new(requests, fresh)
        expected = self._estimate_new(new)
        status = tightest(self.budgets())
        if status is None or not status.is_over(expected.reserve):
            return expected
        if len(new) == 1:
            over = OverBudget(status, expected.reserve, known=not expected.unknown)
            raise self._with_what_fits(over, new[0])
        fit = bisect_left(
            range(1, len(new)),
            True,
            key=lambda count: status.is_over(self._estimate_new(new[:count]).reserve),
        )
        advice = f"The first {fit} would fit." if fit > 1 else "The first would fit." if fit else ""
        raise OverBudget(
            status,
            expected.reserve,
            known=not expected.unknown,
            what=f"these {len(new)} requests",
            advice=advice,
        )

    def _reservation(self, endpoint: Endpoint, request: GenerationRequest) -> Reservation:
        """Return what a budget holds back for a new job, whether or not there is a budget now."""
        expected = self._expected(endpoint, request)
        return Reservation(expected.reserve, expected.amount, budgets_of(self.settings))

    def _expected(self, endpoint: Endpoint, request: GenerationRequest) -> Estimate:
        return self.library.spending.estimate(
            self.service, [(endpoint, request)], self.settings.unknown_price
        )

    def _with_what_fits(self, over: OverBudget, prepared: PreparedRequest) -> OverBudget:
        others = self.catalogue.endpoints.values()
        fits = what_fits(over.status.left, prepared.endpoint, prepared.request, self._expected, others)
        return OverBudget(over.status, over.wanted, known=over.known, advice=fits)

    def _check_no_key_in(self, prepared: PreparedRequest, webhook: str | None) -> None:
        """Refuse a request with the API key in it: a variable may hold it, or a person may have pasted it there.

        Raises:
            RekaError: It has it. Nothing is written then.
        """
        self.check_no_key_in(f"{msgspec.json.encode(prepared.request).decode()} {webhook}")

    def check_no_key_in(self, text: str) -> None:
        """Refuse a text that is to be sent with the API key in it.

        Raises:
            RekaError: It has it.
        """
        key = self._key
        if key is None or len(key.reveal()) < SHORTEST_KEY:  # a key for tests, as words have it in them
            return
        if key.taken_out_of(text) != text:
            raise RekaError(
                "The request has your API key in it, in the prompt, the webhook or another field. Nothing was sent, "
                "and nothing was kept. Take the key out of it and run it again."
            )

    def resume(self, job: str) -> Job:
        """Resume a job by its id or the beginning of the id: one that expired, or that another process left."""
        with self._lock:
            record = self.library.jobs.get(job)
            if running := self._worker.job(record.id):
                return running
            if record.state == State.KEPT:
                return self._kept(record)
            if record.state in (State.FAILED, State.CANCELLED):
                raise JobError(f"Job {record.id} has ended ({record.state}): {record.error}")
            if record.service != self.service:
                raise JobError(
                    f"Job {record.id} is with {record.service}, and the base URL is {self.service}."
                )
            self.require_key()
            check_surroundings(self.settings.base_url)
            return self._start(record)

    def adopt(self, record: JobRecord) -> Job:
        """Go on with a request that the service has and this library did not; what is not told is filled in."""
        with self._lock:
            record, new = self.library.jobs.adopt(
                msgspec.structs.replace(
                    record,
                    deadline=self._deadline(),
                    owner=self.library.leases.me,
                    account=self._worker.access.account,
                )
            )
            return self._start(record) if new else self.resume(record.id)

    def take_over(self) -> list[Job]:
        """Take over every unfinished job of this service whose process is gone, if there is a key."""
        # Outside the lock, so that who submits meanwhile does not wait. A row that has changed since is not acquired.
        me, rows = self.library.leases.name, self.library.jobs
        others = rows.owners(self.service, besides=me)
        dead = {owner for owner in others if not self.library.leases.is_alive(owner)}
        left = [one for one in rows.unfinished(self.service, besides=me) if one.owner in dead] if dead else []
        started: list[Job] = []
        if left and self.obstacle() is None:
            left = [record for record in left if self._worker.access.may_do(record)]
            with self._lock:
                started = self._start_all([record for record in left if self._worker.job(record.id) is None])
        if others:
            self._worker.watch()
        return started

    def cancel(self, job: str) -> Job:
        """Ask for a job to be cancelled, by its id or the beginning of the id.

        Raises:
            JobError: It is another person's, or was asked with another API key.
        """
        record = self.library.jobs.get(job)
        may = self.library.may_cancel(record) and (not self.has_key() or self._worker.access.may_do(record))
        if record.state not in ENDED and not may:
            raise JobError(not_cancelled(record, self.library))
        found = self.resume(job)
        found.cancel()
        return found

    def takes(self, limit: int = 60, verdict: WantedVerdict | None = None) -> list[Take]:
        """Return the takes kept last, newest first; with a verdict, those that have it."""
        wanted = TakeFilter(verdict=verdict)
        return [self.take(record) for record in self.library.takes.find(wanted, limit=limit)]

    def take(self, record: TakeRecord, *, from_earlier: bool = False) -> Take:
        """Return a take from its row."""
        return Take(record, self.library, from_earlier=from_earlier)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(job)`` at every change of any job, on the engine's thread; returns what ends it."""
        return self._listeners.add(listener)

    def _kept(self, record: JobRecord) -> Job:
        found = self.library.takes.get(record.id)
        if found is None or found.removed or not self.library.media.has(found.files[0]):
            pruned = found is not None and found.removed
            raise JobError(
                f"The take of job {record.id} was kept, and its file "
                f"{'was removed to make room' if pruned else 'is not in the library any more'}. Nothing was sent. Ask "
                "for another take (--fresh): that is a new request, and is charged."
            )
        job = self._job(record)
        job.end(self.take(found, from_earlier=True), self.library.here(found.kept))
        return job

    def _job(self, record: JobRecord) -> Job:
        request = record.request
        expected = expected_duration(self._history.known(request))
        endpoint = self._endpoint(request)
        status = JobStatus(
            State(record.state),
            started=self.library.here(record.submitted or record.created),
            expected=expected,
            kind=endpoint.output,
            cancelling=record.cancel_wanted is not None,
        )
        by_other = record.person if record.person != self.library.person else ""
        return Job(record.id, request, endpoint.title, status, self._worker.cancel, by_other)

    def _endpoint(self, request: GenerationRequest) -> Endpoint:
        """Return what makes a request's take; of what was made on this machine the catalogue knows nothing."""
        if request.endpoint == MADE_HERE:
            return replace(unknown_endpoint(request.endpoint), title="With sound", output="video")
        return self.catalogue.endpoint(request.endpoint)

    def _start(self, record: JobRecord) -> Job:
        if record.state in ENDED:
            record = self._revive(record)
        job = self._job(record)
        job.subscribe(self._listeners.tell)
        self._worker.start(job, record)
        self._listeners.tell(job)
        return job

    def _revive(self, record: JobRecord) -> JobRecord:
        """Let an expired job go on where it stood, with a new deadline."""
        if not self._worker.access.may_do(record):
            raise JobError(not_taken_over(record))
        own_key = record.account == self._worker.access.account
        again: dict[str, Reservation] = {}
        if is_not_accepted(record):  # what was held back for it was released
            endpoint = self.catalogue.endpoint(record.request.endpoint)
            again = {"reservation": self._reservation(endpoint, record.request)}
        try:
            return self.library.jobs.update(
                record.id,
                epoch=record.epoch,
                state=str(State.QUEUED if record.request_id else State.SUBMITTING),
                error=record.error if is_not_accepted(record) else None,  # what is certain stays so
                ended=None,
                owner=None,  # whoever let it expire may be alive, and does it no more
                cancel_wanted=None,
                deadline=self._deadline(),
                key_refused=None if own_key else record.key_refused,
                **again,
            )
        except LeaseLost:  # another kernel has just done the same, and has begun
            return self.library.jobs.get(record.id)

    def _start_all(self, records: list[JobRecord]) -> list[Job]:
        started = []
        for record in records:
            try:
                started.append(self._start(record))
            except RekaError as error:  # an endpoint that the catalogue does not have any more
                log.info("job %s cannot be taken over: %s", record.id, error)
        return started

    def _deadline(self) -> float:
        return self.library.now() + self.settings.deadline


def budgets_of(chosen: Settings) -> tuple[Budget, ...]:
    """Return the limit on what is spent that the settings name, if any."""
    if chosen.budget is None:
        return ()
    return (Budget(chosen.budget, cast("Period | None", chosen.budget_period)),)


key_given = Listeners[str]("the API key")
"""Whoever wants to know that a person has typed a key in; told of the service that it is for."""

_controllers: dict[Settings, Controller] = {}
_lock = threading.Lock()


def _renew() -> None:
    global _lock
    _lock = threading.Lock()


renew_in_child(_renew)


def controller() -> Controller:
    """Return the controller for the current settings; this process keeps one for each setting it ever had."""
    now = settings()
    # What only says how to ask, or to show, makes no other controller.
    same = replace(
        now,
        model=None,
        embed_limit=0,
        budget=None,
        budget_period=None,
        unknown_price=None,
        webhook_url=None,
        measure=True,
    )
    with _lock:
        found = _controllers.get(same)
        if found is None:
            found = _controllers[same] = Controller(now)
        found.settings = now
        return found
