"""Ask the operating system's keyring, for two seconds: it may be waiting for a dialogue that nobody sees."""

import logging
import os
import threading
import time

from reka_notebook.errors import RekaError
from reka_notebook.forks import renew_in_child

log = logging.getLogger("reka_notebook")

ENTRY = ("reka-notebook", "api-key")
"""Service and user under which the keyring holds the key."""

PATIENCE = 2.0
"""Seconds that a keyring has for its answer."""

PATIENCE_TO_KEEP = 30.0
"""Seconds in which a key has to be kept: a person who asked for that may have to unlock the keyring first."""

BACKEND = "PYTHON_KEYRING_BACKEND"

KEEP_NOTHING = ("keyring.backends.fail", "keyring.backends.null")
"""The backends of keyring for machines without one."""

NONE_HERE = "This machine has no keyring."


class Lookup:
    """Ask the keyring once, in a thread of its own, which may never end."""

    def __init__(self) -> None:
        self.value: str | None = None
        self.problem = ""
        self.missing = False
        """Whether this machine has no keyring that keeps anything."""
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._ask, name="reka-notebook-keyring", daemon=True)
        self._thread.start()

    @property
    def late(self) -> bool:
        """Return whether it is still waiting for its answer."""
        return self._thread.is_alive()

    def wait(self, seconds: float = PATIENCE) -> None:
        """Wait for the answer until the keyring's time is up, or less."""
        self._thread.join(max(0.0, min(seconds, self._begun + PATIENCE - time.monotonic())))

    def _ask(self) -> None:
        # A backend is somebody else's code, found by what the environment says: it may raise anything.
        try:
            import keyring
            import keyring.errors
        except BaseException as error:
            self.problem = _describe_error(error)
            return
        try:
            self.missing = type(keyring.get_keyring()).__module__ in KEEP_NOTHING
            found: object = keyring.get_password(*ENTRY)
            self.value = found if isinstance(found, str) and found.strip() else None
        except keyring.errors.NoKeyringError:  # a machine without one, as servers are
            self.missing = True
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


def answers_within(seconds: float) -> bool:
    """Return whether the keyring has answered this soon, so that ``read`` need not be waited for."""
    global _last
    with _lock:
        lookup = _last = _last or Lookup()
    lookup.wait(seconds)
    return not lookup.late


def problem() -> str:
    """Return in words what was wrong with the keyring when it was last asked; empty if nothing was."""
    with _lock:
        lookup = _last
    if lookup is None:
        return ""
    return _no_answer() if lookup.late else lookup.problem


def obstacle() -> str | None:
    """Return why a key cannot be kept in the keyring, in words; ``None`` if it can."""
    if _last is None:
        read()
    with _lock:
        lookup = _last
    if lookup is None or lookup.late:
        return _no_answer()
    return NONE_HERE if lookup.missing else lookup.problem or None


def keep(value: str) -> None:
    """Keep a key in the keyring, where ``read`` finds it.

    Raises:
        RekaError: The keyring did not keep it.
    """
    kept: list[bool] = []
    thread = threading.Thread(target=_write, args=(value, kept), name="reka-notebook-keyring", daemon=True)
    del value  # a traceback may print this frame's variables
    thread.start()
    thread.join(PATIENCE_TO_KEEP)
    if thread.is_alive():
        raise RekaError("The keyring is waiting, perhaps for a dialogue. Unlock it and try again.")
    if not kept:
        raise RekaError("The keyring did not keep the key.")


def _write(value: str, kept: list[bool]) -> None:
    try:
        import keyring

        keyring.set_password(*ENTRY, value)
        if keyring.get_password(*ENTRY) == value:
            kept.append(True)
    except BaseException as error:  # somebody else's code, as above; what it says may hold the key
        log.warning("The keyring did not keep the key (%s).", type(error).__name__)
    finally:
        del value


def _no_answer() -> str:
    return (
        f"The keyring did not answer within {PATIENCE:.0f} seconds; it may be waiting for a dialogue. It is not asked "
        "again in this session. Unlock it and restart the kernel, or set REKA_API_KEY before Jupyter starts."
    )


def _describe_error(error: BaseException) -> str:
    named = f"; {BACKEND} names its backend" if os.environ.get(BACKEND) else ""
    return f"The keyring cannot be used ({type(error).__name__}{named})."
