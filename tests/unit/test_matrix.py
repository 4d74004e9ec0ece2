"""Test what ``make matrix`` runs, and what the documentation and ``pyproject.toml`` say of it."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def matrix() -> ModuleType:
    spec = importlib.util.spec_from_file_location("matrix", ROOT / "scripts" / "matrix.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_floor_is_one_that_the_matrix_has_run(matrix: ModuleType) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    floors = matrix.floors()
    for requirement in map(Requirement, project["dependencies"]):
        assert str(requirement.specifier) == f">={floors[requirement.name]}"
    assert "ipykernel" in floors
    page = (ROOT / "docs" / "hosts.md").read_text("utf-8")
    listed = re.search(r"^The lowest of all: (.*)\.$", page, re.MULTILINE)
    assert listed, "make matrix writes it"
    assert dict(one.rsplit(" ", 1) for one in listed[1].split(", ")) == floors
    assert re.search(r", the lowest of all \| \d+ passed \|", page), "and how many tests passed with them"


def test_the_lowest_is_what_is_declared_as_the_oldest_python(matrix: ModuleType) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">={matrix.PYTHONS[0]}"
