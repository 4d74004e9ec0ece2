"""Test the thread that looks for jobs left by another kernel: whatever it meets, it goes on in silence."""

import threading
from collections.abc import Iterator

import pytest

from reka_notebook.errors import RekaError
from reka_notebook.magic import extension

ERRORS = [
    RekaError("the library cannot be used"),
    RuntimeError("no home"),
    OSError(24, "too many open files"),
    PermissionError(13, "the home is another's"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"),
    MemoryError(),
    RecursionError(),
    ImportError("half an installation"),
]


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(extension, "LOOK_IN", 0.01)
    extension._unloaded.clear()
    yield
    extension._unloaded.set()


def test_it_survives_everything(
    looking: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    met = iter(ERRORS)
    after = threading.Event()

    def settings() -> None:
        for error in met:
            raise error
        after.set()
        raise RekaError("and again")

    monkeypatch.setattr(extension, "settings", settings)
    thread = threading.Thread(target=extension._look_in, daemon=True)
    thread.start()
    assert after.wait(30), "it ended before"
    assert thread.is_alive()
    extension._unloaded.set()
    thread.join(30)
    assert not thread.is_alive()
    shown = capfd.readouterr()
    assert shown.out + shown.err == ""
