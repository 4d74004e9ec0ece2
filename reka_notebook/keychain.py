"""Ask the operating system's keyring, for two seconds: it may be waiting for a dialogue that nobody sees."""

import logging
import os
import threading
import time

from reka_notebook.forks import renew_in_child

log = logging.getLogger("reka_notebook")

ENTRY = ("reka-notebook", "api-key")
"""Service and user under which the keyring holds the key."""

PATIENCE = 2.0
"""Seconds that a keyring has for its answer."""

BACKEND = "PYTHON_KEYRING_BACKEND"


class Lookup:
    """Ask the keyring once, in a thread of its own, which may never end."""

    def __init__(self) -> None:
        self.value: str | None = None
        self.problem = ""
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._ask, name="reka-notebook-keyring", daemon=True)
        self._thread.start()

    @property
    def late(self) -> bool:
        """Return whether it is still waiting for its answer."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Wait for the answer until the keyring's time is up."""
        self._thread.join(max(0.0, self._begun + PATIENCE - time.monotonic()))

    def _ask(self) -> None:
        # A backend is somebody else's code, found by what the environment says: it may raise anything.
        try:
            import keyring
            import keyring.errors
        except BaseException as error:
            self.problem = _describe_error(error)
            return
        try:
            found: object = keyring.get_password(*ENTRY)
            self.value = found if isinstance(found, str) and found.strip() else None
        except keyring.errors.NoKeyringError:  # a machine without one, as servers are
            return
        except BaseException as error:
            self.problem = _describe_error(error)


_last: Lookup | None = None
_gave_up = False
_lock = threading.Lock()


def _renew() -> None:
    global _lock
    _lock = threading.Lock()


renew_in_child(_renew)


def read() -> str | None:
    """Return what the keyring holds as the key.

    A keyring that does not answer in time is not asked again in this process; its answer is used when it
    comes.
    """
    global _last, _gave_up
    with _lock:
        if _last is None or not _gave_up:
            _last = _last if _last is not None and _last.late else Lookup()
        lookup = _last
    lookup.wait()
    with _lock:
        first, _gave_up = lookup.late and not _gave_up, _gave_up or lookup.late
    if first:
        log.warning("%s", _no_answer())
    return None if lookup.late else lookup.value


def problem() -> str:
    """Return in words what was wrong with the keyring when it was last asked; empty if nothing was."""
    with _lock:
        lookup = _last
    if lookup is None:
        return ""
    return _no_answer() if lookup.late else lookup.problem


def _no_answer() -> str:
    return (
        f"The keyring did not answer within {PATIENCE:.0f} seconds; it may be waiting for a dialogue. It is not asked "
        "again in this session. Unlock it and restart the kernel, or set REKA_API_KEY."
    )


def _describe_error(error: BaseException) -> str:
    named = f"; {BACKEND} names its backend" if os.environ.get(BACKEND) else ""
    return f"The keyring cannot be used ({type(error).__name__}{named})."
