"""Describe which takes a person looks for."""

from collections.abc import Sequence
from typing import Any

import msgspec

from reka_notebook.library.request import GenerationRequest


class TakeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Describe what takes must be like to be found; what is not set fits all of them.

    Attributes:
        words: Each must be somewhere in the prompt, in any case.
        model: ``kling-v3-pro``, or with a task ``kling-v3-pro/text-to-video``.
        since: Kept at that time or later, in seconds since 1970.
        until: Kept before that time.
        rating: Rated at least this high.
        pinned: Whether only pinned takes are meant.
        notebook_file: The notebook they were asked from.
    """

    words: Sequence[str] = ()
    model: str | None = None
    since: float | None = None
    until: float | None = None
    rating: int = 0
    pinned: bool = False
    notebook_file: str | None = None

    def condition(self) -> tuple[str, dict[str, Any]]:
        """Return the SQL condition for takes and their jobs, and its values by name."""
        tests, values = ["takes.removed IS NULL"], dict[str, Any]()

        def test(sql: str, **named: object) -> None:
            tests.append(sql)
            values.update(named)

        if self.model is not None:
            test(
                "(jobs.endpoint = :model OR substr(jobs.endpoint, 1, length(:model) + 1) = :model || '/')",
                model=self.model,
            )
        if self.since is not None:
            test("takes.kept >= :since", since=self.since)
        if self.until is not None:
            test("takes.kept < :until", until=self.until)
        if self.rating:
            test("takes.rating >= :rating", rating=self.rating)
        if self.pinned:
            test("takes.starred")
        if self.notebook_file is not None:
            test("jobs.notebook = :notebook", notebook=self.notebook_file)
        # The dearest last: what does not fit otherwise is not read.
        for place, word in enumerate(self.words):
            test(f"instr(prompt_folded(jobs.request), :word{place})", **{f"word{place}": word.casefold()})
        return " AND ".join(tests), values


def prompt_folded(request: bytes) -> str:
    """Return the prompt of a request as the database has it, case-folded: SQLite folds ASCII alone."""
    return msgspec.json.decode(request, type=GenerationRequest).prompt.casefold()
