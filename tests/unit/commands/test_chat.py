"""``suggest`` and ``describe``."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reka_notebook.chat import memory
from reka_notebook.sandbox import Sandbox
from tests.unit.commands.conftest import Ran


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    memory.forget_all()
    yield
    memory.forget_all()


def test_rewritings_are_lines_on_stdout(sandbox: Sandbox, command: Callable[..., Ran], photo: Path) -> None:
    ran = command(
        "suggest", "A pan", "over the sea", "-i", str(photo), "--for", "kling-v3-pro", "--count", "2"
    )
    assert ran.status == 0, ran.err
    assert len(ran.out.splitlines()) == 2
    assert "A pan over the sea" not in ran.out.splitlines()
    assert "Sends the prompt and a preview of 512 × " in ran.err
    assert "No charge: answered on this machine." in ran.err
    assert not sandbox.ledger or all("chat" in one.endpoint for one in sandbox.ledger)


def test_a_dry_run_sends_nothing(sandbox: Sandbox, command: Callable[..., Ran]) -> None:
    ran = command("suggest", "A pan", "--dry-run")
    assert ran.out.startswith("Sends the prompt to Reka Edge at this machine.")
    assert ran.out.endswith("Nothing was sent.\n")
    assert not sandbox.ledger


def test_for_a_program(sandbox: Sandbox, command: Callable[..., Ran]) -> None:
    told = json.loads(command("suggest", "A pan", "--json").out)
    assert len(told["suggestions"]) == 3
    assert told["sweep"].startswith("{{")
    assert (told["prompt"], told["model"]) == ("A pan", "reka-edge-2603")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("suggest",), "PROMPT"),
        (("suggest", " "), "no prompt to rewrite"),
        (("suggest", "A pan", "-i", "nothing.png"), "nothing.png"),
        (("suggest", "A pan", "-m", "nothing"), "Unknown chat model"),
        (("suggest", "A pan", "--count", "0"), "1 to 10"),
        (("suggest", "A pan", "--fro", "kling"), "--for"),
        (("describe", "nothing"), "nothing"),
    ],
)
def test_what_cannot_be_read(
    sandbox: Sandbox, command: Callable[..., Ran], words: tuple[str, ...], told: str
) -> None:
    ran = command(*words)
    assert (ran.status, ran.out) == (1, "")
    assert told in ran.err
    assert not sandbox.ledger


def test_a_take_is_described_and_kept_as_its_note(
    sandbox: Sandbox, command: Callable[..., Ran], asking: tuple[str, ...]
) -> None:
    command(*asking)
    take = json.loads(command("takes", "--json").out)[0]["id"]
    assert command("describe", take, "--dry-run").out.startswith("Sends the whole video, ")
    ran = command("describe", take, "--keep")
    assert ran.status == 0, ran.err
    assert ran.out.strip()
    assert "Note saved." in ran.err
    told = json.loads(command("show", take, "--json").out)
    assert ran.out.splitlines()[0] in told["taken"]["note"]


def test_a_sound_is_not_described(sandbox: Sandbox, command: Callable[..., Ran]) -> None:
    made = command("generate", "--task", "text-to-speech", "Good morning.")
    assert os.path.exists(made.last)
    take = json.loads(command("takes", "--json").out)[0]["id"]
    ran = command("describe", take)
    assert (ran.status, ran.out) == (1, "")
    assert "This take is a sound, and a chat model can look at videos, images and boxes only." in ran.err
