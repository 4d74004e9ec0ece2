"""Check the library's folder: whether it can be written to, is private, and has room."""

import os
import platform
import shutil
import stat
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from reka_notebook.commands.checks.check import Findings
from reka_notebook.library.checkup import Checkup, checkup
from reka_notebook.library.store.names import SIDECAR
from reka_notebook.text import many
from reka_notebook.widgets.bundle import STATIC


def check_library(home: Path, found: Findings, *, stored: bool = False) -> None:
    """Look at the library, and repair nothing."""
    seen = checkup(home, files=not stored)
    if not seen.exists:
        found.ok("Library", "empty, nothing was asked for yet")
    elif seen.damaged:
        takes = "all takes" if stored else many(seen.sidecars, "take")
        found.problem(
            "Library",
            f"its database is damaged: {seen.problem}",
            f"It is rebuilt when it is next used, as by `reka-notebook takes`: {takes} and "
            f"{many(seen.pending, 'unfinished job')} lie beside the media. Nothing is charged again.",
        )
    elif seen.problem is not None:
        found.problem("Library", f"its database cannot be used: {seen.problem}", _todo(seen.problem))
    else:
        found.ok("Library", f"{many(seen.takes, 'take')}, its database is sound")
        _check_jobs(seen, found)
    if seen.copies:
        found.note(
            "Damaged copies",
            f"{', '.join(path.name for path in seen.copies)} put aside when the database was rebuilt",
            "Delete them when nothing is missed.",
        )


def check_waiting(home: Path, found: Findings) -> None:
    """Look for files that have arrived and that the store has not taken yet."""
    waiting = [path for path in home.glob("outgoing/*/*") if not path.name.endswith(SIDECAR)]
    if waiting:
        found.note(
            "Uploads",
            f"{many(len(waiting), 'file')} in {home / 'outgoing'} not in the store yet",
            "They are paid for, and uploaded when their jobs go on: `reka-notebook jobs` lists those, "
            "`reka-notebook resume ID` goes on with one.",
        )


def _check_jobs(seen: Checkup, found: Findings) -> None:
    if seen.unfinished or seen.expired:
        words = f"{many(seen.unfinished, 'unfinished job')}, {seen.expired} past the deadline"
        found.note(
            "Jobs", words, "`reka-notebook jobs` lists them, `reka-notebook resume ID` goes on with one."
        )
    else:
        found.ok("Jobs", "none unfinished")
    if seen.missing:
        ids = ", ".join(seen.missing[:5]) + (" …" if len(seen.missing) > 5 else "")
        found.note(
            "Files",
            f"{many(len(seen.missing), 'take')} whose file is gone: {ids}",
            "Bring the files back from a backup, or ask for another take (--fresh), which is charged.",
        )


def _todo(problem: str) -> str:
    if "locked" in problem:
        return "Another process writes to it and does not end; close other notebooks."
    if "newer" in problem:
        return "Update reka-notebook."
    if "no such column" in problem or "no such table" in problem:
        return "It was written by another version of reka-notebook: set REKA_NOTEBOOK_HOME to another folder."
    return "Check that the disk has room and the folder can be written to."


BUILT = ("studio.js", "late.js", "progress.js", "judge.js", "reka.css", "late.css", "judge.css")
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


LITTLE = 200 * 10**6
"""Bytes: room for some ten videos."""

ANOTHER = "Set REKA_NOTEBOOK_HOME to another folder."


def check_disk(home: Path, found: Findings) -> None:
    """Look at the folder, and write a file into it that is gone again."""
    place = next((path for path in (home, *home.parents) if path.exists()), home)
    if not place.is_dir():
        found.problem("Folder", f"{place} is a file, and the library is to be in {home}", ANOTHER)
        return
    if place == home:
        _check_home(home, found)
    elif os.access(place, os.W_OK | os.X_OK):
        found.ok("Folder", f"{home} is made with the first job")
    else:
        found.problem("Folder", f"{home} cannot be made: {place} cannot be written to", ANOTHER)
    free = shutil.disk_usage(place).free
    if free < LITTLE:
        found.problem(
            "Disk", f"{_gigabytes(free)} free", "Make room; `reka-notebook prune` says what it could remove."
        )
    else:
        found.ok("Disk", f"{_gigabytes(free)} free")


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


def _check_home(home: Path, found: Findings) -> None:
    try:
        with tempfile.NamedTemporaryFile(dir=home, prefix=".doctor-") as file:
            file.write(b"written by reka-notebook doctor")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        found.problem("Folder", f"{home} cannot be written to: {error.strerror or error}", ANOTHER)
        return
    mode = stat.S_IMODE(home.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        found.problem(
            "Folder", f"{home} can be looked into by others (its mode is {mode:o})", f"chmod 700 '{home}'"
        )
    else:
        found.ok("Folder", f"{home}, private and writable")
