"""Test batches as a person runs them: real processes, one library, a sandbox that counts what it charges."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reka_notebook.batch.run import BatchRun
from reka_notebook.config import open_library
from reka_notebook.library import Library, LibraryError
from reka_notebook.library.batches.table import BatchTable
from reka_notebook.sandbox import Sandbox
from tests.processes import wait_until
from tests.unit.commands.conftest import Ran

Command = Callable[..., Ran]
Begin = Callable[..., "subprocess.Popen[str]"]
Start = Callable[..., Sandbox]

COMMON = ("--model", "kling-v3-pro", "--duration", "3")


@pytest.fixture
def prompts(tmp_path: Path, photo: Path) -> Callable[..., Path]:
    """Write a file of prompts: ``prompts(12)``."""

    def write(count: int, more: str = "") -> Path:
        file = tmp_path / "prompts.csv"
        rows = "".join(f"a pan past house {number},{photo}\n" for number in range(count))
        file.write_text(f"prompt,image\n{rows}{more}")
        return file

    return write


def id_of(library: Library) -> str:
    [batch] = library.batches.all()
    return batch.id


def test_a_batch_from_its_estimate_to_its_sheet(
    sandbox: Sandbox, command: Command, prompts: Callable[..., Path], library: Library, photo: Path
) -> None:
    file = prompts(3, f"a pan past house 1,{photo}\na tilt up,{photo}\n")
    dry = command("batch", str(file), *COMMON, "--dry-run")
    assert (dry.status, sandbox.ledger) == (0, [])
    assert (
        dry.out.splitlines()[0]
        == "prompts.csv, 5 lines: 4 videos with Kling v3 Pro; 4 new. 1 repeat made once."
    )
    assert "12 s of video" in dry.out
    refused = command("batch", str(file), *COMMON)
    assert (refused.status, refused.err) == (1, "Nothing was sent. --yes begins without asking.\n")
    assert (library.batches.all(), sandbox.ledger) == ([], [])

    made = command("batch", str(file), *COMMON, "--yes")
    assert (made.status, made.last) == (0, str(file.with_suffix(".html")))
    assert "4 of 4 done" in made.err
    assert len(sandbox.ledger) == 4
    page = Path(made.last).read_text()
    assert (page.count("<video "), page.count('class="cell"')) == (4, 4)
    assert page.index("house 0") < page.index("house 1") < page.index("a tilt up")

    again = command("batch", str(file), *COMMON, "--yes")
    assert (again.status, len(sandbox.ledger)) == (0, 4)
    assert "prompts.csv is batch" in again.err
    more = prompts(4)  # another file: what is there is not made again
    grown = command("batch", str(more), *COMMON, "--yes", "--no-sheet")
    assert "1 new, 3 already made" in grown.out
    assert re.search(r"About .* with 8 at once on this machine, until ", grown.out)
    assert (grown.status, len(sandbox.ledger)) == (0, 5)

    listed = command("batch", "list").out
    assert listed.count("prompts.csv") == 2
    assert listed.count("4 of 4 done") == 2
    facts = json.loads(command("batch", "list", "--json").out)
    assert [(one["kept"], one["failed"], one["waiting"]) for one in facts] == [(4, 0, 0), (4, 0, 0)]


def test_an_image_that_has_changed_is_asked_with_anew(
    sandbox: Sandbox, command: Command, tmp_path: Path, photo: Path, library: Library
) -> None:
    (tmp_path / "prompts.csv").write_text("prompt,image\na pan,own.jpg\na tilt,own.jpg\n")
    own = tmp_path / "own.jpg"
    own.write_bytes(photo.read_bytes())
    words = ("batch", str(tmp_path / "prompts.csv"), *COMMON, "--yes", "--no-sheet")
    assert (command(*words).status, command(*words).status, len(sandbox.ledger)) == (0, 0, 2)
    own.write_bytes(photo.read_bytes() + b"\0")
    assert "2 new" in command(*words).out
    assert (len(sandbox.ledger), len(library.batches.all())) == (4, 2)
    assert (command(*words).status, len(sandbox.ledger), len(library.batches.all())) == (0, 4, 2)
    own.unlink()
    assert (command(*words).status, len(sandbox.ledger)) == (0, 4), "all of it is there"


def test_what_failed_is_listed_and_made_once_more(
    sandbox: Sandbox, command: Command, prompts: Callable[..., Path], library: Library
) -> None:
    sandbox.fail_next({"code": "CONTENT_REFUSED", "message": "This prompt is not allowed"}, times=2)
    file = prompts(4)
    made = command("batch", str(file), *COMMON, "--yes")
    assert made.status == 1
    assert "2 of 4 done, 2 failed" in made.err
    assert made.out.count("This prompt is not allowed") == 1, "a reason is said once"
    assert len(re.findall(r"^  line \d  [0-9a-f]{10}  a pan past house \d$", made.out, re.MULTILINE)) == 2
    asked = len(sandbox.ledger)
    page = file.with_suffix(".html").read_text()
    assert (page.count("<video "), page.count("This prompt is not allowed")) == (2, 2)
    batch = id_of(library)
    shown = command("batch", "show", batch[:4])
    assert "2 of 4 done, 2 failed" in shown.out
    assert f"batch retry {batch}" in shown.err
    assert command("batch", "join", batch, "--sheet", str(file.with_name("x.html"))).status == 1
    assert len(sandbox.ledger) == asked, "what failed is not made again unasked"
    assert command("batch", "retry", batch).status == 1  # nobody has agreed
    again = command("batch", "retry", batch, "--yes")
    assert (again.status, len(sandbox.ledger)) == (0, asked + 2)


def test_too_many_failures_and_a_used_up_budget_stop_it(
    sandbox: Sandbox, command: Command, prompts: Callable[..., Path], library: Library
) -> None:
    sandbox.fail_next({"message": "no"}, times=7)
    file = prompts(40)
    made = command("batch", str(file), *COMMON, "--yes", "--no-sheet", "--at-once", "2")
    assert made.status == 1
    assert "5 in a row have failed, so nothing more is sent" in made.err
    counts = library.batches.counts(id_of(library))
    assert 5 <= counts.failed <= 8
    assert (counts.claimed, counts.kept) == (0, 0)
    assert command("spend", "--budget", "2").status == 0
    other = prompts(3)
    stopped = command("batch", str(other), *COMMON, "--takes", "2", "--yes", "--no-sheet")
    assert "The batch stops when the budget is used up" in stopped.out
    assert (stopped.status, stopped.err.count("Over budget: ")) == (1, 2)
    assert f"Then go on: reka-notebook batch join {library.batches.all()[0].id}" in stopped.err
    assert library.batches.counts(library.batches.all()[0].id).failed == 0


def test_a_wrong_key_stops_it_and_fails_no_row(
    start_sandbox: Start,
    command: Command,
    prompts: Callable[..., Path],
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sandbox = start_sandbox(key="rk-the-right-key-1234")
    monkeypatch.setenv("REKA_API_KEY", "rk-a-wrong-key-56789")
    stopped = command("batch", str(prompts(5)), *COMMON, "--yes", "--no-sheet", "--at-once", "2")
    assert stopped.status == 1
    assert "Then go on: reka-notebook batch join" in stopped.err
    counts = library.batches.counts(id_of(library))
    assert (counts.waiting, counts.failed, sandbox.ledger) == (5, 0, [])
    monkeypatch.setenv("REKA_API_KEY", "rk-the-right-key-1234")
    done = command("batch", "join", id_of(library)[:3])
    assert "class=" in Path(done.last).read_text("utf-8"), "whoever comes last writes the contact sheet"
    assert (done.status, len(sandbox.ledger)) == (0, 5), done.err


def test_a_library_out_of_reach_is_waited_for(
    sandbox: Sandbox,
    command: Command,
    prompts: Callable[..., Path],
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures = {"claim": 2, "note_job": 1, "settle": 1, "counts": 1}

    def failing(name: str) -> None:
        real = getattr(BatchTable, name)

        def call(*given: object, **named: object) -> object:
            if began and failures[name]:
                failures[name] -= 1
                raise LibraryError("The server cannot be reached.")
            return real(*given, **named)

        monkeypatch.setattr(BatchTable, name, call)

    began: list[object] = []
    for name in failures:
        failing(name)
    real_run = BatchRun.run
    monkeypatch.setattr(BatchRun, "run", lambda self: began.append(1) or real_run(self))
    made = command("batch", str(prompts(3)), *COMMON, "--yes", "--no-sheet")
    assert (made.status, len(sandbox.ledger)) == (0, 3), made.err
    assert "The server cannot be reached." in made.err
    assert set(failures.values()) == {0}
    assert library.batches.counts(id_of(library)).kept == 3


def test_mistakes_are_said_before_anything_is_sent(
    sandbox: Sandbox, command: Command, prompts: Callable[..., Path], photo: Path
) -> None:
    file = prompts(2, "a pan,none.jpg\n")
    refused = command("batch", str(file), *COMMON, "--yes")
    assert refused.status == 1
    assert refused.err.startswith("reka-notebook: 1 mistake. Nothing was sent.")
    assert "\nline 4: There is no file 'none.jpg'" in refused.err
    assert sandbox.ledger == []
    made = command("batch", str(file), *COMMON, "--yes", "--skip-bad", "--no-sheet")
    assert (made.status, len(sandbox.ledger)) == (0, 2)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have one of two machines die in long runs alone: that is noticed after half a minute."""
    if "kind" in metafunc.fixturenames:
        soak = metafunc.config.getoption("--soak")
        metafunc.parametrize("kind", ["sqlite", "postgresql", *(["two machines"] if soak else [])])


