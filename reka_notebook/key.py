"""The API key: where it is found, and how it stays out of sight."""

import getpass
import hashlib
import os
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from reka_notebook.errors import RekaError

ENVIRONMENT = ("REKA_API_KEY", "REKA_API_TOKEN", "REKA_VISION_API_KEY")
"""The names that Reka's own documentation and tools read, in this order."""

KEYRING = ("reka-notebook", "api-key")
"""Service and user under which the operating system's keyring holds the key."""


class Key:
    """An API key that does not show itself: no repr, no str, no pickle, no attribute that prints it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value.strip()
        usable = (
            bool(self._value)
            and self._value.isascii()
            and self._value.isprintable()
            and " " not in self._value
        )
        del value  # a traceback may print this frame's variables
        if not usable:
            raise RekaError(
                "The API key is empty or has characters that no key has. Copy it again from Reka's console."
            )

    def reveal(self) -> str:
        """The key itself, for the header of a request and nothing else."""
        return self._value

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that tell keys apart, and from which none can be had back."""
        return hashlib.sha256(b"reka-notebook:" + self._value.encode()).hexdigest()[:16]

    def taken_out_of(self, text: str) -> str:
        """A text without the key, where somebody has sent it back."""
        return text.replace(self._value, "[the API key]")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Key(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is not written anywhere")


def find_key(given: "str | Key | None" = None, ask: Callable[[], str] | None = None) -> Key | None:
    """The key from an argument, the environment, the keyring, or a person, in this order.

    :param ask: a hidden prompt (``getpass.getpass``), called only where nothing else has a key.
    """
    if isinstance(given, Key):
        return given
    said = _said(ask) if given is None else given
    del given
    try:
        return None if said is None else Key(said)
    finally:
        del said  # a traceback may print this frame's variables, of a key with a character too many as well


def ask_for_key() -> str:
    """A hidden prompt for the key, in a kernel or a terminal; nothing where nobody is there to answer."""
    # A kernel puts its own method in the place of getpass; elsewhere the answer comes from the terminal.
    by_kernel = hasattr(getpass.getpass, "__self__")
    if threading.current_thread() is not threading.main_thread() or not (by_kernel or sys.stdin.isatty()):
        return ""
    try:
        return getpass.getpass("Reka API key (hidden, kept for this session only): ")
    except (EOFError, RuntimeError):  # nbconvert, papermill
        return ""


def key_in_environment() -> bool:
    """Whether the environment has a key."""
    return any(os.getenv(name, "").strip() for name in ENVIRONMENT)


def _said(ask: Callable[[], str] | None) -> str | None:
    for name in ENVIRONMENT:
        if os.getenv(name, "").strip():
            return os.getenv(name)
    kept = _from_keyring()
    if kept or ask is None:
        return kept
    return ask().strip() or None


def _from_keyring() -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(*KEYRING) or None
    except (KeyringError, RuntimeError, OSError):  # no keyring service on this machine
        return None
