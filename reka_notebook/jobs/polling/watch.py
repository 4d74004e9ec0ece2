"""What is known and seen of one job while it is waited for, and when to ask next."""

import time

from reka_notebook.jobs.polling.delay import NOTHING, Known, expected_duration, next_delay
from reka_notebook.jobs.polling.observed import Seen


class Watch:
    """Of one job, by one process. Made in a thread of its own, asked on the loop.

    :param known: what earlier jobs tell.
    :param submitted: when it was submitted, in seconds since 1970.
    :param whole: whether it is watched since then, and was not taken up later on.
    """

    def __init__(self, known: Known, submitted: float, *, whole: bool) -> None:
        self._known = known
        # The timetable is made here, where this is made: in a thread, as the loop would stand still meanwhile.
        next_delay(known, 0.0)
        # The clock that is read here may be set at any time; the one that is held against it never is.
        self._submitted = time.monotonic() - max(0.0, time.time() - submitted)
        self._whole = whole
        self._seen = Seen()
        self._failures = 0
        self._retry_after: float | None = None
        self._asked = self._done = False
        self.took: float | None = None
        """Seconds that it took, once it is done; ``None`` where that was not seen closely enough."""
        self.worked: float | None = None
        """Seconds that it was worked on, likewise."""

    @property
    def elapsed(self) -> float:
        """Seconds since its submission."""
        return time.monotonic() - self._submitted

    @property
    def expected(self) -> float | None:
        """Seconds that it will take in all."""
        return expected_duration(self._known, self.elapsed, self._seen)

    def delay(self, rate: float | None, *, soon: bool = False) -> float:
        """Seconds until the next question.

        :param rate: questions a second that it may ask.
        :param soon: something else is waited for than the end of the work, so that what is known does not help.
        """
        if not self._whole and not self._asked:
            return 0.0
        return next_delay(
            NOTHING if soon or self._done else self._known,
            self.elapsed,
            self._seen,
            failures=self._failures,
            retry_after=self._retry_after,
            rate=rate,
        )

    def failed(self, retry_after: float | None) -> None:
        """A question was met by an error."""
        self._asked = True
        self._failures += 1
        self._retry_after = retry_after

    def pending(self, *, running: bool | None, position: int | None) -> None:
        """It is not done."""
        self._asked = True
        self._failures, self._retry_after = 0, None
        self._seen = self._seen.told(self.elapsed, running=running, position=position)

    def done(self) -> None:
        """It is done. How long it took lies between this answer and the one before, if there was one."""
        if not self._failures and (self._whole or self._seen.asked) and not self._done:
            self.took = self._seen.took(self.elapsed)
            self.worked = self._seen.worked(self.elapsed)
        self._asked = self._done = True
        self._failures, self._retry_after = 0, None
