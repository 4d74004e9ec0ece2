"""Stand in for a chat model, on this machine and elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest

import reka_notebook
from reka_notebook.chat import memory
from reka_notebook.jobs import controller
from tests.unit.api.conftest import SECRET, Wire, http, quick, wires

__all__ = ["quick", "wires"]

ANSWER = '["A slow pan over the sea", "A pan over the grey sea", "A pan across the sea at dusk"]'


def said(text: str = ANSWER, **more: Any) -> bytes:
    """Return a chat model's answer."""
    return http(200, {"choices": [{"message": {"role": "assistant", "content": text}}], **more})


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    memory.forget_all()


@pytest.fixture
def service(wires: Callable[..., Wire]) -> Wire:
    """Return a server on this machine that is the service, and has a chat route."""
    wire = wires(said())
    reka_notebook.configure(base_url=wire.url, api_key=SECRET)
    return wire


@pytest.fixture
def own(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Write a person's own catalogue."""

    def write(text: str) -> None:
        path = tmp_path / "mine.json"
        path.write_text(text, "utf-8")
        reka_notebook.configure(catalogue=str(path))

    return write


@pytest.fixture
def control() -> Any:
    """Return the controller of the service in use."""
    return controller
