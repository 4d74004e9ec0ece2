"""Test that every way to ask writes the same row, for every task."""

import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from IPython.core.interactiveshell import InteractiveShell

import reka_notebook
from reka_notebook.__main__ import main
from reka_notebook.catalogue.tasks import TASKS
from reka_notebook.jobs import controller
from reka_notebook.library import JobRecord
from reka_notebook.magic import extension
from reka_notebook.options.magics import MAGICS
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets.studio.studio import Studio

PROMPT = "A slow dolly in"
Settings = dict[str, Any]


class Asked(NamedTuple):
    """Say what is asked for, as every way to ask writes it down."""

    task: str
    model: str
    settings: Settings
    photo: Path | None

    @property
    def magic(self) -> str:
        return next(name for name, output in MAGICS.items() if output == TASKS[self.task].output)

    @property
    def words(self) -> list[str]:
        image = ["--image", str(self.photo)] if self.photo is not None else []
        settings = [
            word
            for name, value in self.settings.items()
            for word in (f"--{name.replace('_', '-')}", str(value))
        ]
        return [*image, "-m", self.model, *settings]


def run_cell(code: str) -> None:
    """Run a notebook's cell in a shell with the extension loaded."""
    shell = InteractiveShell()
    extension.load(shell)
    try:
        shell.run_cell(code).raise_error()
    finally:
        extension.unload(shell)


def ask_in_a_cell(asked: Asked) -> None:
    run_cell(f"%%{asked.magic} {shlex.join(asked.words)}\n{PROMPT}")


def ask_on_a_line(asked: Asked) -> None:
    run_cell(f"take = %{asked.magic} {shlex.join(asked.words)} {PROMPT}")


def ask_on_the_command_line(asked: Asked) -> None:
    assert main(["generate", "--task", asked.task, *asked.words, PROMPT]) == 0


def ask_in_python(asked: Asked) -> None:
    reka_notebook.submit(PROMPT, asked.photo, model=asked.model, task=asked.task, **asked.settings).result(60)


def ask_by_the_studios_button(asked: Asked) -> None:
    id_ = f"{asked.model}/{asked.task}"
    studio = Studio(asked.photo, model=id_)
    message = {
        "id": "1",
        "type": "generate",
        "endpoint": id_,
        "prompt": PROMPT,
        "settings": asked.settings,
        "images": {"start": studio.images[0]["digest"]} if asked.photo is not None else {},
        "again": False,
    }
    studio._handle_custom_msg(message, [])  # as it arrives from the browser
    end = time.monotonic() + 60
    while not controller().library.takes.newest(1):
        assert time.monotonic() < end, "nothing was made"
        time.sleep(0.01)
    studio.close()


def ask_in_the_studios_code(asked: Asked) -> None:
    studio = Studio(asked.photo, PROMPT, model=f"{asked.model}/{asked.task}", settings=asked.settings)
    studio.generate().result(60)
    studio.close()


WAYS: dict[str, Callable[[Asked], None]] = {
    "cell": ask_in_a_cell,
    "line": ask_on_a_line,
    "command line": ask_on_the_command_line,
    "Python": ask_in_python,
    "button": ask_by_the_studios_button,
    "studio.generate()": ask_in_the_studios_code,
}


@pytest.mark.parametrize(
    ("task", "model", "settings"),
    [
        ("image-to-video", "kling-v3-pro", {"duration": "3"}),
        ("text-to-video", "seedance-2.0-fast", {"duration": "3"}),
        ("text-to-image", "nano-banana", {"num_images": 2, "aspect_ratio": "16:9"}),
        ("edit", "nano-banana", {"output_format": "png"}),
        ("text-to-speech", "eleven-v3", {"voice": "Ann"}),
        ("image-to-bbox", "reka-edge-2603", {}),
    ],
)
def test_every_way_to_ask_writes_the_same_row(
    sandbox: Sandbox,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    task: str,
    model: str,
    settings: Settings,
) -> None:
    asked = Asked(task, model, settings, photo if TASKS[task].with_image or task == "image-to-bbox" else None)
    notebook = tmp_path / "walk.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    rows: dict[str, JobRecord] = {}
    for number, (way, ask) in enumerate(WAYS.items()):
        reka_notebook.configure(home=tmp_path / f"library {number}")  # where nothing is kept yet
        ask(asked)
        (rows[way],) = controller().library.jobs.all()
    first = rows["cell"]
    assert first.request.endpoint == f"{model}/{task}"
    for way, row in rows.items():
        assert row.request == first.request, way
        assert row.request.content_key == first.request.content_key, way
        assert row.idempotency_key == first.idempotency_key, way
        assert row.service == first.service, way
    assert {way for way, row in rows.items() if row.notebook is None} == {"command line"}
    assert {row.notebook for row in rows.values()} == {str(notebook), None}
    assert len(sandbox.ledger) == 1, "the service saw one request, asked for six times"
