"""Find the API key, and keep it out of sight."""

import _thread
import getpass
import hashlib
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import NoReturn

from reka_notebook import keychain
from reka_notebook.errors import RekaError
from reka_notebook.forks import is_child
from reka_notebook.key_flaws import flaw_of
from reka_notebook.redaction import Redactor

ENVIRONMENT = ("REKA_API_KEY", "REKA_API_TOKEN", "REKA_VISION_API_KEY")
"""The names that Reka's own documentation and tools read, in this order."""

PROMPT = "Reka API key (hidden, kept for this session only): "

PATIENCE = 60.0
"""Seconds that somebody before a notebook has to type a key in, before ``%reka key`` ends without one."""

typed_keys: "dict[str, Key]" = {}
"""The keys that people have typed in, by service; they last as long as the process, whatever is configured."""

HOW = (
    "Type it in with %reka key or in the studio, which hide it, keep it in the keyring (in a terminal: keyring set "
    "reka-notebook api-key), or set REKA_API_KEY before Jupyter starts"
)
"""How a key is given, without a sentence's end. Never in a cell, where it would be saved with the notebook."""


class Key:
    """Hold an API key that does not show itself: no repr, no str, no pickle, no attribute that prints it."""

    __slots__ = ("_value", "redactor")

    def __init__(self, value: str, source: str = "") -> None:
        """Take a key as it was given.

        Args:
            source: Where it was found, as a person names it.

        Raises:
            RekaError: If it cannot be a key; the message does not show it.
        """
        self._value = value.strip()
        flaw = flaw_of(self._value)
        del value  # a traceback may print this frame's variables
        if flaw:
            raise RekaError(f"The API key{f' in {source}' if source else ''} {flaw}. It was not sent.")
        self.redactor = Redactor(self._value)

    def reveal(self) -> str:
        """Return the key itself, for the header of a request and nothing else."""
        return self._value

    @property
    def fingerprint(self) -> str:
        """Return sixteen hex digits that tell keys apart, and from which none can be recovered."""
        return hashlib.sha256(b"reka-notebook:" + self._value.encode()).hexdigest()[:16]

    def taken_out_of(self, text: str) -> str:
        """Return a text without the key, in case somebody has sent it back, escaped or encoded perhaps."""
        return self.redactor.text(text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Key(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is not written anywhere")


def find_key(
    given: "str | Key | None" = None, ask: Callable[[], str] | None = None, *, keyring: bool = True
) -> Key | None:
    """Return the key from an argument, the environment, the keyring, or a person, in this order.

    Args:
        ask: A hidden prompt (``getpass.getpass``), called only if nothing else has a key.
        keyring: Whether to look into the keyring; for a server on this machine it is not needed.

    Raises:
        RekaError: If what was found cannot be a key.
    """
    if isinstance(given, Key):
        return given
    source, said = _find_text(ask, keyring) if given is None else ("", given)
    del given
    try:
        return None if said is None else Key(said, source)
    finally:
        del said  # a traceback may print this frame's variables, of a key with a character too many as well


def ask_for_key(*, in_kernel: bool = False) -> str:
    """Ask for the key, hidden, and return the answer; nothing if nobody is there to answer.

    Args:
        in_kernel: Whether to ask in a notebook too. A cell that only needs the key does not: in Run All nobody sees
            the question, and everything waits for its answer.
    """
    if (
        threading.current_thread() is not threading.main_thread() or is_child()
    ):  # nobody answers a child's prompt
        return ""
    # A kernel puts its own method in the place of getpass; elsewhere the answer comes from the terminal.
    by_kernel = hasattr(getpass.getpass, "__self__")
    if not (in_kernel if by_kernel else is_terminal(sys.stdin)):
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # the key would be seen
            with _bounded(PATIENCE) if by_kernel else nullcontext():
                answer = getpass.getpass(PROMPT)
    # nbconvert and papermill refuse; a terminal may be gone.
    except (EOFError, RuntimeError, OSError, ValueError, getpass.GetPassWarning, _NobodyAnswered):
        return ""
    return answer.strip().strip("\x03\x04\x1a")  # the end of a file, as `jupyter run` hands it on


def is_terminal(stream: object) -> bool:
    """Return whether a stream is a terminal; ``None`` or a closed stream is not."""
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return False


class _NobodyAnswered(Exception):
    """Report that the prompt was not answered in time."""


@contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """End a kernel's prompt when time is up: a page that is closed never answers, and the kernel would wait on.

    While a cell is awaited, a kernel's own handler of Ctrl-C does not reach a prompt either.
    """
    over, done, lock = threading.Event(), threading.Event(), threading.Lock()

    def end() -> None:
        with lock:
            if not done.is_set():
                over.set()
                _thread.interrupt_main()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
        with lock:
            done.set()
    except KeyboardInterrupt:  # of a person, or of the timer: a kernel lets nothing else end its prompt
        if over.is_set():
            raise _NobodyAnswered from None
        raise
    finally:
        done.set()
        timer.cancel()
        signal.signal(signal.SIGINT, before if before is not None else signal.SIG_DFL)


def key_in_environment() -> bool:
    """Return whether the environment has a key."""
    return any(os.getenv(name, "").strip() for name in ENVIRONMENT)


def _find_text(ask: Callable[[], str] | None, keyring: bool) -> tuple[str, str | None]:
    """Return where a key was found, and what stands there."""
    for name in ENVIRONMENT:
        if os.getenv(name, "").strip():
            return name, os.getenv(name)
    kept = keychain.read() if keyring else None
    if kept or ask is None:
        return "the keyring", kept
    return "", ask().strip() or None
