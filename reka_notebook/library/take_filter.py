"""Which takes a person looks for."""

from collections.abc import Sequence
from typing import Any

import msgspec

from reka_notebook.library.request import GenerationRequest


class TakeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What takes must be like to be found; what is not set fits all of them.

    :ivar words: each is somewhere in the prompt, in capitals or not.
    :ivar model: ``kling-v3-pro``, or with a task ``kling-v3-pro/text-to-video``.
    :ivar since: kept then or later, in seconds since 1970; ``until``: before then.
    :ivar rating: rated so high at least.
    :ivar pinned: only those that are.
    :ivar notebook: asked from this one.
    """

    words: Sequence[str] = ()
    model: str | None = None
    since: float | None = None
    until: float | None = None
    rating: int = 0
    pinned: bool = False
    notebook: str | None = None

    def condition(self) -> tuple[str, dict[str, Any]]:
        """The SQL that takes and their jobs must fulfil, and its values by name."""
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
        if self.notebook is not None:
            test("jobs.notebook = :notebook", notebook=self.notebook)
        # The dearest last: what does not fit otherwise is not read.
        for place, word in enumerate(self.words):
            test(f"instr(prompt_folded(jobs.request), :word{place})", **{f"word{place}": word.casefold()})
        return " AND ".join(tests), values


def prompt_folded(request: bytes) -> str:
    """The prompt in a request as it is written in the database, without its capitals: SQLite folds ASCII alone."""
    return msgspec.json.decode(request, type=GenerationRequest).prompt.casefold()
