"""How long jobs took before, from the library."""

from reka_notebook.jobs.schedule import NOTHING, Known
from reka_notebook.library import GenerationRequest, Library, LibraryError


def known(library: Library, service: str, request: GenerationRequest) -> Known:
    """What earlier jobs tell of a request; nothing where the library cannot be read, as it is a courtesy alone."""
    try:
        rows = library.takes.durations(service, request)
    except LibraryError:
        return NOTHING
    return Known(tuple(took for took, _ in rows), tuple(worked for _, worked in rows if worked is not None))
