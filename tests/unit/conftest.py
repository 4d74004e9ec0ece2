"""A sandbox that everything is wired to."""

from collections.abc import Iterator

import pytest

import reka_notebook
from reka_notebook.sandbox import Sandbox
from tests.processes import ask_soon


@pytest.fixture
def seconds() -> float:
    """How long its jobs take."""
    return 0.0


@pytest.fixture
def sandbox(seconds: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A quick sandbox, that is asked often."""
    ask_soon(monkeypatch)
    made = Sandbox(seconds=seconds, render="small", seed=1)
    reka_notebook.configure(base_url=made.start())
    yield made
    made.stop()
