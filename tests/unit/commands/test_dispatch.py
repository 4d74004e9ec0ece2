"""Test finding the command, and its exit status."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest

from reka_notebook import __version__, commands
from reka_notebook.__main__ import COMMANDS, main
from tests.unit.commands.conftest import Filled, Ran

Command = Callable[..., Ran]


def test_every_command_is_listed_with_what_it_does(command: Command) -> None:
    for words in ((), ("--help",), ("-h",)):
        shown = command(*words)
        assert shown.status == 0
        for name, text in COMMANDS.items():
            assert f"  {name:<11}{text}\n" in shown.out


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_how_it_is_used(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(SystemExit):  # as argparse ends after its help
        assert main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: reka-notebook {name}")


def test_the_version_is_the_packages(command: Command) -> None:
    assert command("--version") == Ran(0, f"{__version__}\n", "")


def test_a_slip_of_the_finger_gets_the_nearest_match(command: Command) -> None:
    said = command("takez")
    assert (said.status, said.out) == (1, "")
    assert said.err == "reka-notebook: There is no command 'takez'. Did you mean takes?\n"
    assert "Choose from: generate, batch, takes" in command("zzzzz").err
    assert "Did you mean --search?" in command("takes", "--serch", "x").err
    assert "See reka-notebook takes --help" in command("takes", "word").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("takes", "--limit", "-3"), "--limit"),
        (("takes", "--limit", "many"), "wants a whole number, as in 20, and got 'many'"),
        (("prune", "--older-than", "30"), "wants a time, as in 30d, 12h, 2w or 45m, and got '30'"),
        (("show",), "ID"),
        (("export", "abc"), "--to"),
        (("sandbox", "--port", "70000"), "wants a port, 0 to 65535"),
        (("sandbox", "--speed", "0"), "speed must be above 0"),
        (("sandbox", "--profile", "rekka"), "invalid choice: 'rekka'"),
        (("sandbox", "--balance", "lots"), "wants an amount in USD, as in 5 or 2.50, and got 'lots'"),
    ],
)
def test_what_cannot_be_understood_is_said_in_words(
    command: Command, words: tuple[str, ...], said: str
) -> None:
    shown = command(*words)
    assert (shown.status, shown.out) == (1, "")
    assert shown.err.startswith("reka-notebook: ")
    assert said in shown.err


@pytest.mark.parametrize(
    "words", [("takes",), ("jobs",), ("show", "x"), ("pin", "x"), ("prune",), ("resume", "x")]
)
def test_a_file_in_place_of_the_folder_is_said_in_words(
    command: Command, home: Path, words: tuple[str, ...]
) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file")
    shown = command(*words)
    assert (shown.status, shown.out) == (1, "")
    assert "Set REKA_NOTEBOOK_HOME to a folder that can be written to" in shown.err


def test_an_unknown_id_is_said_in_words(command: Command) -> None:
    for words in (
        ("show", "x"),
        ("pin", "x"),
        ("resume", "x"),
        ("cancel", "x"),
        ("export", "x", "--to", "y"),
    ):
        assert command(*words).err == "reka-notebook: No job in the library starts with 'x'.\n", words


def raising(error: BaseException) -> ModuleType:
    module = ModuleType("reka_notebook.commands.jobs")

    def run(words: object) -> int:
        raise error

    module.run = run  # type: ignore[attr-defined]
    return module


def test_an_error_of_our_own_says_where_and_shows_no_traceback(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "reka_notebook.commands.jobs", raising(KeyError("oops")))
    monkeypatch.setattr(commands, "jobs", None, raising=False)
    shown = command("jobs")
    assert shown.status == 1
    assert "Unexpected error in reka-notebook" in shown.err
    assert "test_dispatch.py" in shown.err
    assert "KeyError('oops')" in shown.err


def test_an_interrupt_and_a_full_disk_have_their_own_ends(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "reka_notebook.commands.jobs", raising(KeyboardInterrupt()))
    assert command("jobs") == Ran(130, "", "")
    full = OSError(28, "No space left on device", "/there")
    monkeypatch.setitem(sys.modules, "reka_notebook.commands.jobs", raising(full))
    assert command("jobs") == Ran(1, "", "reka-notebook: /there cannot be used: No space left on device.\n")


def test_what_the_service_says_cannot_steer_the_terminal(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reka_notebook.errors import RekaError

    evil = RekaError("no\x1b[2J\x07 \u202egnp.exe\x9b31m")
    monkeypatch.setitem(sys.modules, "reka_notebook.commands.jobs", raising(evil))
    assert command("jobs").err == "reka-notebook: no[2J gnp.exe31m\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [["--help"], ["--version"], ["takes", "--help"]])
def test_whoever_reads_it_may_stop_early(
    begin: Callable[..., subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    unbuffered: str,
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    process = begin(*words)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(20) in (0, 1)


def test_a_terminal_without_the_characters_ends_no_command(filled: Filled, process: Command) -> None:
    filled.library.pin(filled.take("über 漢字").id, True)
    shown = process("takes", PYTHONIOENCODING="ascii")
    assert shown.status == 0
    assert "?ber ??" in shown.out
    assert '"\\u00fcber \\u6f22\\u5b57"' in process("takes", "--json", PYTHONIOENCODING="ascii").out
