"""Test the keyring: whatever it raises, and however long it waits, the key is looked for elsewhere."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend

from reka_notebook import keychain
from reka_notebook.key import find_key


class Answering(KeyringBackend):
    """Stand in for a keyring that answers as it is told to."""

    priority = 1.0

    def __init__(self, answer: Callable[[], object]) -> None:
        super().__init__()
        self.answer = answer
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        return self.answer()  # type: ignore[return-value]

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keychain, "_last", None)
    monkeypatch.setattr(keychain, "_gave_up", False)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Yield a dialogue that waits until it is set."""
    made = threading.Event()
    yield made
    made.set()


def raising(error: BaseException) -> Callable[[], object]:
    def answer() -> object:
        raise error

    return answer


@pytest.mark.parametrize(
    "error",
    [
        keyring.errors.KeyringLocked("locked"),
        keyring.errors.InitError("no bus"),
        RuntimeError("no home"),
        ModuleNotFoundError("no such backend"),
        TypeError("a backend's own error"),
        AttributeError("x"),
        SystemExit(3),
        KeyboardInterrupt(),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"),
        RecursionError(),
    ],
)
def test_whatever_a_keyring_raises_is_no_key(error: BaseException) -> None:
    keyring.set_keyring(Answering(raising(error)))
    assert find_key(ask=lambda: "typed-in").reveal() == "typed-in"
    assert keychain.problem() == f"The keyring cannot be used ({type(error).__name__})."


def test_no_keyring_at_all_is_no_problem() -> None:
    keyring.set_keyring(Answering(raising(keyring.errors.NoKeyringError())))
    assert find_key() is None
    assert keychain.problem() == ""


@pytest.mark.parametrize("answer", [None, "", "  \n", b"bytes", 7, ["x"]])
def test_what_is_no_text_is_no_key(answer: object) -> None:
    keyring.set_keyring(Answering(lambda: answer))
    assert find_key() is None


def test_a_keyring_that_waits_has_its_time_once_and_is_said_once(
    gate: threading.Event, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait() -> str:
        gate.wait(60)
        return "after-the-dialogue"

    backend = Answering(wait)
    keyring.set_keyring(backend)
    monkeypatch.setattr(keychain, "PATIENCE", 0.3)
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING, "reka_notebook"):
        assert [find_key() for _ in range(20)] == [None] * 20
    assert 0.3 <= time.monotonic() - begun < 5
    assert backend.asked == 1
    assert len(caplog.records) == 1
    assert "did not answer" in caplog.text
    assert "did not answer" in keychain.problem()
    gate.set()
    keychain._last._thread.join(10)
    assert find_key().reveal() == "after-the-dialogue"
    assert backend.asked == 1


def test_a_server_on_this_machine_needs_no_keyring() -> None:
    backend = Answering(lambda: "from-keyring")
    keyring.set_keyring(backend)
    assert find_key(keyring=False) is None
    assert backend.asked == 0


@pytest.mark.parametrize(
    "named", ["no.such.Backend", "nonsense", "os.path", "", "keyring.backends.nope.X", "..", "json.X"]
)
def test_a_backend_that_is_not_installed_is_no_key(named: str) -> None:
    code = (
        "import time; from reka_notebook.key import find_key; from reka_notebook import keychain;"
        "begun = time.monotonic(); assert find_key() is None; print(keychain.problem())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHON_KEYRING_BACKEND": named, "PATH": "", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    if named not in ("", "os.path"):
        assert "PYTHON_KEYRING_BACKEND" in ran.stdout
    assert len(named) < 3 or named not in ran.stdout
