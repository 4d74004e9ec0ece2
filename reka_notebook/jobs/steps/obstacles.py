"""Tell apart what can stand in the way of a request that the service has accepted, and how long it has stood there.

Pure: no clock and no network. What follows from an obstacle, and when, is decided in `inquiry`.
"""

from dataclasses import dataclass
from enum import StrEnum

from reka_notebook.api import ApiError, AuthenticationFailed, BalanceUsedUp, NotFound, Rejected
from reka_notebook.api.errors import ForeignOrigin


class Obstacle(StrEnum):
    """Say what an error, in answer to a question about a request, means for asking again."""

    PASSING = "passing"
    """It may be over soon: a lost answer, a fault of the service, a page from something in between."""
    ACCOUNT = "account"
    """The service takes the key no more, or the balance is used up. The request itself is unharmed."""
    REFUSED = "refused"
    """The service's own words against this request."""
    GONE = "gone"
    """The service's own words that there is no such request."""
    ROUTE = "route"
    """This address does not lead to the request: there is no such route, or it is asked for in the wrong way."""


_PASSING = frozenset({407, 408, 421, 423, 425, 429, 511})
_ROUTE = frozenset({405, 406, 411, 414, 415, 417, 426, 428, 431, 501, 505})
"""About the way in which it is asked, whatever the request is."""


def obstacle_of(error: ApiError) -> Obstacle:
    """Return what kind of obstacle an error is, in answer to a question about an accepted request."""
    status = error.status or 0
    if isinstance(error, AuthenticationFailed | BalanceUsedUp):
        return Obstacle.ACCOUNT
    if isinstance(error, ForeignOrigin) or status in _ROUTE or 300 <= status < 400:
        return Obstacle.ROUTE
    if status in _PASSING or not isinstance(error, Rejected):
        return Obstacle.PASSING
    if isinstance(error, NotFound):  # a router says the same, in no words of its own
        return Obstacle.GONE if error.shaped else Obstacle.ROUTE
    return Obstacle.REFUSED if error.shaped else Obstacle.ROUTE


@dataclass(frozen=True)
class Trouble:
    """Hold an obstacle that was met at one route, time after time.

    Args:
        error: The last of these errors.
        times: How many times in a row it was met.
        since: When it was first met, by the caller's clock.
    """

    kind: Obstacle
    error: ApiError
    times: int
    since: float

    def has_lasted(self, times: int, seconds: float, now: float) -> bool:
        """Return whether it was met at least so many times in a row, over at least so many seconds."""
        return self.times >= times and now - self.since >= seconds


def add_trouble(before: Trouble | None, error: ApiError, now: float) -> Trouble:
    """Return the trouble at a route after one more error there; another kind of obstacle is counted anew."""
    kind = obstacle_of(error)
    if before is None or before.kind is not kind:
        return Trouble(kind, error, 1, now)
    return Trouble(kind, error, before.times + 1, before.since)
