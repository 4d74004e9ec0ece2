"""What `make demo` runs, as a newcomer runs it: a video, then JupyterLab, and Ctrl-C ends it all."""

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

import pytest

from reka_notebook import media

pytestmark = pytest.mark.kernel

DEMO = Path(__file__).parents[2] / "scripts" / "demo.py"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No display, and folders of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return {**kept, "REKA_DEMO": str(tmp_path / "demo"), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}


@contextmanager
def ended(process: subprocess.Popen) -> Iterator[None]:
    """Leave nothing behind, however the test goes."""
    try:
        yield
    finally:
        process.terminate()


def answers(url: str) -> bool:
    """Whether a server is there and has the page."""
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
