"""Test ``%reka_video`` on one line: awaited where possible, blocking where not."""

from collections.abc import Callable
from typing import Any

import pytest

from reka_notebook.sandbox import Sandbox
from tests.kernel.test_several import LOAD, error_of, shown

pytestmark = pytest.mark.kernel

LINE = "%reka_video -i photo.jpg -m kling-v3-pro --duration 3"


def test_a_line_shows_its_video_and_gives_it_to_a_name(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    cell = f"what = 'table'\ntake = {LINE} it's a {{{{what}}}}, the \"best\" one"
    _, outputs, given, again = notebook(
        LOAD, cell, "take.prompt", f'{LINE} it\'s a table, the "best" one'
    ).run()
    assert "<video" in shown(outputs)["text/html"]
    assert eval(given[0]["data"]["text/plain"]) == 'it\'s a table, the "best" one'
    assert len(again) == 1, "shown once, and not once more as the cell's value"
    assert "not charged again" in shown(again)["text/html"]
    assert len(sandbox.ledger) == 1


def test_the_loop_turns_while_a_line_waits(notebook: Callable[..., Any]) -> None:
    ticking = (
        "import asyncio\nticks = 0\n"
        "async def tick():\n    global ticks\n    while True:\n        ticks += 1\n        await asyncio.sleep(0.01)\n"
        "task = asyncio.create_task(tick()); await asyncio.sleep(0)"
    )
    cell = f"before = ticks\nfor word in ('slow', 'fast'):\n    take = {LINE} A {{{{word}}}} pan"
    *_, outputs = notebook(LOAD, ticking, f"{cell}\nprint(ticks - before > 20)").run()
    assert [output["text"] for output in outputs if output["output_type"] == "stream"] == ["True\n"]


def test_a_line_in_a_function_waits_and_gives_the_take(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    function = f"def make(word):\n    take = {LINE} --takes 2 A {{{{word}}}} pan\n    return take"
    _, _, _, outputs = notebook(LOAD, function, "word = 'slow'", "len(make('fast'))").run()
    assert outputs[-1]["data"]["text/plain"] == "2"
    assert len(sandbox.ledger) == 2


def test_a_comment_and_a_semicolon_make_no_other_request(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    lines = [
        f"{LINE} A pan to shot #3",
        f"take = {LINE} A pan to shot #3  # don't make another",
        f"{LINE} A pan to shot #3;",
        f"def again():\n    take = {LINE} A pan to shot #3 ; # in a function\n    return take.prompt",
        "again()",
        "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3;  # as a cell\nA pan to shot #3",
    ]
    *_, said, _ = notebook(LOAD, *lines).run()
    assert eval(said[-1]["data"]["text/plain"]) == "A pan to shot #3"
    assert len(sandbox.ledger) == 1


def test_a_line_stays_as_it_is_written_or_it_is_said_what_is_wrong(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    path = r"C:\Users\new\table.png"
    cells = [
        f"%%reka_video -i {path} -m kling-v3-pro\nA pan",
        f"take = %reka_video -i {path} A pan",
        "%%reka_video -i photo.jpg \\\n--duration 3\nA pan",
        "path = 'photo.jpg'\n%reka_video -i {path} A pan",
        "%reka_video -i photo.jpg A pan #sunset",
        f"{LINE} --duratoin 3 A pan",
    ]
    _, *outputs = notebook(LOAD, *cells, errors=True).run()
    said = [error_of(output) for output in outputs]
    assert f"There is no file '{path}'" in said[0]
    assert f"There is no file '{path}'" in said[1]
    assert "ends in a backslash, so it is unfinished. Nothing was sent" in said[2]
    assert "{path} is not filled in. Nothing was sent. A variable is written {{path}}" in said[3]
    assert "a comment, or part of the prompt?" in said[4]
    assert "Did you mean --duration?" in said[5]
    assert [seen.path for seen in sandbox.log if seen.step != "models"] == []