def test_two_processes_make_each_row_once_and_one_is_killed(
    kind: str,
    start_sandbox: Start,
    begin: Begin,
    prompts: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    if kind != "sqlite":
        monkeypatch.setenv("REKA_NOTEBOOK_HOME", request.getfixturevalue("team_database"))
        monkeypatch.setenv("REKA_NOTEBOOK_MEDIA", str(tmp_path / "store"))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "machine"))
        (tmp_path / "store").mkdir()
    pace = [5.0]  # until the second has come, however long that takes here
    sandbox = start_sandbox(seconds=lambda *_: pace[0])
    count = 16
    file = prompts(count)
    with closing(open_library()) as library:
        batches = library.batches
        first = begin("batch", str(file), *COMMON, "--yes", "--at-once", "4", "--no-sheet")
        wait_until(lambda: batches.all() and batches.counts(id_of(library)).claimed, 60, 0.05)
        batch = id_of(library)
        if kind == "two machines":
            monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
            monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other"))
        second = begin("batch", "join", batch, "--at-once", "4")
        wait_until(lambda: len(batches.owners(batch)) == 2, 60, 0.02)
        pace[0] = 0.5
        wait_until(lambda: batches.counts(batch).kept >= 4, 60, 0.02)
        first.send_signal(signal.SIGKILL)
        out, err = second.communicate(timeout=120)
        assert second.returncode == 0, err
        assert f"{count} of {count} done" in err
        counts = batches.counts(batch)
        assert (counts.kept, counts.rows) == (count, count)
        takes = {row.job for row in batches.rows(batch)}
        assert len(takes) == count
        assert all(library.takes.get(take) for take in takes if take)
        assert len(sandbox.ledger) == count
        assert len({charge.request_id for charge in sandbox.ledger}) == count
        assert Path(out.strip()) == file.with_suffix(".html"), "the dead one would have written it"


