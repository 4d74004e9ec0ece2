"""Define what can be made to go wrong between a client and the sandbox, at which step and how often."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, TypeAlias, get_args

Kind: TypeAlias = Literal[
    "status",
    "delay",
    "drop",
    "truncate",
    "trickle",
    "html",
    "duplicate",
    "expired",
    "nonsense",
    "mangled",
    "bomb",
    "raw",
    "unknown_status",
]
AFTER = ("truncate", "trickle", "duplicate", "mangled", "unknown_status")
"""Kinds that change the service's own answer."""

STEPS = ("submit", "status", "result", "cancel", "media", "list", "models", "chat", "chat_models", "*")


@dataclass(frozen=True)
class Fault:
    """Describe one way to go wrong.

    | kind | what the client sees |
    | --- | --- |
    | status | an answer with this `status`, `headers` and `body` (by default Reka's documented error) |
    | delay | the right answer, after `seconds` |
    | drop | no answer: the connection is reset |
    | truncate | the right answer, but of its body only the share `keep`, then the connection ends |
    | trickle | the right answer, a byte at a time, `seconds` apart |
    | mangled | the right answer, written oddly: `body` says how, by a name in `mangling.MANGLED` |
    | bomb | `status` with a body packed twice, of a few kilobytes, which unpacks to `BOMB` bytes |
    | raw | `body` as it is on the connection, in place of HTTP, and then its end |
    | html | 200 with an HTML page |
    | nonsense | 200 with JSON that is no object, or with `body` |
    | unknown_status | the right answer, with a status word nobody has heard of, or `body` as that word |
    | duplicate | the right answer; the request reached the service twice, as through a proxy that tries again |
    | expired | the media URL answers 410 (or 403, as `status` says) until the result is asked for anew |

    With ``when="before"`` the service did not get the request. With ``when="after"`` it did, and then this
    happened to its answer. What changes the right answer needs that answer, so it always comes after: see
    ``AFTER``.

    ``body`` is text, or a mapping that is sent as JSON. In it and in ``headers``, ``{key}`` stands for the
    key that the request came with, and ``{escaped key}`` for the same with each character as JSON may also
    write it.

    ``step`` is one of submit, status, result, cancel, media, list, models, chat, chat_models, or ``"*"`` for each.
    ``request_id`` narrows it to one request. The first ``skip`` requests that fit are left alone; then every
    ``every``-th is struck, with this ``probability``. ``times`` is how often the fault strikes in all: by
    default once, and without an end if ``every`` or ``probability`` is given.
    """

    step: str = "*"
    kind: Kind = "status"
    when: Literal["before", "after"] = "before"
    times: int | None = None
    every: int = 1
    probability: float = 1.0
    skip: int = 0
    status: int = 500
    seconds: float = 1.0
    keep: float = 0.5
    body: str | Mapping[str, Any] | None = field(default=None, hash=False)
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    request_id: str | None = None

    def __post_init__(self) -> None:
        if self.step not in STEPS:
            raise ValueError(f"step must be one of {', '.join(STEPS)}, not {self.step!r}")
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind must be one of {', '.join(get_args(Kind))}, not {self.kind!r}")
        if self.when not in ("before", "after"):
            raise ValueError(f"when must be before or after, not {self.when!r}")
        if self.every < 1 or not 0 <= self.probability <= 1 or not 0 <= self.keep <= 1:
            raise ValueError("every is at least 1; probability and keep are 0 to 1")

    @property
    def limit(self) -> int | None:
        """Return how often it strikes in all, or None if there is no end."""
        if self.times is None and self.every == 1 and self.probability == 1.0:
            return 1
        return self.times

    def filled(self, text: str, key: str) -> str:
        """Return a text of this fault with the request's key in it, if it asks for that."""
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in key)
        return text.replace("{key}", key).replace("{escaped key}", escaped)

    @property
    def text(self) -> str | None:
        """Return the body as it is sent."""
        return self.body if self.body is None or isinstance(self.body, str) else json.dumps(self.body)

    def fits(self, step: str, request_id: str | None) -> bool:
        """Return whether a request like this can be struck. An expiry strikes media only."""
        if self.kind == "expired" and step != "media":
            return False
        return self.step in ("*", step) and self.request_id in (None, request_id)

    def to_json(self) -> dict[str, Any]:
        """Return the fault as ``from_json`` takes it."""
        return asdict(self) | {"headers": dict(self.headers)}

    @classmethod
    def from_json(cls, value: object) -> Fault:
        """Return a fault from a JSON object.

        Raises:
            ValueError: If it does not fit; the message says why.
        """
        if not isinstance(value, dict):
            raise ValueError("a fault is an object")
        if unknown := set(value) - {field.name for field in fields(cls)}:
            raise ValueError(f"a fault has no {', '.join(sorted(map(str, unknown)))}")
        try:
            return cls(**value)
        except TypeError as problem:
            raise ValueError(f"that is no fault: {problem}") from None


class Faults:
    """Hold the faults switched on. They may be changed from any thread while the sandbox runs."""

    def __init__(self, seed: int | None = None) -> None:
        self._dice = random.Random(seed)  # noqa: S311 (nothing secret)
        self._lock = threading.Lock()
        self._on: list[_Armed] = []

    def add(self, *faults: Fault) -> None:
        """Switch faults on. If several fit one request, the one added first strikes, alone."""
        with self._lock:
            self._on += [_Armed(fault) for fault in faults]

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._on = []

    def __len__(self) -> int:
        return len(self.active)

    @property
    def active(self) -> list[Fault]:
        """Return the faults that can still strike."""
        with self._lock:
            return [armed.fault for armed in self._on if not armed.spent]

    def strike(self, step: str, request_id: str | None = None) -> Fault | None:
        """Return the fault that strikes this request, if one does."""
        with self._lock:
            for armed in self._on:
                if armed.fault.fits(step, request_id) and armed.strikes(self._dice):
                    return armed.fault
        return None


@dataclass
class _Armed:
    fault: Fault
    fitted: int = 0
    struck: int = 0

    @property
    def spent(self) -> bool:
        return self.fault.limit is not None and self.struck >= self.fault.limit

    def strikes(self, dice: random.Random) -> bool:
        if self.spent:
            return False
        self.fitted += 1
        turn = self.fitted - self.fault.skip
        if turn < 1 or turn % self.fault.every or dice.random() >= self.fault.probability:
            return False
        self.struck += 1
        return True
