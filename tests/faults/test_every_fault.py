"""Test every fault that the sandbox knows, at every step: once, three times, and without an end.

Whatever happens: one charge at most, and what was made is in the library, whole; or it was the service that ended the
job, and says so. Where a job stopped waiting, the next run of the same cell ends with the take, for the same charge.

Each case is of one task. `--soak` runs all of them, with every task where it is the answer or a file that is struck;
a draw in which every kind, every task at every step, and every step with every count comes at least once is run
without it.
"""

import itertools
import re
import time
import zlib
from dataclasses import dataclass

import pytest

from reka_notebook.jobs import Job, JobCancelled, JobError, JobExpired, JobFailed, State, Take
from reka_notebook.sandbox import Fault, Sandbox
from reka_notebook.sandbox.faults import AFTER
from tests.faults.kinds import (
    ACCOUNT,
    FINAL_RESULTS,
    GONE,
    KINDS,
    NOT_REPEATED,
    PAGES,
    REFUSALS,
    WAITS,
)
from tests.faults.tasks import TASKS, assert_kept
from tests.processes import SECRET, Process

STATUS_POLLS = (0, 1, 2)
"""How many status polls go well before the first that does not."""
COUNTS = {"once": 1, "three times": 3, "without an end": 10_000}


@dataclass(frozen=True)
class Case:
    step: str
    when: str
    kind: str
    count: str
    skip: int = 0
    task: str = "image-to-video"

    def __str__(self) -> str:
        turn = f" {self.skip + 1}" if self.skip else ""
        return f"{self.step}{turn}, {self.when} it: {self.kind}, {self.count}, {self.task}"

    @property
    def fault(self) -> Fault:
        times = COUNTS[self.count]
        return Fault(self.step, when=self.when, times=times, skip=self.skip, **KINDS[self.kind])  # type: ignore[arg-type]

    @property
    def is_endless(self) -> bool:
        return self.count == "without an end"

    @property
    def is_refused(self) -> bool:
        return self.step == "submit" and self.kind in REFUSALS

    @property
    def is_final(self) -> bool:
        """Return whether the service keeps saying that a request it had taken has ended."""
        if self.step == "submit":  # it names another request, which it does not know
            return self.kind == "half an object" and self.is_endless
        if self.step != "result" or self.count == "once":
            return False
        return self.kind in FINAL_RESULTS or (self.kind in GONE and self.is_endless)

    @property
    def is_believed(self) -> bool:
        """Return whether what is no file comes as often as is believed."""
        return self.step == "media" and self.kind in PAGES and self.count == "three times"

    @property
    def is_left(self) -> bool:
        """Return whether the wait may end before the job does, as when a person has to decide."""
        waits = self.step == "media" and self.kind in WAITS | PAGES and self.count != "once"
        stops = self.step in ("status", "result") and self.kind in ACCOUNT and self.count != "once"
        unrepeated = self.step == "submit" and (
            self.kind in NOT_REPEATED or (self.kind.startswith("page with") and self.count != "once")
        )
        return self.is_endless or waits or stops or unrepeated


NO_SECOND_CHARGE = re.compile(
    r"not charged again|without a second charge|cannot be charged twice|nothing was charged|"
    r"Another take \((--fresh|fresh=True)\)"
)
"""What is said of the money where a job is left, to be resumed."""


def all_cases(*, every_task: bool = False) -> list[Case]:
    found: list[Case] = []
    places = [
        ("submit", "before", 0),
        ("submit", "after", 0),
        ("result", "before", 0),
        ("media", "before", 0),
    ]
    places += [("status", "before", skip) for skip in STATUS_POLLS]
    places += [("cancel", "before", 0), ("cancel", "after", 0)]
    for (step, when, skip), kind, count in itertools.product(places, KINDS, COUNTS):
        what = KINDS[kind].get("kind", "status")
        if what == "expired" and step != "media":
            continue
        if what in ("mangled", "unknown_status", "bomb") and step == "media":
            continue  # a file is no JSON, and what is packed as a file is a file
        if what in AFTER and when == "before" and step in ("submit", "cancel"):
            continue  # these need the service's answer, and so always come after
        tasks = [task for task in TASKS if step != "media" or TASKS[task].has_media]
        chance = zlib.crc32(f"{step} {when} {skip} {kind} {count}".encode())
        # What is answered to anything else, the task has no part in.
        mine = tasks if every_task and step in ("result", "media") else [tasks[chance % len(tasks)]]
        found += [Case(step, when, kind, count, skip, task) for task in mine]
    return found


