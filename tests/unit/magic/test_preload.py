"""Test the thread that imports what the first cell needs: it imports all, and stops when told to."""

import os
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from reka_notebook.magic import preload


def run(monkeypatch: pytest.MonkeyPatch, *modules: str) -> threading.Event:
    """Import these as the thread does, and return what stops it."""
    monkeypatch.setattr(preload, "DELAY", 0)
    monkeypatch.setattr(preload, "MODULES", modules)
    return threading.Event()


@pytest.mark.parametrize("name", preload.MODULES)
def test_every_module_is_there(name: str) -> None:
    assert find_spec(name) is not None


def test_one_that_cannot_be_imported_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "preload_breaks.py").write_text("raise MemoryError")
    (tmp_path / "preload_works.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    preload._run(run(monkeypatch, "preload_is_missing", "preload_breaks", "preload_works"))
    assert sys.modules.pop("preload_works")
    assert "".join(capfd.readouterr()) == ""


def test_it_stops_when_the_extension_is_unloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "preload_too_late.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    stop = run(monkeypatch, "preload_too_late")
    stop.set()
    preload._run(stop)
    assert "preload_too_late" not in sys.modules


def test_a_cell_imports_nothing_once_the_thread_is_done(tmp_path: Path) -> None:
    Image.new("RGB", (640, 360)).save(tmp_path / "photo.jpg")
    code = """
import sys, threading
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "reka_notebook")
for thread in threading.enumerate():
    if thread.name == "reka-notebook-imports":
        thread.join()
before = set(sys.modules)
shell.run_cell_magic("reka_video", "-m kling-v3-pro -i photo.jpg --dry-run", "A slow dolly in")
print(*sorted(set(sys.modules) - before))
"""
    environment = {**os.environ, "REKA_NOTEBOOK_HOME": str(tmp_path / "library"), "IPYTHONDIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()[-1].split()) < 10, run.stdout
