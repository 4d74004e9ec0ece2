"""The request budget: every request to the service passes here, in every kernel on this machine."""

import anyio.to_thread

from reka_notebook.library import Library, LibraryError


class RequestGate:
    """Lets at most ``per_minute`` requests a minute through, together with all other processes.

    The budget is a courtesy: where its file cannot be used, requests are made all the same.
    """

    def __init__(self, library: Library, service: str, per_minute: float) -> None:
        self._budget = library.budget
        self._service = service
        self.per_minute = per_minute

    async def enter(self, longest: float) -> float:
        """Claim a request; seconds until it may be made. Nothing is claimed where that is more than ``longest``."""
        try:
            return await anyio.to_thread.run_sync(
                self._budget.reserve, self._service, self.per_minute, longest
            )
        except LibraryError:
            return 0.0

    async def refused(self, seconds: float) -> None:
        """The service wants no request for so long; that holds for all kernels."""
        try:
            await anyio.to_thread.run_sync(self._budget.pause, self._service, seconds)
        except LibraryError:
            return
