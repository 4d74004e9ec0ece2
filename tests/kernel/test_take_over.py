"""Test that when a kernel dies with a job under way, the next one only loads the extension to get the video."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reka_notebook import media
from reka_notebook.library import Library
from reka_notebook.sandbox import Sandbox
from tests.kernel.conftest import serving
from tests.kernel.test_kill import SUBMIT, Kernel

pytestmark = pytest.mark.kernel


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Yield a sandbox whose jobs take three seconds."""
    yield from serving(seconds=3.0)


def die_once_submitted(kernel: Kernel, sandbox: Sandbox, end: float) -> None:
    """Let a kernel submit a job, and kill it."""
    kernel.start(SUBMIT)
    while not sandbox.ledger:
        assert time.monotonic() < end, "nothing was submitted"
        time.sleep(0.02)
    kernel.kill()


def test_loading_the_extension_is_enough(sandbox: Sandbox, folder: Path, tmp_path: Path) -> None:
    first = Kernel(folder)
    end = time.monotonic() + 60
    die_once_submitted(first, sandbox, end)
    library = Library(tmp_path / "library")
    assert library.takes.newest(2) == []
    second = Kernel(folder)
    try:
        second.start("%load_ext reka_notebook")
        while not (takes := library.takes.newest(2)):
            assert time.monotonic() < end, "the video did not come by itself"
            time.sleep(0.1)
    finally:
        second.kill()
    (take,) = takes
    assert media.probe(library.media.path(take.files[0].name)).kind == "video"
    (charge,) = sandbox.ledger
    assert take.job.request_id == charge.request_id
    library.close()


def test_a_kernel_that_was_there_before_the_job_takes_it_over(
    sandbox: Sandbox, folder: Path, tmp_path: Path
) -> None:
    idle, doing = Kernel(folder), Kernel(folder)
    try:
        idle.start("import reka_notebook.magic.extension as it; it.LOOK_IN = 0.2\n%load_ext reka_notebook")
        end = time.monotonic() + 60
        die_once_submitted(doing, sandbox, end)
        library = Library(tmp_path / "library")
        while not library.takes.newest(2):
            assert time.monotonic() < end, "the video did not come by itself"
            time.sleep(0.1)
    finally:
        idle.kill()
    library.close()
    assert len(sandbox.ledger) == 1
