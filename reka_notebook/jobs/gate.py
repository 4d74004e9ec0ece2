"""Keep the request budget: every request to the service passes here, in every kernel on this machine."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from reka_notebook.api.address import is_loopback, origin
from reka_notebook.config import Settings, state_folder
from reka_notebook.key import Key
from reka_notebook.library import Library, LibraryError
from reka_notebook.library.rate_budget import RateBudget, Turn

if TYPE_CHECKING:
    from reka_notebook.library.team.rates import TeamRates

PER_MINUTE = 60.0
"""Requests a minute with one key, unless told otherwise."""

TOLD = 2.5
"""Seconds from which on a person is told that a request waits for its turn."""


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

    @property
    def share(self) -> float:
        """Return how many requests a minute there are for this machine, as things are now."""
        return self.per_minute

    async def enter(self, longest: float, waits: Callable[[float], object] | None = None) -> float:
        """Reserve a request and return the seconds until it may be made; reserve none if that exceeds ``longest``.

        Args:
            waits: Called with about how many seconds it will take, where this itself takes long.
        """
        return await anyio.to_thread.run_sync(self.reserve, longest)

    async def refused(self, seconds: float) -> None:
        """Note that the service wants no request for this many seconds; that holds for all kernels."""
        await anyio.to_thread.run_sync(self.pause, seconds)

    async def paused(self) -> float:
        """Return for how many seconds the service itself still wants no request."""
        return await anyio.to_thread.run_sync(self.pause_left)

    def rest(self) -> None:
        """Give back what this machine will not need for now; nothing is held that others want."""

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


class TeamGate(RequestGate):
    """Let at most ``per_minute`` requests a minute through with one key, across all machines of a team.

    Where no request is to be had yet, those that wait go one by one, in the order in which they came.
    """

    def __init__(self, service: str, per_minute: float, home: Path) -> None:
        super().__init__(service, per_minute)
        self._home = home
        self._waiting = 0
        self._first: anyio.Lock | None = None

    async def enter(self, longest: float, waits: Callable[[float], object] | None = None) -> float:
        """Reserve a request and return the seconds until it may be made; reserve none if that exceeds ``longest``.

        Args:
            waits: Called with about how many seconds it will take, where this itself takes long.
        """
        if self._first is None:
            self._first = anyio.Lock()
        expected = self._waiting * 60.0 / self.per_minute
        if expected > longest:
            return expected
        if waits is not None and expected > TOLD:
            waits(expected)
        self._waiting += 1
        end = anyio.current_time() + longest
        try:
            with anyio.CancelScope(deadline=end):
                async with self._first:
                    while True:
                        left = end - anyio.current_time()
                        turn = await anyio.to_thread.run_sync(self._take, left)
                        if turn.reserved:
                            return turn.wait
                        if (
                            turn.wait > left
                        ):  # with what has been waited already, longer than there is patience
                            return longest - left + turn.wait
                        await anyio.sleep(turn.wait)
        finally:
            self._waiting -= 1
        return longest + 60.0 / self.per_minute

    @property
    def share(self) -> float:
        """Return how many requests a minute there are for this machine, as things are now."""
        return self.per_minute / self._rates.parts

    def _take(self, longest: float) -> Turn:
        with suppress(LibraryError):
            return self._rates.take(self._account, self.per_minute, longest, waiting=self._waiting)
        return Turn(0.0, True)

    def pause(self, seconds: float) -> None:
        """Do what ``refused`` does, in the caller's own thread."""
        with suppress(LibraryError):
            self._rates.pause(self._account, seconds)

    def pause_left(self) -> float:
        """Do what ``paused`` does, in the caller's own thread."""
        with suppress(LibraryError):
            return self._rates.paused(self._account)
        return 0.0

    def rest(self) -> None:
        """Give back what this machine will not need for now."""
        with suppress(LibraryError):
            self._rates.give_back(self._account)

    @property
    def _rates(self) -> "TeamRates":
        rates = Library.at(self._home).rates
        assert rates is not None  # noqa: S101 (the library is a team's)
        return rates


def gate_of(settings: Settings, key: Key | None = None) -> RequestGate | None:
    """Return the gate to the service, for requests with a key.

    Returns:
        ``None`` if requests are not counted: on this machine, unless told otherwise.
    """
    per_minute = settings.requests_per_minute or (None if is_loopback(settings.base_url) else PER_MINUTE)
    if not per_minute:
        return None
    service = origin(settings.base_url)
    team = settings.database is not None
    gate = TeamGate(service, per_minute, settings.home) if team else RequestGate(service, per_minute)
    if key is not None:
        gate.use_key(key)
    return gate
