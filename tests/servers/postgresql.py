"""Start a real PostgreSQL on a free port, in a folder of its own that goes with the test run."""

import getpass
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock

from tests.servers.ports import free_port

ROOT = Path(__file__).parents[2]

PASSWORD = "team-password-never-shown-7731"

TABLES = "reka_tables"
"""The database of the shared server that others are copied from: it has the tables of a library, and no row."""

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For all but the tests that kill the server: a crash may lose what was committed."""

_ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",
    "autovacuum": "off",
    "max_wal_size": "2GB",
    "logging_collector": "off",
}


def programs() -> Path:
    """Return the folder of PostgreSQL's programs; a run without them fails with the words of the script."""
    found = subprocess.run([ROOT / "scripts" / "postgresql"], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return Path(found.stdout.strip())


def _run_as() -> dict[str, Any]:
    """Return how to start its programs: never as root, which they refuse."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@dataclass
class PostgreSQL:
    """Talk to a server that is running, from whichever of a run's processes.

    Two roles can log in, both with ``PASSWORD``: ``postgres``, who may do everything, and ``team``, who owns the
    databases that are made here.
    """

    folder: str
    port: int
    process: int = 0

    def url(self, database: str = "postgres", role: str = "team", password: str = PASSWORD) -> str:
        """Return the address of a database."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres", role: str = "postgres") -> list[Any]:
        """Run a statement, by default as the administrator, and return its rows if it has any."""
        with psycopg.connect(self.url(database, role), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def create(self, template: str = "template0", name: str = "") -> str:
        """Make a database, which is a copy of another, and return its name."""
        name = name or f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} OWNER team TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


class OwnServer(PostgreSQL):
    """Start a server that a test has for itself, to stop it, kill it and start it again on the same port.

    Args:
        folder: Where its files go; it must not exist yet.
        settings: What is set in its configuration beside what always is; nothing makes it as durable as it is for
            everybody.
    """

    def __init__(self, folder: Path, settings: dict[str, str] | None = None) -> None:
        super().__init__(str(folder), free_port())
        self._bin, self._as = programs(), _run_as()
        self._settings = {**_ALWAYS, "port": str(self.port), **(settings or {})}
        folder.mkdir(mode=0o700)
        if self._as:
            os.chown(folder, self._as["user"], self._as["group"])
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        self._tool(
            "initdb", "--pgdata", str(folder / "data"), "--username=postgres", "--pwfile", str(folder / "password"),
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--wal-segsize=1",
            "--no-instructions",
        )  # fmt: skip
        if self._settings.get("ssl") == "on":
            self._certify(folder)
        lines = (f"{name} = '{value}'\n" for name, value in self._settings.items())
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(lines)
        self.start()
        self.execute(f"CREATE ROLE team LOGIN CREATEDB PASSWORD '{PASSWORD}'")

    def _certify(self, folder: Path) -> None:
        """Give it a certificate for this machine, of an authority that is in ``ca.pem``."""
        import trustme

        authority = trustme.CA()
        own = authority.issue_cert("127.0.0.1")
        authority.cert_pem.write_to_path(folder / "ca.pem")
        (folder / "ca.pem").chmod(0o644)
        own.private_key_and_cert_chain_pem.write_to_path(folder / "own.pem")
        (folder / "own.pem").chmod(0o600)
        if self._as:
            os.chown(folder / "own.pem", self._as["user"], self._as["group"])
        self._settings |= {"ssl_cert_file": f"{folder}/own.pem", "ssl_key_file": f"{folder}/own.pem"}

    def _tool(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / name, *arguments], capture_output=True, text=True, cwd=self.folder, **self._as
        )
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (Path(self.folder) / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._bin / "postgres", "-D", f"{self.folder}/data"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self._as,
            )  # fmt: skip
        self.process = self._server.pid
        end = time.monotonic() + 60
        while True:
            try:
                self.execute("SELECT 1")
                return
            except psycopg.OperationalError:
                assert self._server.poll() is None, (Path(self.folder) / "log").read_text()
                assert time.monotonic() < end, (Path(self.folder) / "log").read_text()
                time.sleep(0.02)

    def kill(self) -> None:
        """Kill every one of its processes at once, as a power cut does."""
        for process in (self.process, *_children(self.process)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._server.wait(30)

    def stop(self) -> None:
        """Stop it in order, and whoever is connected loses the connection."""
        if self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)  # what it calls a fast shutdown
            self._server.wait(60)


def _children(process: int) -> Sequence[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True)
    return [int(word) for word in listed.stdout.split()]


@contextmanager
def own_server(**settings: str) -> Iterator[OwnServer]:
    """Start a server for one test alone; without settings it is durable."""
    parent = Path(tempfile.mkdtemp(prefix="reka-postgresql-"))
    parent.chmod(0o711)  # the server's user has to get into its own folder
    try:
        server = OwnServer(parent / "server", settings)
        try:
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(parent, ignore_errors=True)


_WATCH = """
while kill -0 "$1" 2>/dev/null; do sleep 0.5; done
kill -QUIT "$2"
for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$2" 2>/dev/null && sleep 0.2; done
rm -rf "$3"
"""


def _make_tables(server: PostgreSQL) -> None:
    from reka_notebook.library.rows.address import DatabaseAddress
    from reka_notebook.library.rows.server import ServerDatabase

    server.create(name=TABLES)
    database = ServerDatabase(DatabaseAddress(server.url(TABLES)), checked=False)
    assert database.make() == []
    database.close()


_outlive_this: list[object] = []


def shared_server(shared: Path, run: int) -> PostgreSQL:
    """Return the one quick server of a run, started by whichever of its processes is the first to want it.

    Args:
        shared: A folder that the run's processes have in common.
        run: The process whose end is the end of the run, however it ends; the server goes with it.
    """
    told = shared / f"postgresql-{getpass.getuser()}-{run}.json"
    with FileLock(told.with_suffix(".lock")):
        if told.exists():
            return PostgreSQL(**json.loads(told.read_text()))
        parent = Path(tempfile.mkdtemp(prefix="reka-postgresql-"))
        parent.chmod(0o711)
        server = OwnServer(parent / "server", QUICK)
        watch = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", str(run), str(server.process), str(parent)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        _make_tables(server)
        _outlive_this.extend((server, watch))
        told.write_text(json.dumps(asdict(server)))
        return server
