"""Test each magic in a real kernel: what it makes is kept, shown, and charged once."""

from collections.abc import Callable
from typing import Any

import pytest

from reka_notebook.sandbox import Sandbox
from tests.kernel.test_several import LOAD, error_of, shown

pytestmark = pytest.mark.kernel

Notebook = Callable[..., Any]


def value(outputs: list[dict[str, Any]]) -> Any:
    """Return what the last expression of a cell is."""
    return eval(outputs[-1]["data"]["text/plain"])


def charged(sandbox: Sandbox) -> list[str]:
    """Return the task of every request that was charged."""
    return [one.endpoint.rpartition("/")[2] for one in sandbox.ledger]


CELLS = {
    "%%reka_image --num-images 2 --as drawn\nA red boat on a lake": (
        "drawn",
        "text-to-image",
        ["image", "image"],
    ),
    "%%reka_image -i drawn,photo.jpg --as edited\nMake it night": ("edited", "edit", ["image"]),
    '%%reka_boxes -i edited --as found "boat, lake"': ("found", "image-to-bbox", ["boxes"]),
    "%%reka_video -i edited --duration 3 --as shot\nA slow pan": ("shot", "image-to-video", ["video"]),
    "%%reka_video --duration 3 --as other\nA {{what}}": ("other", "text-to-video", ["video"]),
    "voice = %reka_speech The boat leaves at eight.": ("voice", "text-to-speech", ["audio"]),
}
"""Cells that hand their takes on, each with what it binds, its task, and the kinds of the files that it makes."""


def test_each_magic_makes_charges_once_and_hands_its_take_on(notebook: Notebook, sandbox: Sandbox) -> None:
    bound = ", ".join(name for name, *_ in CELLS.values())
    facts = f"[([one.kind for one in take.record.files], take.request.endpoint) for take in ({bound})]"
    _, _, *outputs = notebook(LOAD, "what = 'calm sea'", *CELLS, facts, *CELLS).run()
    first, made, again = outputs[: len(CELLS)], outputs[len(CELLS)], outputs[len(CELLS) + 1 :]
    found = [(kinds, endpoint.rpartition("/")[2]) for kinds, endpoint in value(made)]
    assert found == [(kinds, task) for _, task, kinds in CELLS.values()]
    assert charged(sandbox) == [task for _, task, _ in CELLS.values()]
    for shown_first, shown_again in zip(first, again, strict=True):
        assert "not charged again" not in shown(shown_first)["text/html"]
        assert "not charged again" in shown(shown_again)["text/html"]


def test_alternatives_and_takes_of_an_image_are_one_grid(notebook: Notebook, sandbox: Sandbox) -> None:
    cell = "%%reka_image --takes 2 --as drawn\nA {{calm|wild}} sea"
    _, plan, first, names, second = notebook(
        LOAD, cell.replace("--takes", "--dry-run --takes"), cell, "[one.prompt for one in drawn]", cell
    ).run()
    assert "4 takes: 4 would be charged." in plan[0]["text"]
    assert "4 images" in plan[0]["text"]
    assert "video" not in plan[0]["text"]
    assert value(names) == ["A calm sea", "A calm sea", "A wild sea", "A wild sea"]
    assert charged(sandbox) == ["text-to-image"] * 4
    assert "<img" in shown(first)["text/html"]
    assert "not charged again" in shown(second)["text/html"]


def test_in_the_background_a_name_is_the_job(notebook: Notebook, sandbox: Sandbox) -> None:
    cell = "%%reka_speech --bg --as job\nGood morning."
    _, begun, kind = notebook(LOAD, cell, "(await job).kind").run()
    assert value(kind) == "audio"
    assert "Good morning." in shown(begun)["text/html"]
    assert charged(sandbox) == ["text-to-speech"]


def test_what_makes_something_else_is_refused_before_anything_is_sent(
    notebook: Notebook, sandbox: Sandbox
) -> None:
    cells = (
        "%%reka_speech -m nano-banana\nHello",
        "%%reka_video -m eleven-v3\nA quay",
        "%%reka_boxes\ncup",
        "%%reka_image --duration 3\nA quay",
    )
    _, *outputs = notebook(LOAD, *cells, errors=True).run()
    said = [error_of(output) for output in outputs]
    assert "nano-banana makes images, and no sounds. Its tasks: text-to-image, edit." in said[0]
    assert "eleven-v3 makes sounds, and no videos. Its tasks: text-to-speech." in said[1]
    assert "needs an image, and none was given" in said[2]
    assert "has no option --duration" in said[3]
    assert charged(sandbox) == []
