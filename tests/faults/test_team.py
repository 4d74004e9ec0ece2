"""Four machines with homes of their own are killed, and so are their database and their store: N of N takes.

Each is a real process. They ask for things of their own and for the same. One is killed and comes back as another; the
database is killed in the middle of a commit, the store in the middle of an upload, and each is away for a while.
`--soak` runs longer rounds with the patience that people have, where a dead machine's jobs are taken over within a
minute, and with `--gateway` it is a real store that is killed.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reka_notebook.library import Library
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.server import ServerDatabase
from reka_notebook.library.store.media_folder import digest_of
from reka_notebook.sandbox import Sandbox
from tests import forked_processes
from tests.processes import SECRET
from tests.servers.gateway import Gateway
from tests.servers.postgresql import PASSWORD, OwnServer, own_server
from tests.servers.s3 import S3, Fault

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


class Servers:
    """Kill the servers in the middle of what they do, and bring them back."""

    def __init__(self, database: OwnServer, s3: S3, gateway: Gateway | None) -> None:
        self._database, self._s3, self._gateway = database, s3, gateway

    def kill_database_in_a_commit(self) -> None:
        """Wait until somebody commits, which takes a while, and kill the server."""
        committing = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query ILIKE 'commit%'"
        self._wait_until(lambda: bool(self._database.execute(committing)))
        self._database.kill()

    def start_database(self) -> None:
        """Let it recover what was committed."""
        self._database.start()

    def kill_store_in_an_upload(self) -> None:
        """Wait until a film is being uploaded, and end every connection: this one's, and those to come."""
        before = len(self._s3.requests)
        self._wait_until(
            lambda: any(path.endswith(".mp4") for kind, path in self._s3.requests[before:] if kind == "PUT")
        )
        if self._gateway is not None:
            self._gateway.kill()
        self._cut = Fault(code="cut")
        self._s3.faults.append(self._cut)

    def start_store(self) -> None:
        """Let it answer again."""
        if self._gateway is not None:
            self._gateway.start()
        self._s3.faults.remove(self._cut)

    @staticmethod
    def _wait_until(seen: Callable[[], bool]) -> None:
        """Wait for what is likely; it is no less of a fault where all are done."""
        end = time.monotonic() + 5
        while not seen() and time.monotonic() < end:
            time.sleep(0.005)


@pytest.mark.timeout(1800)
def test_machines_database_and_store_are_killed_and_every_take_is_kept_and_charged_once(
    sandboxes: Callable[..., Sandbox],
    tmp_path: Path,
    s3: S3,
    gateway: Gateway | None,
    request: pytest.FixtureRequest,
) -> None:
    soak = request.config.getoption("--soak")
    own, shared, rounds = (40, 20, 4) if soak else (2, 2, 1)
    dice = random.Random(7)
    sandbox = sandboxes(seconds=6 if soak else 1.5)
    bucket = s3.bucket()
    media = f"s3://{bucket}/reka"
    s3.faults.append(Fault("PUT", "slow", seconds=0.2))
    with own_server(commit_delay="20000", commit_siblings="0") as server:
        address = DatabaseAddress(server.url(server.create()))
        empty = ServerDatabase(address, checked=False)
        assert empty.make() == []
        empty.close()
        servers = Servers(server, s3, gateway)

        def start(number: int) -> subprocess.Popen[str]:
            home = tmp_path / f"machine {number}"
            environment = {
                **os.environ,
                "REKA_NOTEBOOK_HOME": address.reveal(),
                "REKA_NOTEBOOK_MEDIA": media,
                "REKA_BASE_URL": sandbox.url,
                "REKA_API_KEY": SECRET,
                "XDG_DATA_HOME": str(home / "data"),
                "XDG_STATE_HOME": str(home / "state"),
                "XDG_CONFIG_HOME": str(home / "config"),
                "XDG_CACHE_HOME": str(home / "cache"),
            }
            arguments = [f"machine {number}", str(own), str(shared), "patient" if soak else "quick"]
            return forked_processes.Popen(
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
                servers.kill_database_in_a_commit()
                time.sleep(60 if soak else 1.5)
                servers.start_database()
                servers.kill_store_in_an_upload()
                time.sleep(20 if soak else 1)
                if soak:  # both at once, and the store is back first
                    servers.kill_database_in_a_commit()
                    time.sleep(5)
                    servers.start_store()
                    time.sleep(5)
                    servers.start_database()
                else:
                    servers.start_store()
            for machine in running.values():
                said = machine.communicate(timeout=900)[0]
                told += said
                assert said.endswith("all\n"), said
        finally:
            for machine in running.values():
                machine.kill()
                machine.communicate()
        assert PASSWORD not in told
        with closing(Library(tmp_path / "afterwards", media, database=address)) as library:
            takes = library.takes.find()
            jobs = library.jobs.all()
            for file in (file for take in takes for file in take.files):
                assert digest_of(library.media.local(file)) == file.sha256, "in the store, and whole"
                poster = library.media.poster(file)
                assert poster is not None
                assert digest_of(poster) == file.poster_sha256
    asked = {f"machine {number} {one}" for number in range(MACHINES) for one in range(own)}
    asked |= {f"shared {one}" for one in range(shared)}
    assert sorted(take.job.request.prompt for take in takes) == sorted(asked), "N of N, and each once"
    assert {job.state for job in jobs} == {"kept"}
    assert len(sandbox.ledger) == len(asked), "one charge each"
