"""Write a file whole or not at all, where a person wants it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from reka_notebook.errors import RekaError


def given_path(path: object) -> Path:
    """Return the path that a person has given, with ``~`` read.

    Raises:
        RekaError: If no file can have it.
    """
    try:
        found = Path(path).expanduser()  # type: ignore[arg-type]
        with suppress(OSError):  # there is none yet, or it is too long, which is said when it is written
            found.lstat()
    except TypeError:
        raise RekaError(f"This has to be a path, and is of the type {type(path).__name__}.") from None
    except RuntimeError:
        raise RekaError(f"There is no home folder of {Path(str(path)).parts[0][1:]}.") from None
    except ValueError as error:  # a character that no name of a file has
        raise RekaError(f"{str(path)!r} cannot be a file's path: {error}.") from error
    return found


def make_folder(folder: Path) -> None:
    """Make a folder, if it is missing.

    Raises:
        RekaError: If a file is in its place.
        OSError: If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        file = next((one for one in (folder, *folder.parents) if one.exists() and not one.is_dir()), folder)
        raise RekaError(f"{file} is a file, not a folder.") from None


def put_in_place(path: Path, data: bytes) -> None:
    """Write a file, private to the person, so that a crash leaves what was there before or all of the new one.

    Raises:
        OSError: If it cannot be written; nothing is left of it then.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
