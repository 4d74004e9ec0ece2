"""Tell the browser what was measured of takes."""

from collections.abc import Callable, Sequence

import anyio
import anyio.to_thread
import msgspec

from reka_notebook.jobs import Controller, Take
from reka_notebook.jobs.engine import engine
from reka_notebook.media.measures import MEASURES, VERSION, Measures, flags
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.service import AtService

TOGETHER = 0.3
"""Seconds for which what is measured is gathered before the browser is told."""


class MeasureSide(AtService):
    """Tell the browser what was measured of takes, and what the library has of each measure.

    Args:
        show: Told how far measuring the older takes is.
    """

    def __init__(self, controller: Controller, show: Callable[[protocol.Measuring], None]) -> None:
        self._controller = controller
        self._show = show
        self._elsewhere = 0
        self._due = False
        self._tell()

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests about measures."""
        return {
            protocol.Measures: self._measures,
            protocol.MeasuredTakes: self._measured,
            protocol.MeasureOlder: self._measure_older,
        }

    def heard(self, _: object = None) -> None:
        """Tell the browser soon that takes were measured, once for all that comes meanwhile. Called from any thread."""
        if not self._due:
            self._due = True
            engine().start(self._tell_soon)

    def heard_elsewhere(self, _: object = None) -> None:
        """Tell the browser that takes were measured otherwise: by code in a cell, or on another machine."""
        self._elsewhere += 1
        self.heard()

    async def _tell_soon(self) -> None:
        await anyio.sleep(TOGETHER)
        self._due = False
        self._tell()

    def _tell(self) -> None:
        stands = self._controller.measuring.standing
        changed = stands.changed + self._elsewhere
        self._show(protocol.Measuring(**stands._asdict() | {"changed": changed}))

    async def _measure_older(self, request: protocol.MeasureOlder, buffers: Sequence[bytes]) -> Reply:
        await anyio.to_thread.run_sync(self._controller.measuring.measure_older, request.on)
        return protocol.Nothing(), ()

    def views(self, takes: Sequence[Take]) -> list[protocol.Measured | msgspec.UnsetType]:
        """Return what was measured of takes; nothing of those that are not measured."""
        found = self._controller.library.measures.some([take.id for take in takes])
        return [
            measured_view(found[take.id], take.file.duration) if take.id in found else msgspec.UNSET
            for take in takes
        ]

    async def _measures(self, request: protocol.Measures, buffers: Sequence[bytes]) -> Reply:
        def look() -> protocol.MeasuresValue:
            table = self._controller.library.measures
            ranges = table.ranges()
            return protocol.MeasuresValue(
                [
                    protocol.Measure(
                        name, one.label, one.unit, one.digits, f"Higher: {_lower(one.more)}.", *ranges[name]
                    )
                    for name, one in MEASURES.items()
                ],
                table.count_unmeasured(VERSION),
            )

        return await anyio.to_thread.run_sync(look), ()

    async def _measured(self, request: protocol.MeasuredTakes, buffers: Sequence[bytes]) -> Reply:
        def look() -> protocol.MeasuredValue:
            library = self._controller.library
            found = library.measures.some(request.takes)
            takes = [self._controller.take(record) for record in library.takes.some(list(found))]
            return protocol.MeasuredValue(
                {take.id: measured_view(found[take.id], take.file.duration) for take in takes}
            )

        return await anyio.to_thread.run_sync(look), ()


def measured_view(measured: Measures, seconds: float | None) -> protocol.Measured:
    """Return what was measured of a take of so many seconds, as the browser needs it."""
    values = msgspec.structs.asdict(measured)
    return protocol.Measured(
        {
            name: round(value, MEASURES[name].digits + 1)
            for name, value in values.items()
            if value is not None
        },
        flags(measured, seconds),
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