def draw(cases: list[Case]) -> list[Case]:
    """Return some of the cases: every kind, every place with every count, and every task at every step."""
    chosen: list[Case] = []
    for fresh in (
        lambda case: case.kind,
        lambda case: (case.step, case.when, case.skip, case.count),
        lambda case: (case.step, case.task),
    ):
        seen = {fresh(case) for case in chosen}
        for case in cases[::7] + cases:
            if fresh(case) not in seen:
                seen.add(fresh(case))
                chosen.append(case)
    return chosen


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" not in metafunc.fixturenames:
        return
    cases = all_cases(every_task=True) if metafunc.config.getoption("--soak") else draw(all_cases())
    cancels = metafunc.function is test_a_cancellation_and_its_faults
    cases = [case for case in cases if (case.step == "cancel") is cancels]
    metafunc.parametrize("case", cases, ids=str)


def end_of(job: Job) -> Take | JobError:
    try:
        return job.result(90)
    except JobError as error:
        return error


def assert_clean(process: Process) -> None:
    """Check that no row, sidecar or message has the key, or a sequence that a terminal acts on."""
    library = process.controller.library
    for path in [path for path in library.home.rglob("*") if path.is_file()]:
        data = path.read_bytes()
        assert SECRET.encode() not in data, path
        if path.suffix == ".json":
            assert b"\x1b" not in data, path


def test_a_request_and_its_faults(sandboxes, start, case: Case) -> None:
    pace = 0.3 if case.is_endless else 1.0  # so slow that a busy machine asks often enough meanwhile
    task = TASKS[case.task]
    sandbox: Sandbox = sandboxes(seconds=pace * case.skip if case.skip else 0.05, render="small")
    sandbox.faults.add(case.fault)
    patience = 10.0 if case.is_left else 60.0
    process: Process = start(sandbox.url, deadline=1.0 if case.is_endless else patience)
    job = task.submit(process)
    end = end_of(job)
    row = process.controller.library.jobs.get(job.id)
    assert len(sandbox.ledger) <= 1
    if case.skip and case.kind != "silent":  # the log has an answer when it is sent
        polls = [seen.fault for seen in sandbox.log if seen.step == "status"]
        assert not any(polls[: case.skip])
        assert polls[case.skip], "it came to the poll that is struck"
    if isinstance(end, Take):
        assert_kept(process, end, task)
    elif isinstance(end, JobFailed):
        assert row.state == State.FAILED
        assert case.is_refused or case.is_final, end
        assert ("Nothing was charged" in str(end)) is case.is_refused
        assert len(sandbox.log) < 20 + case.skip, "a failure is an end at once"
    else:
        assert isinstance(end, JobExpired)
        assert row.state == State.EXPIRED
        assert case.is_left
        assert NO_SECOND_CHARGE.search(str(end)), end
        assert case.step != "media" or "result" in row.answers
    assert not case.is_believed or isinstance(end, JobExpired)
    sandbox.faults.clear()
    again = end_of(task.submit(process))
    assert_kept(process, again, task)
    assert_clean(process)
    # A new attempt, which the person has asked for by running it again, is a new request. That a service says no and
    # takes the request all the same is no lost answer, but a false one.
    new_attempt = isinstance(end, JobFailed) and (case.is_final or case.when == "after")
    charged = 2 if new_attempt else 1
    assert len(sandbox.ledger) == len({charge.idempotency_key for charge in sandbox.ledger}) == charged
    assert isinstance(task.submit(process).result(0), Take)
    assert len(sandbox.ledger) == charged
    assert all(seen.authorised for seen in sandbox.log)


def test_a_cancellation_and_its_faults(sandboxes, start, case: Case) -> None:
    task = TASKS[case.task]
    sandbox: Sandbox = sandboxes(seconds=1.0, render="small")
    sandbox.faults.add(case.fault)
    process: Process = start(sandbox.url, deadline=20)
    job = task.submit(process)
    limit = time.monotonic() + 10
    while job.status.state not in (State.QUEUED, State.RUNNING):
        assert time.monotonic() < limit
        time.sleep(0.005)
    job.cancel()
    end = end_of(job)
    assert len(sandbox.ledger) == 1
    (there,) = sandbox.requests
    if isinstance(end, Take):
        assert there.status == "COMPLETED"
        assert_kept(process, end, task)
    else:
        assert isinstance(end, JobCancelled), end
        assert there.status == "CANCELLED"
    if case.when == "before" and case.is_endless and case.kind != "late":
        assert isinstance(end, Take) or KINDS[case.kind].get("kind") == "delay", "nobody cancelled it"


def test_the_draw_has_every_kind_every_task_and_every_place_with_every_count() -> None:
    chosen, cases = draw(all_cases()), all_cases()
    assert {one.kind for one in chosen} == set(KINDS)
    places = {(one.step, one.when, one.skip, one.count) for one in cases}
    assert {(one.step, one.when, one.skip, one.count) for one in chosen} == places
    assert {(one.step, one.task) for one in chosen} == {(one.step, one.task) for one in cases}
    assert {one.skip for one in cases if one.step == "status"} == set(STATUS_POLLS)
    assert len(cases) > 800
