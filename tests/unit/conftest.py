"""Start a sandbox that everything is wired to, and end servers with their test."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

import reka_notebook
from reka_notebook.jobs.models.account_models import AccountModels
from reka_notebook.sandbox import Sandbox
from tests.processes import ask_soon

if TYPE_CHECKING:
    from tests.surroundings import Server


@pytest.fixture(autouse=True)
def ask_for_no_models(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Ask for the account's models only where a test does: a server may end in the middle. Return what undoes this."""
    real = AccountModels.ask_soon
    monkeypatch.setattr(AccountModels, "ask_soon", lambda self: None)
    return lambda: monkeypatch.setattr(AccountModels, "ask_soon", real)


@pytest.fixture
def seconds() -> float:
    """Return how long the sandbox's jobs take."""
    return 0.0


@pytest.fixture
def sandbox(seconds: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Yield a quick sandbox, and ask it often."""
    ask_soon(monkeypatch)
    made = Sandbox(seconds=seconds, render="small", seed=1, profile="catalogue")
    reka_notebook.configure(base_url=made.start())
    yield made
    made.stop()


@pytest.fixture
def keep() -> Iterator[Callable[["Server"], "Server"]]:
    """Close a server when the test ends."""
    kept: list[Server] = []

    def add(server: "Server") -> "Server":
        kept.append(server)
        return server

    yield add
    for server in reversed(kept):
        server.close()
