"""Hold the rules of the house by reading every import."""

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Collection
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "reka_notebook"
FRONT_END = PACKAGE.parent / "js" / "src"

FROM_THE_GROUND_UP = [
    *("_platform", "_version", "errors", "scalars", "redaction", "forks", "display", "text", "webhook"),
    "kinds",
    *("whole_file", "key_flaws", "keychain", "key", "catalogue", "prompts", "media", "library", "api"),
    *(
        "setting_values",
        "config",
        "jobs",
        "chat",
        "sandbox",
        "own_sandbox",
        "options",
        "study",
        "output",
        "batch",
        "widgets",
        "nested_loop",
    ),
    *("commands", "magic", "public", "__main__"),
]
"""The parts of the package: each may import only those before it. The package itself hands on what they offer."""

WIDEST = 20
"""Modules in one folder, that a stranger may still guess which one a thing is in."""


def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    named = {}
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return named


def imports_of(file: Path, known: Collection[str]) -> set[str]:
    """Return the modules of this package that a file imports, lazily and for its types too."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file} imports relatively"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in whole}
    return found & set(known)


def front_end() -> dict[str, set[str]]:
    """Return what each module of the front end imports of it, for its types too."""
    files = {
        str(file.relative_to(FRONT_END).with_suffix("")): file
        for file in FRONT_END.rglob("*")
        if file.suffix in (".ts", ".tsx")
    }
    found = {}
    for name, file in files.items():
        paths = re.findall(r"""\b(?:from|import)\s*\(?\s*["'](\.[^"']*)["']""", file.read_text("utf-8"))
        found[name] = {os.path.normpath(Path(name).parent / path) for path in paths}
        assert found[name] <= files.keys(), (
            f"{name} imports {found[name] - files.keys()}, which are not there"
        )
    assert len(files) > 50
    return found


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    """Return what each module imports of this package."""
    known = modules()
    return {name: imports_of(file, known) - {name} for name, file in known.items()}


def test_imports_run_downwards_only(graph: dict[str, set[str]]) -> None:
    parts = {name.split(".")[1] for name in graph if "." in name}
    assert parts == set(FROM_THE_GROUND_UP), "every part has its place in the order"
    height = {part: place for place, part in enumerate(FROM_THE_GROUND_UP)}
    for name, imported in graph.items():
        if name == "reka_notebook":
            continue
        part = name.split(".")[1]
        above = {one for one in imported if "." in one and height[one.split(".")[1]] > height[part]}
        assert not above, f"{name} imports {above}, which lie above it"


@pytest.mark.parametrize("language", ["Python", "TypeScript"])
def test_no_modules_import_each_other_in_a_circle(graph: dict[str, set[str]], language: str) -> None:
    try:
        TopologicalSorter(graph if language == "Python" else front_end()).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' ← '.join(error.args[1])}")


@pytest.mark.parametrize(("root", "endings"), [(PACKAGE, {".py"}), (FRONT_END, {".ts", ".tsx"})])
def test_no_folder_is_too_wide(root: Path, endings: set[str]) -> None:
    counts = Counter(file.parent for file in root.rglob("*") if file.suffix in endings)
    assert counts, f"{root} has files"
    wide = {str(folder.relative_to(root.parent)): count for folder, count in counts.items() if count > WIDEST}
    assert not wide, f"more than {WIDEST} modules in {wide}"


def test_httpx_is_known_in_one_module_alone() -> None:
    users = [
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if any(
            line.split()[:2] in (["import", "httpx"], ["from", "httpx"])
            for line in file.read_text().splitlines()
        )
    ]
    assert users == ["api/connections.py"]


def test_fsspec_is_known_in_one_module_alone() -> None:
    users = [
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if re.search(r"^\s*(import|from) (fsspec|s3fs)", file.read_text(), re.MULTILINE)
    ]
    assert users == ["library/store/object_storage.py"]


@pytest.mark.parametrize(
    ("known", "where"), [("import sqlite3", ""), ("sqlalchemy import", ""), ("create_engine(", "rows")]
)
def test_sql_is_known_in_the_library_alone(known: str, where: str) -> None:
    users = {file.parent for file in PACKAGE.rglob("*.py") if known in file.read_text()}
    assert users, "somebody does"
    assert all(user.is_relative_to(PACKAGE / "library" / where) for user in users), users


@pytest.mark.parametrize(
    "heavy",
    [
        "httpx",
        "anywidget",
        "av",
        "PIL",
        "numpy",
        "jsonschema",
        "keyring",
        "ipywidgets",
        "rich",
        "sqlalchemy",
        "fsspec",
    ],
)
def test_importing_the_package_imports_nothing_heavy(heavy: str) -> None:
    code = f"import sys, reka_notebook; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_loading_the_extension_imports_nothing_heavy(tmp_path: Path) -> None:
    from reka_notebook.library import Library

    Library(tmp_path / "library").close()
    code = """
import sys, threading
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
loaded, caller = [], threading.get_ident()
def note(event, args):
    if event == "import" and threading.get_ident() == caller:
        loaded.append(args[0])
sys.addaudithook(note)
shell.run_line_magic("load_ext", "reka_notebook")
assert "reka_video" in shell.magics_manager.magics["cell"]
print(*loaded, *{name.partition(".")[0] for name in loaded})
"""
    environment = {**os.environ, "REKA_NOTEBOOK_HOME": str(tmp_path / "library"), "IPYTHONDIR": str(tmp_path)}
    loaded = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "reka_notebook.library.peek" in loaded
    heavy = {
        "httpx",
        "anywidget",
        "av",
        "PIL",
        "numpy",
        "keyring",
        "ipywidgets",
        "msgspec",
        "anyio",
        "stamina",
        "rich",
        "sqlalchemy",
    }
    assert not heavy & set(loaded)
    assert not {"reka_notebook.jobs", "reka_notebook.library.library"} & set(loaded)


def test_a_library_in_a_folder_imports_nothing_of_a_teams(tmp_path: Path) -> None:
    code = """
import pathlib, sys
from reka_notebook.library import Library, TakeFilter
library = Library(pathlib.Path(sys.argv[1]))
library.takes.find(TakeFilter(words=["harbour"]))
library.close()
print(*{"psycopg", "fsspec", "sqlalchemy.dialects.postgresql"} & set(sys.modules))
"""
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "library"], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == []


def test_every_public_name_is_there() -> None:
    import reka_notebook

    for name in reka_notebook.__all__:
        assert getattr(reka_notebook, name) is not None
    with pytest.raises(AttributeError):
        reka_notebook.no_such_name  # noqa: B018
