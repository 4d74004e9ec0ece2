"""Measure takes at once, on request."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from reka_notebook.errors import RekaError
from reka_notebook.forks import renew_in_child
from reka_notebook.jobs.listeners import Listeners
from reka_notebook.jobs.measuring.background import LONGEST
from reka_notebook.jobs.measuring.process import MeasuringProcess
from reka_notebook.jobs.measuring.subject import Subject, is_measurable, subject
from reka_notebook.library import Library, TakeRecord
from reka_notebook.media.measures import VERSION, Measures

_listeners = Listeners[str]("what is measured at once")


def subscribe(listener: Callable[[str], object]) -> Callable[[], None]:
    """Call ``listener(take)`` for every take measured on request, and return a function that stops that."""
    return _listeners.add(listener)


def _renew() -> None:
    """Forget all listeners: this is a child process, and the listeners are in its parent."""
    global _listeners
    _listeners = Listeners[str]("what is measured at once")


renew_in_child(_renew)


def measure_now(
    library: Library, takes: Sequence[TakeRecord], tell: Callable[[int, int], object] = lambda done, of: None
) -> None:
    """Measure those takes that are not measured yet; takes whose files cannot be fetched are skipped.

    Args:
        tell: Called with how many are done, and of how many.

    Raises:
        RekaError: If nothing can be measured on this machine, or the library refuses to keep the measures.
    """
    known = library.measures.measured_by(VERSION, [take.id for take in takes])
    left = [take for take in takes if take.id not in known and not take.removed]
    process: MeasuringProcess | None = None
    try:
        for done, take in enumerate(left):
            tell(done, len(left))
            if not is_measurable(take):
                library.measures.add(take.id, Measures(), VERSION)
                continue
            found: Subject | None = None
            with suppress(RekaError):  # a store that does not answer
                found = subject(library, take, fetch=True)
            if found is None:
                continue
            process = process or MeasuringProcess()
            measured = _in_time(process, found)
            library.measures.add(take.id, measured or Measures(), VERSION)
            _listeners.tell(take.id)
            if measured is None:
                process.close()
                process = None
        if left:
            tell(len(left), len(left))
    except OSError as error:
        raise RekaError(f"Takes cannot be measured here: {error}.") from None
    finally:
        if process is not None:
            process.kill()
            process.close()


def _in_time(process: MeasuringProcess, found: Subject) -> Measures | None:
    """Return the measures of a file; ``None`` if it takes too long or crashes the process."""
    timer = threading.Timer(LONGEST, process.kill)
    timer.daemon = True
    timer.start()
    try:
        return process.measure(*found)
    finally:
        timer.cancel()
