"""Walk the life of jobs at random: submitted, cancelled, killed, restarted, with faults at every step.

Whatever the order: no attempt is charged twice, no attempt is begun that nobody asked for, and in the end every take
that was made is in the library, whole, and whatever is not there was ended by the service or by the person.
"""

import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from reka_notebook.jobs import Job, JobError, State, Take
from reka_notebook.library import GenerationRequest, Wire
from reka_notebook.sandbox import Fault, Sandbox
from tests.faults.kinds import FINAL_RESULTS, KINDS, REFUSALS, WAITS
from tests.faults.tasks import TASKS, Task, assert_whole
from tests.processes import Process, make_quick, processes

ASKED = {
    "a boat": TASKS["image-to-video"],
    "a star": TASKS["text-to-image"],
    "a house": TASKS["text-to-speech"],
    "a tree": TASKS["image-to-bbox"],
    "a bird": TASKS["edit"],
}
"""What a prompt is asked of."""
PROMPTS = st.sampled_from(list(ASKED))


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    """Return a fault that a service may have, other than refusing what it then takes anyway."""
    step = draw(st.sampled_from(["submit", "status", "result", "media", "cancel"]))
    kind = draw(st.sampled_from(sorted(set(KINDS) - WAITS)))
    when = draw(st.sampled_from(["before", "after"]))
    if step == "submit" and kind in REFUSALS:
        when = "before"
    times = draw(st.integers(1, 2 if kind in FINAL_RESULTS else 3))
    return Fault(step, when=when, times=times, skip=draw(st.integers(0, 2)), **KINDS[kind])


