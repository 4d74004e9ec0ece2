"""Name and write a copy of a take's file, where a person wants it."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from reka_notebook.errors import RekaError
from reka_notebook.jobs.steps.suffixes import ENDINGS
from reka_notebook.media.signature import NOUNS
from reka_notebook.whole_file import given_path

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)
"""What no file is called on Windows, whatever its ending."""

_KNOWN = frozenset(ending for endings in ENDINGS.values() for ending in endings)


def target_for(path: str | os.PathLike[str] | None, name: str, media_type: str) -> Path:
    """Return the path of a copy.

    Args:
        path: What a person gave: a file or a folder; the current folder, if not given.
        name: The copy's name in a folder. Its ending is added to a path that has none.
        media_type: What kind of file it is.

    Raises:
        RekaError: If that cannot be the path of such a file.
    """
    target = Path.cwd() if path is None else given_path(path)
    try:
        if target.is_dir():
            return target / name
    except OSError as error:  # its name is too long
        raise RekaError(f"{path} cannot be written: {error.strerror or error}.") from error
    if path is not None and os.fspath(path).endswith(("/", os.sep)):
        raise RekaError(f"There is no folder {target}. Make it first, or name a file.")
    if os.name == "nt" and _RESERVED.match(target.name.partition(".")[0].strip()):
        raise RekaError(f"Windows keeps the name {target.name} for a device. Choose another name.")
    ending, own = target.suffix.lower(), Path(name).suffix
    if ending == own.lower() or ending in ENDINGS.get(media_type, ()):
        return target
    if ending in _KNOWN:
        what = NOUNS.get(media_type, f"a file of the type {media_type}")
        raise RekaError(
            f"The copy would be {what}, which {target.name} does not say. Name it {target.stem}{own}."
        )
    return target.with_name(target.name + own)


@contextmanager
def created(target: Path, *, replace: bool = False) -> Iterator[IO[bytes]]:
    """Open a file to write, and leave nothing of it if it cannot be written whole.

    Args:
        target: Where it goes.
        replace: Whether it may take the place of another one.

    Raises:
        RekaError: If it cannot be written, or is there already.
    """
    part = target.with_name(f".{secrets.token_hex(8)}.part") if replace else target
    try:
        file = part.open("xb")
        try:
            with file:
                yield file
            if replace:
                part.replace(target)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
    except FileExistsError:
        raise RekaError(f"{target} already exists and was not overwritten.") from None
    except OSError as error:
        raise RekaError(f"{target} cannot be written: {error.strerror or error}.") from error
