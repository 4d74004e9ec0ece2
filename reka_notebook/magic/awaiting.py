"""Turn the cells and lines of the magics into an ``await`` of the same call, where a cell can be awaited.

A magic that is a plain function blocks the cell, and with it every click, and IPython does not await one that
is a coroutine function. So the cell itself becomes an awaiting one, if that is possible.
"""

import asyncio
import sys
import tokenize
from collections.abc import Sequence
from typing import Any

from IPython.core.inputtransformer2 import (
    TokenTransformBase,
    assemble_continued_line,
    find_end_of_continued_line,
)
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.options.magics import MAGICS, PROMPT

_MAGICS = 'get_ipython().magics_manager.registry["RekaMagics"]'
_LAYOUT = (tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.COMMENT)

TokenLines = Sequence[Sequence[tokenize.TokenInfo]]


def awaited(lines: list[str]) -> list[str]:
    """Turn the cell of a magic into an ``await``.

    A cell within a cell is left alone, because nobody awaits it: the magic itself runs there.
    """
    if not lines or not _can_await():
        return lines
    first = lines[0].rstrip("\r\n")
    name, _, line = first.partition(" ")
    magic = name.rstrip().removeprefix("%%")
    if not name.startswith("%%") or magic not in (*MAGICS, PROMPT) or first.rstrip().endswith("?"):
        return lines
    body = "".join(lines[1:])
    return [f"await {_MAGICS}.run_cell({magic!r}, {line.strip()!r}, {body!r})\n"]


class AwaitedLine(TokenTransformBase):
    """Turn ``%reka_video …``, ``take = %reka_image …`` and the like into an ``await``, but in a function that cannot.

    IPython's own transformer for the same line has the higher number, so it comes after this one.
    """

    priority = 6

    def __init__(self, start: tuple[int, int], *, bare: bool, awaits: bool) -> None:
        super().__init__(start)  # type: ignore[no-untyped-call]
        self._bare = bare
        self._awaits = awaits

    @classmethod
    def find(cls, tokens_by_line: TokenLines) -> "AwaitedLine | None":
        """Return the first such line, unless it is within a string or a comment."""
        for number, line in enumerate(tokens_by_line):
            first = _first(line)
            for bare, at in ((True, first), (False, _behind_assignment(line))):
                if at is not None and _is_call(line, at):
                    awaits = _can_await() and _in_no_function(tokens_by_line, number)
                    return cls(line[at].start, bare=bare, awaits=awaits)
        return None

    def transform(self, lines: list[str]) -> list[str]:
        """Return the cell's lines with this one as Python."""
        end = find_end_of_continued_line(lines, self.start_line)
        written = assemble_continued_line(lines, (self.start_line, self.start_col), end)
        name, *rest = written.removeprefix("%").split(maxsplit=1)
        line = "".join(rest).strip()
        before = lines[self.start_line][: self.start_col]
        if self._awaits:
            call = f"await {_MAGICS}.run_{'line' if self._bare else 'take'}({name!r}, {line!r})"
        else:
            # What is shown already is not shown once more as the cell's value.
            call = f"get_ipython().run_line_magic({name!r}, {line!r}){';' if self._bare else ''}"
        return [*lines[: self.start_line], f"{before}{call}\n", *lines[end + 1 :]]


def _first(line: Sequence[tokenize.TokenInfo]) -> int | None:
    return next((at for at, token in enumerate(line) if token.type not in _LAYOUT), None)


def _behind_assignment(line: Sequence[tokenize.TokenInfo]) -> int | None:
    depth = 0
    for at, token in enumerate(line):
        if token.string == "=" and depth == 0:
            return at + 1
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
    return None


def _is_call(line: Sequence[tokenize.TokenInfo], at: int) -> bool:
    percent, name = ([token.string for token in line[at : at + 2]] + ["", ""])[:2]
    if percent != "%" or name not in MAGICS:
        return False
    text = line[at].line[line[at].start[1] :].rstrip()
    return not text.endswith("?") and (text == f"%{name}" or text[len(name) + 1].isspace())


def _in_no_function(lines: TokenLines, number: int) -> bool:
    """Return whether an ``await`` may stand in this line: at the top level, or in a coroutine function."""
    place = _first(lines[number])
    column = lines[number][place].start[1] if place is not None else 0
    for line in reversed(lines[:number]):
        at = _first(line)
        if at is None or line[at].type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            continue
        if line[at].start[1] < column:
            words = [token.string for token in line[at : at + 2]]
            if words == ["async", "def"]:
                return True
            if words[0] in ("def", "class"):
                return False
            column = line[at].start[1]
    return True


def _can_await() -> bool:
    shell = _shell()
    return shell is not None and bool(shell.autoawait) and not _nested()


def _nested() -> bool:
    """Return whether the cell is in another one: under ``%%time``, say, or by ``run_cell`` where a loop runs."""
    by = [InteractiveShell.run_cell_magic.__code__]
    if asyncio._get_running_loop() is not None:
        by.append(InteractiveShell.run_cell.__code__)
    frame = sys._getframe()
    while frame.f_code not in by and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code in by


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()
