"""Run what the README and the documentation show: cells in a kernel, commands in a shell."""

import dataclasses
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook import catalogue
from reka_notebook.__main__ import COMMANDS, main
from reka_notebook.config import Settings
from reka_notebook.magic.reka.matching import SUBCOMMANDS
from reka_notebook.options.known import options_of, parser
from tests import forked_processes
from tests.processes import ask_soon

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
}
WITH_SERVERS = "docs/team.md"
"""What it shows needs a database and a bucket: the tests of a team's library do it with real ones."""

BLOCKS = [
    (name, language, body)
    for name, text in PAGES.items()
    for language, body in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
]
CELLS = [
    (name, body.rstrip("\n"))
    for name, language, body in BLOCKS
    if language in ("python", "ipython") and name != WITH_SERVERS
]
LINES = [
    (name, line)
    for name, language, body in BLOCKS
    if language == "bash"
    for line in body.splitlines()
    if line.strip() and not line.startswith("#")
]
OWN = (["reka-notebook"], ["python", "-m", "reka_notebook"])
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
ID = "3f9c"
"""The id that the pages show; a real one takes its place."""

BATCH = "3fa9c1"
"""The id of a batch that they show."""


def words_of(line: str) -> list[str]:
    """Return a command's words, without comment and without the variables set before it."""
    words = shlex.split(line, comments=True)
    while words and re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    return words


def own_words(line: str) -> list[str] | None:
    """Return what is said to ``reka-notebook``; None where the line is another program's."""
    words = words_of(line)
    return next((words[len(name) :] for name in OWN if words[: len(name)] == name), None)


OWN_LINES = [(name, line) for name, line in LINES if own_words(line)]
OTHER_LINES = [(name, line) for name, line in LINES if own_words(line) is None]


def test_there_is_something_to_run() -> None:
    assert len([name for name, _ in CELLS if name == "README.md"]) >= 3
    assert len({name for name, _ in CELLS}) >= 4
    assert len(OWN_LINES) >= 5
    assert any(words_of(line)[0] == "make" for _, line in LINES)


def test_the_cells_run_page_by_page_in_one_kernel(notebook: Callable[..., Any]) -> None:
    outputs = notebook(*(cell for _, cell in CELLS)).run()
    for (name, cell), shown in zip(CELLS, outputs, strict=True):
        wrong = [out for out in shown if out["output_type"] == "error" or out.get("name") == "stderr"]
        assert not wrong, f"{name}: {cell}"
    assert any("<video " in out.get("data", {}).get("text/html", "") for shown in outputs for out in shown)


