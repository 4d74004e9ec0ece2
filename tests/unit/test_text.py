"""Test text, tables and colours for a terminal."""

import io
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reka_notebook.commands.table import Column, table
from reka_notebook.commands.terminal import columns, print_beside, print_styled
from reka_notebook.options.parser import age, count
from reka_notebook.output.terminal import print_path
from reka_notebook.text import (
    cut,
    did_you_mean,
    dollars,
    one_line,
    printable,
    short_moment,
    shown_name,
    width,
    wrapped,
)

COLUMNS = (
    Column("ID"),
    Column("DATE", spare=1),
    Column("SIZE", right=True, spare=2),
    Column("PROMPT", least=8),
)
ROWS = [
    ("abc", "2026-11-23", "1 MB", "a slow dolly in, dawn"),
    ("d", "2026-11-24", "12 MB", "漢字 漢字 漢字 漢字"),
]

HOSTILE = (
    "[bold]a[/bold] [link=http://x]b[/link] [/] [red",
    ":smile: 12 'x' http://y True",
    "a\x1b[31mb\x1b]8;;http://x\x1b\\c\x07\x9b2Jd",
    "\u202eevil\u2066 \u200b\r\n\t\x85\u2028z",
    "漢字" * 200 + "e\u0301" * 99,
    "❤️ 🏳️‍🌈 👩‍👩‍👧 🇩🇪 👍🏽 1️⃣",
    "x" * 40_000,
)
Draw = Callable[..., list[str]]
OnATerminal = Callable[[Callable[[], None]], str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class AsciiTerminal(Terminal):
    encoding = "ascii"

    def write(self, text: str) -> int:
        return super().write(text.encode("ascii").decode())


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Draw a table for a terminal that wide, or for a pipe; its lines."""

    def lines(
        rows: list[tuple[str, ...]], room: int | None, stream: type[io.StringIO] = io.StringIO
    ) -> list[str]:
        monkeypatch.setattr("sys.stdout", stream())
        if room is None:
            monkeypatch.delenv("COLUMNS", raising=False)
        else:
            monkeypatch.setenv("COLUMNS", str(room))
        return table(COLUMNS, rows).split("\n")

    return lines


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> OnATerminal:
    """Do something with a terminal as stdout, of a kind that shows colours; what is written there."""
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def written(do: Callable[[], None]) -> str:
        terminal = Terminal()
        monkeypatch.setattr("sys.stdout", terminal)
        do()
        return terminal.getvalue()

    return written


def test_nothing_in_a_text_steers_the_terminal() -> None:
    assert printable("a\x1b[31mb\x00\u202ec\u200bd\u2066e\r\n\tf\ue000") == "a[31mbcde \n f"
    assert one_line(" a\n\n b\tc ") == "a b c"


def test_a_text_is_cut_by_what_it_takes_on_the_screen() -> None:
    assert width("漢字e\u0301") == 5
    assert cut("a slow dolly", 12) == "a slow dolly"
    assert cut("a slow dolly", 8) == "a slow…"
    assert cut("漢字漢字", 6) == "漢字…"
    assert [cut("abc", room) for room in (2, 1, 0)] == ["a…", "…", ""]


def test_a_text_is_wrapped_between_words_and_a_path_is_not_broken() -> None:
    assert [*wrapped("a slow dolly in\n\nnow", 8)] == ["a slow", "dolly in", "", "now"]
    assert [*wrapped("see /a/very/long/path.mp4 there", 10)] == ["see", "/a/very/long/path.mp4", "there"]
    assert [*wrapped("漢字漢字漢", 4)] == ["漢字", "漢字", "漢"]


def test_who_misspells_a_name_is_told_the_nearest_or_all() -> None:
    known = ("num_images", "Seed")
    assert did_you_mean("num-image", known) == "Did you mean num_images?"
    assert did_you_mean("SEED", known) == "Did you mean Seed?"
    assert did_you_mean("zzz", known) == "Choose from: num_images, Seed."
    assert did_you_mean("zzz", known, otherwise="") == ""


def test_a_table_without_a_terminal_is_whole(draw: Draw) -> None:
    assert draw(ROWS, None) == [
        "ID   DATE         SIZE  PROMPT",
        "abc  2026-11-23   1 MB  a slow dolly in, dawn",
        "d    2026-11-24  12 MB  漢字 漢字 漢字 漢字",
    ]


def test_a_table_in_a_pipe_is_as_long_as_its_words(draw: Draw) -> None:
    long = "x" * 40_000
    assert draw([("a", "b", "c", long), ("d", "e", "f", "g")], None)[1:] == [
        f"a   b        c  {long}",
        "d   e        f  g",
    ]


def test_nothing_in_a_table_is_markup_or_steers_the_terminal(draw: Draw) -> None:
    for words in HOSTILE:
        shown = draw([("a", "b", "c", words)], None)[1]
        assert shown == f"a   b        c  {one_line(words)}"
        assert max(map(width, draw([("a", "b", "c", words)], 40))) <= 40


def test_a_table_is_drawn_in_the_characters_that_there_are(draw: Draw) -> None:
    shown = draw([("a", "b", "c", "漢字 · “so” ✓ " * 9)], 40, AsciiTerminal)
    assert shown[1].isascii()
    assert len(shown[1]) <= 40
    assert shown[1].startswith("a   b        c  ?? - ?so? +")


def test_a_table_fits_every_terminal(draw: Draw) -> None:
    for room in range(20, 60):
        lines = draw(ROWS, room)
        assert max(map(width, lines)) <= room
        assert lines[0].startswith("ID ")
        assert lines[1].startswith("abc")
    assert draw(ROWS, 40)[1] == "abc  2026-11-23   1 MB  a slow dolly in…"
    assert draw(ROWS, 25)[0].split() == ["ID", "DATE", "PROMPT"]
    assert draw(ROWS, 20)[0].split() == ["ID", "PROMPT"]


def test_a_table_of_nothing_has_its_headings(draw: Draw) -> None:
    assert draw([], 40) == ["ID  DATE  SIZE  PROMPT"]


def test_styles_are_for_a_terminal_alone_and_never_with_no_color(
    on_a_terminal: OnATerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> str:
        return on_a_terminal(lambda: print_styled(("[red]x", "red"), " :smile: 12"))

    assert shown() == "\x1b[31m[red]x\x1b[0m :smile: 12\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown() == "[red]x :smile: 12\n"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert shown() == "[red]x :smile: 12\n"


def test_no_pipe_is_styled_whatever_the_environment_asks_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "CLICOLOR_FORCE"):
        monkeypatch.setenv(name, "1")
    print_styled(("x", "bold red"), "y" * 300)
    print_path(Path("/a"))
    assert capsys.readouterr().out == f"x{'y' * 300}\n/a\n"


def test_a_path_is_a_link_in_a_terminal_and_in_one_piece(
    on_a_terminal: OnATerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    path = Path("/with [bold] and ümlauts", "x" * 200)
    written = on_a_terminal(lambda: print_path(path, "take 1: "))
    found = re.fullmatch(r"take 1: \x1b\]8;id=\d+;(\S+)\x1b\\(.*)\x1b\]8;;\x1b\\\n", written)
    assert found
    assert (found[1], found[2]) == (path.as_uri(), str(path))
    assert Path("a.mp4").absolute().as_uri() in on_a_terminal(lambda: print_path(Path("a.mp4")))


def test_a_text_stands_beside_its_label_and_below_it_where_there_is_no_room(
    on_a_terminal: OnATerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    written = on_a_terminal(lambda: print_beside("a b\n\n[bold]c", 20, ("ok", "green"), "  Key"))
    assert written == f"ok  Key{'':13}a b\n\n{'':20}[bold]c\n"
    monkeypatch.setenv("COLUMNS", "40")
    written = on_a_terminal(lambda: print_beside("a b\nc", 20, ("ok", "green"), "  Key"))
    assert written == "ok  Key\n    a b\n    c\n"


def test_a_pipe_has_no_width_unless_one_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert columns(io.StringIO()) is None
    monkeypatch.setenv("COLUMNS", "72")
    assert columns(io.StringIO()) == columns(Terminal()) == 72


def test_ages_and_counts_are_read() -> None:
    assert [age(text) for text in ("30d", "12h", "2w", "45m", "1.5d")] == [
        2592e3,
        43200,
        1209600,
        2700,
        129600,
    ]
    assert count("20") == 20
    for text in ("", "d", "-1d", "1y", "1 d", "1e9d", "٣d"):
        with pytest.raises(Exception, match="wants a time"):
            age(text)


def test_a_date_is_short_and_another_year_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        year = time.localtime().tm_year
        this = time.mktime((year, 3, 9, 14, 2, 0, 0, 0, 0))
        assert short_moment(this) == " 9 Mar 14:02"
        assert short_moment(time.mktime((year - 1, 11, 23, 14, 2, 0, 0, 0, 0))) == f"23 Nov {year - 1}"
    finally:
        os.environ.pop("TZ")
        time.tzset()


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0.0, "$0.00"),
        (0.65, "$0.65"),
        (0.08, "$0.08"),
        (0.039, "$0.039"),
        (0.0004, "$0.0004"),
        (0.0999, "$0.10"),
        (12.345, "$12.35"),
        (1234.5, "$1,234"),
    ],
)
def test_dollars_have_the_digits_that_tell_something(amount: float, words: str) -> None:
    assert dollars(amount) == words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("last frame of a-slow-pan-a2ad0c9bd9.png", "last frame of a-slow-pan"),
        ("a-slow-pan-a2ad0c9bd9-2 at 1.5 s.png", "a-slow-pan at 1.5 s"),
        ("take-a2ad0c9bd9.png", "take"),
        ("harbour-2.png", "harbour-2.png"),
        ("photo.jpg", "photo.jpg"),
        ("", ""),
    ],
)
def test_a_picture_of_a_take_is_called_without_its_id(name: str, shown: str) -> None:
    assert shown_name(name) == shown
