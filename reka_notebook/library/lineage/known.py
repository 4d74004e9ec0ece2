"""Remember in this process which take an image is of, from when it was made until a request is written with it."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from reka_notebook.forks import renew_in_child

REMEMBERED = 2000
"""Images that are remembered; those of requests are in the library."""


class Still(NamedTuple):
    """Hold of which take an image is, of which of its files, and which frame; see `Parent`."""

    take: str
    file: int = 1
    at: float | None = None
    last: bool = False


_known: OrderedDict[str, list[Still]] = OrderedDict()
_lock = threading.Lock()


def _renew() -> None:
    global _lock
    _lock = threading.Lock()


renew_in_child(_renew)


def note_image(digest: str, take: str, *, file: int = 1, at: float | None = None, last: bool = False) -> None:
    """Remember of which take an image is. Of two with the same pixels, the one that was noted last counts."""
    still = Still(take, file, at, last)
    with _lock:
        others = [one for one in _known.pop(digest, []) if one.take != take]
        _known[digest] = [still, *others][:8]
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)


def noted(digest: str) -> list[Still]:
    """Return of which takes an image is, the one that was noted last first."""
    with _lock:
        return list(_known.get(digest, ()))
