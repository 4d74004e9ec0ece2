"""What is installed: the built front end, and the packages that show it."""

import platform
from importlib.metadata import PackageNotFoundError, version

from reka_notebook.commands.checks.check import Findings
from reka_notebook.notebook.bundle import STATIC

BUILT = ("studio.js", "progress.js", "reka.css")
PACKAGES = ("anywidget", "ipywidgets", "jupyterlab", "ipykernel")


def check_installation(found: Findings) -> None:
    """Look for the front end's files, and at versions."""
    missing = [name for name in BUILT if not (STATIC / name).is_file() or not (STATIC / name).stat().st_size]
    if missing:
        found.problem(
            "Front end",
            f"{', '.join(missing)} missing in {STATIC}",
            "In a checkout, run `make`; else install reka-notebook again.",
        )
    else:
        found.ok("Front end", "built")
    versions = {name: _version(name) for name in PACKAGES}
    words = ", ".join(f"{name} {known}" for name, known in versions.items() if known)
    lab = versions["jupyterlab"]
    if lab is None:
        found.note(
            "Packages", f"Python {platform.python_version()}, {words}; no JupyterLab in this environment"
        )
    elif lab.partition(".")[0].isdigit() and int(lab.partition(".")[0]) < 4:
        found.problem("Packages", f"JupyterLab {lab}", "The studio is made for JupyterLab 4 and newer.")
    else:
        found.ok("Packages", f"Python {platform.python_version()}, {words}")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
