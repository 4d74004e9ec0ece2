"""Test asking for the key, hidden, in a kernel or a terminal, and only where somebody can answer."""

import getpass
import io
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import reka_notebook
from reka_notebook import key
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller
from reka_notebook.key import ask_for_key
from reka_notebook.sandbox import Sandbox
from tests.processes import SECRET, short_film


class Kernel:
    """Put its own method in the place of ``getpass``, as ipykernel does while a cell runs."""

    def __init__(self, answer: Callable[[], str] = lambda: SECRET) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def getpass(self, prompt: str = "", stream: Any = None) -> str:
        self.asked.append(prompt)
        return self.answer()


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """Return a kernel with a person before it, and no terminal."""
    made = Kernel()
    monkeypatch.setattr(getpass, "getpass", made.getpass)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    return made


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what a terminal was asked; a plain function stands for ``getpass``, as Python's own is one."""
    asked: list[str] = []

    def answer(prompt: str = "") -> str:
        asked.append(prompt)
        return SECRET

    monkeypatch.setattr(getpass, "getpass", answer)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    return asked


def test_a_kernel_asks_only_where_that_is_what_it_was_run_for(kernel: Kernel) -> None:
    assert ask_for_key() == ""
    assert kernel.asked == []
    assert ask_for_key(in_kernel=True) == SECRET
    assert kernel.asked == ["Reka API key (hidden, kept for this session only): "]


def test_a_terminal_asks(terminal: list[str]) -> None:
    assert ask_for_key() == SECRET
    assert len(terminal) == 1


def test_without_a_terminal_and_a_kernel_nobody_is_asked(
    terminal: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert ask_for_key() == ""
    assert terminal == []


def test_another_thread_asks_nobody(kernel: Kernel) -> None:
    given: list[str] = []
    thread = threading.Thread(target=lambda: given.append(ask_for_key(in_kernel=True)))
    thread.start()
    thread.join(10)
    assert given == [""]
    assert kernel.asked == []


@pytest.mark.parametrize("error", [EOFError("no more"), RuntimeError("this frontend does not support input")])
def test_a_kernel_before_which_nobody_is_gives_nothing(kernel: Kernel, error: Exception) -> None:
    def nobody() -> str:
        raise error

    kernel.answer = nobody
    assert ask_for_key(in_kernel=True) == ""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """Yield a service that lets one key in, and does not count as a server on this machine, which needs none."""
    monkeypatch.setattr(Controller, "sandbox", False)
    made = Sandbox(key=SECRET, seconds=0, media=short_film(tmp_path / "film.mp4"), profile="catalogue")
    monkeypatch.setenv("REKA_BASE_URL", made.start())
    yield made
    made.stop()


def submit(photo: Path, prompt: str = "a slow dolly in") -> reka_notebook.Job:
    return reka_notebook.submit(prompt, photo, model="kling-v3-pro", duration=3)


def test_submit_asks_once_and_uses_the_key_without_showing_it(
    service: Sandbox,
    terminal: list[str],
    photo: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: Any,
) -> None:
    caplog.set_level("DEBUG")
    job = submit(photo)
    take = job.result(30)
    submit(photo, "Zoom out").result(30)
    assert len(terminal) == 1, "kept for the session"
    assert len(service.ledger) == 2
    shown = (
        *capfd.readouterr(),
        caplog.text,
        repr(job),
        str(job.status),
        repr(take),
        repr(reka_notebook.config.settings()),
    )
    assert SECRET not in "".join(shown)
    files = [path for path in (tmp_path / "library").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def test_a_cell_says_what_is_missing_and_asks_nobody(service: Sandbox, kernel: Kernel, photo: Path) -> None:
    with pytest.raises(RekaError, match="There is no API key"):
        submit(photo)
    assert kernel.asked == []
    assert service.log == []


def test_an_unusable_answer_is_refused_without_showing_it(
    service: Sandbox, terminal: list[str], monkeypatch: pytest.MonkeyPatch, photo: Path
) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda prompt="": f"{SECRET} and more")
    with pytest.raises(RekaError, match="empty or has characters") as caught:
        submit(photo)
    assert SECRET not in str(caught.value)
    assert service.log == []


@pytest.mark.parametrize("stream", [None, io.StringIO(), "closed", "raising"])
def test_without_a_usable_stdin_nobody_is_asked(
    terminal: list[str], monkeypatch: pytest.MonkeyPatch, stream: Any
) -> None:
    if stream == "closed":
        stream = io.StringIO()
        stream.close()
    elif stream == "raising":
        stream = SimpleNamespace(isatty=lambda: (_ for _ in ()).throw(OSError("gone")))
    monkeypatch.setattr(sys, "stdin", stream)
    assert ask_for_key() == ""
    assert terminal == []


@pytest.mark.parametrize("answer", ["\x04", " \x04\n", "\x1a", ""])
def test_the_end_of_a_file_is_no_key(kernel: Kernel, answer: str) -> None:
    kernel.answer = lambda: answer
    assert ask_for_key(in_kernel=True) == ""


def test_a_terminal_that_would_show_the_key_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(prompt: str = "") -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)
        return SECRET

    monkeypatch.setattr(getpass, "getpass", seen)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert ask_for_key() == ""


def as_a_kernel_waits() -> str:
    """Wait for an answer as ipykernel does: nothing but an interrupt ends it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            time.sleep(0.01)
        except KeyboardInterrupt:
            raise KeyboardInterrupt("Interrupted by user") from None
        except Exception:
            continue
    return SECRET


def test_a_prompt_that_nobody_sees_comes_to_an_end(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key, "PATIENCE", 0.3)
    kernel.answer = as_a_kernel_waits
    before = signal.signal(signal.SIGINT, lambda *_: None)  # a kernel's, while a cell is awaited
    try:
        mine = signal.getsignal(signal.SIGINT)
        begun = time.monotonic()
        assert ask_for_key(in_kernel=True) == ""
        assert time.monotonic() - begun < 10
        assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_person_can_interrupt_a_prompt(kernel: Kernel) -> None:
    def interrupted() -> str:
        signal.raise_signal(signal.SIGINT)
        return as_a_kernel_waits()

    kernel.answer = interrupted
    with pytest.raises(KeyboardInterrupt):
        ask_for_key(in_kernel=True)


def test_an_answer_in_time_leaves_nothing_behind(kernel: Kernel) -> None:
    before = signal.getsignal(signal.SIGINT)
    assert ask_for_key(in_kernel=True) == SECRET
    assert signal.getsignal(signal.SIGINT) is before
    left = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    assert all(thread.finished.is_set() for thread in left)
