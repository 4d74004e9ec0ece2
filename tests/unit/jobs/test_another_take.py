"""Test several callers who ask for another take at once: each gets one."""

import os
import subprocess
import sys
import threading
import time

from tests import forked_processes
from tests.processes import PIXELS, SECRET

AT_ONCE = """
import sys, time
import reka_notebook.jobs
from reka_notebook import submit
ready = submit("warm up", bytes.fromhex(sys.argv[1]), model="kling-v3-pro").result(30)
print("ready", flush=True)
instant = float(sys.stdin.readline())
time.sleep(max(0.0, instant - time.time()))
jobs = [submit("a slow dolly in", bytes.fromhex(sys.argv[1]), model="kling-v3-pro", fresh=True) for _ in range(5)]
print(*[job.result(60).request.take for job in jobs], flush=True)
"""


def test_fresh_from_four_processes_in_the_same_instant_five_times_makes_twenty(sandboxes, tmp_path) -> None:
    sandbox = sandboxes()
    env = os.environ | {
        "REKA_API_KEY": SECRET,
        "REKA_BASE_URL": sandbox.url,
        "REKA_NOTEBOOK_HOME": str(tmp_path / "library"),
    }
    command = [sys.executable, "-c", AT_ONCE, PIXELS.hex()]
    children = [
        forked_processes.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    try:
        for child in children:
            assert child.stdout.readline() == "ready\n"
        assert len(sandbox.ledger) == 1, "what is no other take is charged once"
        instant = time.time() + 0.5
        for child in children:
            child.stdin.write(f"{instant}\n")
            child.stdin.flush()
        takes = [int(number) for child in children for number in child.stdout.readline().split()]
    finally:
        for child in children:
            child.kill()
            child.communicate()
    assert sorted(takes) == list(range(1, 21))
    assert len(sandbox.ledger) == 21
    assert len({charge.idempotency_key for charge in sandbox.ledger}) == 21


def test_fresh_from_threads_of_two_kernels_makes_each(sandboxes, start) -> None:
    sandbox = sandboxes()
    both = [start(sandbox.url), start(sandbox.url)]
    barrier, jobs = threading.Barrier(8), []

    def go(process) -> None:
        wanted = process.prepare()
        barrier.wait()
        jobs.append(process.controller.submit(wanted, fresh=True, notebook_file=None))

    threads = [threading.Thread(target=go, args=(both[number % 2],)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(job.result(20).request.take for job in jobs) == list(range(1, 9))
    assert len(sandbox.ledger) == 8
