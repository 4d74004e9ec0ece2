"""Kill a kernel at every point of a job of every task; the next one ends with every take, for one charge each.

`--soak` runs every point with every task. A draw, in which every task comes at least once, is run without it.
"""

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
from tests.faults.tasks import TASKS, assert_whole

pytestmark = pytest.mark.kernel


def submit(*tasks: str) -> str:
    """Return code that submits a request of each of these tasks."""
    lines = ["from reka_notebook import submit"]
    for number, name in enumerate(tasks):
        task = TASKS[name]
        given = {"model": task.model, **task.values} | ({"duration": SECONDS} if task.kind == "video" else {})
        image = '"photo.jpg", ' if task.image else ""
        lines.append(f'submit("Pan left {number}", {image}**{given!r})')
    return "\n".join(lines) + "\n"


SECONDS = 3
SUBMIT = submit("image-to-video")

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
    "before the file is moved in": ("library.store.media_folder", "MediaFolder", "move_in", False, True),
    "after the file is moved in": ("library.store.media_folder", "MediaFolder", "move_in", False, False),
    "before the poster is written": ("library.store.media_folder", "MediaFolder", "write", False, True),
    "after the poster is written": ("library.store.media_folder", "MediaFolder", "write", False, False),
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


def take_over_and_wait(sandbox: Sandbox, home: Path, *tasks: str) -> None:
    """Do what the next kernel does when it loads the extension, and check that every take arrives whole."""
    config.configure(base_url=sandbox.url, home=home)
    control = controller()
    for job in control.take_over():
        job.result(60)
    takes = {take.prompt: take for take in control.takes(len(tasks) + 1)}
    assert sorted(takes) == [f"Pan left {number}" for number in range(len(tasks))]
    for number, task in enumerate(tasks):
        take = takes[f"Pan left {number}"]
        assert_whole(take, TASKS[task])
        if TASKS[task].kind == "video":
            assert media.probe(take.path).duration == pytest.approx(SECONDS, abs=0.2)
    assert control.library.jobs.unfinished(control.service) == []
    assert list((home / "incoming").iterdir()) == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo: Path, sandbox: Sandbox) -> Path:
    """Return where the kernel runs, wired to the sandbox."""
    monkeypatch.setenv("REKA_BASE_URL", sandbox.url)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "photo.jpg").write_bytes(photo.read_bytes())
    return tmp_path


def points(soak: bool) -> list[tuple[str, str]]:
    """Return points, each with a task that comes there."""
    if not soak:
        return [
            ("after the POST, its answer unread", "image-to-video"),
            ("after the row", "text-to-speech"),
            ("after the file is moved in", "text-to-image"),
        ]
    moved = ("before the file is moved in", "after the file is moved in")
    return [
        (point, task)
        for point in POINTS
        for task in TASKS
        if TASKS[task].has_media or point not in moved  # an answer is written, and not moved in
    ]


def taking_over(soak: bool) -> list[tuple[str, str]]:
    return (
        [(again, task) for again in TAKING_OVER for task in TASKS]
        if soak
        else [("after the lease", "image-to-bbox")]
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    soak = metafunc.config.getoption("--soak")
    if "point" in metafunc.fixturenames:
        metafunc.parametrize(("point", "task"), points(soak))
    if "again" in metafunc.fixturenames:
        metafunc.parametrize(("again", "task"), taking_over(soak))
    if "moment" in metafunc.fixturenames:
        metafunc.parametrize("moment", range(200 if soak else 2))


def test_killed_at_a_named_point(point: str, task: str, folder: Path, sandbox: Sandbox) -> None:
    kernel = Kernel(folder)
    kernel.start(dying_at(point) + submit(task))
    kernel.wait_until_dead()
    asked = [] if point == "before the row" else [task]
    take_over_and_wait(sandbox, folder / "library", *asked)
    assert len(sandbox.ledger) == len(asked)


def test_killed_while_it_takes_up_what_another_has_left(
    again: str, task: str, folder: Path, sandbox: Sandbox
) -> None:
    first = Kernel(folder)
    first.start(dying_at("after the POST, its answer unread") + submit(task))
    first.wait_until_dead()
    second = Kernel(folder)
    second.start(dying_at(again) + "get_ipython().run_line_magic('load_ext', 'reka_notebook')")
    second.wait_until_dead()
    take_over_and_wait(sandbox, folder / "library", task)
    assert len(sandbox.ledger) == 1


def test_killed_at_a_random_moment(moment: int, folder: Path, sandbox: Sandbox) -> None:
    dice = random.Random(moment)
    tasks = dice.sample(list(TASKS), 3)
    kernel = Kernel(folder)
    kernel.start(submit(*tasks) + "print('submitted')")
    while True:  # the moment counts from the last row: before it, the person has not been told of a job
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream":
            break
    time.sleep(dice.uniform(0, 3))
    kernel.kill()
    take_over_and_wait(sandbox, folder / "library", *tasks)
    assert len(sandbox.ledger) == 3


def test_the_draw_has_every_task() -> None:
    drawn = {task for _, task in [*points(soak=False), *taking_over(soak=False)]}
    assert drawn | {task for moment in range(2) for task in random.Random(moment).sample(list(TASKS), 3)} == {
        *TASKS
    }
