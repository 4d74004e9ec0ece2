"""Text, tables and colours for a terminal."""

import io
import os
import time

import pytest

from reka_notebook.commands.table import Column, draw
from reka_notebook.commands.terminal import columns, paint
from reka_notebook.jobs import Job, JobStatus, State
from reka_notebook.library import GenerationRequest
from reka_notebook.options.parser import age, count
from reka_notebook.output.terminal import line
from reka_notebook.text import cut, did_you_mean, one_line, printable, short_moment, width, wrapped

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


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


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


def test_a_table_without_a_terminal_is_whole() -> None:
    assert draw(COLUMNS, ROWS, None) == [
        "ID   DATE         SIZE  PROMPT",
        "abc  2026-11-23   1 MB  a slow dolly in, dawn",
        "d    2026-11-24  12 MB  漢字 漢字 漢字 漢字",
    ]


def test_a_table_fits_every_terminal() -> None:
    for room in range(20, 60):
        lines = draw(COLUMNS, ROWS, room)
        assert max(map(width, lines)) <= room
        assert lines[0].startswith("ID ")
        assert lines[1].startswith("abc")
    assert draw(COLUMNS, ROWS, 40)[1] == "abc  2026-11-23   1 MB  a slow dolly in…"
    assert draw(COLUMNS, ROWS, 25)[0].split() == ["ID", "DATE", "PROMPT"]
    assert draw(COLUMNS, ROWS, 20)[0].split() == ["ID", "PROMPT"]


def test_a_table_of_nothing_has_its_headings() -> None:
    assert draw(COLUMNS, [], 40) == ["ID  DATE  SIZE  PROMPT"]


def test_colours_are_for_a_terminal_alone_and_never_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert paint("x", "red", Terminal()) == "\x1b[31mx\x1b[0m"
    assert paint("x", "red", io.StringIO()) == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert paint("x", "red", Terminal()) == "x"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert paint("x", "red", Terminal()) == "x"


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


def test_the_services_words_cannot_steer_the_terminal_through_the_progress_bar() -> None:
    status = JobStatus(State.RUNNING, started=0.0, ended=1.0, note="busy\x1b[2J\nnow")
    request = GenerationRequest(endpoint="m/text-to-video", input={"prompt": "p"})
    shown = line(Job("1", request, "M", status, lambda job: None))
    assert "\x1b" not in shown
    assert "\n" not in shown
    assert "busy[2J now" in shown
