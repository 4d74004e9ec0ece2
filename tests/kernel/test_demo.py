"""Test `make demo` as a newcomer runs it: a video, then JupyterLab, and Ctrl-C ends it all."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from reka_notebook import media

pytestmark = pytest.mark.kernel

DEMO = Path(__file__).parents[2] / "scripts" / "demo.py"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment without a display, with folders of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return {**kept, "REKA_DEMO": str(tmp_path / "demo"), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}


@contextmanager
def ended(process: subprocess.Popen) -> Iterator[None]:
    """End what the test started, however it goes."""
    try:
        yield
    finally:
        process.terminate()


def answers(url: str) -> bool:
    """Return whether a server is there and has the page."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except urllib.error.URLError:
        return False


def test_it_makes_a_video_and_ends(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, str(DEMO)],
        env={**environment, "LAB": "0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    info = media.probe(Path(done.stdout.splitlines()[-1]))
    assert (info.kind, round(info.duration)) == ("video", 5)
    assert "Kept" in done.stderr


def test_it_prints_the_quickstarts_address_and_an_interrupt_ends_everything(
    environment: dict[str, str],
) -> None:
    with (
        subprocess.Popen(
            [sys.executable, str(DEMO)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process,
        ended(process),
    ):
        said = ""
        end = time.monotonic() + 120
        address = None
        while address is None:
            assert time.monotonic() < end, said
            line = process.stdout.readline()
            assert line, said
            said += line
            address = re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/lab/tree/quickstart\.ipynb\S*", said)
        sandbox = re.search(r"Sandbox ready at (\S+):", said)[1]
        while not answers(address[0]):
            assert time.monotonic() < end, "JupyterLab does not answer"
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert not answers(address[0])
        assert not answers(sandbox)


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script as a module, with folders of its own and less patience."""
    spec = importlib.util.spec_from_file_location("demo", DEMO)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path / "root")
    monkeypatch.setattr(module, "DEMO", tmp_path / "demo")
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    return module


def test_what_does_not_end_by_itself_is_ended_with_its_children(demo: ModuleType) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(15)"
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {deaf!r}]); exec({deaf!r})"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        for _ in range(2):
            process.stdout.readline()
        demo._stop(process)
        assert process.poll() == -signal.SIGKILL
        began = time.monotonic()
        process.stdout.read()  # ends with the last process that could still write
        assert time.monotonic() - began < 5, "its child lives on"


def test_a_copy_that_nobody_changed_follows_its_source(demo: ModuleType) -> None:
    source, copy = demo.ROOT / "notebooks", demo.DEMO / "notebooks"
    source.mkdir(parents=True)
    for name in ("quickstart.ipynb", "photo.jpg"):
        (source / name).write_text("first")
    demo._copy(copy)
    (copy / "photo.jpg").write_text("a person's own")

    for name in ("quickstart.ipynb", "photo.jpg"):
        (source / name).write_text("other")
    for _ in range(2):
        demo._copy(copy)
        assert (copy / "quickstart.ipynb").read_text() == "other"
        assert (copy / "photo.jpg").read_text() == "a person's own"
