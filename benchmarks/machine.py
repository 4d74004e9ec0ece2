"""Describe the machine that a benchmark ran on."""

import os
import platform
from importlib.metadata import version


def machine() -> str:
    """Return the machine in a line: cores, system, and the versions that matter."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("ipython", "reka-notebook"))
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}, {packages}"
