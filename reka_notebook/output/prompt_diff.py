"""Which words differ between prompts."""

import re
from collections.abc import Sequence, Set
from functools import reduce
from typing import NamedTuple

# What is compared: words, single marks, and single signs of writing without spaces. Spaces are not compared.
_SPACE = r" \t\n\r\f\v\u00a0\u2000-\u200a\u202f\u3000"
_SIGN = r"\u3001-\u303f\u3040-\u30ff\u3400-\u9fff\uff01-\uff0f"
_MARK = r"!-&(-,./:-@\[-^`{-~"
_TOKENS = re.compile(f"[{_SPACE}]+|[{_SIGN}]|[{_MARK}]|[^{_SPACE}{_SIGN}{_MARK}]+")
_SPACES = re.compile(f"[{_SPACE}]+")

_MOST = 1_000_000
"""More pairs of words than this are not compared one by one: all that lies between equal ends then differs."""


class Piece(NamedTuple):
    """A piece of a prompt; ``differs`` where not all the prompts have it."""

    text: str
    differs: bool


def differences(prompts: Sequence[str]) -> list[list[Piece]]:
    """The prompts, with what is not in all of them marked. The pieces of a prompt, joined, are the prompt."""
    tokens = [_TOKENS.findall(prompt) for prompt in prompts]
    words = [[token for token in all_ if not _SPACES.fullmatch(token)] for all_ in tokens]
    common = reduce(lambda so, more: [so[place] for place, _ in _matches(so, more)], words)
    return [
        _pieces(all_, {place for _, place in _matches(common, own)})
        for all_, own in zip(tokens, words, strict=True)
    ]


def _matches(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """The places of a longest common sequence, in order."""
    start, shorter = 0, min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    height, width = len(a) - end - start, len(b) - end - start
    found = [(place, place) for place in range(start)]
    if height * width <= _MOST:
        middle = _longest(a[start : start + height], b[start : start + width])
        found += [(start + y, start + x) for y, x in middle]
    return found + [(len(a) - place, len(b) - place) for place in range(end, 0, -1)]


def _longest(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    # best[y][x]: how many are common from there on.
    best = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for y in range(len(a) - 1, -1, -1):
        row, below = best[y], best[y + 1]
        for x in range(len(b) - 1, -1, -1):
            row[x] = below[x + 1] + 1 if a[y] == b[x] else max(below[x], row[x + 1])
    found, y, x = [], 0, 0
    while y < len(a) and x < len(b):
        if a[y] == b[x]:
            found.append((y, x))
            y, x = y + 1, x + 1
        elif best[y + 1][x] >= best[y][x + 1]:
            y += 1
        else:
            x += 1
    return found


def _pieces(tokens: Sequence[str], same: Set[int]) -> list[Piece]:
    """Words that stand together become one piece, with the spaces between those that differ."""
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
