"""Find which program started this kernel: no message tells some of what a host cannot do."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import PurePath

_TERMINALS = {
    *("jupyter-console", "jupyter_console", "jupyter-run", "jupyter_client.runapp"),
    *("jupyter-qtconsole", "qtconsole"),
}
_SERVERS = {
    *("jupyter-lab", "jupyterlab", "jupyter-labhub", "jupyter-notebook", "notebook", "jupyter-nbclassic"),
    *("jupyter-server", "jupyter_server", "jupyterhub-singleuser"),
}


def is_terminal() -> bool:
    """Return whether the program starts a kernel for itself and shows text alone."""
    return program() in _TERMINALS


def is_gateway(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the browser's server most likely reaches this kernel through another server.

    Such a connection stalls at the first message with binary buffers. A gateway passes ``KERNEL_`` variables
    on and sets its own. A Jupyter server that serves as one starts kernels without a session, and so without
    its name.
    """
    if any(name.startswith(("KERNEL_", "EG_", "KG_")) for name in environment):
        return True
    return program() in _SERVERS and "JPY_SESSION_NAME" not in environment


@cache
def program() -> str:
    """Return the name of the program that started this kernel; empty if it cannot be seen."""
    try:
        import psutil  # ipykernel brings it
    except ImportError:
        return ""
    try:
        for parent in psutil.Process().parents():
            words = parent.cmdline()
            # On Windows, a virtual environment's Python is started by another one with the same words.
            if not any("ipykernel" in word for word in words):
                return named_in(words)
    except psutil.Error:
        pass
    return ""


def named_in(words: list[str]) -> str:
    """Return the name of what a command line runs: a script, a module, or a program of its own."""
    names = [PurePath(word).name for word in words if not word.startswith("-")]
    script = names[1] if len(names) > 1 and names[0].startswith("python") else next(iter(names), "")
    return script.removesuffix(".exe").removesuffix("-script.py")
