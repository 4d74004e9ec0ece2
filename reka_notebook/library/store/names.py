"""Name the files of takes."""

import re
import time
from pathlib import Path

SIDECAR = ".take.json"
POSTER = ".poster.jpg"
SPRITE = ".sprite.jpg"
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


def beside(name: str, ending: str) -> str:
    """Return the name of what lies beside a take's file: `SIDECAR` or `SPRITE`."""
    return Path(name).with_suffix(ending).as_posix()


def is_safe(name: str) -> bool:
    """Return whether a name stays inside its folder; a record that was read from a sidecar may say anything."""
    path = Path(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name