def test_the_commands_run_in_order(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    ask_soon(monkeypatch)

    def run(words: list[str]) -> str:
        """Run what makes a take as a process of its own, and here what looks at what is there, or goes on with it."""
        if words[0] == "generate" or words[-1] == "--help":
            command = [sys.executable, "-m", "reka_notebook", *words]
            done = forked_processes.run(command, capture_output=True, text=True, timeout=120)
            status, out, err = done.returncode, done.stdout, done.stderr
        else:
            capsys.readouterr()
            status = main(words)
            out, err = capsys.readouterr()
        assert status == 0, f"{words}: {out}{err}"
        assert "Traceback" not in err
        return out

    for file in ("prompts.csv", "animals.csv"):
        (folder / file).write_text("animal,prompt\ncat,A {{animal}} looks up\ndog,\n", "utf-8")
    shutil.copyfile(folder / "photo.jpg", folder / "studio.jpg")
    batch = ""
    with_servers = [own_words(line) or [""] for name, line in OWN_LINES if name == WITH_SERVERS]
    assert {words[0] for words in with_servers} <= COMMANDS.keys()
    lines = dict.fromkeys(line for name, line in OWN_LINES if name != WITH_SERVERS)  # each once
    for line in sorted(lines, key=lambda one: "generate" not in one):
        words = own_words(line) or []
        if words[:1] == ["batch"] and words[1].endswith(".csv"):
            words = [*words, "--yes", "--skip-bad"]
        if BATCH in words:
            batch = batch or json.loads(run(["batch", "list", "--json"]))[0]["id"]
            words = [batch if word == BATCH else word for word in words]
        if words[0] == "sandbox":
            serves(words, folder)
            continue
        if ID in words or "--request" in words:
            (newest,) = json.loads(run(["takes", "--limit", "1", "--json"]))
            words = [str(newest["id"]) if word == ID else word for word in words]
            if "--request" in words:
                words[words.index("--request") + 1] = newest["request_id"]
        if words[:2] == ["catalogue", "update"]:  # asks addresses on the web, which a test does not
            words = [*words[:2], "--help"]
        said = run(words)
        if words[0] == "generate" and "--dry-run" not in words:
            assert Path(said.splitlines()[-1]).stat().st_size > 1000, line


def serves(words: list[str], folder: Path) -> None:
    """Start a sandbox by its command, check that it says where it is, and end it."""
    process = forked_processes.Popen(
        [sys.executable, "-m", "reka_notebook", *words], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert "http://127.0.0.1:" in process.stdout.readline()
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.mark.parametrize(("name", "line"), OTHER_LINES)
def test_the_other_commands_are_there(name: str, line: str) -> None:
    program, *rest = words_of(line)
    match program:
        case "make":
            assert next(word for word in rest if "=" not in word) in TARGETS
        case "pip":
            assert rest[0] == "install"
            assert all(re.fullmatch(r"(\.|reka-notebook)(\[[a-z]+\])?", word) for word in rest[1:])
        case "export":
            assert rest[0].partition("=")[0] in PAGES["docs/configuration.md"]
        case "jupyter":
            assert os.access(Path(sysconfig.get_path("scripts"), f"jupyter-{rest[0]}"), os.X_OK)
        case "keyring":
            assert rest == ["set", "reka-notebook", "api-key"]
        case "papermill":
            assert (ROOT / "notebooks" / rest[0]).is_file()
        case _:
            pytest.fail(f"{name}: nothing here knows how to try {program!r}; teach this test.")


@pytest.mark.parametrize(
    "target",
    sorted(
        {found for text in PAGES.values() for found in re.findall(r"`(?:[A-Z_]+=\S+ )?make ([a-z-]+)`", text)}
    ),
)
def test_every_target_that_is_named_is_in_the_makefile(target: str) -> None:
    assert target in TARGETS


@pytest.mark.parametrize("text", [body for _, language, body in BLOCKS if language == "json"])
def test_the_corrections_are_taken(text: str, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    file.write_text(text, "utf-8")
    corrected = catalogue.load(file)
    said = json.loads(text)
    assert said.keys() <= {"endpoints", "statuses", "chat"}, "teach this test what else a person corrects"
    for name in said.get("endpoints", {}):
        endpoint = corrected.endpoint(name)
        told = endpoint.price or "x-boxes" in endpoint.schema
        assert told or catalogue.Mark.learned in endpoint.marks.values()
    for name in said.get("chat", {}):
        assert catalogue.Mark.learned in corrected.chat[name].marks.values()
    for word, meaning in said.get("statuses", {}).items():
        assert corrected.phase(word) == meaning["phase"]


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("docs/command-line.md", list(COMMANDS)),
        ("docs/magic.md", [f"%reka {name}" for name in SUBCOMMANDS]),
        ("docs/magic.md", [option for option in options_of(parser()) if option.startswith("--")]),
        ("docs/configuration.md", [field.name for field in dataclasses.fields(Settings)]),
        (
            "docs/python.md",
            [name for name in reka_notebook.__all__ if not name.startswith("_") and "ext" not in name],
        ),
        ("docs/service.md", list(catalogue.load().routes)),
    ],
)
def test_a_page_leaves_nothing_out(page: str, names: list[str]) -> None:
    missing = [name for name in names if not re.search(rf"{re.escape(name)}\b", PAGES[page])]
    assert not missing


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_picture_leads_somewhere(name: str) -> None:
    text = re.sub(r"^```.*?^```$", "", PAGES[name], flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in link:
            path, _, fragment = link.partition("#")
            target = (ROOT / name).parent / path if path else ROOT / name
            assert target.exists() or fragment in ("only-light", "only-dark"), link
