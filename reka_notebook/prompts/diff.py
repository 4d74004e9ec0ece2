"""Find the words that differ between prompts."""

import re
from collections.abc import Iterator, Sequence, Set
from difflib import SequenceMatcher
from typing import NamedTuple

# What is compared: words, single marks, and single signs of writing without spaces. Spaces are not compared.
_SPACE = r" \t\n\r\f\v\u00a0\u2000-\u200a\u202f\u3000"
_SIGN = r"\u3001-\u303f\u3040-\u30ff\u3400-\u9fff\uff01-\uff0f"
_MARK = r"!-&(-,./:-@\[-^`{-~"
_TOKENS = re.compile(f"[{_SPACE}]+|[{_SIGN}]|[{_MARK}]|[^{_SPACE}{_SIGN}{_MARK}]+")
_SPACES = re.compile(f"[{_SPACE}]+")

_MOST = 1_000_000
"""Where there are more pairs of words than this, words that stand everywhere are no beginning of a match."""


class Piece(NamedTuple):
    """Hold a piece of a prompt; ``differs`` says that not all the prompts have it."""

    text: str
    differs: bool


def diff_prompts(prompts: Sequence[str]) -> list[list[Piece]]:
    """Split prompts into pieces, and mark those that are not in all of them.

    The pieces of a prompt, joined, are the prompt.
    """
    tokens = [_TOKENS.findall(prompt) for prompt in prompts]
    words = [[token for token in all_ if not _SPACES.fullmatch(token)] for all_ in tokens]
    common, positions = words[0], [[*range(len(words[0]))]]
    for own in words[1:]:
        pairs = [*_matches(common, own)]
        common = [common[place] for place, _ in pairs]
        positions = [[earlier[place] for place, _ in pairs] for earlier in positions]
        positions.append([place for _, place in pairs])
    return [_pieces(all_, set(same)) for all_, same in zip(tokens, positions, strict=True)]


def words_of(prompt: str) -> list[tuple[str, str]]:
    """Return the words of a prompt, each with the spaces before it."""
    words, space = [], ""
    for token in _TOKENS.findall(prompt):
        if _SPACES.fullmatch(token):
            space = token
        else:
            words.append((space, token))
            space = ""
    return words


def _matches(a: list[str], b: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the positions in both of each word that they have in common, in order."""
    shorter = min(len(a), len(b))
    start = next((place for place in range(shorter) if a[place] != b[place]), shorter)
    yield from ((place, place) for place in range(start))
    matcher = SequenceMatcher(None, a[start:], b[start:], autojunk=len(a) * len(b) > _MOST)
    for block in matcher.get_matching_blocks():
        yield from ((start + block.a + offset, start + block.b + offset) for offset in range(block.size))


def _pieces(tokens: Sequence[str], same: Set[int]) -> list[Piece]:
    """Join neighbouring words that all differ, or all do not, into one piece with the spaces between them."""
    joined: list[Piece] = []

    def add(text: str, differs: bool) -> None:
        if joined and joined[-1].differs == differs:
            joined[-1] = Piece(joined[-1].text + text, differs)
        elif text:
            joined.append(Piece(text, differs))

    word, space = 0, ""
    for token in tokens:
        if _SPACES.fullmatch(token):
            space = token
            continue
        differs = word not in same
        add(space, differs and bool(joined) and joined[-1].differs)
        add(token, differs)
        word, space = word + 1, ""
    add(space, differs=False)
    return joined
