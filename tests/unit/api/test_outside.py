"""Test making words from outside fit for a terminal, a page and a row."""

import pytest

from reka_notebook.api import ApiError
from reka_notebook.api.reading.outside import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b]52;c;ZXZpbA==\x07b", "ab"),
        ("a\x1b]52;c;ZXZpbA==\x1b\\b", "ab"),
        ("a\x1b]0;title", "a"),
        ("a\x1b[2J\x1b[Hb", "ab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred\x9d52;c;eA==\x9c.", "red."),
        ("\x1bPq#0\x1b\\a\x1bc", "a"),
        ("a\x07b\x08c\x7fd\x85e", "a\ufffdb\ufffdc\ufffdd e"),
        ("left\u202etfel", "left\ufffdtfel"),
        ("\u2066a\u2069", "\ufffda\ufffd"),
        ("a\nb\r\nc\td\u2028e", "a b c d e"),
        ("half \ud83d", "half \ufffd"),
        ("zero\x00width\u200b", "zero\ufffdwidth\ufffd"),
        ("\U000e0041tag", "\ufffdtag"),
        ("grüße 日本 👩‍🚀", "grüße 日本 👩‍🚀"),
        (7, "7"),
    ],
)
def test_what_a_terminal_would_obey_is_made_harmless(text: object, shown: str) -> None:
    assert plain(text) == shown


def test_it_is_bounded() -> None:
    assert len(plain("x" * 5_000_000)) == 2000
    assert plain("abcdef", 4) == "abc…"
    assert plain("abcd", 4) == "abcd"


def test_an_error_is_harmless_however_it_is_made() -> None:
    bad = "\x1b]52;c;eA==\x07\u202e" + "x" * 20_000_000
    error = ApiError(bad, status=400, type=bad, param=bad, request_id=bad)
    assert len(str(error)) < 3000
    assert str(error).isprintable()
    assert error.args == (error.message,)
