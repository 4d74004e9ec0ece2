"""The library's folder: whether it can be written to, is private, and has room."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from reka_notebook.commands.checks.check import Findings

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
