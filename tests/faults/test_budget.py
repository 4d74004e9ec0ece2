"""Two kernels and a command line at the edge of a budget, killed at any moment: never over, nothing held for ever.

`--soak` runs 200 rounds, and a draw of two is run without it. Each round has a library of its own, and three real
processes that share it and ask for more than its budget allows. What they leave is taken over by a fourth.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reka_notebook import config
from reka_notebook.errors import RekaError
from reka_notebook.jobs import controller
from reka_notebook.library.spending.limit import Budget
from reka_notebook.sandbox import Sandbox, profiles
from tests import forked_processes
from tests.kernel.test_kill import POINTS, dying_at

MODEL = "wan-2/text-to-video"
SECONDS = 5
PRICE = SECONDS * profiles.PER_SECOND[""]
BUDGET = 4.6 * PRICE
"""Four requests fit, with what is held back for a price that few bills tell, and a fifth does not."""

KERNEL = """
import sys, time
from reka_notebook.errors import RekaError
from reka_notebook.jobs import controller, prepare
control = controller()
print("ready", flush=True)
jobs = []
for number in range(4):
    words = f"{sys.argv[1]} {number}"
    prepared = prepare(control.catalogue, words, {}, model="MODEL", undeclared={"duration": SECONDS})
    try:
        jobs.append(control.submit(prepared, notebook_file=None))
    except RekaError as error:
        assert "Over budget" in str(error), error
        print("over", flush=True)
    time.sleep(0.05)
for job in jobs:
    job.result(60)
""".replace("MODEL", MODEL).replace("SECONDS", str(SECONDS))

COMMAND = """
import sys
from reka_notebook.__main__ import main
print("ready", flush=True)
for number in range(2):
    main(["generate", "-m", "MODEL", "--set", "duration=SECONDS", f"{sys.argv[1]} {number}"])
""".replace("MODEL", MODEL).replace("SECONDS", str(SECONDS))

POINTS_OF_A_JOB = [point for point in POINTS if point != "before the row"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("number", range(200 if metafunc.config.getoption("--soak") else 2))


@pytest.fixture
def start(billing: Sandbox, tmp_path: Path) -> Iterator[Callable[[str, str], subprocess.Popen[str]]]:
    """Start a process that asks for more than there is: ``start(code, "prompt")``."""
    begun: list[subprocess.Popen[str]] = []
    wired = {
        "REKA_BASE_URL": billing.url,
        "REKA_NOTEBOOK_BUDGET": str(BUDGET),
        "REKA_NOTEBOOK_UNKNOWN_PRICE": str(PRICE),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }

    def start(code: str, prompt: str) -> subprocess.Popen[str]:
        begun.append(
            forked_processes.Popen(
                [sys.executable, "-c", code, prompt],
                env={**os.environ, **wired},
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def test_killed_at_the_edge_of_a_budget(
    number: int, start: Callable[[str, str], subprocess.Popen[str]], billing: Sandbox, tmp_path: Path
) -> None:
    dice = random.Random(number)
    codes = {"kernel one": KERNEL, "kernel two": KERNEL, "command line": COMMAND}
    victims = dice.sample(sorted(codes), dice.randint(1, 2))
    started = {}
    for name, code in codes.items():
        if name in victims and dice.random() < 0.5:  # it dies by itself, at a point of its first job
            code = dying_at(dice.choice(POINTS_OF_A_JOB)) + code
        started[name] = start(code, name)
    for process in started.values():
        assert process.stdout is not None
        process.stdout.readline()
    for name in victims:
        time.sleep(dice.uniform(0.0, 0.6))
        started[name].kill()
    said = {name: process.communicate(timeout=120) for name, process in started.items()}
    for name, process in started.items():
        assert name in victims or process.returncode == 0, said[name]
    assert spent(billing) <= BUDGET + 1e-6

    config.configure(base_url=billing.url, home=tmp_path / "library")
    control = controller()
    end = time.monotonic() + 60
    while control.library.jobs.unfinished(control.service):
        assert time.monotonic() < end, "what was left is not taken over"
        for job in control.take_over():
            try:
                job.result(60)
            except RekaError as error:
                pytest.fail(f"a job that was left failed: {error}")
        time.sleep(0.05)
    (status,) = control.library.spending.statuses(control.service, None, [Budget(BUDGET)])
    assert status.held == 0.0, "nothing is held for ever"
    assert status.used == pytest.approx(spent(billing)), "what counts is what was billed"
    assert spent(billing) <= BUDGET + 1e-6, "never over"
    assert spent(billing) >= 3 * PRICE - 1e-6, "the budget was used, and not only kept to"


def spent(sandbox: Sandbox) -> float:
    return sum(charge.price for charge in sandbox.ledger)
