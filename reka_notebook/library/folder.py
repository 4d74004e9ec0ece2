"""Write files that are private to the person, and each of them whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reka_notebook.library.errors import LibraryError
from reka_notebook.whole_file import put_in_place

_PRIVATE = 0o700


def private_folder(path: Path) -> Path:
    """Return a folder, made for the person alone if it is missing; an existing one keeps its mode.

    It may be shared with others, who would be locked out. What is made in it is private by itself.

    Raises:
        LibraryError: If it cannot be made or written to.
    """
    try:
        if not path.is_dir():
            path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            sync_folder(path.parent)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError("it cannot be written to")
    except OSError as error:
        raise LibraryError(
            f"The folder {path} cannot be used: {error}. Set REKA_NOTEBOOK_HOME to a folder that can be written to."
        ) from error
    return path


@contextmanager
def disk_in_words(path: Path) -> Iterator[None]:
    """Say in words what the disk refuses.

    Raises:
        LibraryError: In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"{path} cannot be written: {error.strerror or error}. Make room on the disk, or make the folder writable; "
            "nothing is charged again."
        ) from error


def create_private(path: Path) -> None:
    """Make an empty file that only the person can read; an existing one is not opened.

    Closing a file drops the locks that this process holds on it through another connection, SQLite's among
    them.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlast a power failure, on systems that can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, even after a crash.

    Raises:
        LibraryError: If the disk is full, or the folder cannot be written to.
    """
    with disk_in_words(path):
        put_in_place(path, data)
    sync_folder(path.parent)
