"""Start a real S3: Ceph's gateway, with one monitor and one store in memory, in a folder that goes with the run."""

import shutil
import subprocess
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Sequence
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.s3 import KEY, SECRET

ROOT = Path(__file__).parents[2]

_CONFIGURATION = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{port}
mon initial members = a
keyring = {folder}/keyring
mon data = {folder}/mon
osd data = {folder}/osd
run dir = {folder}
admin socket =
log file = {folder}/$name.log
pid file =
osd objectstore = memstore
memstore device bytes = 2147483648
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail crit = 0
ms bind ipv6 = false
osd client watch timeout = 2
"""

_KEYS = {
    "mon.": ("mon", "allow *"),
    "client.admin": ("mon", "allow *", "osd", "allow *"),
    "osd.0": ("mon", "allow profile osd", "osd", "allow *"),
}

_WATCH = """
while kill -0 "$1" 2>/dev/null; do sleep 0.5; done
for pid in "$2"/*.pid; do kill -9 "$(cat "$pid")"; done
rm -rf "$2"
"""


class Gateway:
    """Hold the gateway, which knows the same credentials as the other S3; ``kill`` and ``start`` it as often as wanted.

    What it has kept is kept: only the gateway is killed, and not the store behind it.

    Args:
        run: The process whose end is the end of the run, however it ends; the servers go with it.
    """

    def __init__(self, run: int) -> None:
        found = subprocess.run([ROOT / "scripts" / "ceph"], capture_output=True, text=True)
        assert found.returncode == 0, found.stderr
        self._folder = Path(tempfile.mkdtemp(prefix="reka-ceph-"))
        self._watch = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", str(run), str(self._folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._started: list[subprocess.Popen[bytes]] = []
        self._start_store(str(uuid.uuid4()), free_port())
        self.start()

    def _start_store(self, fsid: str, port: int) -> None:
        folder = self._folder
        (folder / "ceph.conf").write_text(_CONFIGURATION.format(fsid=fsid, port=port, folder=folder))
        for name in ("mon", "osd"):
            (folder / name).mkdir()
        self._run("ceph-authtool", "--create-keyring", "keyring")
        for name, caps in _KEYS.items():
            given = [
                word for kind, cap in zip(caps[::2], caps[1::2], strict=True) for word in ("--cap", kind, cap)
            ]
            self._run("ceph-authtool", "keyring", "--gen-key", "-n", name, *given)
        self._run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v2:127.0.0.1:{port}]", "monmap")
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", "monmap", "--keyring", "keyring")
        self._serve("ceph-mon", "-i", "a")
        number = str(uuid.uuid4())
        self._run("ceph", "osd", "new", number)
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", number)
        self._serve("ceph-osd", "-i", "0")
        self._run(
            "radosgw-admin", "user", "create", "--uid", "team", "--display-name", "team",
            "--access-key", KEY, "--secret", SECRET,
        )  # fmt: skip

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [program, *self._ours(program), *words],
            capture_output=True, text=True, cwd=self._folder, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    def _serve(self, program: str, *words: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [program, *self._ours(program), "-f", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=self._folder, start_new_session=True,
        )  # fmt: skip
        (self._folder / f"{program}.pid").write_text(str(process.pid))
        self._started.append(process)
        return process

    def _ours(self, program: str) -> Sequence[str]:
        return () if program in ("ceph-authtool", "monmaptool") else ("-c", f"{self._folder}/ceph.conf")

    def start(self) -> None:
        """Start the gateway, and wait until it answers."""
        self._gateway = self._serve(
            "radosgw", "-n", "client.admin", "--keyring", f"{self._folder}/keyring",
            "--rgw-frontends", f"beast endpoint=127.0.0.1:{self._port}",
        )  # fmt: skip
        end = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return
            except OSError:
                assert self._gateway.poll() is None, f"see the logs in {self._folder}"
                assert time.monotonic() < end, f"see the logs in {self._folder}"
                time.sleep(0.1)

    def kill(self) -> None:
        """Kill the gateway in the middle of whatever it does."""
        self._gateway.kill()
        self._gateway.wait(30)

    def close(self) -> None:
        """End all of it."""
        for process in (self._watch, *reversed(self._started)):
            process.kill()
            process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)
