"""Decide who may ask, and how often. Keys are never kept: only a hash that is worthless outside this process."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

WINDOW = 60.0
"""Seconds in which the rate limit counts."""
GENEROUS = 100_000
"""The limit said to clients where none is enforced."""


class Keys:
    """Tell the owners of keys apart. Without ``required``, any key will do, or none."""

    def __init__(self, required: str | None = None) -> None:
        self._secret = secrets.token_bytes(32)
        self._required = None if required is None else self._hash(required)

    def owner(self, headers: Mapping[str, str]) -> str | None:
        """Return a stand-in for the key in the headers (``X-Api-Key`` or ``Authorization: Bearer``), or None."""
        sent = key_in(headers)
        return self._hash(sent) if sent else None

    def admits(self, owner: str | None) -> bool:
        """Return whether this owner may ask."""
        return self._required is None or (owner is not None and hmac.compare_digest(owner, self._required))

    def _hash(self, key: str) -> str:
        return hashlib.blake2b(key.encode(), key=self._secret, digest_size=16).hexdigest()


def key_in(headers: Mapping[str, str]) -> str:
    """Return the key that came with a request, "" without one."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (bearer.strip() if scheme.lower() == "bearer" else "")


@dataclass(frozen=True, slots=True)
class Allowance:
    """Hold what is left of the current window. ``retry_after`` is 0 if the request was allowed."""

    limit: int
    remaining: int
    reset: int
    retry_after: int

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that Reka documents; times are whole seconds."""
        return {
            "x-ratelimit-requests-limit": str(self.limit),
            "x-ratelimit-requests-remaining": str(self.remaining),
            "x-ratelimit-requests-reset": str(self.reset),
            "retry-after": str(self.retry_after),
        }


class RateLimit:
    """Count the requests of each owner in windows of a minute; only a limit that was given is enforced."""

    def __init__(self, limit: int | None, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._clock = clock
        self._windows: dict[str | None, tuple[float, int]] = {}

    def spend(self, owner: str | None) -> Allowance:
        """Count one request."""
        now = self._clock()
        began, used = self._windows.get(owner, (now, 0))
        if now - began >= WINDOW:
            began, used = now, 0
        limit = GENEROUS if self._limit is None else self._limit
        refused = self._limit is not None and used >= limit
        used += not refused
        self._windows[owner] = (began, used)
        reset = math.ceil(began + WINDOW - now)
        return Allowance(limit, max(0, limit - used), reset, reset if refused else 0)
