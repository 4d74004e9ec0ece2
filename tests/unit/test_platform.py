"""Test that in JupyterLite, where Python runs within the browser, one sentence says why this cannot run."""

import subprocess
import sys

import pytest

# What Pyodide lacks cannot be imported here either, so that nothing of it may be asked for before the sentence.
PRETEND = """
import builtins, sys
sys.platform = {platform!r}
usual = builtins.__import__
def imported(name, *rest):
    if name.split(".")[0] in ("httpx", "av", "anyio", "msgspec", "ssl", "_ssl", "keyring", "sqlite3"):
        raise ModuleNotFoundError("No module named " + name)
    return usual(name, *rest)
"""
IMPORT = """
builtins.__import__ = imported
import reka_notebook
"""
LOAD = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="nocolor")
builtins.__import__ = imported
shell.run_cell("%load_ext reka_notebook")
"""


def said(code: str, platform: str) -> str:
    """Return what is printed by a Python that takes itself for another platform's."""
    script = PRETEND.format(platform=platform) + code
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    return (ran.stderr if code is IMPORT else ran.stdout).strip()


@pytest.mark.parametrize("platform", ["emscripten", "wasi"])
def test_an_import_says_why_not(platform: str) -> None:
    last = said(IMPORT, platform).splitlines()[-1]
    assert last.startswith(
        "reka_notebook._platform.UnsupportedPlatform: reka-notebook does not run in JupyterLite"
    )
    assert last.endswith("open this notebook in JupyterLab, Notebook or Colab instead.")


def test_load_ext_says_it_in_one_line() -> None:
    output = said(LOAD, "emscripten")
    assert output.startswith("UnsupportedPlatform: reka-notebook does not run in JupyterLite")
    assert "Traceback" not in output
    assert len(output.splitlines()) == 1


def test_elsewhere_nothing_is_said() -> None:
    ran = subprocess.run([sys.executable, "-c", "import reka_notebook"], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
