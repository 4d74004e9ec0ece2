"""Start Jupyter's kernels as forks, as :mod:`tests.forked_processes` does with commands.

A kernel so begun runs ipykernel's launcher from its first line on, and imports all of reka_notebook itself; only the
packages that others have written are there already.
"""

from pathlib import Path
from typing import Any

from tests import forked_processes

REAL = "real-kernel"
"""A file in a folder where kernels are started as ever."""


class Kernels:
    """Say how kernels are started: ``subprocess.Popen`` for Jupyter's launcher."""

    def __init__(self) -> None:
        self.are_forks = True
        """Whether they are forked for now."""

    def __call__(self, command: list[str], **options: Any) -> Any:
        """Start one."""
        if self.are_forks and not Path(options.get("cwd") or ".", REAL).exists():
            return forked_processes.Popen(command, **options)
        return forked_processes.subprocess.Popen(command, **options)


def use() -> Kernels:
    """Let Jupyter start its kernels so in this process, from now on."""
    import jupyter_client.launcher as launcher

    launcher.Popen = kernels = Kernels()  # type: ignore[assignment,misc]
    return kernels
