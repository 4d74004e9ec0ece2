"""Progress in a terminal and in a pipe: what it says, and that nobody's words can steer it."""

import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from reka_notebook.jobs import Job, JobStatus, State, Sweep
from reka_notebook.jobs.sweep_status import SweepPosition, SweepStatus
from reka_notebook.library import GenerationRequest
from reka_notebook.output.terminal import TextBar, said
from reka_notebook.text import one_line, width
from tests.unit.test_text import HOSTILE, AsciiTerminal, Terminal

REQUEST = GenerationRequest(endpoint="m/text-to-video", input={"prompt": "p"})
STEERING = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[lh]|\r?\x1b\[2K|\x1b\[1A")
"""What rich itself writes: colours, the cursor, a line cleared, a line up."""


def job(state: State = State.RUNNING, note: str | None = None) -> Job:
    status = JobStatus(state, started=0.0, ended=2.0, expected=4.0, note=note)
    return Job("1", REQUEST, "M", status, lambda job: None)


class Several(Sweep):
    """A sweep that stands where it is put."""

    def __init__(self, names: list[str], states: list[State | None], note: str | None = None) -> None:
        self.request: Any = SimpleNamespace(names=names)
        self.stands = states
        self.note = note

    @property
    def status(self) -> SweepStatus:
        positions = (SweepPosition(state, "Here", error="no\x1b[2Jway") for state in self.stands)
        return SweepStatus(tuple(positions), note=self.note)

    @property
    def takes(self) -> Any:
        return ()

    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        return lambda: None


@pytest.fixture(autouse=True)
def kind_of_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_INTERACTIVE", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def shown(work: Job | Sweep, stream: io.StringIO) -> str:
    with TextBar(work, stream):
        pass
    return stream.getvalue()


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_nobodys_words_steer_the_terminal_or_leave_their_line(
    monkeypatch: pytest.MonkeyPatch, words: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    several = Several([words, "b"], [State.FAILED, None], words)
    for work, height in ((job(note=words), 1), (several, 3)):
        written = shown(work, Terminal())
        assert "\x1b" not in STEERING.sub("", written)
        assert not re.search("[\x07\x9b\x85\u2028\u202e\u2066]", written)
        assert written.count("\n") == 2 * (height - 1) + 1, "drawn twice, and no line has gone over the edge"
        assert max(map(width, STEERING.sub("", written).replace("\r", "").split("\n"))) <= 2 * columns


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_in_a_pipe_words_are_whole_and_stay_what_they_are(words: str) -> None:
    assert (
        shown(job(note=words), io.StringIO())
        == f"{one_line(f'Making the video · 2 s, about 2 s left · {words}')}\n"
    )
    assert shown(Several([words], [None]), io.StringIO()) == f"{one_line(f'· {words} · Here')}\n"


def test_a_bar_shows_how_far_it_is() -> None:
    assert "Making the video · 2 s, about 2 s left" in shown(job(), Terminal())
    assert f"\x1b[36m{'━' * 10}\x1b[0m\x1b[90m╺\x1b[0m\x1b[90m{'━' * 9}\x1b[0m Making" in shown(
        job(), Terminal()
    )
    kept = shown(job(State.KEPT), Terminal())
    assert f"\x1b[32m{'━' * 20}\x1b[0m Kept" in kept


def test_several_have_a_line_each_under_what_they_are_together() -> None:
    several = Several(["dawn", "noon", "dusk"], [State.KEPT, State.FAILED, None])
    written = shown(several, Terminal())
    assert "\x1b[32m✓ dawn · Here\x1b[0m\n\x1b[31m✗ noon · Here\x1b[0m\n· dusk · Here" in written
    first, *lines = STEERING.sub("", written).replace("\r", "").splitlines()[-4:]
    assert first.endswith(" 1 of 3 done, 1 failed")
    assert [one.strip() for one in lines] == ["✓ dawn · Here", "✗ noon · Here", "· dusk · Here"]


@pytest.mark.parametrize(("last", "colour"), [(State.KEPT, 32), (State.FAILED, 31)])
def test_the_bar_of_several_is_green_only_if_all_went_well(last: State, colour: int) -> None:
    written = shown(Several(["dawn", "noon"], [State.KEPT, last]), Terminal())
    assert (
        f"\x1b[{colour}m{'━' * 20}\x1b[0m 2 of 2" in written
        or f"\x1b[{colour}m{'━' * 20}\x1b[0m 1 of 2" in written
    )


def test_a_terminal_without_unicode_gets_what_it_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    several = Several(["漢字 …", "✓" * 90], [State.KEPT, State.FAILED])
    written = STEERING.sub("", shown(several, AsciiTerminal()))
    assert "\n+ ?? ... - Here" in written
    assert f"\nx {'+' * 38}" in written


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TTY_INTERACTIVE": "0"}])
def test_a_terminal_that_cannot_go_back_gets_lines(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert shown(job(), Terminal()) == "Making the video · 2 s, about 2 s left\n"


def test_without_colours_the_line_still_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    written = shown(job(), Terminal())
    assert "\x1b[2K" in written
    assert not re.search(r"\x1b\[[0-9;]*m", written)


def test_the_cursor_is_there_while_it_waits() -> None:
    stream = Terminal()
    with TextBar(job(), stream):
        assert stream.getvalue().endswith("\x1b[?25h"), "a process that is killed leaves it as it was"


def test_what_became_of_several_is_said_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    said(Several(["[b]a\x1b[2J", "c"], [State.FAILED, State.FAILED]))
    assert capsys.readouterr().out == "[b]a[2J: no[2Jway\nc: no[2Jway\n"
