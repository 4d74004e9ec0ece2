"""Prepare text for a terminal: nothing from a person, a file or the service can steer it, and its width is known."""

import re
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def printable(text: str) -> str:
    """Return a text without characters that steer a terminal or turn the reading direction; new lines stay."""
    return "".join(
        character
        if character == "\n" or unicodedata.category(character) not in _INVISIBLE
        else (" " if character.isspace() else "")
        for character in text
    )


def one_line(text: str) -> str:
    """Return a text as a single line."""
    return " ".join(printable(text).split())


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    import wcwidth  # 25 ms, and most of those who import this module measure nothing

    return wcwidth.width(text)


def cut(text: str, columns: int) -> str:
    """Shorten a text to this many columns, with ``…`` if something is left out."""
    import wcwidth

    if width(text) <= columns:
        return text
    return f"{wcwidth.clip(text, 0, columns - 1).rstrip()}…" if columns > 0 else ""


def beginning(text: str, most: int) -> str:
    """Return a text for a page, which has no columns: its first characters, with ``…`` if something is left out."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def wrapped(text: str, columns: int) -> Iterator[str]:
    """Break a text between words into lines, none wider than ``columns``.

    A long word of ASCII stays whole: a path or a key that is broken cannot be copied.
    """
    import wcwidth

    for paragraph in text.split("\n"):
        lines = wcwidth.wrap(paragraph, columns, break_long_words=False, break_on_hyphens=False)
        for line in lines or [""]:
            yield from [line] if line.isascii() else wcwidth.wrap(line, columns, break_on_hyphens=False)


def moment(seconds: float) -> str:
    """Return a time, seconds since 1970, as the person's clock shows it: ``2026-11-23 14:02``."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def short_moment(seconds: float) -> str:
    """Return a time in as few characters as will do: ``23 Nov 14:02``, and ``23 Nov 2025`` for another year."""
    then = time.localtime(seconds)
    this_year = then.tm_year == time.localtime().tm_year
    rest = f"{then.tm_hour:02}:{then.tm_min:02}" if this_year else str(then.tm_year)
    return f"{then.tm_mday:2} {MONTHS[then.tm_mon - 1]} {rest}"


def day(seconds: float) -> str:
    """Return the day of a time in seconds since 1970: ``3 Nov 2026``, whatever the kernel's language."""
    then = time.localtime(seconds)
    return f"{then.tm_mday} {MONTHS[then.tm_mon - 1]} {then.tm_year}"


def date_and_time(seconds: float) -> str:
    """Return a moment, in seconds since 1970, for a sentence: ``3 Nov 2026, 14:02``."""
    then = time.localtime(seconds)
    return f"{day(seconds)}, {then.tm_hour:02}:{then.tm_min:02}"


def many(count: int, thing: str) -> str:
    """Return a number of things: ``1 take``, ``3 takes``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def joined(words: Sequence[str]) -> str:
    """Return words as a list for a sentence: a, b and c."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def is_blank(text: str) -> bool:
    """Return whether a text has nothing to see: it is empty, or of spaces, control and invisible characters alone."""
    return all(
        unicodedata.category(letter)[0] == "Z" or unicodedata.category(letter) in ("Cc", "Cf")
        for letter in text
    )


def nearest(written: str, known: Iterable[str]) -> str | None:
    """Return the known name most like the one written, whatever the case and the dashes; None if none is close."""
    from difflib import get_close_matches  # only where something is wrong

    spelled: dict[str, str] = {}
    for name in known:
        spelled.setdefault(_spelling(name), name)
    found = get_close_matches(_spelling(written), spelled, n=1)
    return spelled[found[0]] if found else None


def did_you_mean(written: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """Return the hint that follows "There is no …": the nearest known name, else all of them.

    Args:
        written: What the person wrote.
        known: The names there are.
        otherwise: What to say instead of listing them, where none is close.
    """
    names = list(known)
    near = nearest(written, names)
    if near is not None:
        return f"Did you mean {near}?"
    return f"Choose from: {', '.join(names)}." if otherwise is None else otherwise


def _spelling(name: str) -> str:
    return name.casefold().replace("_", "-").strip("- ")


def bare_name(name: str) -> str:
    """Return the name of a field without case and separators: ``created_at`` and ``createdAt`` are one."""
    return re.sub(r"[\W_]+", "", name).lower()


_OF_A_TAKE = re.compile(r"(?P<words>.+)-[0-9a-f]{10}(?:-\d+)?(?P<at> at \d+\.\d s)?\.png")
"""How a picture of a take is called, after its file: its words, the take's ID, and when it is shown."""


def shown_name(name: str) -> str:
    """Return what an image is called where a person reads it: without the ID of the take that it is of."""
    found = _OF_A_TAKE.fullmatch(name)
    return f"{found['words']}{found['at'] or ''}" if found else name


def file_size(size: int) -> str:
    """Return a number of bytes in words, in the decimal units that file managers show: "612 KB", "4.2 MB"."""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    if size < 999_500:
        return f"{size / 1e3:.0f} KB"
    return f"{size / 1e6:.1f} MB" if size < 99_950_000 else f"{size / 1e6:.0f} MB"


def dollars(amount: float) -> str:
    """Return an amount in dollars: ``$0.65``, ``$1,234``; less than a cent has the digits that tell something."""
    if amount >= 1000:
        return f"${amount:,.0f}"
    if 0 < amount < 0.0995:
        whole, _, parts = f"{amount:.{3 if amount >= 0.00095 else 5}f}".partition(".")
        return f"${whole}.{parts.rstrip('0'):0<2}"
    return f"${amount:.2f}"


def format_duration(seconds: float) -> str:
    """Return a duration as a person says it: ``8 s``, ``1 min 12 s``, ``1 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
