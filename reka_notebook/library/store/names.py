"""Name the files of takes."""

import re
import time
from pathlib import Path

SIDECAR = ".take.json"
POSTER = ".poster.jpg"
SPRITE = ".sprite.jpg"
MARK, DIGITS = "-sha", 12
_MARKED = re.compile(rf"{MARK}[0-9a-f]{{{DIGITS}}}(?=\.[^/]*$)")
_IN_MONTH = re.compile(r"\d{4,5}-\d\d/[^./\\\x00-\x1f:][^/\\\x00-\x1f:]*")
_WORD = re.compile(r"[a-z0-9]+")
_JOB = re.compile(r"-([0-9a-f]{10})(?:-\d+)?(?:-output)?$")


def slug(text: str, words: int = 4) -> str:
    """Return a few words of a text as part of a file's name: lower-case letters and digits only."""
    return "-".join(_WORD.findall(text.lower())[:words])[:60]


def media_path(home: Path, name: str) -> Path:
    """Return where a file of a take lies, in the library in a folder."""
    return home / "media" / name


def name_of(job: str, created: float, title: str, index: int, suffix: str) -> str:
    """Return the name for a job's file, the same each time, so that a repeated fetch replaces itself."""
    month = time.strftime("%Y-%m", time.gmtime(created))
    number = f"-{index + 1}" if index else ""
    return f"{month}/{slug(title, 6) or 'take'}-{job}{number}{suffix}"


def job_of(name: str) -> str | None:
    """Return the job that a file of a take is of, by its name."""
    found = _JOB.search(name.rpartition("/")[2].partition(".")[0])
    return found[1] if found else None


def stored_name(name: str, sha256: str | None) -> str:
    """Return what a file is called in a store: by its name and its digest, so that no other bytes take its place.

    Of two machines that did the same job, one of them because the other slept, each has uploaded files of its own.
    Earlier versions wrote no digest.
    """
    folder, slash, own = name.rpartition("/")
    stem, dot, endings = own.partition(".")
    return f"{folder}{slash}{stem}{MARK}{sha256[:DIGITS]}{dot}{endings}" if sha256 else name


def name_of_stored(stored: str) -> str:
    """Return the name of a file from what it is called in a store."""
    return _MARKED.sub("", stored)


def beside(name: str, ending: str) -> str:
    """Return the name of what lies beside a take's file: `SIDECAR` or `SPRITE`."""
    return Path(name).with_suffix(ending).as_posix()


def is_in_month(name: str) -> bool:
    """Return whether a name is of a file in the folder of a month, as all are; a colleague's row may say anything."""
    return _IN_MONTH.fullmatch(name) is not None


def is_safe(name: str) -> bool:
    """Return whether a name stays inside its folder; a record that was read from a sidecar may say anything."""
    path = Path(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name
