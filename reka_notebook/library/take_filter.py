"""Describe which takes a person looks for."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args

import msgspec

from reka_notebook.library.request import GenerationRequest

WantedVerdict: TypeAlias = Literal["picked", "rejected", "unjudged"]
"""What takes are looked for by: a verdict, or that they are neither picked nor rejected nor rated."""

VERDICTS: tuple[WantedVerdict, ...] = get_args(WantedVerdict)

JUDGED = "(takes.rating > 0 OR takes.verdict IS NOT NULL)"
"""The SQL condition of a take that a person has rated, picked or rejected."""


_FIRST = "json_extract(CAST(takes.files AS TEXT), '$[0].{}')"

KIND = (
    f"CASE WHEN {_FIRST.format('kind')} = 'other' AND {_FIRST.format('media_type')} = 'application/json' "
    f"AND jobs.endpoint LIKE '%/image-to-bbox' THEN 'boxes' ELSE {_FIRST.format('kind')} END"
)
"""What a take's first file is; versions before 0.3 kept boxes as any other file."""


class TakeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Describe what takes must be like to be found; what is not set fits all of them.

    Attributes:
        words: Each must be somewhere in the prompt, in any case.
        model: ``kling-v3-pro``, or with a task ``kling-v3-pro/text-to-video``.
        since: Kept at that time or later, in seconds since 1970.
        until: Kept before that time.
        rating: Rated at least this high.
        verdict: Which of `VERDICTS` they have.
        hide_rejected: Whether takes that are rejected are left out.
        pinned: Whether only pinned takes are meant.
        notebook_file: The notebook they were asked from.
        kind: What their first file is, such as ``image``.
    """

    words: Sequence[str] = ()
    model: str | None = None
    since: float | None = None
    until: float | None = None
    rating: int = 0
    verdict: WantedVerdict | None = None
    hide_rejected: bool = False
    pinned: bool = False
    notebook_file: str | None = None
    kind: str | None = None

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
        if self.verdict == "unjudged":
            test(f"NOT {JUDGED}")
        elif self.verdict is not None:
            test("takes.verdict = :verdict", verdict=self.verdict)
        if self.hide_rejected:
            test("takes.verdict IS NOT 'rejected'")
        if self.pinned:
            test("takes.starred")
        if self.notebook_file is not None:
            test("jobs.notebook = :notebook", notebook=self.notebook_file)
        if self.kind is not None:
            test(f"{KIND} = :kind", kind=self.kind)
        # The dearest last: what does not fit otherwise is not read.
        for place, word in enumerate(self.words):
            test(f"instr(prompt_folded(jobs.request), :word{place})", **{f"word{place}": word.casefold()})
        return " AND ".join(tests), values


def prompt_folded(request: bytes) -> str:
    """Return the prompt of a request as the database has it, case-folded: SQLite folds ASCII alone."""
    return msgspec.json.decode(request, type=GenerationRequest).prompt.casefold()
