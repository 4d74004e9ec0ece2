r"""Split a magic's line into words.

Quotation marks group, as in a shell. A backslash is a backslash, for ``C:\Users\me\photo.png`` and
``\\server\share``; only before a space or a quotation mark does it take away their meaning. As in Python, a
comment at the end does not belong to a line, nor does a semicolon.
"""

import re

from reka_notebook.options.known import UsageError

_DOUBLE = r'"(?:[^"\\]|\\.)*"'
_SINGLE = r"'[^']*'"
_QUOTED = re.compile(f"{_DOUBLE}|{_SINGLE}")

_PIECE = rf"""\{{\{{[^{{}}"']*\}}\}}|{_DOUBLE}|{_SINGLE}|\\["']|\\\s(?=\S)|[^\s"']"""
_OPTION_WORD = re.compile(f"(?:{_PIECE})+")
_PIECES = re.compile(_PIECE)

_VALUE = rf"""(?:{_DOUBLE}|{_SINGLE}|[^\s"',]*)"""
_PROMPT_WORD = re.compile(rf"(?=\S)(?:-{{0,2}}[\w-]+=)*{_VALUE}(?:,{_VALUE})*(?=\s|$|;+\s*(?:$|#))|\S+")
"""In a prompt, marks group only where they stand around a whole word, or around the values of an option."""

_ANY_COMMENT = re.compile("#")
_SPACED_COMMENT = re.compile(r"#+(?=\s|$)")
"""In a prompt, ``#1`` is a word."""


def split(line: str) -> list[str]:
    """Return the words of a line of options, without their quotation marks.

    The values of ``--sweep`` keep theirs, which say where a value begins and ends.

    Raises:
        UsageError: If a quotation mark is left open, or the line ends in a backslash.
    """
    words: list[str] = []
    for word in _split_words(line, _OPTION_WORD, _ANY_COMMENT):
        swept = word.startswith("--sweep=") or words[-1:] == ["--sweep"]
        words.append(unquoted(word) if swept else _plain(word))
    return words


def split_line(line: str) -> list[str]:
    """Return the words of a line that holds a prompt, in which quotation marks belong to the words; see ``unquoted``.

    Raises:
        UsageError: If a ``#`` may begin a comment or be meant, or the line ends in a backslash.
    """
    words = _split_words(line, _PROMPT_WORD, _SPACED_COMMENT)
    for word in words:
        if word[0] == "#" and not word[1].isdigit():
            raise UsageError(
                f"Is “{_short(word)}” a comment, or part of the prompt? Nothing was sent. Write a space after the # of "
                "a comment. For a # in a prompt, put the whole prompt in quotation marks, or write it into a "
                "cell's body."
            )
    return words


def unquoted(word: str) -> str:
    """Return a word of a line without the quotation marks around all of it."""
    return _plain(word) if _QUOTED.fullmatch(word) else word


def words_so_far(line: str) -> list[str]:
    """Return the words of a line that is still being written, unchanged."""
    return [found[0] for found in _PROMPT_WORD.finditer(line)]


def _split_words(line: str, word: re.Pattern[str], comment: re.Pattern[str]) -> list[str]:
    """Return the words unchanged, up to a comment, and without a semicolon at the end."""
    words: list[str] = []
    at = 0
    while (at := _behind_spaces(line, at)) < len(line) and not comment.match(line, at):
        found = word.match(line, at)
        if found is None or line[found.end() : found.end() + 1].strip().strip(";"):
            raise UsageError(
                f"The quotation mark in “{_short(line[at:])}” is not closed. Nothing was sent. Close it."
            )
        words.append(found[0])
        at = found.end()
    while words and words[-1].endswith(";"):
        words[-1] = words[-1].rstrip(";")
        words = words if words[-1] else words[:-1]
    if words and words[-1].endswith("\\"):
        raise UsageError(
            "The line ends in a backslash, so it is unfinished. Nothing was sent. Write all of it on one line, without "
            "the backslash."
        )
    return words


def _behind_spaces(line: str, at: int) -> int:
    return len(line) - len(line[at:].lstrip())


def _plain(word: str) -> str:
    """Return a word without quotation marks, and without the backslashes before spaces and marks."""
    text = ""
    for piece in _PIECES.findall(word):
        if piece[0] == "'" and len(piece) > 1:
            text += piece[1:-1]
        elif piece[0] == '"' and len(piece) > 1:
            text += piece[1:-1].replace(r"\"", '"')
        elif piece.startswith("{{"):  # a variable, with the spaces that may stand in it
            text += piece
        else:
            text += piece[-1]
    return text


def _short(word: str) -> str:
    return word if len(word) <= 32 else f"{word[:31]}…"
