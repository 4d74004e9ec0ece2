"""Kill processes in the middle of their uploads to a store that fails now and then: every take arrives, once paid for.

`--soak` runs 100 rounds, and one is run without it. Each round has three real processes that share a library, of which
two are killed while they upload. What they leave is taken over by a fourth; a fifth, on a machine of its own, reads all
of it back from the store.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from reka_notebook import config, media
from reka_notebook.errors import RekaError
from reka_notebook.jobs import controller
from reka_notebook.library import Library
from reka_notebook.library.store.media_folder import digest_of
from reka_notebook.sandbox import Sandbox
from tests import forked_processes
from tests.servers.s3 import S3, Fault

MODEL = "wan-2/text-to-video"
EACH = 2
KERNELS = 3

KERNEL = """
import sys
from reka_notebook.jobs import controller, prepare
control = controller()
jobs = []
for number in range(EACH):
    words = f"{sys.argv[1]} {number}"
    prepared = prepare(control.catalogue, words, {}, model="MODEL", undeclared={"duration": 2})
    jobs.append(control.submit(prepared, notebook_file=None))
for job in jobs:
    job.result(60)
""".replace("MODEL", MODEL).replace("EACH", str(EACH))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("number", range(100 if metafunc.config.getoption("--soak") else 1))


@pytest.fixture
def sandbox(sandboxes: Callable[..., Sandbox]) -> Sandbox:
    """Return a sandbox whose jobs take a tenth of a second."""
    return sandboxes()


@pytest.fixture
def address(s3: S3, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> str:
    """Return a new store, which every process that is started is told of."""
    address = f"s3://{s3.bucket()}/reka"
    monkeypatch.setenv("REKA_NOTEBOOK_MEDIA", address)
    monkeypatch.setenv("REKA_BASE_URL", sandbox.url)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return address


@pytest.fixture
def kernels(tmp_path: Path, address: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start processes that ask for takes, all at once."""
    begun = [
        forked_processes.Popen(
            [sys.executable, "-c", KERNEL, f"kernel {number}"], env=os.environ, cwd=tmp_path
        )
        for number in range(KERNELS)
    ]
    yield begun
    for process in begun:
        process.kill()
        process.wait()


def test_killed_in_the_middle_of_uploads(
    number: int,
    s3: S3,
    address: str,
    kernels: list[subprocess.Popen[bytes]],
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    dice = random.Random(number)
    s3.faults.append(Fault("PUT", "slow", seconds=0.2))
    for code, status in (("InternalError", 500), ("SlowDown", 503), ("cut", 0), ("AccessDenied", 403)):
        s3.faults.append(Fault("PUT", code, status, times=dice.randint(1, 3)))
    seen, end = len(s3.requests), time.monotonic() + 120
    for process in dice.sample(kernels, KERNELS - 1):
        while process.poll() is None:
            films = [path for method, path in s3.requests[seen:] if method == "PUT" and path.endswith(".mp4")]
            if films:
                time.sleep(dice.uniform(0.0, 0.3))
                process.kill()
                break
            assert time.monotonic() < end
            time.sleep(0.01)
        seen = len(s3.requests)
    for process in kernels:
        process.wait(120)
    s3.faults.clear()

    config.configure(base_url=sandbox.url, home=tmp_path / "library", media=address)
    control = controller()
    while control.library.jobs.unfinished(control.service):
        assert time.monotonic() < end, "what was left is not taken over"
        for job in control.take_over():
            with suppress(RekaError):
                job.result(60)
        time.sleep(0.05)
    asked = len(sandbox.ledger)
    assert EACH <= asked <= KERNELS * EACH
    takes = control.library.takes.find()
    assert len(takes) == asked, "each was charged once, and is there"

    with closing(Library(tmp_path / "another machine", address)) as other:
        assert {take.id for take in other.media.sidecars()} == {take.id for take in takes}
        for take in takes:
            (file,) = take.files
            film = other.media.local(file)
            assert digest_of(film) == file.sha256
            assert media.probe(film).kind == "video"
            poster = other.media.poster(file)
            assert poster is not None
            assert digest_of(poster) == file.poster_sha256
