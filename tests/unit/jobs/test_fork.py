"""Test a process that forks after using the library: each child is its own, and its parent's jobs go on."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reka_notebook.sandbox import Sandbox
from tests import forked_processes
from tests.processes import MODEL, PIXELS, SECRET

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

BEGIN = f"""
import multiprocessing, os, signal, sys, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on: a process with threads forks
import reka_notebook
from reka_notebook.jobs import JobExpired, controller
PIXELS = bytes.fromhex({PIXELS.hex()!r})

def submit(prompt, **more):
    return reka_notebook.submit(prompt, PIXELS, model={MODEL!r}, **more)

def made(prompt):
    return submit(prompt).result(60).id

def fork():
    for _ in range(100):
        try:
            return os.fork()
        except RuntimeError as error:  # filelock refuses one while another thread takes or releases a lock
            assert "filelock" in str(error)
            time.sleep(0.01)
    raise AssertionError("no fork was let by")

def forked(function):
    child = fork()
    if child == 0:
        try:
            function()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child

def ended(child, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "it hung"
"""

Run = Callable[..., list[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a script against a sandbox, and return the words that it printed; it may say nothing else."""

    def go(sandbox: Sandbox, script: str) -> list[str]:
        file = tmp_path / "script.py"
        file.write_text(BEGIN + script)
        env = os.environ | {
            "REKA_API_KEY": SECRET,
            "REKA_BASE_URL": sandbox.url,
            "REKA_NOTEBOOK_HOME": str(tmp_path / "library"),
        }
        ran = forked_processes.run(
            [sys.executable, file], env=env, capture_output=True, text=True, timeout=200, check=False
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout.split()

    return go


POOLS = {
    "multiprocessing": 'multiprocessing.get_context("fork").Pool(2)',
    "concurrent.futures": (
        'concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork"))'
    ),
    "spawned": 'multiprocessing.get_context("spawn").Pool(2)',
}


@pytest.mark.draw(2)
@pytest.mark.parametrize("pool", POOLS)
def test_what_children_of_a_pool_ask_for_is_made_once_each(sandboxes, run: Run, pool: str) -> None:
    sandbox = sandboxes()
    said = run(
        sandbox,
        f"""
import concurrent.futures
if __name__ == "__main__":
    first = made("the parent's own")
    with {POOLS[pool]} as pool:
        found = list(pool.map(made, ["a", "b", "c", "a", "the parent's own", "d"]))
    assert found[0] == found[3]
    assert found[4] == first
    assert made("e")
    print(len(set(found)), *(job.state for job in controller().library.jobs.all()))
""",
    )
    assert said == ["5", *["kept"] * 6]
    assert len(sandbox.ledger) == 6


def test_a_fork_while_a_job_runs_leaves_it_to_the_parent(sandboxes, run: Run) -> None:
    sandbox = sandboxes(seconds=1.0)
    said = run(
        sandbox,
        """
job = submit("one")
while job.status.state != "queued":
    time.sleep(0.005)
told = []
controller().subscribe(lambda job: told.append(os.getpid()))

def child():
    before = len(told)
    try:
        job.result(5)
    except JobExpired as end:
        assert "the process that this one was forked from" in str(end)
    assert controller().active == []
    assert controller().library.leases.name is None
    time.sleep(0.3)
    assert len(told) == before

assert ended(forked(child)) == 0
row = controller().library.jobs.get(job.id)
print(job.result(30).id == job.id, row.epoch, controller().library.jobs.get(job.id).state)
assert set(told) == {os.getpid()}
""",
    )
    assert said == ["True", "0", "kept"]
    assert len(sandbox.ledger) == 1
    assert [seen.step for seen in sandbox.log].count("submit") == 1


@pytest.mark.draw(2)
@pytest.mark.parametrize("end", ["sys.exit(0)", "raise SystemExit", "os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_a_childs_end_does_not_release_what_its_parent_does(sandboxes, run: Run, start, end: str) -> None:
    sandbox = sandboxes(seconds=2.0)
    said = run(
        sandbox,
        f"""
import subprocess
job = submit("one")
while job.status.state != "queued":
    time.sleep(0.005)
me = controller().library.leases.me
child = os.fork()
if child == 0:
    controller().takes()
    import gc
    gc.collect()
    {end}
ended(child)
other = (
    "import sys; from reka_notebook.library import Library; from pathlib import Path;"
    "library = Library(Path(sys.argv[1])); print(library.leases.is_alive(sys.argv[2]))"
)
home = str(controller().library.home)
print(subprocess.run([sys.executable, "-c", other, home, me], capture_output=True, text=True).stdout)
print(job.result(30).record.job.epoch)
""",
    )
    assert said == ["True", "0"]
    assert len(sandbox.ledger) == 1


def test_a_child_that_asks_for_what_its_parent_makes_waits_for_it(sandboxes, run: Run) -> None:
    sandbox = sandboxes(seconds=1.0)
    said = run(
        sandbox,
        """
job = submit("one")
while job.status.state != "queued":
    time.sleep(0.005)

def child():
    same = submit("one")
    assert same.id == job.id
    assert same.result(30).id == job.id

print(ended(forked(child)), job.result(30).id == job.id)
""",
    )
    assert said == ["0", "True"]
    assert len(sandbox.ledger) == 1


def test_a_fork_in_the_middle_of_anything_does_not_hang_the_child(
    sandboxes, run: Run, request: pytest.FixtureRequest
) -> None:
    times = 12 if request.config.getoption("--soak") else 4
    sandbox = sandboxes(seconds=0.05)
    said = run(
        sandbox,
        f"times = {times}"
        """
library = controller().library
over = threading.Event()

def write():
    number = 0
    while not over.is_set():
        number += 1
        library.images.keep("sha256:" + "a" * 64, b"image")
        library.leases.renew()
        time.sleep(0.002)

def read():
    while not over.is_set():
        library.jobs.all()
        controller().active
        time.sleep(0.001)

threads = [threading.Thread(target=work) for work in (write, write, read, read)]
for thread in threads:
    thread.start()
ends = []
for number in range(times):
    submit(f"parent {number}")
    ends.append(ended(forked(lambda: made(f"child {number}")), 30))
over.set()
for thread in threads:
    thread.join()
for job in controller().active:
    job.result(30)
print(*ends)
print(len(library.jobs.all()), {record.state for record in library.jobs.all()} == {"kept"})
""",
    )
    assert said == [*["0"] * times, str(2 * times), "True"]
    assert len(sandbox.ledger) == 2 * times


def test_two_threads_may_fork_at_once(sandboxes, run: Run) -> None:
    sandbox = sandboxes()
    said = run(
        sandbox,
        """
made("the parent's own")
ends = []

def go(name):
    for number in range(3):
        ends.append(ended(forked(lambda: made(f"{name} {number}"))))

threads = [threading.Thread(target=go, args=(name,)) for name in "abc"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*ends)
""",
    )
    assert said == ["0"] * 9
    assert len(sandbox.ledger) == 10


def test_what_a_killed_child_was_doing_is_taken_over(sandboxes, run: Run, start) -> None:
    sandbox = sandboxes(seconds=1.0)
    (id_,) = run(
        sandbox,
        """
made("the parent's own")
read, write = os.pipe()

def child():
    job = submit("the child's")
    while job.status.state != "queued":
        time.sleep(0.005)
    os.write(write, job.id.encode())
    time.sleep(60)

pid = forked(child)
job = os.read(read, 100).decode()
os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
again, = controller().take_over()
assert again.result(30).id == job
print(job)
""",
    )
    assert len(sandbox.ledger) == 2
    assert start(sandbox.url).controller.library.jobs.get(id_).state == "kept"


def test_a_child_of_a_child_is_a_process_of_its_own_too(sandboxes, run: Run) -> None:
    sandbox = sandboxes()
    said = run(
        sandbox,
        """
made("parent")

def child():
    made("child")
    assert ended(forked(lambda: made("grandchild"))) == 0
    made("child again")

print(ended(forked(child)), len(controller().library.jobs.all()))
""",
    )
    assert said == ["0", "4"]
    assert len(sandbox.ledger) == 4


def test_a_sweep_goes_on_in_the_parent_alone(sandboxes, run: Run) -> None:
    sandbox = sandboxes(seconds=0.3)
    said = run(
        sandbox,
        f"""
from reka_notebook.jobs import SweepRequest, prepare
from reka_notebook.jobs.sweep import Sweep
requests = [prepare(controller().catalogue, str(number), {{"start": PIXELS}}, model={MODEL!r}) for number in range(8)]
controller().has_key()
sweep = Sweep(controller(), SweepRequest((), tuple(requests)), notebook_file=None).start()
while not controller().active:
    time.sleep(0.005)

def child():
    try:
        sweep.wait(5)
    except JobExpired as end:
        assert "forked from" in str(end)
    else:
        raise AssertionError

print(ended(forked(child)), sum(position.take is not None for position in sweep.wait(60).positions))
""",
    )
    assert said == ["0", "8"]
    assert len(sandbox.ledger) == 8


def test_budgets_hold_for_children_too(sandboxes, tmp_path: Path, run: Run) -> None:
    said = run(
        sandboxes(),
        """
from reka_notebook.library.rate_budget import RateBudget
from pathlib import Path
budget = RateBudget(Path(os.environ["XDG_STATE_HOME"]))
assert [budget.reserve("a", 60) for _ in range(10)] == [0.0] * 10

def child():
    assert 0.5 < budget.reserve("a", 60) < 1.5

print(ended(forked(child)), 1.0 < budget.reserve("a", 60) < 2.5)
""",
    )
    assert said == ["0", "True"]
