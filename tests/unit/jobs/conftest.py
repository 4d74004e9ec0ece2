"""Start a sandbox that hands out a ready film, and processes that share one library."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import reka_notebook
from reka_notebook.sandbox import Sandbox
from tests.processes import Process, add_billing, ask_soon, make_quick, processes, short_film


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small MP4 file."""
    return short_film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
def sandboxes(film: Path) -> Iterator[Callable[..., Sandbox]]:
    """Start sandboxes: ``sandboxes(seconds=…)``."""
    started: list[Sandbox] = []

    def start(**options: object) -> Sandbox:
        sandbox = Sandbox(**{"profile": "catalogue", "media": film, "seconds": 0.1, "seed": 1} | options)  # type: ignore[arg-type]
        started.append(sandbox)
        sandbox.start()
        return sandbox

    yield start
    for sandbox in started:
        sandbox.stop()


@pytest.fixture
def serve(sandboxes: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Sandbox]:
    """Start a sandbox of a profile, which this session asks: ``serve("careless")``."""
    ask_soon(monkeypatch)

    def start(profile: str) -> Sandbox:
        sandbox = sandboxes(seconds=0.0, render="small", media=None, profile=profile)
        reka_notebook.configure(base_url=sandbox.url)
        return sandbox

    return start


@pytest.fixture
def billing(sandboxes: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Return a sandbox that bills by the second, and says so."""
    add_billing(monkeypatch)
    return sandboxes(profile="billing")


@pytest.fixture
def sandbox(sandboxes: Callable[..., Sandbox]) -> Sandbox:
    """Return a sandbox whose jobs take a tenth of a second."""
    return sandboxes()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Process]]:
    """Start a process with quick waits: ``start(sandbox.url)``; the next one has the same library."""
    make_quick(monkeypatch)
    with processes(tmp_path / "library", monkeypatch) as begin:
        yield begin


@pytest.fixture
def process(start: Callable[..., Process], sandbox: Sandbox) -> Process:
    """Return a process wired to the sandbox."""
    return start(sandbox.url)
