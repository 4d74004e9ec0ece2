"""Test two faults in the life of one job, at different steps.

`--soak` runs every case with PARTNERS cases of each other step, each fault once: all pairs would take days. A draw, in
which every pair of steps comes at least twice and a fault may strike three times, is run in any case.
"""

import itertools
import random
import time

import pytest

from reka_notebook.jobs import JobCancelled, JobExpired, JobFailed, State, Take
from reka_notebook.sandbox import Sandbox
from tests.faults.tasks import TASKS, assert_kept
from tests.faults.test_every_fault import Case, all_cases, end_of
from tests.processes import Process

STEPS = ("submit", "status", "result", "media", "cancel")
PARTNERS = 3
Pair = tuple[Case, Case]


def draw() -> list[Pair]:
    """Return a pair for each two steps; the faults strike once or three times each."""
    dice = random.Random(1)
    found = []
    for count in ("once", "three times"):
        cases = [case for case in all_cases() if case.count == count]
        by_step = {step: [case for case in cases if case.step == step] for step in STEPS}
        for one, other in itertools.combinations(STEPS, 2):
            place, within = divmod(
                dice.randrange(len(by_step[one]) * len(by_step[other])), len(by_step[other])
            )
            found.append((by_step[one][place], by_step[other][within]))
    return found


def many() -> list[Pair]:
    """Return every case with some of each other step."""
    dice = random.Random(2)
    cases = [case for case in all_cases() if case.count == "once"]
    by_step = {step: [case for case in cases if case.step == step] for step in STEPS}
    found = []
    for one, other in itertools.combinations(STEPS, 2):
        found += [(case, dice.choice(by_step[other])) for case in by_step[one] for _ in range(PARTNERS)]
        found += [(dice.choice(by_step[one]), case) for case in by_step[other] for _ in range(PARTNERS)]
    return found


def words(pair: Pair) -> str:
    return "; ".join(map(str, pair))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "pair" in metafunc.fixturenames:
        soak = metafunc.config.getoption("--soak")
        every = many() if soak else []
        metafunc.parametrize("pair", list(dict.fromkeys(draw() + every)), ids=words)


def test_a_request_and_two_faults(sandboxes, start, pair: Pair) -> None:
    cancels = any(case.step == "cancel" for case in pair)
    # A fault of a file is of a task that has one.
    task = TASKS[next((case for case in pair if case.step == "media"), pair[0]).task]
    sandbox: Sandbox = sandboxes(seconds=0.4 if cancels else 0.1, render="small")
    sandbox.faults.add(*(case.fault for case in pair))
    process: Process = start(sandbox.url, deadline=10.0)
    job = task.submit(process)
    if cancels:
        until_accepted_or_over(job)
        job.cancel()
    end = end_of(job)
    assert len(sandbox.ledger) <= 1
    if isinstance(end, Take):
        assert_kept(process, end, task)
    elif isinstance(end, JobFailed):
        assert any(case.is_refused or case.is_final for case in pair), end
    elif isinstance(end, JobCancelled):
        assert cancels
        assert [there.status for there in sandbox.requests] == ["CANCELLED"]
    else:
        assert isinstance(end, JobExpired), end
        assert any(case.is_left for case in pair), end
    sandbox.faults.clear()
    again = end_of(task.submit(process))
    assert_kept(process, again, task)
    # After a failure or a cancellation, running it again is a new attempt, which the person has asked for.
    attempts = 2 if isinstance(end, (JobFailed, JobCancelled)) else 1
    keys = [charge.idempotency_key for charge in sandbox.ledger]
    assert 1 <= len(keys) == len(set(keys)) <= attempts


def until_accepted_or_over(job) -> None:
    limit = time.monotonic() + 10
    while job.status.state not in (State.QUEUED, State.RUNNING) and not job.status.done:
        assert time.monotonic() < limit
        time.sleep(0.005)
