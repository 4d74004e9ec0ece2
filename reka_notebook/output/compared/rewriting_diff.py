"""Find what a rewriting changes in a prompt, word by word."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple, TypeAlias

from reka_notebook.prompts.diff import words_of

ChangeKind: TypeAlias = Literal["same", "added", "removed"]

LEAST_IN_COMMON = 0.25
"""The share of a prompt's words from which on a rewriting is shown as a change; below, it is another text."""


class Change(NamedTuple):
    """Hold a piece of both texts, of the rewriting alone, or of the prompt alone."""

    text: str
    kind: ChangeKind


def diff_rewriting(prompt: str, rewriting: str) -> list[Change]:
    """Return a rewriting in pieces, with the words that it leaves out at their place.

    The pieces that are not ``removed``, joined, are the rewriting.
    """
    before, after = words_of(prompt), words_of(rewriting)
    matcher = SequenceMatcher(
        None,
        [word for _, word in before],
        [word for _, word in after],
        autojunk=len(before) * len(after) > 10**6,
    )
    kept = sum(block.size for block in matcher.get_matching_blocks())
    if kept < LEAST_IN_COMMON * len(before):
        return [Change(rewriting, "added")]
    return list(_joined(matcher, before, after))


def _joined(
    matcher: "SequenceMatcher[str]", before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> Iterator[Change]:
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        gone = "".join(space + word for space, word in before[start:end])
        there = "".join(space + word for space, word in after[other_start:other_end])
        if kind == "equal":
            yield Change(there, "same")
            continue
        if gone:
            yield Change(gone, "removed")
        if there:
            yield Change(there, "added")
