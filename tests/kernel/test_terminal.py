"""Test terminals: bars or lines while the job runs, then the path of each video."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reka_notebook.sandbox import Sandbox

pexpect = pytest.importorskip("pexpect")
pytestmark = pytest.mark.kernel

LINE = "%reka_video -i photo.jpg -m kling-v3-pro --duration 3"


@pytest.fixture
def ipython(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield IPython in a terminal with the extension loaded: ``ipython(line)`` gives what it prints."""
    monkeypatch.setenv("TERM", "xterm")
    arguments = ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor", "--no-confirm-exit"]
    child = pexpect.spawn(
        sys.executable, arguments, cwd=str(folder), encoding="utf-8", timeout=90, dimensions=(40, 160)
    )

    def run(line: str) -> str:
        child.sendline(line)
        child.expect(r"In \[\d+\]: $")
        return str(child.before)

    child.expect(r"In \[\d+\]: $")
    run("%load_ext reka_notebook")
    yield run
    child.close(force=True)


def test_reka_answers_in_text_one_shows_a_bar_and_several_a_line_each(ipython: Any, sandbox: Sandbox) -> None:
    assert "%reka status" in ipython("%reka")
    assert "Did you mean takes?" in ipython("%reka takse")
    assert "There are no takes yet" in ipython("%reka takes")

    said = ipython(f"take = {LINE} A slow pan")
    assert "━" in said
    link = re.search(r"\x1b\]8;id=\d+;(file://\S+\.mp4)\x1b\\(\S+\.mp4)\x1b\]8;;\x1b\\", said)
    assert link, said
    assert Path(link[2]).as_uri() == link[1]
    assert Path(link[2]).stat().st_size > 1000
    assert link[2] in ipython("print(take.path)")
    again = ipython(f"{LINE} A slow pan")
    assert "not charged again. Use --fresh for a new take" in again
    assert "<Take" not in again, "said once, and not once more as the value"
    assert len(sandbox.ledger) == 1

    said = ipython(f"{LINE} --takes 2 A fast pan")
    for number in (1, 2):
        assert re.search(rf"take {number}: \x1b\]8;id=\d+;file://\S+\.mp4", said), said
    assert re.search(r"\x1b\[1A\x1b\[2K\x1b\[1A\x1b\[2K", said), "the lines are rewritten in place"
    assert len(sandbox.ledger) == 3


def paths(said: str) -> list[Path]:
    """Return the videos whose paths are in what a program has printed."""
    return [Path(found) for found in re.findall(r"^(/\S+\.mp4)\s*$", said, re.MULTILINE)]


def test_jupyter_run_ends_with_the_paths(folder: Path, sandbox: Sandbox) -> None:
    scripts = {
        "load.ipy": "%load_ext reka_notebook\nimport reka_notebook.magic.cell, reka_notebook.jobs",
        "one.ipy": f"take = {LINE} A slow pan",
        "several.ipy": f"{LINE} --takes 2 Zoom in\ntake",
    }
    for name, cell in scripts.items():  # ten seconds are what Jupyter gives each
        (folder / name).write_text(cell, "utf-8")
    command = [sys.executable, "-m", "jupyter_client.runapp", "--kernel", "python3", *scripts]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    (first,) = paths(done.stdout)
    assert first.stat().st_size > 1000
    several = re.findall(r"^take \d: (/\S+\.mp4)$", done.stdout, re.MULTILINE)
    assert len(several) == 2
    assert all(Path(path).exists() for path in several)
    assert "Run the cell again" not in done.stdout, "what is for a saved notebook"
    assert len(sandbox.ledger) == 3


def test_jupyter_console_ends_with_the_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("jupyter_console")
    monkeypatch.setenv("TERM", "dumb")
    arguments = ["-m", "jupyter_console", "--simple-prompt", "--kernel", "python3"]
    child = pexpect.spawn(sys.executable, arguments, cwd=str(folder), encoding="utf-8", timeout=90)
    child.setwinsize(40, 200)
    try:
        said = []
        for line in ("%load_ext reka_notebook", f"take = {LINE} A slow pan", "print(take.path)"):
            child.expect(r"In \[\d+\]: ")
            child.sendline(line)
            said.append(str(child.before))
        child.expect(r"In \[\d+\]: ")
        said.append(str(child.before))
    finally:
        child.close(force=True)
    *_, waited, printed = said
    (path,) = paths(waited)
    assert path.stat().st_size > 1000
    assert paths(printed) == [path]
    assert "Run the cell again" not in waited
