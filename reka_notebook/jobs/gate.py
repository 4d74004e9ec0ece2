"""Keep the request budget: every request to the service passes here, in every kernel on this machine."""

from contextlib import suppress

import anyio.to_thread

from reka_notebook.api.address import is_loopback, origin
from reka_notebook.config import Settings, state_folder
from reka_notebook.key import Key
from reka_notebook.library import LibraryError
from reka_notebook.library.rate_budget import RateBudget

PER_MINUTE = 60.0
"""Requests a minute with one key, unless told otherwise."""


class RequestGate:
    """Let at most ``per_minute`` requests a minute through with one key, across all processes.

    The budget is a courtesy: if its file cannot be used, requests are made nonetheless.
    """

    def __init__(self, service: str, per_minute: float) -> None:
        self.per_minute = per_minute
        self._service = service
        self._account = service
        self._opened: RateBudget | None = None

    def use_key(self, key: Key) -> None:
        """Count requests for this key from now on."""
        self._account = f"{self._service} {key.fingerprint}"

    async def enter(self, longest: float) -> float:
        """Reserve a request and return the seconds until it may be made; reserve none if that exceeds ``longest``."""
        return await anyio.to_thread.run_sync(self.reserve, longest)

    async def refused(self, seconds: float) -> None:
        """Note that the service wants no request for this many seconds; that holds for all kernels."""
        await anyio.to_thread.run_sync(self.pause, seconds)

    async def paused(self) -> float:
        """Return for how many seconds the service itself still wants no request."""
        return await anyio.to_thread.run_sync(self.pause_left)

    def reserve(self, longest: float) -> float:
        """Do what ``enter`` does, in the caller's own thread."""
        with suppress(LibraryError):
            return self._budget.reserve(self._account, self.per_minute, longest)
        return 0.0

    def pause(self, seconds: float) -> None:
        """Do what ``refused`` does, in the caller's own thread."""
        with suppress(LibraryError):
            self._budget.pause(self._account, seconds)

    def pause_left(self) -> float:
        """Do what ``paused`` does, in the caller's own thread."""
        with suppress(LibraryError):
            return self._budget.paused(self._account)
        return 0.0

    @property
    def _budget(self) -> RateBudget:
        if self._opened is None:
            self._opened = RateBudget(state_folder())
        return self._opened


def gate_of(settings: Settings, key: Key | None = None) -> RequestGate | None:
    """Return the gate to the service, for requests with a key.

    Returns:
        ``None`` if requests are not counted: on this machine, unless told otherwise.
    """
    per_minute = settings.requests_per_minute or (None if is_loopback(settings.base_url) else PER_MINUTE)
    if not per_minute:
        return None
    gate = RequestGate(origin(settings.base_url), per_minute)
    if key is not None:
        gate.use_key(key)
    return gate
