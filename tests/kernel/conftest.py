"""Run cells as a notebook does, in a real kernel against a real sandbox."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from reka_notebook.sandbox import Sandbox
from tests.forked_kernels import Kernels, use

HERE = Path(__file__).parent
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

LONGEST = (
    "by_page_in_one_kernel",
    "commands_run_in_order",
    "costs_nothing[chain",
    "each_magic_makes",
    "two_kernels",
    "test_notebooks",
    "test_nested_loop",
    "test_interrupt",
    "test_fork",
    "test_demo",
    "test_several",
    "test_kill",
)
"""What names the tests that take longest: first."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest, in each of the parts that xdist gives its workers at first."""

    def place(item: pytest.Item) -> int:
        return next((place for place, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST))

    theirs = sorted((item for item in items if item.path.is_relative_to(HERE)), key=place)
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = [item for item in items if not item.path.is_relative_to(HERE)]
    items += [item for worker in range(workers) for item in theirs[worker::workers]]


@pytest.fixture(scope="session")
def kernels() -> Kernels:
    """Return what starts all kernels."""
    return use()


@pytest.fixture(autouse=True)
def kernels_are_forks(kernels: Kernels, request: pytest.FixtureRequest) -> None:
    """Fork each kernel from one that has imported the packages of others, but those of tests marked ``real_kernel``."""
    kernels.are_forks = request.node.get_closest_marker("real_kernel") is None


def serving(**options: Any) -> Iterator[Sandbox]:
    """Yield a sandbox that draws small videos, for as long as it is needed."""
    made = Sandbox(**{"render": "small", "profile": "catalogue"} | options)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Yield a sandbox that answers quickly and draws small videos."""
    yield from serving(speed=50, seed=1, profile="reka")


class Notebook:
    """Run cells one after the other in one kernel: those given, or those of a notebook.

    Args:
        folder: Where the kernel runs.
        cells: What it runs.
        notebook: Cells, in place of those.
        errors: Whether it goes on after an error.
        graceful: Whether the kernel may clean up at its end, for which Python takes a while.
    """

    def __init__(
        self,
        folder: Path,
        *cells: str,
        notebook: NotebookNode | None = None,
        errors: bool = False,
        graceful: bool = False,
    ) -> None:
        self.notebook = notebook or nbformat.v4.new_notebook(
            cells=list(map(nbformat.v4.new_code_cell, cells))
        )
        self.client = NotebookClient(
            self.notebook,
            timeout=120,
            kernel_name="python3",
            allow_errors=errors,
            coalesce_streams=True,  # else what is printed in two parts is two outputs, or one, as it happens
            shutdown_kernel="graceful" if graceful else "immediate",
            resources={"metadata": {"path": str(folder)}},
        )

    def run(self) -> list[list[dict]]:
        """Return the outputs of every code cell."""
        self.client.execute()
        return [cell.outputs for cell in self.notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def folder(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the notebooks' folder, the photograph in it, where everything is wired to the sandbox."""
    monkeypatch.setenv("REKA_BASE_URL", sandbox.url)
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    ignored = shutil.ignore_patterns(".ipynb_checkpoints", "reka_takes")
    return shutil.copytree(NOTEBOOKS, tmp_path / "notebooks", ignore=ignored)


@pytest.fixture
def notebook(folder: Path, request: pytest.FixtureRequest) -> Callable[..., Notebook]:
    """Make a notebook whose kernel is wired to the sandbox, beside the photograph."""
    return partial(Notebook, folder, graceful=request.node.get_closest_marker("real_kernel") is not None)
