"""Decide when to ask about one job, from what is known and seen of it."""

import time

from reka_notebook.jobs.polling.delay import NOTHING, UNSEEN, expected_duration, next_delay
from reka_notebook.jobs.polling.observations import Known


class Poller:
    """Decide when one process asks about one job.

    Attributes:
        took: Seconds that the job took, once it is done; ``None`` if that was not seen closely enough.
        worked: Seconds that it was worked on, likewise.
    """

    def __init__(self, known: Known, submitted: float, *, whole: bool) -> None:
        """Start to wait for a job that was submitted so many seconds after 1970, or take it over where not `whole`."""
        self._known, self._whole, self._seen, self._done = known, whole, UNSEEN, False
        # The clock that is read here may be set at any time; the one that is held against it never is.
        self._submitted = time.monotonic() - max(0.0, time.time() - submitted)
        self.took: float | None = None
        self.worked: float | None = None
        next_delay(known, 0.0)  # makes the timetable here, in a thread, while the loop goes on

    @property
    def elapsed(self) -> float:
        """Return the seconds since its submission."""
        return time.monotonic() - self._submitted

    @property
    def expected(self) -> float | None:
        """Return the seconds that it will take in all."""
        return expected_duration(self._known, self.elapsed, self._seen)

    def delay(self, rate: float | None, *, soon: bool = False) -> float:
        """Return the seconds until the next question, of which `rate` a second may be asked.

        Where something else is waited for than the end of the work, `soon`, what is known does not help.
        """
        if not self._whole and self._seen == UNSEEN:
            return 0.0
        return next_delay(NOTHING if soon or self._done else self._known, self.elapsed, self._seen, rate=rate)

    def failed(self, retry_after: float | None) -> None:
        """Note that a question met an error, and for how many seconds the service wants to be left alone."""
        self._seen = self._seen.fail(retry_after)

    def pending(self, *, running: bool | None, position: int | None) -> None:
        """Note that it is not done; see `Observations.add`."""
        self._seen = self._seen.add(self.elapsed, running=running, position=position)

    def done(self) -> None:
        """Note that it is done: since the answer before, if there was one."""
        if not self._seen.failures and (self._whole or self._seen.asked) and not self._done:
            self.took, self.worked = self._seen.took(self.elapsed)
        self._seen, self._done = self._seen.add(self.elapsed, running=None), True
