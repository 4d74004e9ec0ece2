"""Whether what a cell shows reaches a page, or a terminal in which only text is seen."""

import sys
from functools import cache
from pathlib import PurePath
from typing import Any

from IPython.core.getipython import get_ipython

_TERMINALS = {
    *("jupyter-console", "jupyter_console", "jupyter-run", "jupyter_client.runapp"),
    *("jupyter-qtconsole", "qtconsole", "spyder_kernels"),
}
"""Programs that start a kernel for themselves and show its text alone."""


def has_front_end() -> bool:
    """Return whether what is displayed is seen as more than text: in most kernels, and in marimo without IPython."""
    kernel: Any = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return _in_marimo()
    return type(kernel).__module__.partition(".")[0] not in _TERMINALS and not _started_by_a_terminal()


def _in_marimo() -> bool:
    marimo = sys.modules.get("marimo")
    running: bool = marimo is not None and marimo.running_in_notebook()
    return running


@cache
def _started_by_a_terminal() -> bool:
    """Return whether the program that started this kernel is one of those: no message of theirs says it."""
    import psutil  # ipykernel brings it

    try:
        for parent in psutil.Process().parents():
            words = parent.cmdline()
            # On Windows, a virtual environment's Python is started by another one with the same words.
            if not any("ipykernel" in word for word in words):
                return _program(words) in _TERMINALS
    except psutil.Error:
        pass
    return False


def _program(words: list[str]) -> str:
    """Return the name of what a command line runs: a script, a module, or a program of its own."""
    named = [PurePath(word).name for word in words if not word.startswith("-")]
    script = named[1] if len(named) > 1 and named[0].startswith("python") else next(iter(named), "")
    return script.removesuffix(".exe").removesuffix("-script.py")
