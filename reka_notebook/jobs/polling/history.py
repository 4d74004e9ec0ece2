"""How long jobs took before, from the library."""

import math
import time

import msgspec

from reka_notebook.jobs.polling.delay import NOTHING, WELL_KNOWN, Known
from reka_notebook.library import GenerationRequest, Library, LibraryError

STANDS = 10.0
"""Seconds for which what was read is used again, where many jobs are known: one more tells little, and jobs that start
together share a timetable, which takes longer to make than all else about a job."""

KINDS = 64
"""So many kinds of requests are remembered at most."""


class History:
    """What the jobs of one service tell. Used by any thread."""

    def __init__(self, library: Library, service: str) -> None:
        self._library = library
        self._service = service
        self._read: dict[bytes, tuple[float, Known]] = {}

    def known(self, request: GenerationRequest) -> Known:
        """What earlier jobs tell of a request; nothing where the library cannot be read, as it is a courtesy alone."""
        kind = msgspec.json.encode([request.endpoint, request.settings], order="sorted")
        read, found = self._read.get(kind, (-math.inf, NOTHING))
        if len(found.durations) >= WELL_KNOWN and time.monotonic() - read < STANDS:
            return found
        try:
            rows = self._library.takes.durations(self._service, request)
        except LibraryError:
            return NOTHING
        found = Known(
            tuple(took for took, _ in rows), tuple(worked for _, worked in rows if worked is not None)
        )
        if len(self._read) >= KINDS:
            self._read.clear()
        self._read[kind] = (time.monotonic(), found)
        return found
