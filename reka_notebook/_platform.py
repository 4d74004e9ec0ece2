"""Refuse, in one sentence, a Python that runs within a browser. Imported first: what follows could not be there."""

import sys


class UnsupportedPlatform(ImportError):
    """Report that reka-notebook cannot run in this Python."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # how IPython shows it: the way to it helps nobody


if sys.platform in ("emscripten", "wasi"):
    raise UnsupportedPlatform(
        "reka-notebook does not run in JupyterLite or Pyodide, because Python in the browser has neither the threads "
        "nor the network connections that it needs: open this notebook in JupyterLab, Notebook or Colab instead."
    )
