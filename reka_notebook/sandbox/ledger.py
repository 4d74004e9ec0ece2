"""Remember what was charged and what was asked, for tests and for people."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Step: TypeAlias = Literal[
    "submit", "status", "result", "cancel", "media", "list", "models", "chat", "chat_models"
]

KEPT = 200_000
"""Requests remembered, the latest ones."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Record one accepted submission. ``at`` is epoch seconds.

    ``replays`` counts how often the same idempotency key came again and got the first answer; ``mismatched``,
    how many of those came with another endpoint or body (what Reka answers then is not documented).
    ``price`` is in USD.
    """

    request_id: str
    endpoint: str
    idempotency_key: str | None
    at: float
    replays: int = 0
    mismatched: int = 0
    price: float = 0.0


@dataclass(frozen=True, slots=True)
class Refused:
    """Record one submission that was refused, and so was not charged. ``params`` are the fields complained about."""

    endpoint: str
    idempotency_key: str | None
    at: float
    status: int
    message: str
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """Record one HTTP request. ``status`` is what was answered, or None if the connection was dropped.

    ``path`` has no query. ``authorised`` says that a key came with it, the right one if one is required.
    ``host`` is the Host it was sent to. ``fault`` is the kind of the fault that struck. ``at`` is epoch
    seconds on arrival.
    """

    method: str
    path: str
    step: Step
    status: int | None
    at: float
    authorised: bool
    host: str = ""
    fault: str | None = None


class Ledger:
    """Keep charges and refusals in order, one of either for each submission, and the requests seen."""

    def __init__(self) -> None:
        self.refused: list[Refused] = []
        self._charges: dict[str, Charge] = {}
        self._seen: deque[Seen] = deque(maxlen=KEPT)

    @property
    def charges(self) -> list[Charge]:
        """Return all charges, the first one first."""
        return list(self._charges.values())

    @property
    def seen(self) -> list[Seen]:
        """Return the requests, in the order of their answers."""
        return list(self._seen)

    @property
    def charged(self) -> float:
        """Return the sum of all charges, in USD."""
        return sum(charge.price for charge in self.charges)

    def charge(self, charge: Charge) -> None:
        """Record an accepted submission."""
        self._charges[charge.request_id] = charge

    def refuse(self, refused: Refused) -> None:
        """Record a submission that was refused."""
        self.refused.append(refused)

    def replay(self, request_id: str, *, mismatched: bool) -> None:
        """Note that a submission came again under the same key, and so was not charged."""
        old = self._charges[request_id]
        self._charges[request_id] = replace(
            old, replays=old.replays + 1, mismatched=old.mismatched + mismatched
        )

    def note(self, seen: Seen) -> None:
        """Record one HTTP request."""
        self._seen.append(seen)
