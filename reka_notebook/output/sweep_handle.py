"""Several takes asked for by one cell, as a person holds them: await them, look at them, cancel them."""

import asyncio
from collections.abc import Callable, Generator, Sequence
from typing import Any

from reka_notebook.display import Displayed, formatters
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, State, Sweep, SweepPlace, SweepRequest, SweepStatus, Take
from reka_notebook.output.take_list import Takes
from reka_notebook.text import many


class BatchFailed(RekaError):
    """Not all of several takes are there. Those that are, are kept; the others are tried again when asked for again."""


class Batch(Displayed):
    """Takes that were asked for at once. Safe to use from any thread and any event loop.

    ``await batch`` and ``batch.result()`` give its :class:`Takes`, or raise :class:`BatchFailed`. To stop waiting
    does not stop it.

    :ivar request: what was asked for.
    """

    def __init__(
        self,
        controller: Controller,
        request: SweepRequest,
        *,
        fresh: bool = False,
        notebook_file: str | None = None,
    ) -> None:
        self.request = request
        self.prompts = [one.request.prompt for one in request.requests]
        self.titles = [one.endpoint.title for one in request.requests]
        self._sweep = Sweep(controller, request, fresh=fresh, notebook_file=notebook_file).start()

    @property
    def status(self) -> SweepStatus:
        """Where it stands now."""
        return self._sweep.status

    @property
    def takes(self) -> list[Take]:
        """What is kept of it by now, in order."""
        return [place.take for place in self.status.places if place.take is not None]

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen in it by itself: it is done, or has paused because too much failed."""
        status = self.status
        return status.done or (status.note is not None and not _busy(status.places))

    @property
    def columns(self) -> list[str]:
        """What stands over the columns."""
        return self.request.columns()

    @property
    def rows(self) -> list[str]:
        """What stands before the rows; with one axis there is one row, without a heading."""
        return self.request.rows()

    @property
    def names(self) -> list[str]:
        """What each is called: its headings."""
        return [" · ".join(filter(None, (row, column))) for row in self.rows for column in self.columns]

    def result(self, timeout: float | None = None) -> Takes:
        """Wait for the takes, at most ``timeout`` seconds.

        :raises TimeoutError: they are not there yet; it goes on.
        :raises BatchFailed: some will not be there.
        """
        left = timeout
        while not self.settled:
            step = 0.2 if left is None else min(0.2, left)
            try:
                self._sweep.wait(step)
            except TimeoutError:
                if left is not None and (left := left - step) <= 0:
                    raise
        return self._all()

    def __await__(self) -> Generator[Any, None, Takes]:
        return self._wait().__await__()

    async def _wait(self) -> Takes:
        # Looked at rather than told: an interrupt is noticed only by a loop that is awake.
        while not self.settled:
            await asyncio.sleep(0.1)
        return self._all()

    def pause(self) -> None:
        """Submit nothing new; what is at the service goes on."""
        self._sweep.pause()

    def resume(self) -> None:
        """Go on submitting."""
        self._sweep.resume()

    def cancel(self) -> None:
        """End it: what is not submitted costs nothing, and what is at the service is cancelled there."""
        self._sweep.cancel()

    def subscribe(self, listener: Callable[["Batch"], object]) -> Callable[[], None]:
        """Call ``listener(batch)`` at every change, on any thread; returns what ends it."""
        return self._sweep.subscribe(lambda _: listener(self))

    def _all(self) -> Takes:
        status = self.status
        if all(place.state is State.KEPT for place in status.places):
            return Takes(self.takes)
        raise BatchFailed(failure(status))

    def __repr__(self) -> str:
        return f"<Batch of {many(len(self.prompts), 'take')}: {self.status.words}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.batch(self)


def failure(status: SweepStatus) -> str:
    """Why not all of it is there, and what to do."""
    reasons = list(dict.fromkeys(place.error for place in status.places if place.error))
    why = f" {reasons[0]}" if reasons else ""
    more = f" ({many(len(reasons) - 1, 'other reason')} in the grid.)" if reasons[1:] else ""
    unsent = sum(place.state is None for place in status.places)
    left = f" {many(unsent, 'request')} not sent, and not charged." if unsent else ""
    return (
        f"{status.words[:1].upper()}{status.words[1:]}.{why}{more}{left} Run the cell again to go on: what is kept is "
        "shown, and only what is missing is asked for."
    )


def _busy(places: Sequence[SweepPlace]) -> bool:
    return any(place.state is not None and not place.done for place in places)
