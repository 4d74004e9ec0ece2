"""Test that every way to ask for a video writes the same row."""

import shlex
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import reka_notebook
from reka_notebook.__main__ import main
from reka_notebook.jobs import controller
from reka_notebook.library import JobRecord
from reka_notebook.magic import extension
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets.studio.studio import Studio

PROMPT = "A slow dolly in"
MODEL = "kling-v3-pro"


def run_cell(code: str) -> None:
    """Run a notebook's cell in a shell with the extension loaded."""
    shell = InteractiveShell()
    extension.load(shell)
    try:
        shell.run_cell(code).raise_error()
    finally:
        extension.unload(shell)


def ask_in_a_cell(photo: Path) -> None:
    run_cell(f"%%reka_video -i {shlex.quote(str(photo))} -m {MODEL} --duration 3\n{PROMPT}")


def ask_on_a_line(photo: Path) -> None:
    run_cell(f"take = %reka_video -i {shlex.quote(str(photo))} -m {MODEL} --duration 3 {PROMPT}")


def ask_on_the_command_line(photo: Path) -> None:
    assert main(["generate", "--image", str(photo), "-m", MODEL, "--duration", "3", PROMPT]) == 0


def ask_in_python(photo: Path) -> None:
    reka_notebook.submit(PROMPT, photo, model=MODEL, duration=3).result(60)


def ask_by_the_studios_button(photo: Path) -> None:
    studio = Studio(photo, model=MODEL)
    message = {
        "id": "1",
        "type": "generate",
        "endpoint": f"{MODEL}/image-to-video",
        "prompt": PROMPT,
        "settings": {"duration": "3"},
        "images": {"start": studio.images[0]["digest"]},
        "again": False,
    }
    studio._handle_custom_msg(message, [])  # as it arrives from the browser
    end = time.monotonic() + 60
    while not controller().library.takes.newest(1):
        assert time.monotonic() < end, "nothing was made"
        time.sleep(0.01)
    studio.close()


def ask_in_the_studios_code(photo: Path) -> None:
    studio = Studio(photo, PROMPT, model=MODEL, settings={"duration": 3})
    studio.generate().result(60)
    studio.close()


WAYS: dict[str, Callable[[Path], None]] = {
    "cell": ask_in_a_cell,
    "line": ask_on_a_line,
    "command line": ask_on_the_command_line,
    "Python": ask_in_python,
    "button": ask_by_the_studios_button,
    "studio.generate()": ask_in_the_studios_code,
}


def test_every_way_to_ask_writes_the_same_row(
    sandbox: Sandbox, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = tmp_path / "walk.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    rows: dict[str, JobRecord] = {}
    for number, (way, ask) in enumerate(WAYS.items()):
        reka_notebook.configure(home=tmp_path / f"library {number}")  # where nothing is kept yet
        ask(photo)
        (rows[way],) = controller().library.jobs.all()
    first = rows["cell"]
    for way, row in rows.items():
        assert row.request == first.request, way
        assert row.request.content_key == first.request.content_key, way
        assert row.idempotency_key == first.idempotency_key, way
        assert row.service == first.service, way
    assert {way for way, row in rows.items() if row.notebook is None} == {"command line"}
    assert {row.notebook for row in rows.values()} == {str(notebook), None}
    assert len(sandbox.ledger) == 1, "the service saw one request, asked for six times"
