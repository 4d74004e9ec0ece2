"""Tell whether what a cell shows reaches a page, or a terminal in which only text is seen."""

import sys
from typing import Any

from IPython.core.getipython import get_ipython

from reka_notebook.output import starter


def has_front_end() -> bool:
    """Return whether more than text is seen of what is displayed: in most kernels, and in marimo without IPython."""
    kernel: Any = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return _in_marimo()
    in_spyder = type(kernel).__module__.partition(".")[0] == "spyder_kernels"
    return not in_spyder and not starter.is_terminal()


def _in_marimo() -> bool:
    marimo = sys.modules.get("marimo")
    running: bool = marimo is not None and marimo.running_in_notebook()
    return running
