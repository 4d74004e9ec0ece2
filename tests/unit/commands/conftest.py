"""Run commands as real processes or in this one, with a library filled by hand and a sandbox."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reka_notebook.__main__ import main
from reka_notebook.commands.checks.disk import BUILT
from reka_notebook.library import GenerationRequest, ImageUse, JobRecord, Library, MediaFile, TakeRecord
from reka_notebook.sandbox import Sandbox
from tests import forked_processes
from tests.processes import short_film

SERVICE = "https://service.test:443"


@dataclass(frozen=True)
class Ran:
    """Hold what came of a command."""

    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """Return the last line on stdout."""
        return self.out.splitlines()[-1]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return short_film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Pretend that the front end is built, even where this checkout's is not."""
    folder = tmp_path / "static"
    folder.mkdir()
    for name in BUILT:
        (folder / name).write_text("built")
    monkeypatch.setattr("reka_notebook.commands.checks.disk.STATIC", folder)
    return folder


@pytest.fixture
def start_sandbox(film: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sandbox]]:
    """Start a quick sandbox that everything is wired to."""
    started: list[Sandbox] = []

    def start(**options: Any) -> Sandbox:
        sandbox = Sandbox(
            **{"profile": "catalogue", "seconds": 0.4, "queue_share": 0.5, "media": film} | options
        )
        monkeypatch.setenv("REKA_BASE_URL", sandbox.start())
        started.append(sandbox)
        return sandbox

    yield start
    for sandbox in started:
        sandbox.stop()


@pytest.fixture
def sandbox(start_sandbox: Callable[..., Sandbox]) -> Sandbox:
    return start_sandbox()


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command in this process."""

    def run(*words: str) -> Ran:
        capsys.readouterr()
        status = main(words)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Ran(status, said.out, said.err)

    return run


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, str]]:
    """Return the environment of a real process: no key, no keyring and no terminal of the person who runs the tests."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return lambda: dict(os.environ)


@pytest.fixture
def process(environment: Callable[[], dict[str, str]]) -> Callable[..., Ran]:
    """Run a command as a process of its own."""

    def run(*words: str, **more: str) -> Ran:
        done = forked_processes.run(
            [sys.executable, "-m", "reka_notebook", *words],
            capture_output=True,
            encoding="utf-8",
            env=environment() | more,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def begin(environment: Callable[[], dict[str, str]]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command as a process of its own, and go on."""
    begun: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        begun.append(
            forked_processes.Popen(
                [sys.executable, "-m", "reka_notebook", *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                encoding="utf-8",
                env=environment(),
            )
        )
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate(timeout=20)


@pytest.fixture
def home() -> Path:
    """Return the library's folder, of this test alone."""
    return Path(os.environ["REKA_NOTEBOOK_HOME"])


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with closing(Library(home)) as opened:
        yield opened


class Filled:
    """Put jobs and takes into a library, without a service."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def job(self, prompt: str = "dolly in", *, model: str = "kling-v3-pro", **changes: Any) -> JobRecord:
        """Return a job of a request."""
        request = GenerationRequest(
            endpoint=f"{model}/image-to-video",
            input={"prompt": prompt, "duration": "5"},
            images={
                "start": [ImageUse(digest="sha256:" + "0" * 64, name="photo.jpg", width=600, height=400)]
            },
        )
        record, _ = self.library.jobs.add(SERVICE, request, 1, deadline=time.time() + 60)
        return self.library.jobs.update(record.id, **changes) if changes else record

    def take(self, prompt: str = "dolly in", *, days: float = 0.0, model: str = "kling-v3-pro") -> TakeRecord:
        """Return a take with a file and a poster, kept so many days ago."""
        answers = {"submit": {"request_id": "r1", "status": "IN_QUEUE"}}
        job = self.job(prompt, model=model, request_id="r1", state="fetching", answers=answers)
        media = self.library.media
        name = media.name(job.id, job.created, prompt, 0, ".mp4")
        poster = media.write(name.replace(".mp4", ".poster.jpg"), b"poster")
        media.write(name, b"video" * 1000)
        file = MediaFile(
            name=name,
            kind="video",
            media_type="video/mp4",
            bytes=5000,
            width=640,
            height=360,
            duration=5.0,
            fps=24.0,
            poster=poster,
        )
        kept = time.time() - days * 86_400
        ended = msgspec.structs.replace(job, state="kept", ended=kept)
        take = TakeRecord(job=ended, files=[file], kept=kept, took=12.0)
        media.write_sidecar(take)
        return self.library.takes.add(take)


@pytest.fixture
def filled(library: Library) -> Filled:
    return Filled(library)


@pytest.fixture
def asking(photo: Path) -> tuple[str, ...]:
    """Return a whole `generate` command, for a short video."""
    return ("generate", "--image", str(photo), "-m", "kling-v3-pro", "--duration", "3", "a slow dolly in")
