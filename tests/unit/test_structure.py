"""The house's rules, held by reading every import."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "reka_notebook"

MAY_IMPORT = {
    "api": {"errors", "key", "redaction"},
    "catalogue": {"errors", "scalars"},
    "media": {"errors", "scalars"},
    "library": {"errors", "forks"},
    "prompts": {"errors", "scalars"},
    "sandbox": {"errors", "catalogue"},
    "jobs": {
        "errors",
        "forks",
        "keychain",
        "key",
        "config",
        "api",
        "catalogue",
        "media",
        "library",
        "scalars",
    },
    "notebook": {
        "_version",
        "errors",
        "scalars",
        "key",
        "config",
        "jobs",
        "library",
        "media",
        "catalogue",
        "prompts",
    },
    "commands": {
        "errors",
        "keychain",
        "key",
        "config",
        "api",
        "library",
        "media",
        "catalogue",
        "jobs",
        "prompts",
        "notebook",
        "sandbox",
    },
    "public": {"errors", "key", "jobs", "notebook"},
    "config": {"errors", "key", "setting_values"},
    "setting_values": {"errors", "key"},
    "key": {"errors", "forks", "keychain", "key_flaws", "redaction"},
    "keychain": {"forks"},
    "key_flaws": set(),
    "redaction": set(),
    "_platform": set(),
    "scalars": set(),
    "errors": set(),
    "forks": set(),
}


def imports_of(file: Path) -> set[str]:
    """The parts of this package that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file} imports relatively"
            names = [node.module]
            if node.module == "reka_notebook":
                names = [f"reka_notebook.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("reka_notebook.")}
    return found


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_run_downwards_only(part: str) -> None:
    files = sorted((PACKAGE / part).rglob("*.py")) if (PACKAGE / part).is_dir() else [PACKAGE / f"{part}.py"]
    assert files
    for file in files:
        wrong = imports_of(file) - MAY_IMPORT[part] - {part}
        assert not wrong, f"{file.relative_to(PACKAGE)} imports {wrong}"


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


def test_sql_is_known_in_the_library_alone() -> None:
    users = {
        file.relative_to(PACKAGE).parts[0]
        for file in PACKAGE.rglob("*.py")
        if "import sqlite3" in file.read_text()
    }
    assert users == {"library"}


@pytest.mark.parametrize(
    "heavy", ["httpx", "anywidget", "av", "PIL", "numpy", "jsonschema", "keyring", "ipywidgets"]
)
def test_importing_the_package_imports_nothing_heavy(heavy: str) -> None:
    code = f"import sys, reka_notebook; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_loading_the_extension_imports_nothing_heavy(tmp_path: Path) -> None:
    from reka_notebook.library import Library

    Library(tmp_path / "library").close()
    code = """
import os, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
shell.run_line_magic("load_ext", "reka_notebook")
assert "reka_video" in shell.magics_manager.magics["cell"]
print(*{name.partition(".")[0] for name in set(sys.modules) - before}, *{n for n in sys.modules if "reka" in n})
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
    }
    assert not heavy & set(loaded)
    assert not {"reka_notebook.jobs", "reka_notebook.library.library"} & set(loaded)


def test_every_public_name_is_there() -> None:
    import reka_notebook

    for name in reka_notebook.__all__:
        assert getattr(reka_notebook, name) is not None
    with pytest.raises(AttributeError):
        reka_notebook.no_such_name  # noqa: B018
