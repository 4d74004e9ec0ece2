"""Test that takes are measured once: in the background while nobody is disturbed, or when somebody asks."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import reka_notebook
from reka_notebook.jobs import take as take_module
from reka_notebook.jobs.measuring import background, quiet
from reka_notebook.jobs.measuring.process import MeasuringProcess
from reka_notebook.jobs.take import Take
from reka_notebook.jobs.takes import Takes
from reka_notebook.library.rows.tables import takes
from reka_notebook.media.measures import VERSION, Measures
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import rpc
from tests.clips import CLIPS, start_image, write_clip
from tests.processes import PIXELS, Process, wait_until
from tests.unit.widgets.test_protocol import Wire


@pytest.fixture(scope="module")
def pan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("pan") / "pan.mp4", CLIPS["slow pan"])


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[MeasuringProcess]]:
    """Return every process that is begun to measure in; they have all ended by the end."""
    monkeypatch.setattr(background, "FIRST", 0.0)
    monkeypatch.setattr(background, "LOOK", 0.01)
    monkeypatch.setattr(quiet, "_until", 0.0)
    every: list[MeasuringProcess] = []
    real = MeasuringProcess.__init__

    def begin(self: MeasuringProcess) -> None:
        real(self)
        every.append(self)

    monkeypatch.setattr(MeasuringProcess, "__init__", begin)
    yield every
    wait_until(lambda: all(one._process.returncode is not None for one in every), 30)


def measured(process: Process, take: str) -> Measures | None:
    return process.controller.library.measures.some([take]).get(take)


def kept(process: Process, prompt: str = "a slow pan") -> str:
    return process.submit(prompt).result(30).id


def test_a_kept_take_is_measured_once(
    start: Callable[..., Process],
    sandboxes: Callable[..., Sandbox],
    pan: Path,
    begun: list[MeasuringProcess],
    tmp_path: Path,
) -> None:
    process = start(sandboxes(media=pan).url, measure=True)
    assert begun == []
    start_image().save(tmp_path / "start.png")
    take = process.submit(image=str(tmp_path / "start.png")).result(30).id
    wait_until(lambda: measured(process, take), 30)
    found = measured(process, take)
    assert found is not None
    assert found.motion == pytest.approx(10, rel=0.2)
    assert found.likeness == pytest.approx(1, abs=0.05)
    wait_until(lambda: not process.controller.measuring._running, 30)
    assert len(begun) == 1
    process.controller.measuring.add(take)
    wait_until(lambda: not process.controller.measuring._running, 30)
    assert len(begun) == 1
    assert process.controller.measuring.standing.changed == 1


def test_what_a_process_left_unmeasured_is_measured_by_the_next_one(
    start: Callable[..., Process],
    sandboxes: Callable[..., Sandbox],
    pan: Path,
    begun: list[MeasuringProcess],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = sandboxes(media=pan).url
    first = start(url, measure=False)
    old, left = kept(first, "an old one"), kept(first, "one that is left")
    library = first.controller.library
    long_ago = time.time() - background.WEEK - 60
    library._database.change(takes.update().where(takes.c.job == old).values(kept=long_ago))
    first.kill()
    assert begun == []
    process = start(url, measure=True)
    own = kept(process, "its own")
    wait_until(lambda: measured(process, left) and measured(process, own), 30)
    wait_until(lambda: not process.controller.measuring._running, 30)
    assert measured(process, old) is None
    assert len(begun) == 1


def test_nothing_is_measured_while_somebody_looks_or_a_result_is_fetched(
    start: Callable[..., Process],
    sandboxes: Callable[..., Sandbox],
    pan: Path,
    begun: list[MeasuringProcess],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = start(sandboxes(media=pan).url, measure=True)
    fetching = True
    monkeypatch.setattr(process.controller.measuring, "_is_busy", lambda: fetching)
    take = kept(process)
    time.sleep(0.3)
    assert begun == []
    # It is begun when that is over, and ended when somebody plays something meanwhile.
    real = MeasuringProcess.measure
    asked = []

    def slowly(self: MeasuringProcess, path: Path, start_image: bytes | None) -> Measures | None:
        asked.append(path)
        if len(asked) == 1:
            self._process.wait()
        return real(self, path, start_image)

    monkeypatch.setattr(MeasuringProcess, "measure", slowly)
    fetching = False
    wait_until(lambda: asked, 30)
    monkeypatch.setattr(rpc, "PLAYING", 0.5)
    page = Wire()
    rpc.Rpc(page, {})  # type: ignore[arg-type]
    page.receive(page, {"id": "1", "type": "playing"}, [])
    wait_until(lambda: begun[0]._process.returncode is not None)
    assert measured(process, take) is None
    wait_until(lambda: measured(process, take), 30)
    assert len(asked) == len(begun) == 2


def test_a_file_that_brings_the_process_down_is_not_tried_again(
    start: Callable[..., Process],
    sandboxes: Callable[..., Sandbox],
    pan: Path,
    begun: list[MeasuringProcess],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = start(sandboxes(media=pan).url, measure=True)
    real = MeasuringProcess.measure

    def measure(self: MeasuringProcess, path: Path, start_image: bytes | None) -> Measures | None:
        if len(begun) == 1:
            os.kill(self._process.pid, signal.SIGKILL)
        return real(self, path, start_image)

    monkeypatch.setattr(MeasuringProcess, "measure", measure)
    dead = kept(process)
    wait_until(lambda: measured(process, dead), 30)
    assert measured(process, dead) == Measures()
    lives = kept(process, "another")
    wait_until(lambda: measured(process, lives), 30)
    found = measured(process, lives)
    assert found is not None
    assert found.motion
    assert len(begun) == 2


def test_older_takes_are_measured_when_somebody_asks(
    start: Callable[..., Process], sandboxes: Callable[..., Sandbox], pan: Path, begun: list[MeasuringProcess]
) -> None:
    process = start(sandboxes(media=pan).url)
    takes = [kept(process, f"take {number}") for number in range(4)]
    library, measuring = process.controller.library, process.controller.measuring
    library.media.path(library.takes.some(takes[:1])[0].files[0].name).unlink()
    told = []
    measuring.listeners.add(told.append)
    assert library.measures.count_unmeasured(VERSION) == 4
    assert begun == []
    measuring.measure_older()
    wait_until(lambda: not measuring.standing.running, 60)
    assert measuring.standing[1:] == (False, 4, 4, None)
    assert set(library.measures.some(takes)) == set(takes[1:])
    assert [standing.done for standing in told if standing.running][-1] >= 3
    measuring.measure_older()
    measuring.measure_older(False)
    assert not measuring.standing.running


def test_measures_of_takes_in_python(
    start: Callable[..., Process],
    sandboxes: Callable[..., Sandbox],
    pan: Path,
    begun: list[MeasuringProcess],
    capsys: pytest.CaptureFixture[str],
) -> None:
    process = start(sandboxes(media=pan).url)
    takes = Takes(
        Take(process.submit(f"take {number}").result(30).record, process.controller.library)
        for number in range(3)
    )
    assert takes[0].measures.motion == pytest.approx(10, rel=0.2)
    assert takes.measure() is takes
    assert "Measured 0 of 2 takes" in capsys.readouterr().out
    takes.measure()
    assert [take.measures for take in takes] == [takes[0].measures] * 3
    assert (len(begun), capsys.readouterr().err) == (2, "")


LIVES_ON = """
import os, sys, time
from pathlib import Path
from reka_notebook.jobs.measuring.process import MeasuringProcess
process = MeasuringProcess()
print(process._process.pid, flush=True)
if os.fork() == 0:
    time.sleep(60)  # holds whatever it has inherited
    os._exit(0)
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")
def test_the_process_ends_with_the_kernel_whatever_was_forked() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LIVES_ON], stdout=subprocess.PIPE, process_group=0
    ) as kernel:
        assert kernel.stdout is not None
        helper = int(kernel.stdout.readline())
        kernel.wait(30)
        try:
            wait_until(lambda: not is_running(helper), 20)
        finally:
            os.killpg(kernel.pid, signal.SIGKILL)


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_is_off_where_a_person_says_so(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, begun: list[MeasuringProcess]
) -> None:
    assert not reka_notebook.config.settings().measure  # as the tests' environment says
    reka_notebook.configure(base_url=sandbox.url, measure=True)
    take = reka_notebook.submit("one", PIXELS, model="kling-v3-pro").result(30)
    library = take_module.library_of(take)
    wait_until(lambda: library.measures.some([take.id]), 30)
    reka_notebook.configure(measure=False)
    other = reka_notebook.submit("other", PIXELS, model="kling-v3-pro").result(30)
    time.sleep(0.3)
    assert library.measures.some([other.id]) == {}
    with pytest.raises(reka_notebook.RekaError, match="measure is on or off, not 'perhaps'"):
        reka_notebook.configure(measure="perhaps")


def test_what_keeps_it_from_measuring_is_said_and_it_can_be_asked_again(
    start: Callable[..., Process],
    sandboxes: Callable[..., Sandbox],
    pan: Path,
    begun: list[MeasuringProcess],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = start(sandboxes(media=pan).url)
    take, measuring = kept(process), process.controller.measuring
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/no/python")
        measuring.measure_older()
        wait_until(lambda: not measuring.standing.running, 30)
    assert "cannot be measured now" in (measuring.standing.problem or "")
    assert measured(process, take) is None
    measuring.measure_older()
    wait_until(lambda: measured(process, take), 30)
    wait_until(lambda: not measuring.standing.running, 30)
    assert measuring.standing.problem is None
