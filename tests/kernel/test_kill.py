"""Kill a kernel at every point; the next one ends with every video, for one charge each."""

import os
import random
import signal
import time
from pathlib import Path

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from reka_notebook import config, media
from reka_notebook.jobs import controller
from reka_notebook.sandbox import Sandbox

pytestmark = pytest.mark.kernel

SUBMIT = """
from reka_notebook import submit
jobs = [submit(f"Pan left {number}", "photo.jpg", model="kling-v3-pro", duration=3) for number in range(COUNT)]
"""

DIE = """
import functools, os, signal
from reka_notebook.{module} import {owner}

def dying(function):
    @functools.wraps(function)
    {is_async}def call(*args, **options):
        if {before}:
            os.kill(os.getpid(), signal.SIGKILL)
        result = {wait}function(*args, **options)
        if "GET" in args:  # the account's list of models is asked for whenever there is time
            return result
        os.kill(os.getpid(), signal.SIGKILL)
    return call

{owner}.{name} = dying({owner}.{name})
"""

POINTS = {
    "before the row": ("library.jobs", "JobTable", "add", False, True),
    "after the row": ("library.jobs", "JobTable", "add", False, False),
    "before the POST": ("api", "Client", "submit", True, True),
    "after the POST, its answer unread": ("api.transport", "Transport", "send", True, False),
    "after the answer, not written": ("api", "Client", "submit", True, False),
    "after a status": ("api", "Client", "status", True, False),
    "after the result": ("api", "Client", "result", True, False),
    "before the file is moved in": ("library.folder", "MediaFolder", "move_in", False, True),
    "after the file is moved in": ("library.folder", "MediaFolder", "move_in", False, False),
    "before the take is written": ("library.takes", "TakeTable", "add", False, True),
    "after the take is written": ("library.takes", "TakeTable", "add", False, False),
}

LEASES = {
    "before the lease": ("library.jobs", "JobTable", "acquire", False, True),
    "after the lease": ("library.jobs", "JobTable", "acquire", False, False),
}
"""Reached only by a kernel that takes over what another has left: a new job belongs to who adds it."""
TAKING_OVER = [*LEASES, "before the POST", "after the answer, not written"]


def dying_at(point: str) -> str:
    module, owner, name, is_async, before = (POINTS | LEASES)[point]
    return DIE.format(
        module=module,
        owner=owner,
        name=name,
        before=before,
        is_async="async " if is_async else "",
        wait="await " if is_async else "",
    )


class Kernel:
    """Run a real kernel that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.manager: KernelManager
        self.client: BlockingKernelClient
        self.manager, self.client = start_new_kernel(kernel_name="python3", cwd=str(folder))

    def start(self, code: str) -> None:
        """Run code without waiting for it."""
        self.client.execute(code)

    def kill(self) -> None:
        """End the kernel as a crash does."""
        os.kill(self.manager.provisioner.pid, signal.SIGKILL)
        self.wait_until_dead()

    def wait_until_dead(self, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while self.manager.is_alive():
            assert time.monotonic() < end, "the kernel did not reach the point at which it dies"
            time.sleep(0.05)
        self.client.stop_channels()
        self.manager.cleanup_resources()


def take_over_and_wait(sandbox: Sandbox, home: Path, count: int) -> None:
    """Do what the next kernel does when it loads the extension, and check that every video arrives whole."""
    config.configure(base_url=sandbox.url, home=home)
    control = controller()
    for job in control.take_over():
        job.result(60)
    takes = control.takes(count + 1)
    assert len(takes) == count
    for take in takes:
        assert media.probe(take.path).duration == pytest.approx(3, abs=0.2)
    assert control.library.jobs.unfinished(control.service) == []
    assert list((home / "incoming").iterdir()) == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo: Path, sandbox: Sandbox) -> Path:
    """Return where the kernel runs, wired to the sandbox."""
    monkeypatch.setenv("REKA_BASE_URL", sandbox.url)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "photo.jpg").write_bytes(photo.read_bytes())
    return tmp_path


def points(soak: bool) -> list[str]:
    drawn = ["after the POST, its answer unread", "after the row", "after the file is moved in"]
    return list(POINTS) if soak else drawn


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    soak = metafunc.config.getoption("--soak")
    if "point" in metafunc.fixturenames:
        metafunc.parametrize("point", points(soak))
    if "again" in metafunc.fixturenames:
        metafunc.parametrize("again", TAKING_OVER if soak else ["after the lease"])
    if "moment" in metafunc.fixturenames:
        metafunc.parametrize("moment", range(200 if soak else 2))


def test_killed_at_a_named_point(point: str, folder: Path, sandbox: Sandbox) -> None:
    kernel = Kernel(folder)
    kernel.start(dying_at(point) + SUBMIT.replace("COUNT", "1"))
    kernel.wait_until_dead()
    asked = 0 if point == "before the row" else 1
    take_over_and_wait(sandbox, folder / "library", asked)
    assert len(sandbox.ledger) == asked


def test_killed_while_it_takes_up_what_another_has_left(again: str, folder: Path, sandbox: Sandbox) -> None:
    first = Kernel(folder)
    first.start(dying_at("after the POST, its answer unread") + SUBMIT.replace("COUNT", "1"))
    first.wait_until_dead()
    second = Kernel(folder)
    second.start(dying_at(again) + "get_ipython().run_line_magic('load_ext', 'reka_notebook')")
    second.wait_until_dead()
    take_over_and_wait(sandbox, folder / "library", 1)
    assert len(sandbox.ledger) == 1


def test_killed_at_a_random_moment(moment: int, folder: Path, sandbox: Sandbox) -> None:
    kernel = Kernel(folder)
    kernel.start(SUBMIT.replace("COUNT", "3") + "print('submitted')")
    dice = random.Random(moment)
    while True:  # the moment counts from the last row: before it, the person has not been told of a job
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream":
            break
    time.sleep(dice.uniform(0, 3))
    kernel.kill()
    take_over_and_wait(sandbox, folder / "library", 3)
    assert len(sandbox.ledger) == 3