class Life(RuleBasedStateMachine):
    """Walk one library and one service, with processes that come and go."""

    film: Path

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        home = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        make_quick(patch)
        self.sandbox = Sandbox(media=self.film, seconds=0.15, seed=1, profile="catalogue", render="small")
        self.url = self.stack.enter_context(self.sandbox)
        self.begin = self.stack.enter_context(processes(home / "library", patch))
        self.process: Process = self.begin(self.url, deadline=3)
        self.requests: dict[str, GenerationRequest] = {}
        self.attempts: Counter[str] = Counter()

    # What a person does

    @initialize(prompt=PROMPTS)
    def first(self, prompt: str) -> None:
        self.ask(prompt, fresh=False)

    @rule(prompt=PROMPTS, fresh=st.sampled_from([False, False, False, True]))
    def ask(self, prompt: str, fresh: bool) -> None:
        before = {key: self.latest(request) for key, request in self.requests.items()}
        job = ASKED[prompt].submit(self.process, prompt, fresh=fresh)
        key = self.sent(job.request)
        known = before.get(key)
        self.requests[key] = job.request
        if known is None or known[1] in (State.FAILED, State.CANCELLED):
            self.attempts[key] += 1
        note(f"asked for {key[:6]}, attempt {self.attempts[key]}: {job}")

    @rule(prompt=PROMPTS)
    def cancel(self, prompt: str) -> None:
        for job in self.process.controller.active:
            if job.request.prompt == prompt:
                note(f"cancelled {job}")
                job.cancel()

    @rule(milliseconds=st.integers(0, 150))
    def wait(self, milliseconds: int) -> None:
        time.sleep(milliseconds / 1000)

    @rule()
    def wait_for_all(self) -> None:
        for job in self.process.controller.active:
            end_of(job)

    # What happens to the process

    @rule(milliseconds=st.integers(0, 60), take_over=st.booleans())
    def kill(self, milliseconds: int, take_over: bool) -> None:
        time.sleep(milliseconds / 1000)
        self.process.kill()
        self.process = self.begin(self.url, deadline=3)
        if take_over:
            self.process.controller.take_over()

    # What the service and the way to it do

    @rule(fault=faults())
    def break_down(self, fault: Fault) -> None:
        self.sandbox.faults.add(fault)

    @rule()
    def recover(self) -> None:
        self.sandbox.faults.clear()

    @rule()
    def fail_the_next(self) -> None:
        self.sandbox.fail_next()

    @rule()
    def finish_the_next(self) -> None:
        self.sandbox.finish_next()

    @rule(number=st.integers(0, 20))
    def forget(self, number: int) -> None:
        charges = self.sandbox.ledger  # as it happens to be now, and so nothing that a draw may depend on
        if charges:
            self.sandbox.forget(charges[number % len(charges)].request_id)

    # What holds

    @invariant()
    def every_attempt_is_charged_once_and_was_asked_for(self) -> None:
        keys = Counter(charge.idempotency_key for charge in self.sandbox.ledger)
        assert all(count == 1 for count in keys.values()), keys
        for key in keys:
            content, _, attempt = str(key).rpartition("-")
            assert int(attempt) <= self.attempts[content], f"nobody asked for attempt {attempt}"

    @invariant()
    def what_is_kept_is_whole(self) -> None:
        for take in self.process.controller.takes():
            task = self.task_of(take)
            assert [file.kind for file in take.record.files] == [task.kind] * task.files
            if task.kind == "video":
                assert take.path.stat().st_size == self.film.stat().st_size

    def task_of(self, take: Take) -> Task:
        return ASKED[take.prompt]

    def sent(self, request: GenerationRequest, attempt: int | None = None) -> str:
        """Return the idempotency key of an attempt, or what those of all attempts begin with."""
        endpoint = self.process.controller.catalogue.endpoint(request.endpoint)
        wire = Wire(spelling=endpoint.spelling(request.input, request.images))
        key = request.idempotency_key(attempt or 0, wire)
        return key if attempt is not None else key.rpartition("-")[0]

    def latest(self, request: GenerationRequest) -> tuple[int, str, str | None] | None:
        record = self.process.controller.library.jobs.latest(self.process.controller.service, request)
        return (record.attempt, record.state, record.request_id) if record else None

    def teardown(self) -> None:
        try:
            if self.requests:
                self.everything_comes_to_its_end()
        finally:
            self.stack.close()

    def everything_comes_to_its_end(self) -> None:
        self.sandbox.faults.clear()
        self.process.kill()
        self.process = self.begin(self.url, deadline=30)
        for job in self.process.controller.take_over():
            end_of(job)
        service = {timing.request_id: timing.status for timing in self.sandbox.requests}
        charged = {str(charge.idempotency_key): charge.request_id for charge in self.sandbox.ledger}
        for request in self.requests.values():
            attempt, state, _ = self.latest(request) or (0, "", None)
            if state == State.EXPIRED:
                end_of(
                    ASKED[request.prompt].submit(self.process, request.prompt) if request.take == 1 else None
                )
                attempt, state, _ = self.latest(request) or (0, "", None)
            there = charged.get(self.sent(request, attempt))
            status = service.get(there) if there else "never taken"
            note(f"{request.content_key[:6]} attempt {attempt}: {state}, and {status} at the service")
            if state == State.KEPT:
                assert there is not None
            elif (
                state == State.FAILED
            ):  # the service's own failure, or a request that it has forgotten, or refused
                assert status in ("FAILED", "never taken", None)
            elif state == State.CANCELLED:
                assert status in ("CANCELLED", "never taken", None)
            else:
                assert state == State.EXPIRED
                assert request.take > 1
        for take in self.process.controller.takes():
            assert_whole(take, self.task_of(take))
        self.every_attempt_is_charged_once_and_was_asked_for()


def end_of(job: Job | None) -> Take | JobError | None:
    try:
        return job.result(60) if job else None
    except JobError as error:
        return error


def test_the_life_of_jobs(film: Path, request: pytest.FixtureRequest) -> None:
    soak = request.config.getoption("--soak")
    Life.film = film
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=300 if soak else 15,
            stateful_step_count=30 if soak else 15,
            deadline=None,
            database=None,
            derandomize=not soak,
            print_blob=True,
            phases=[Phase.explicit, Phase.generate],  # what depends on time does not shrink
            suppress_health_check=list(HealthCheck),
        ),
    )
