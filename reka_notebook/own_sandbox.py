"""Run a sandbox in this process, and send there what is asked for from now on."""

import threading
from typing import TYPE_CHECKING, Any

from reka_notebook.config import configure, settings
from reka_notebook.errors import RekaError
from reka_notebook.forks import renew_in_child
from reka_notebook.jobs.listeners import Listeners

if TYPE_CHECKING:
    from reka_notebook.sandbox import Sandbox

_running: "tuple[Sandbox, str | None] | None" = None
"""It, and the base URL that a person had configured before."""

turned = Listeners[str]("the sandbox")
"""Whoever wants to know when it is turned on or off; told of the base URL of now."""

_lock = threading.Lock()


def _renew() -> None:
    global _lock, _running
    _lock = threading.Lock()
    _running = None  # it is the parent's, which goes on serving it


renew_in_child(_renew)


def running() -> "Sandbox | None":
    """Return the sandbox of this process, if it is on."""
    return _running[0] if _running is not None else None


def is_at(url: str) -> bool:
    """Return whether this process serves a sandbox at a URL."""
    sandbox = running()
    return sandbox is not None and url == sandbox.url


def start(**options: Any) -> "Sandbox":
    """Start a sandbox, and configure it as the service; return the one that is on if there is one.

    Args:
        options: As `reka_notebook.sandbox.Sandbox` takes them.

    Raises:
        RekaError: If it cannot be started.
    """
    global _running
    with _lock:
        if _running is not None:
            return _running[0]
        try:
            from reka_notebook.sandbox import Sandbox

            sandbox = Sandbox(**options)
            url = sandbox.start()
        except ImportError as error:
            raise RekaError(
                f"The sandbox needs {error.name}, which is not installed: pip install 'reka-notebook[sandbox]'"
            ) from error
        before = settings().base_url
        configure(base_url=None)
        chosen = before if settings().base_url != before else None
        configure(base_url=url)
        _running = (sandbox, chosen)
    turned.tell(url)
    return sandbox


def stop() -> None:
    """Configure the service that there was before the sandbox, and end that."""
    global _running
    with _lock:
        if _running is None:
            return
        sandbox, before = _running
        configure(base_url=before)
        _running = None
    turned.tell(settings().base_url)
    sandbox.stop()
