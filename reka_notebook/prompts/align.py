"""Align prompts word by word, to see which words stand in the same place."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reka_notebook.prompts.diff import words_of

_MOST = 1_500_000
"""Comparisons of words beyond which prompts count as too long to be aligned."""

# What an alignment is worth: equal words most, then numbers or words in one place, then a word that has no partner.
_SAME, _NUMBERS, _UNLIKE, _NEW, _MISSING = 2.0, 0.5, -2.0, -1.0, -0.1


class Word(NamedTuple):
    """Hold a word with the spaces before it; both are empty where a prompt has no word in a place."""

    space: str
    text: str

    @property
    def key(self) -> str:
        """Return what equal words have in common: capitals and ways of writing accents make no difference."""
        return unicodedata.normalize("NFC", self.text).casefold()


NO_WORD = Word("", "")

Column = list[Word]
"""What stands in one place of each prompt."""


def align_prompts(prompts: Sequence[str]) -> list[Column]:
    """Return what stands in each place of some prompts, in order.

    A word that some prompts leave out, or have in addition, leaves the others in their places. Each prompt is aligned
    with all the others: first the longest, as most has its place there, and then every one once more. Where prompts
    are very long, what lies between their common beginning and end is a single place.
    """
    rows = [_words(prompt) for prompt in prompts]
    begin = _alike([[word.key for word in row] for row in rows])
    end = _alike([[word.key for word in reversed(row[begin:])] for row in rows])
    middle = [row[begin : len(row) - end] for row in rows]
    return [
        *_columns([row[:begin] for row in rows]),
        *_aligned(middle),
        *_columns([row[len(row) - end :] for row in rows]),
    ]


def _alike(rows: Sequence[Sequence[str]]) -> int:
    """Return with how many equal words all rows begin."""
    count = 0
    for words in zip(*rows, strict=False):
        if len({*words}) > 1:
            break
        count += 1
    return count


def _columns(rows: Sequence[Sequence[Word]]) -> list[Column]:
    return [list(words) for words in zip(*rows, strict=True)]


def _aligned(rows: Sequence[Sequence[Word]]) -> list[Column]:
    longest = max(map(len, rows), default=0)
    if 2 * len(rows) * longest**2 > _MOST:
        return [[Word("", "".join(map("".join, row)).strip()) for row in rows]]
    table = _Table(rows)
    in_order = sorted(range(len(rows)), key=lambda row: -len(rows[row]))
    for row in in_order:
        table.put(row)
    for row in in_order:
        table.take_out(row)
        table.put(row)
    return list(table.columns())


def _words(prompt: str) -> list[Word]:
    """Return the words of a prompt; a number such as 1.5 or 16:9 is one word."""
    words = [Word(*one) for one in words_of(prompt)]
    found: list[Word] = []
    at = 0
    while at < len(words):
        space, text = words[at]
        at += 1
        while text[-1].isdigit() and (rest := _rest_of_number(words[at : at + 2])):
            text += rest
            at += 2
        found.append(Word(space, text))
    return found


def _rest_of_number(words: Sequence[Word]) -> str:
    """Return a mark and digits, if they continue a number; else nothing."""
    if len(words) < 2 or any(word.space for word in words):
        return ""
    mark, digits = (word.text for word in words)
    return mark + digits if mark in {".", ",", ":", "/"} and digits[0].isdigit() else ""


class _Place:
    """Hold what stands in one place of the prompts that are aligned so far.

    Attributes:
        cells: Which word of each row stands here.
        keys: How often each word stands here.
        kind: Words, numbers and marks never stand in each other's place.
    """

    def __init__(self, kind: str) -> None:
        self.cells: dict[int, int] = {}
        self.keys: Counter[str] = Counter()
        self.kind = kind

    def worth_without(self, rows: int) -> float:
        """Return what an alignment is worth in which one more of so many rows has no word here."""
        return _MISSING - 0.8 * len(self.cells) / rows


class _Table:
    """Align rows of words, one after the other, with those that are there (Needleman and Wunsch's algorithm)."""

    def __init__(self, rows: Sequence[Sequence[Word]]) -> None:
        self._rows = rows
        self._keys = [[word.key for word in row] for row in rows]
        self._kinds = [[_kind(key) for key in keys] for keys in self._keys]
        self._places: list[_Place] = []
        self._count = 0

    def put(self, row: int) -> None:
        """Align a row with what is there."""
        keys, kinds = self._keys[row], self._kinds[row]
        places: list[_Place] = []
        for place, word in self._steps(keys, kinds):
            own = _Place(kinds[word or 0]) if place is None else self._places[place]
            if word is not None:
                own.cells[row] = word
                own.keys[keys[word]] += 1
            places.append(own)
        self._places = places
        self._count += 1

    def take_out(self, row: int) -> None:
        """Take a row out again."""
        for place in self._places:
            word = place.cells.pop(row, None)
            if word is not None:
                place.keys[self._keys[row][word]] -= 1
        self._places = [place for place in self._places if place.cells]
        self._count -= 1

    def columns(self) -> Iterator[Column]:
        """Yield the words of all rows, place by place."""
        for place in self._places:
            yield [
                row[place.cells[number]] if number in place.cells else NO_WORD
                for number, row in enumerate(self._rows)
            ]

    def _steps(self, keys: Sequence[str], kinds: Sequence[str]) -> list[tuple[int | None, int | None]]:
        """Return the best way through places and words: a place with a word, or one of the two alone."""
        rows = max(1, self._count)
        worth = [[_NEW * number for number in range(len(keys) + 1)]]
        for place in self._places:
            above = worth[-1]
            missing = place.worth_without(rows)
            other = -0.3 * max(place.keys.values()) / rows
            fits = [
                _SAME + place.keys[key] / rows
                if place.keys.get(key)
                else _UNLIKE
                if kind != place.kind
                else _NUMBERS
                if kind == "number"
                else other
                for key, kind in zip(keys, kinds, strict=True)
            ]
            line = [above[0] + missing]
            for word, fit in enumerate(fits):
                line.append(max(above[word] + fit, above[word + 1] + missing, line[word] + _NEW))
            worth.append(line)
        return self._way_back(worth, len(keys))

    def _way_back(self, worth: Sequence[Sequence[float]], words: int) -> list[tuple[int | None, int | None]]:
        steps: list[tuple[int | None, int | None]] = []
        place, word, rows = len(self._places), words, max(1, self._count)
        while place or word:
            here = worth[place][word]
            if place and here == worth[place - 1][word] + self._places[place - 1].worth_without(rows):
                place -= 1
                steps.append((place, None))
            elif word and here == worth[place][word - 1] + _NEW:
                word -= 1
                steps.append((None, word))
            else:
                place, word = place - 1, word - 1
                steps.append((place, word))
        return steps[::-1]


def _kind(key: str) -> str:
    return "number" if key[0].isdigit() else "word" if any(map(str.isalnum, key)) else "mark"
