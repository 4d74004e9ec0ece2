"""Run the kernel's tests with each ipykernel on each Python, and write what passed into the docs: ``make matrix``.

Each pair has a virtual environment of its own in ``.matrix/``, made once and again when ``pyproject.toml`` changes.
One more, on the oldest Python, has the lowest version of everything that ``pyproject.toml`` allows.
``scripts/matrix.py 3.12 7.1`` runs only those named, and writes nothing into the docs.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".matrix"
PAGE = ROOT / "docs" / "hosts.md"
PLACE = re.compile(r"(?<=<!-- make matrix -->\n).*?(?=<!-- end -->)", re.DOTALL)

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LOWEST = "lowest"
KERNELS = {LOWEST: "", "6.31": "==6.31.*", "7.1": "==7.1.*", "7.3": "==7.3.*", "newest": ""}
AT_ONCE = 2
TESTS = ("magic", "cancel", "interrupt", "several", "take_over", "nested_loop", "lossy_hosts")
"""Those of tests/kernel in which the kernel's own ways matter: how it waits, and what reaches it meanwhile."""

LEFT_OUT = "not bad_input and not what_is_wrong and not does_not_survive"
"""Without those that are the same on every kernel, or take long: `make test` has them."""


def main(*named: str) -> int:
    """Run the rows named, or all of them; return 1 if a test failed."""
    pythons = {version: found for version in _chosen(PYTHONS, named) if (found := interpreter(version))}
    for version in _chosen(PYTHONS, named):
        if version not in pythons:
            print(f"Python {version} is not on this machine, and is left out.", file=sys.stderr)
    pairs = [
        (kernel, python)
        for kernel, python in product(_chosen(KERNELS, named), pythons)
        if kernel != LOWEST or python == PYTHONS[0]
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        counts = pool.map(lambda pair: run(pair[0], pair[1], pythons[pair[1]]), pairs)
        results = dict(zip(pairs, counts, strict=True))
    shown = "\n".join(_table(results, list(pythons)))
    print(shown)
    if not named:
        PAGE.write_text(PLACE.sub(lambda _: f"\n{shown}\n\n", PAGE.read_text("utf-8")), "utf-8")
    return int(any(failed for _, _, failed in results.values()))


def interpreter(version: str) -> Path | None:
    """Return a Python of this version: on the path, or one that pyenv has built."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    on_path = shutil.which(f"python{version}")
    built = [path / "bin" / "python" for path in sorted(pyenv.glob(f"{version}.*"), reverse=True)]
    for path in [*([Path(on_path)] if on_path else []), *built]:
        said = subprocess.run([path, "-V"], capture_output=True, text=True, check=False)
        if said.returncode == 0 and said.stdout.startswith(f"Python {version}."):
            return path
    return None


def floors() -> dict[str, str]:
    """Return the lowest version of each package that ``pyproject.toml`` allows, of those that the tests need too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = map(Requirement, [*project["dependencies"], *extras["sandbox"], *extras["test-kernel"]])
    return {
        one.name: next(part.version for part in one.specifier if part.operator == ">=")
        for one in named
        if one.name != project["name"]
    }


def run(kernel: str, version: str, python: Path) -> tuple[str, int, int]:
    """Return the ipykernel's full version, and how many tests passed and failed with it."""
    home = FOLDER / f"python-{version}-ipykernel-{kernel}"
    inside = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    _make(home, inside, python, kernel)
    ask = "import ipykernel; print(ipykernel.__version__)"
    full = subprocess.run([inside, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    report, log = home / "report.xml", home / "tests.log"
    report.unlink(missing_ok=True)
    files = [str(ROOT / "tests" / "kernel" / f"test_{name}.py") for name in TESTS]
    with log.open("w") as written:
        subprocess.run(
            [
                inside,
                "-m",
                "pytest",
                "--real-kernels",
                "--reruns",
                "1",
                "-rfER",
                f"--junitxml={report}",
                "-k",
                LEFT_OUT,
                *files,
            ],
            cwd=ROOT,
            # A kernel has the interpreter of the environment that started it, whatever is installed for the person.
            env={**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"},
            stdout=written,
            stderr=subprocess.STDOUT,
            check=False,
        )
    passed, failed = _counts(report)
    print(f"Python {version}, ipykernel {full}: {passed} passed, {failed} failed ({log})", file=sys.stderr)
    return full, passed, failed


def _make(home: Path, inside: Path, python: Path, kernel: str) -> None:
    ready, project = home / "ready", ROOT / "pyproject.toml"
    if ready.exists() and ready.stat().st_mtime > project.stat().st_mtime:
        return
    subprocess.run([python, "-m", "venv", "--clear", home], check=True)
    constraints = home / "constraints.txt"
    lowest = floors() if kernel == LOWEST else {}
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in lowest.items()), "utf-8")
    wanted = [".[test-kernel]", f"ipykernel{KERNELS[kernel]}", "--constraint", constraints]
    subprocess.run(
        [inside, "-m", "pip", "install", "-qq", "--editable", *wanted],
        cwd=ROOT,
        env={**os.environ, "SKIP_JUPYTER_BUILDER": "1"},
        check=True,
    )
    ready.touch()


def _counts(report: Path) -> tuple[int, int]:
    """Return how many tests passed and failed; a run that left no report counts as failed."""
    if not report.exists():
        return 0, 1
    suite = next(ElementTree.parse(report).iter("testsuite"))
    total, failed, skipped = (int(suite.get(name, 0)) for name in ("tests", "failures", "skipped"))
    failed += int(suite.get("errors", 0))
    return total - failed - skipped, failed


def _table(results: dict[tuple[str, str], tuple[str, int, int]], pythons: list[str]) -> Iterator[str]:
    yield "| ipykernel | " + " | ".join(f"Python {version}" for version in pythons) + " |"
    yield "| --- |" + " --- |" * len(pythons)
    for kernel in dict.fromkeys(kernel for kernel, _ in results):
        row = [results.get((kernel, version)) for version in pythons]
        cells = [f"{one[1]} passed" + (f", {one[2]} failed" if one[2] else "") if one else "" for one in row]
        full = next(one[0] for one in row if one)
        yield f"| {full}{', the lowest of all' if kernel == LOWEST else ''} | " + " | ".join(cells) + " |"
    if any(kernel == LOWEST for kernel, _ in results):
        versions = ", ".join(f"{name} {version}" for name, version in sorted(floors().items()))
        yield f"\nThe lowest of all: {versions}."
    yield f"\nRun on {time.strftime('%Y-%m-%d')}, {sys.platform}."


def _chosen(all_of_them: "tuple[str, ...] | dict[str, str]", named: tuple[str, ...]) -> list[str]:
    wanted = [one for one in all_of_them if one in named]
    return wanted or list(all_of_them)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