def test_in_a_team_one_is_asked_before_working_on_anothers(
    sandbox: Sandbox,
    command: Command,
    prompts: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    team_database: str,
) -> None:
    (tmp_path / "store").mkdir()
    monkeypatch.setenv("REKA_NOTEBOOK_HOME", team_database)
    monkeypatch.setenv("REKA_NOTEBOOK_MEDIA", str(tmp_path / "store"))
    monkeypatch.setattr("reka_notebook.config._default_home", lambda: str(tmp_path / "machine"))
    monkeypatch.setenv("REKA_NOTEBOOK_PERSON", "ana")
    sandbox.fail_next({"message": "This prompt is not allowed"})
    file = prompts(3)
    assert command("batch", str(file), *COMMON, "--yes", "--no-sheet").status == 1
    monkeypatch.setenv("REKA_NOTEBOOK_PERSON", "ben")
    asked = command("batch", str(file), *COMMON)
    assert (asked.status, "Nothing was sent" in asked.err) == (1, True)
    batch = json.loads(command("batch", "list", "--json").out)[0]
    assert (batch["person"], batch["kept"], batch["failed"]) == ("ana", 2, 1)
    monkeypatch.setattr("reka_notebook.output.contact_sheet.files.EMBEDDED", 0)
    page = Path(command("batch", "sheet", batch["id"]).last)
    assert (page.read_text().count("<video "), page.read_text().count("<img ")) == (0, 2)
    assert "The media are in the team" in page.read_text()
    assert command("batch", "sheet", batch["id"], "--copy").status == 0
    assert page.read_text().count("<video ") == 2
    assert len(list(page.with_name("prompts-files").iterdir())) == 2


