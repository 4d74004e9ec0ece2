"""Four machines with homes of their own share a library, and are killed, and so is their database: N of N takes.

Each is a real process. They ask for things of their own and for the same. One is killed and comes back as another;
the database is killed in the middle of what is written, and is away for a while. `--soak` runs longer rounds with the
patience that people have, where a dead machine's jobs are taken over within a minute.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reka_notebook.library import Library
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.server import ServerDatabase
from reka_notebook.sandbox import Sandbox
from tests.processes import SECRET
from tests.servers.postgresql import PASSWORD, own_server

MACHINES = 4

MACHINE = """
import sys, time
who, own, shared, quick = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "quick"
if quick:
    from reka_notebook.jobs import worker
    from reka_notebook.library.team import leases
    leases.STALLED, leases.TWICE, worker.BEAT = 2.0, 0.5, 0.4
from reka_notebook.errors import RekaError
from reka_notebook.library import DatabaseUnreachable
from reka_notebook.jobs import controller, prepare
def patiently(function):
    while True:
        try:
            return function()
        except DatabaseUnreachable:
            time.sleep(0.3)
control = patiently(controller)
print("ready", flush=True)
words = [f"{who} {number}" for number in range(own)] + [f"shared {number}" for number in range(shared)]
jobs = []
for text in words:
    prepared = prepare(control.catalogue, text, {}, model="wan-2/text-to-video")
    jobs.append(patiently(lambda: control.submit(prepared, notebook_file=None)))
print("asked", flush=True)
for job in jobs:
    assert job.result(900).path.stat().st_size
print("all", flush=True)
"""


@pytest.mark.timeout(1800)
def test_machines_and_their_database_are_killed_and_every_take_is_kept_and_charged_once(
    sandboxes: Callable[..., Sandbox], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    soak = request.config.getoption("--soak")
    own, shared, rounds = (40, 20, 4) if soak else (2, 2, 1)
    dice = random.Random(7)
    sandbox = sandboxes(seconds=6 if soak else 1.5)
    media = tmp_path / "media"
    media.mkdir()
    with own_server() as server:
        address = DatabaseAddress(server.url(server.create()))
        empty = ServerDatabase(address, checked=False)
        assert empty.make() == []
        empty.close()

        def start(number: int) -> subprocess.Popen[str]:
            home = tmp_path / f"machine {number}"
            environment = {
                **os.environ,
                "REKA_NOTEBOOK_HOME": address.reveal(),
                "REKA_NOTEBOOK_MEDIA": str(media),
                "REKA_BASE_URL": sandbox.url,
                "REKA_API_KEY": SECRET,
                "XDG_DATA_HOME": str(home / "data"),
                "XDG_STATE_HOME": str(home / "state"),
                "XDG_CONFIG_HOME": str(home / "config"),
            }
            arguments = [f"machine {number}", str(own), str(shared), "patient" if soak else "quick"]
            return subprocess.Popen(
                [sys.executable, "-c", MACHINE, *arguments],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )

        running = {number: start(number) for number in range(MACHINES)}
        told = ""
        try:
            for machine in running.values():
                assert machine.stdout is not None
                assert "ready" in machine.stdout.readline()
            for _ in range(rounds):
                time.sleep(dice.uniform(0.2, 1.5))
                number = dice.randrange(MACHINES)
                running[number].kill()
                told += running[number].communicate()[0]
                running[number] = start(number)
                time.sleep(dice.uniform(0.2, 1.5))
                server.kill()
                time.sleep(60 if soak else 2)
                server.start()
            for machine in running.values():
                said = machine.communicate(timeout=900)[0]
                told += said
                assert said.endswith("all\n"), said
        finally:
            for machine in running.values():
                machine.kill()
                machine.communicate()
        assert PASSWORD not in told
        library = Library(tmp_path / "afterwards", str(media), database=address)
        takes = library.takes.find()
        jobs = library.jobs.all()
        library.close()
    asked = {f"machine {number} {one}" for number in range(MACHINES) for one in range(own)}
    asked |= {f"shared {one}" for one in range(shared)}
    assert sorted(take.job.request.prompt for take in takes) == sorted(asked), "N of N, and each once"
    assert {job.state for job in jobs} == {"kept"}
    assert len(sandbox.ledger) == len(asked), "one charge each"
