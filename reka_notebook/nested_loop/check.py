"""Whether a kernel survives nest-asyncio2: another one, with the same interpreter and packages, tries it.

The kernel that asks stays as it is: it runs this module as a process, which starts the other kernel, runs the cells of
:mod:`~reka_notebook.nested_loop.trial` in it as a notebook would, and ends with it.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

from reka_notebook.errors import RekaError
from reka_notebook.nested_loop.loop import kind_of
from reka_notebook.text import one_line

PATIENCE = 60.0
"""Seconds that the other kernel has to start, and for each cell; a machine may be busy."""

CELLS = (
    "trial.wait_synchronously()",
    "await trial.use()",
    "trial.wait_synchronously()",
    "await trial.use()",
    "trial.end()",
)
"""Sent all at once: those behind the first arrive while it keeps the loop turning."""

BEGIN = "from reka_notebook.nested_loop.trial import Trial\ntrial = Trial({!r})\nawait trial.begin()\n"


def check(loop: asyncio.AbstractEventLoop) -> None:
    """Try it in another kernel.

    :raises RekaError: that kernel did not survive it, or could not be started.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REKA_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    command = [sys.executable, "-m", __name__, kind_of(loop)]
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=(len(CELLS) + 3) * PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _refused(f"The trial could not be run: {error}") from None
    if done.returncode != 0:
        raise _refused(one_line((done.stderr.strip() or "It ended without a word.").splitlines()[-1])[:500])


def _refused(reason: str) -> RekaError:
    packages = ", ".join(map(_version, ("ipykernel", "nest-asyncio2", "anyio", "httpx")))
    return RekaError(
        f"nested_loop stays off, and nothing is patched: a kernel like this one (Python "
        f"{sys.version.split()[0]}, {packages}) was tried, and did not survive it. {reason}"
    )


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"


def try_it(kind: str) -> str:
    """Run the cells in another kernel; what broke, or nothing."""
    with TemporaryDirectory() as folder, _kernel(Path(folder)) as (kernel, client):
        broken = _reply(kernel, client, client.execute(BEGIN.format(kind)))
        if broken:
            return f"Before anything was patched: {broken}"
        sent = [(cell, client.execute(cell)) for cell in CELLS]
        for cell, request in sent:
            broken = _reply(kernel, client, request)
            if broken:
                return f"In {cell}: {broken}"
    return ""


@contextmanager
def _kernel(folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", Any]]:
    from jupyter_client.blocking.client import BlockingKernelClient

    # Its own folders: a person's startup files are not to run, and no server is to list it.
    environment = {**os.environ, "IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder)}
    connection = folder / "kernel.json"
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", str(connection)]
    command.append("--HistoryManager.enabled=False")
    kernel = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        client = BlockingKernelClient(connection_file=str(connection))
        _load(client, connection, kernel)
        client.start_channels()
        try:
            client.wait_for_ready(timeout=PATIENCE)
            yield kernel, client
        finally:
            client.stop_channels()
    finally:
        kernel.kill()
        kernel.wait()


def _load(client: Any, connection: Path, kernel: "subprocess.Popen[bytes]") -> None:
    """Read the connection file once it is whole."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            client.load_connection_file()
            return
        except (OSError, ValueError):
            if kernel.poll() is not None or time.monotonic() > end:
                raise RuntimeError("The other kernel did not start.") from None
            time.sleep(0.05)


def _reply(kernel: "subprocess.Popen[bytes]", client: Any, request: str) -> str:
    """What is wrong with the next reply, which is to be this one's: cells are answered in their order."""
    message: dict[str, Any] = {"msg_type": None}
    end = time.monotonic() + PATIENCE
    while message["msg_type"] != "execute_reply":  # the client has asked more than once whether it is ready
        try:
            message = client.get_shell_msg(timeout=1)
        except Empty:
            if kernel.poll() is not None:
                return "the kernel died."
            if time.monotonic() > end:
                return "the cell was never answered."
    if message["parent_header"].get("msg_id") != request:
        return "cells were not answered in the order in which they were sent."
    content = message["content"]
    return "" if content["status"] == "ok" else f"{content.get('ename')}: {content.get('evalue')}"


if __name__ == "__main__":
    sys.exit(try_it(sys.argv[1]) or None)
