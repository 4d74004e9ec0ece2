"""Test the cell that helps with a prompt."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook import RekaError, Suggestions
from reka_notebook.magic import extension, prompt_cell
from reka_notebook.magic.awaiting import awaited
from reka_notebook.magic.reka import config
from tests.conftest import PHOTO
from tests.unit.chat.conftest import ANSWER, said


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    made = InteractiveShell.instance()
    yield made
    made.user_ns.clear()
    InteractiveShell.clear_instance()


def words(service) -> str:
    content = service.asked[-1].json["messages"][1]["content"]
    return content if isinstance(content, str) else content[0]["text"]


def test_rewritings_are_shown_and_bound(service, shell, capsys):
    prompt_cell.run_and_block(shell, "--as ideas", "A pan over the sea\n")
    ideas = shell.user_ns["ideas"]
    assert isinstance(ideas, Suggestions)
    assert len(ideas) == 3
    assert "1. A {+slow+} pan over the sea" in capsys.readouterr().out
    assert "<prompt>\nA pan over the sea\n</prompt>" in words(service)


def test_awaited_it_does_the_same(service, shell):
    asyncio.run(prompt_cell.run(shell, f"-i {PHOTO} --count 2 --for veo-3.1 --as ideas", "A pan"))
    assert len(shell.user_ns["ideas"]) == 2
    assert "for the model veo-3.1" in words(service)


def test_a_dry_run_sends_nothing(service, shell, capsys):
    prompt_cell.run_and_block(shell, f"-i {PHOTO} --dry-run", "A pan")
    told = capsys.readouterr().out
    assert told.startswith("Sends the prompt and a preview of 512 × ")
    assert told.endswith("No charge: answered on this machine. Nothing was sent.\n")
    assert not service.asked


def test_variables_are_filled_in_and_alternatives_stay(service, shell):
    shell.user_ns["place"] = "the pier"
    shell.user_ns["photo"] = str(PHOTO)
    prompt_cell.run_and_block(shell, "-i photo", "A {{slow|fast}} pan over {{place}}")
    assert "A {{slow|fast}} pan over the pier" in words(service)


@pytest.mark.parametrize(
    ("line", "body", "told"),
    [
        ("", " \n", "no prompt to rewrite"),
        ("--cuont 3", "A pan", "--count"),
        ("--count 0", "A pan", "1 to 10"),
        ("--as 3x", "A pan", "variable's name"),
        ("-i nothing.png", "A pan", "nothing.png"),
        ("-m nothing", "A pan", "Unknown chat model"),
        ("", "A {{pan", "not closed"),
        ("--help", "A pan", "which chat model"),
    ],
)
def test_what_cannot_be_read(service, shell, line, body, told):
    with pytest.raises(RekaError, match=told):
        prompt_cell.run_and_block(shell, line, body)
    assert not service.asked


def test_fresh_asks_again(service, shell):
    for line in ("", "", "--fresh"):
        prompt_cell.run_and_block(shell, line, "A pan")
    assert len(service.asked) == 2


def test_an_interrupt_leaves_what_was_sent(service, shell):
    def slowly(connection):
        time.sleep(0.5)
        connection.sendall(said())

    service.replies = [slowly]

    async def interrupted() -> None:
        running = asyncio.ensure_future(prompt_cell.run(shell, "--as ideas", "A pan"))
        while not service.asked and not running.done():
            await asyncio.sleep(0.02)
        running.cancel()
        with pytest.raises(RekaError, match="not asked a second time"):
            await running

    asyncio.run(interrupted())
    prompt_cell.run_and_block(shell, "--as ideas", "A pan")
    assert len(shell.user_ns["ideas"]) == 3
    assert len(service.asked) == 1


def test_the_magic_is_there_and_gone_again(service, shell):
    extension.load(shell)
    try:
        service.replies = [said(ANSWER)]
        shell.run_cell_magic("reka_prompt", "--as ideas", "A pan")
        assert len(shell.user_ns["ideas"]) == 3
        assert "%%reka_prompt --image" in prompt_cell.help_text()
    finally:
        extension.unload(shell)
    assert "reka_prompt" not in shell.magics_manager.magics["cell"]


def test_such_a_cell_is_awaited(monkeypatch):
    monkeypatch.setattr("reka_notebook.magic.awaiting._can_await", lambda: True)
    [line] = awaited(["%%reka_prompt --as ideas\n", "A pan\n"])
    assert line.startswith("await ")
    assert "'reka_prompt', '--as ideas', 'A pan\\n'" in line


def test_where_the_instruction_lies_is_said(service):
    assert "suggest.txt" in config.run([]).text
