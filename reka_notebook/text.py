"""Text for a terminal: what comes from a person, a file or the service cannot steer it, and has a known width."""

import time
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def printable(text: str) -> str:
    """A text without characters that steer a terminal or turn the direction of reading; new lines stay."""
    return "".join(
        character
        if character == "\n" or unicodedata.category(character) not in _INVISIBLE
        else (" " if character.isspace() else "")
        for character in text
    )


def one_line(text: str) -> str:
    """A text as a single line."""
    return " ".join(printable(text).split())


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(map(_columns, text))


def cut(text: str, columns: int) -> str:
    """A text that takes at most so many columns, with ``…`` where something is left out."""
    if width(text) <= columns:
        return text
    kept, left = "", columns - 1
    for character in text:
        left -= _columns(character)
        if left < 0:
            break
        kept += character
    return f"{kept.rstrip()}…" if columns > 0 else ""


def wrapped(text: str, columns: int) -> Iterator[str]:
    """The lines of a text, broken between words, so that none is wider than ``columns``.

    A long word of ASCII stays whole: a path or a key that is broken cannot be copied.
    """
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and width(line) + 1 + width(word) > columns:
                yield line
                line = ""
            line = f"{line} {word}" if line else word
            while width(line) > columns and not line.isascii():
                head = cut(line, columns + 1)[:-1] or line[0]
                yield head
                line = line[len(head) :].lstrip()
        yield line


def moment(seconds: float) -> str:
    """A time, seconds since 1970, as the person's clock shows it: ``2026-11-23 14:02``."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def short_moment(seconds: float) -> str:
    """A time in as few characters as will do: ``23 Nov 14:02``, and ``23 Nov 2025`` for another year."""
    then = time.localtime(seconds)
    this_year = then.tm_year == time.localtime().tm_year
    rest = f"{then.tm_hour:02}:{then.tm_min:02}" if this_year else str(then.tm_year)
    return f"{then.tm_mday:2} {MONTHS[then.tm_mon - 1]} {rest}"


def day(seconds: float) -> str:
    """A day, of a time in seconds since 1970: ``3 Nov 2026``, in every language's kernel."""
    then = time.localtime(seconds)
    return f"{then.tm_mday} {MONTHS[then.tm_mon - 1]} {then.tm_year}"


def many(count: int, thing: str) -> str:
    """A number of things: ``1 take``, ``3 takes``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def file_size(size: int) -> str:
    """A number of bytes in words, in the decimal units that file managers show: "612 KB", "4.2 MB"."""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    if size < 999_500:
        return f"{size / 1e3:.0f} KB"
    return f"{size / 1e6:.1f} MB" if size < 99_950_000 else f"{size / 1e6:.0f} MB"


def duration_words(seconds: float) -> str:
    """A duration as a person says it: ``8 s``, ``1 min 12 s``, ``1 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
