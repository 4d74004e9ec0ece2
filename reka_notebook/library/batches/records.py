"""Represent batches and their rows as frozen values."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from reka_notebook.library.request import GenerationRequest

RowState: TypeAlias = Literal["waiting", "claimed", "kept", "failed", "expired"]
"""Where a row stands.

``claimed`` is being made by a machine until its lease ends. ``expired`` was waited for too long, and goes on without a
second charge.
"""


class BatchFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Represent what is known of a batch beside its rows.

    Attributes:
        options: What the command line said for every row, as words.
        lines: How many rows the file has.
        bad: How many of them were left out, because they cannot be made.
        repeats: How many requests were there before in the file, and are made once.
        estimated: Dollars that the new ones would likely cost; ``None`` if no price is known.
    """

    options: list[str] = []
    lines: int = 0
    bad: int = 0
    repeats: int = 0
    estimated: float | None = None


class BatchRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Represent a batch.

    Attributes:
        source: The file that it was made of, as the person named it.
        digest: What identifies it: of the file's bytes, and of the options.
        rows: How many requests it has, each once.
        begun: Whether a person has agreed to it; until then nothing of it is made.
    """

    id: str
    service: str
    person: str
    created: float
    source: str
    digest: str
    rows: int
    begun: bool
    facts: BatchFacts


class BatchRow(msgspec.Struct, frozen=True, kw_only=True):
    """Represent one request of a batch.

    Attributes:
        number: Its place in the batch, from 1.
        line: Where in the file it stands.
        webhook: What the service calls when it has ended.
        job: Its job's ID, which is the take's too, once it has one.
        error: Why there is no take.
    """

    number: int
    line: int
    request: GenerationRequest
    webhook: str | None = None
    job: str | None = None
    state: RowState = "waiting"
    error: str | None = None


class BatchCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Count the rows of a batch by where they stand."""

    waiting: int = 0
    claimed: int = 0
    kept: int = 0
    failed: int = 0
    expired: int = 0

    @classmethod
    def of(cls, counted: Mapping[str, int]) -> "BatchCounts":
        """Return the counts by state."""
        return cls(**{name: counted.get(name, 0) for name in cls.__struct_fields__})

    @property
    def rows(self) -> int:
        """Return how many there are."""
        return self.waiting + self.claimed + self.kept + self.failed + self.expired

    @property
    def left(self) -> int:
        """Return how many are still to be made, or are being made."""
        return self.waiting + self.claimed

    @property
    def ended(self) -> int:
        """Return how many have come to their end, good or bad."""
        return self.rows - self.left