def test_ctrl_c_leaves_a_batch_that_goes_on(
    start_sandbox: Start, begin: Begin, command: Command, prompts: Callable[..., Path], library: Library
) -> None:
    pace = iter([0.3, 0.3, 5.0, 5.0])
    sandbox = start_sandbox(seconds=lambda *_: next(pace, 0.3))
    file = prompts(6)
    running = begin("batch", str(file), *COMMON, "--yes", "--at-once", "2", "--no-sheet")
    wait_until(lambda: library.batches.all() and library.batches.counts(id_of(library)).kept, 60, 0.05)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    batch = id_of(library)
    assert running.returncode == 130, err
    assert f"Nothing is lost: reka-notebook batch join {batch} goes on." in err
    assert library.batches.counts(batch).claimed == 0
    done = command("batch", str(file), *COMMON, "--no-sheet")
    assert (done.status, len(sandbox.ledger)) == (0, 6)


@pytest.mark.parametrize(("presses", "finished"), [(1, 3), (2, 0)])
def test_ctrl_c_waits_for_the_statement_under_way_and_the_second_for_nothing(
    presses: int,
    finished: int,
    sandbox: Sandbox,
    command: Command,
    prompts: Callable[..., Path],
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, claimed = BatchTable.claim, []

    def claim(*given: Any) -> Any:
        for _ in range(presses):
            os.kill(os.getpid(), signal.SIGINT)
        claimed.extend(real(*given))
        return list(claimed)

    monkeypatch.setattr(BatchTable, "claim", claim)
    stopped = command("batch", str(prompts(3)), *COMMON, "--yes", "--no-sheet")
    assert stopped.status == 130
    assert "Nothing is lost" in stopped.err
    assert len(claimed) == finished
    assert library.batches.counts(id_of(library)).claimed == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_terminal_asks_and_shows_a_bar(
    sandbox: Sandbox, prompts: Callable[..., Path], environment: Callable[[], dict[str, str]]
) -> None:
    file = prompts(2)
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "reka_notebook", "batch", str(file), *COMMON, "--no-sheet"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**environment(), "TERM": "xterm-256color", "COLUMNS": "120"},
        start_new_session=True,
    )
    os.close(theirs)
    said = ""
    end = time.monotonic() + 60
    answered = False
    while time.monotonic() < end:
        try:
            said += os.read(terminal, 65536).decode(errors="replace")
        except OSError:
            break
        if not answered and "[y/N]" in said:
            answered = True
            os.write(terminal, b"y\n")
    os.close(terminal)
    assert process.wait(30) == 0, said
    assert "Begin? You'll be charged for 2 new takes. [y/N]" in said
    assert "━" in said
    assert "2 of 2 done" in said
    assert len(sandbox.ledger) == 2


def test_help_lists_options_and_commands(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command("batch", "--help")
    shown = capsys.readouterr().out
    for words in ("--skip-bad", "--dry-run", "retry", "join", "FILE [PROMPT]"):
        assert words in shown
    assert "The file is missing" in command("batch").err
    assert "No batch in the library starts with 'none'" in command("batch", "show", "none").err
    assert command("batch", "list").err.startswith("There are no batches yet")
