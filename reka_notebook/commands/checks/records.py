"""The library: its database, what is unfinished, and files that are gone."""

from pathlib import Path

from reka_notebook.commands.checks.check import Findings
from reka_notebook.library.checkup import Checkup, checkup
from reka_notebook.notebook.text import many


def check_library(home: Path, found: Findings) -> None:
    """Look at the library, and repair nothing."""
    seen = checkup(home)
    if not seen.exists:
        found.ok("Library", "empty, nothing was asked for yet")
    elif seen.damaged:
        found.problem(
            "Library",
            f"its database is damaged: {seen.problem}",
            f"It is rebuilt when it is next used, as by `reka-notebook takes`: {many(seen.sidecars, 'take')} and "
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
