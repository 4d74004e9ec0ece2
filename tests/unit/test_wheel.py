"""Test what a person installs: built from the sources, and put into an environment without Node.js."""

import ast
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import reka_notebook

ROOT = Path(__file__).parents[2]
BUNDLE = {"studio.js", "late.js", "progress.js", "judge.js", "reka.css", "late.css", "judge.css"}


def run(*command: str | Path, **environment: str) -> str:
    """Run a command without node and npm on its PATH, and return what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, "PATH": environment.pop("PATH", ""), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the sdist, and with the wheel that was built from the sdist, without Node.js."""
    missing = [name for name in BUNDLE if not (ROOT / "reka_notebook" / "static" / name).exists()]
    assert not missing, f"{missing} not built yet; `make setup` builds the front end"
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--installer", "pip", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """Return the wheel."""
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """Return what the wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


@pytest.fixture(scope="module")
def environment(
    wheel: Path, metadata: Message, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """Return the programs' folder of a new environment that holds the wheel and what it declares, nothing else."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    python = programs / "python"
    install = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile", wheel)
    if request.config.getoption("--soak") or os.name == "nt":
        run(*install)
        return programs
    # What it declares is linked to from here: to install and compile it takes several times as long as all else.
    run(*install, "--no-deps")
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    for place in sorted({place for one in declared_by(metadata) for place in places_of(one)}):
        if not (packages / place.name).exists():
            (packages / place.name).symlink_to(place)
    return programs


def declared_by(metadata: Message) -> set[str]:
    """Return the names of what is installed with a package, and of what is installed with that, and so on."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    while waiting:
        one = waiting.pop()
        if one.marker and not any(one.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
            continue
        if (name := canonicalize_name(one.name)) not in found:
            found.add(name)
            waiting += map(Requirement, distribution(name).requires or [])
    return found


def places_of(name: str) -> set[Path]:
    """Return the modules and folders in which a package lies here."""
    package = distribution(name)
    tops = {file.parts[0] for file in package.files or [] if file.parts[0] != ".."}
    return {Path(str(package.locate_file(top))) for top in tops - {"__pycache__"}}


def test_the_wheel_holds_what_it_should_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        style = archive.read("reka_notebook/static/reka.css").decode()
        studio = archive.read("reka_notebook/static/studio.js").decode()
    assert {f"reka_notebook/static/{name}" for name in BUNDLE} < names
    assert {"reka_notebook/py.typed", "reka_notebook/catalogue/endpoints.json"} < names
    shared = {name.partition("/data/")[2] for name in names if ".data/data/" in name}
    extension = "share/jupyter/labextensions/reka-notebook"
    assert shared == {
        f"{extension}/{name}" for name in ("package.json", "install.json", "static/remoteEntry.js")
    }
    names = {name for name in names if ".data/" not in name}
    assert all(name.startswith("reka_notebook/") for name in names)
    sheet = {f"reka_notebook/output/contact_sheet/sheet.{kind}" for kind in ("css", "js")}
    assert sheet < names
    # Beside Python: those, the photograph to try, three instructions for chat models, and what keeps a folder in git.
    assert len([name for name in names if not name.endswith(".py")]) == len(BUNDLE) + len(sheet) + 7
    assert ".rk-" in style
    assert "export{" in studio


def test_the_sdist_holds_the_sources_of_both_languages(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in (
        "js/package-lock.json",
        "js/src/kernel/protocol.ts",
        "tests/conftest.py",
        "Makefile",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "docs/architecture.md",
    ):
        assert name in names
    assert {f"reka_notebook/static/{name}" for name in BUNDLE} < names
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name]


def test_the_version_is_written_in_one_place(metadata: Message) -> None:
    assert metadata["Version"] == reka_notebook.__version__
    sources = [*(ROOT / "reka_notebook").rglob("*.py"), ROOT / "pyproject.toml", ROOT / "js" / "package.json"]
    holding = [
        source.name for source in sources if f'"{reka_notebook.__version__}"' in source.read_text("utf-8")
    ]
    assert holding == ["_version.py"]


def test_what_it_imports_is_declared(metadata: Message) -> None:
    requirements = map(Requirement, metadata.get_all("Requires-Dist", []))
    declared = {
        canonicalize_name(one.name)
        for one in requirements
        if one.marker is None
        or any(one.marker.evaluate({"extra": extra}) for extra in ("parquet", "sandbox", "team"))
    }
    # Met only where a person gives an array, a document in YAML, asks for a frame, logs takes, or is in a kernel,
    # which has these.
    given = {"numpy", "pandas", "polars", "ipykernel", "jupyter-client", "jupyter-core", "psutil", "pyyaml"}
    given |= {"mlflow", "wandb"}
    providers = packages_distributions()
    for source in (ROOT / "reka_notebook").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for top in (
                {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"reka_notebook"}
            ):
                provider = set(map(canonicalize_name, providers.get(top, [top])))
                assert provider & (declared | given), f"{source.relative_to(ROOT)} imports {top}"


def test_it_works_without_node(environment: Path, tmp_path: Path) -> None:
    assert not shutil.which("node", path=str(environment))
    code = """
import sys
import reka_notebook
assert sys.prefix in reka_notebook.__file__, reka_notebook.__file__
studio = reka_notebook.Studio(prompt="Zoom in", model="kling-v3-pro")
assert studio.form["prompt"] == "Zoom in"
print(len(studio._esm), len(studio.sheet), studio.endpoints[0]["title"])
"""
    said = run(
        *(environment / "python", "-I", "-W", "error", "-c", code),
        PATH=str(environment),
        REKA_NOTEBOOK_HOME=str(tmp_path / "library"),
        PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring",
    )
    script, style, title = said.split(maxsplit=2)
    assert (int(script) > 10_000, int(style) > 1_000, title) == (True, True, "Sora 2 Pro\n")


def test_the_command_says_its_version(environment: Path) -> None:
    for command in ([environment / "reka-notebook"], [environment / "python", "-I", "-m", "reka_notebook"]):
        assert run(*command, "--version", PATH=str(environment)).strip() == reka_notebook.__version__
