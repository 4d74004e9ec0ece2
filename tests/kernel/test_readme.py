"""What the README shows, done: its cells in one kernel, its commands in a shell, both against the sandbox."""

import json
import os
import re
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reka_notebook import catalogue

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
CELLS = [body.rstrip("\n") for language, body in BLOCKS if language in ("python", "ipython")]
LINES = [
    line for language, body in BLOCKS if language == "bash" for line in body.splitlines() if line.strip()
]
OWN = (["reka-notebook"], ["python", "-m", "reka_notebook"])
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def words_of(line: str) -> list[str]:
    """A command's words, without comment and without the variables set before it."""
    words = shlex.split(line, comments=True)
    while words and re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    return words


def own_words(line: str) -> list[str] | None:
    """What is said to ``reka-notebook``; None where the line is another program's."""
    words = words_of(line)
    return next((words[len(name) :] for name in OWN if words[: len(name)] == name), None)


def test_there_is_something_to_run() -> None:
    assert len(CELLS) >= 3
    assert any(own_words(line) for line in LINES)
    assert any(words_of(line)[0] == "make" for line in LINES)


def test_the_cells_run_in_order(notebook: Callable[..., Any]) -> None:
    outputs = notebook(*CELLS).run()
    for cell, shown in zip(CELLS, outputs, strict=True):
        wrong = [out for out in shown if out["output_type"] == "error" or out.get("name") == "stderr"]
        assert not wrong, cell
    assert any("<video " in out.get("data", {}).get("text/html", "") for shown in outputs for out in shown)


@pytest.mark.parametrize("line", [line for line in LINES if own_words(line)])
def test_the_command_leaves_a_file(line: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reka_notebook", *(own_words(line) or ())],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.splitlines()[-1]).stat().st_size > 1000
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", [line for line in LINES if own_words(line) is None])
def test_the_other_commands_are_there(line: str) -> None:
    program, *rest = words_of(line)
    match program:
        case "make":
            assert next(word for word in rest if "=" not in word) in TARGETS
        case "pip":
            assert rest == ["install", "."]
        case "jupyter":
            assert os.access(Path(sysconfig.get_path("scripts"), f"jupyter-{rest[0]}"), os.X_OK)
        case _:
            pytest.fail(f"Nothing here knows how to try {program!r}; teach this test.")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`[^`\n]*\bmake ([a-z-]+)[^`\n]*`", README))))
def test_every_target_it_names_is_in_the_makefile(target: str) -> None:
    assert target in TARGETS


@pytest.mark.parametrize("text", [body for language, body in BLOCKS if language == "json"])
def test_its_corrections_are_taken(text: str, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    file.write_text(text, "utf-8")
    corrected = catalogue.load(file)
    for name in json.loads(text)["endpoints"]:
        assert catalogue.Mark.learned in corrected.endpoint(name).marks.values()
