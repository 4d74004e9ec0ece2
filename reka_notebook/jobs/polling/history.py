"""Look up in the library how long jobs took before."""

from reka_notebook.jobs.polling.observations import Known
from reka_notebook.library import GenerationRequest, Library, LibraryError


class History:
    """Tell what the jobs of one service took, from any thread."""

    def __init__(self, library: Library, service: str) -> None:
        self._library, self._service = library, service

    def known(self, request: GenerationRequest) -> Known:
        """Return what jobs of the same kind tell of a request; nothing where the library cannot be read."""
        try:
            rows = self._library.takes.durations(self._service, request)
        except LibraryError:
            return Known()
        return Known(tuple(took for took, _ in rows), tuple(work for _, work in rows if work is not None))
