"""Start Jupyter's kernels as forks, as :mod:`tests.forked_processes` does with commands.

A kernel so begun runs ipykernel's launcher from its first line on, and imports all of reka_notebook itself; only the
packages that others have written are there already.
"""

import itertools
import os
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests import forked_processes

REAL = "real-kernel"
"""A file in a folder where kernels are started as ever."""

PORTS, APART = range(10_000, 30_000), 1009
"""Ports for kernels, and how many of them lie between those of two processes.

Jupyter asks the system for a port, gives it back, and its kernel takes it a second later. In between a connection may
have been given it, or another kernel. None is given one of these.
"""


class Kernels:
    """Say how kernels are started: ``subprocess.Popen`` for Jupyter's launcher."""

    def __init__(self) -> None:
        self.are_forks = True
        """Whether they are forked for now."""

    def __call__(self, command: list[str], **options: Any) -> Any:
        """Start one."""
        if self.are_forks and not Path(options.get("cwd") or ".", REAL).exists():
            return forked_processes.Popen(command, **options)
        return subprocess.Popen(command, **options)


def use() -> Kernels:
    """Let Jupyter start its kernels so in this process, from now on, at ports that no connection is given meanwhile."""
    import jupyter_client.launcher as launcher
    from jupyter_client.connect import LocalPortCache

    launcher.Popen = kernels = Kernels()  # type: ignore[assignment,misc]
    numbers = itertools.count(os.getpid() * APART)

    def find(cache: LocalPortCache, ip: str) -> int:
        while True:
            port = PORTS[next(numbers) % len(PORTS)]
            with socket.socket() as tried, suppress(OSError):
                tried.bind((ip, port))
                return port

    LocalPortCache.find_available_port = find  # type: ignore[method-assign]
    return kernels
