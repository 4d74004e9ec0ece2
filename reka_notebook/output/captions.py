"""Say what tells a take from its neighbours: the words and the settings that differ, in bold."""

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape

from reka_notebook.catalogue import Catalogue
from reka_notebook.jobs import Take
from reka_notebook.output.compared.differences import NOT_SET, Fact, facts_of

ALIKE = 0.4
"""How much of two prompts must be the same for the rest to tell them apart."""

ROOM = 72
"""Letters of a prompt that are shown."""

_TOLD_ELSEWHERE = frozenset({"Length", "Cost", "Size"})


def captions(takes: Sequence[Take], catalogue: Catalogue) -> list[tuple[str, str]]:
    """Return for each take its words and its facts, as HTML, seen from the takes before and behind it."""
    return [
        _caption(take, [*takes[max(0, at - 1) : at], *takes[at + 1 : at + 2]], catalogue)
        for at, take in enumerate(takes)
    ]


def marked_prompts(prompts: Sequence[str]) -> list[str]:
    """Return whole prompts as HTML; of those that are much alike, the words are in bold that not all of them have."""
    every = [tuple(unicodedata.normalize("NFC", prompt).split()) for prompt in prompts]
    groups, group_of = list[_Alike](), dict[tuple[str, ...], _Alike]()
    for words in dict.fromkeys(every):
        found = max(groups[-_MOST_GROUPS:], key=lambda group: group.likeness(words), default=None)
        if found is None or not found.add(words):
            found = _Alike(words)
            groups.append(found)
        group_of[words] = found
    return [
        _words(words, group_of[words].differing(words), room=sum(map(len, words)) + len(words), whole=True)
        for words in every
    ]


_MOST_GROUPS = 20
"""Groups of prompts that another one is compared with: the last ones, as takes that are alike are often neighbours."""


class _Alike:
    """Hold the words that prompts have in common, in their order."""

    def __init__(self, words: Sequence[str]) -> None:
        self._common, self._longest = list(words), len(words)

    def likeness(self, words: Sequence[str]) -> float:
        """Return which part of the longest prompt another one has in common with them all."""
        if not words or {*self._common}.isdisjoint(words):
            return 0.0
        return len(_shared(self._common, words)) / max(self._longest, len(words))

    def add(self, words: Sequence[str]) -> bool:
        """Add a prompt, and return whether it is enough like the others."""
        if self.likeness(words) < ALIKE:
            return False
        same = _shared(self._common, words)
        self._common, self._longest = (
            [self._common[at] for at in sorted(same)],
            max(self._longest, len(words)),
        )
        return True

    def differing(self, words: Sequence[str]) -> set[int]:
        """Return the places of a prompt's words that not all have."""
        return {*range(len(words))} - _shared(words, self._common)


def _caption(take: Take, neighbours: Sequence[Take], catalogue: Catalogue) -> tuple[str, str]:
    words = take.prompt.split()
    alike, differing = _alike(words, neighbours)
    facts = facts_of([take, *alike], catalogue)
    said = [f"<b>{escape(fact.words)}</b>" for fact in facts if fact.differs and _tells(fact)]
    length = next((fact for fact in facts if fact.name == "Length"), None)
    if length is not None and length.values[0]:
        text = escape(length.values[0])
        said.append(f"<b>{text}</b>" if length.differs else text)
    return _words(words, differing) or "No prompt", " · ".join(said)


def _alike(words: list[str], neighbours: Sequence[Take]) -> tuple[list[Take], set[int]]:
    """Return those neighbours whose prompts are much the same, and the places of the words that tell this one apart."""
    shared = [(other, _shared(words, other.prompt.split())) for other in neighbours]
    alike = [
        (other, same)
        for other, same in shared
        if len(same) >= ALIKE * max(len(words), len(other.prompt.split()))
    ]
    return [other for other, _ in alike], {
        at for _, same in alike for at in range(len(words)) if at not in same
    }


def _shared(words: Sequence[str], other: Sequence[str]) -> set[int]:
    """Return the places of the words that are in the other prompt too, in its order."""
    blocks = SequenceMatcher(None, words, other, autojunk=False).get_matching_blocks()
    return {block.a + offset for block in blocks for offset in range(block.size)}


def _tells(fact: Fact) -> bool:
    return fact.name not in _TOLD_ELSEWHERE and fact.values[0] not in ("", NOT_SET)


def _words(words: Sequence[str], differing: set[int], room: int = ROOM, *, whole: bool = False) -> str:
    """Return a prompt from shortly before the first word that differs, as far as there is room; or all of it."""
    first = min(differing, default=0)
    start = first if not whole and first > 1 and len(" ".join(words)) > room else 0
    html, left = "… " if start else "", room
    for at in range(start, len(words)):
        word = words[at]
        if len(word) > left:
            return f"{html}{escape(word[:left]) if left == room else ''}…"
        left -= len(word) + 1
        both = at in differing and at + 1 in differing
        html += f"{'<b>' if at in differing and at - 1 not in differing else ''}{escape(word)}"
        html += " " if both else f"{'</b>' if at in differing else ''} "
    return html.rstrip()
