"""Read and write a store of objects: what each kind of store offers, and a folder that several machines share."""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from reka_notebook.library.folder import sync_folder
from reka_notebook.library.store.errors import StoreError, disk_full, in_words, is_full_here

LONG = 86_400.0
"""Seconds after which an upload that has not ended never will."""


class Bucket(Protocol):
    """Describe a store. Whatever it refuses is a `StoreError`, but for a key that is not there: `FileNotFoundError`.

    What is written is there whole or not at all, under its key, once the call has returned.
    """

    address: str

    def put(self, path: Path, key: str) -> None:
        """Upload a file."""

    def write(self, key: str, data: bytes) -> None:
        """Upload bytes."""

    def get(self, key: str, path: Path) -> None:
        """Download an object into a file."""

    def read(self, key: str) -> bytes:
        """Download an object."""

    def open(self, key: str) -> BinaryIO:
        """Open an object, to be read a piece at a time."""

    def has(self, key: str) -> bool:
        """Return whether an object is there."""

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no error."""

    def listed(self, prefix: str) -> dict[str, int]:
        """Return every object whose key begins with a prefix, which may end within a name, and its size."""

    def abandoned(self, prefix: str) -> dict[str, int]:
        """Return what uploads have left that ended long ago, by key, with its size."""


class SharedFolder:
    """Use a folder that several machines share, such as a network drive.

    Files get the mode that the folder's users have agreed on (umask, default ACL): colleagues are to read them.
    """

    def __init__(self, folder: Path) -> None:
        self.address = str(folder)
        self._folder = folder

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Say in words what the folder refuses; that a file is missing is for the caller."""
        try:
            yield
        except FileNotFoundError as error:
            if self._folder.is_dir():
                raise
            raise in_words(self.address, error) from None
        except OSError as error:
            raise in_words(self.address, error) from None

    def put(self, path: Path, key: str) -> None:
        """Upload a file."""
        with self._placed(key) as part, path.open("rb") as source, part.open("xb") as target:
            shutil.copyfileobj(source, target, 2**20)
            target.flush()
            os.fsync(target.fileno())
            if target.tell() != path.stat().st_size:
                raise StoreError(f"{path.name} changed while it was copied to {self.address}. Try again.")

    def write(self, key: str, data: bytes) -> None:
        """Upload bytes."""
        with self._placed(key) as part, part.open("xb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())

    @contextmanager
    def _placed(self, key: str) -> Iterator[Path]:
        """Yield a file to write, which gets its name when it is whole."""
        with self._in_words():
            # Not made here: where the drive is not mounted, films would end up on this machine.
            if not self._folder.is_dir():
                raise FileNotFoundError(2, "No such folder")
            path = self._folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
            try:
                yield part
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            sync_folder(path.parent)

    def get(self, key: str, path: Path) -> None:
        """Download an object into a file."""
        with self._in_words(), (self._folder / key).open("rb") as source, path.open("wb") as target:
            try:
                shutil.copyfileobj(source, target, 2**20)
            except OSError as error:
                if is_full_here(error):
                    raise disk_full(path) from None
                raise

    def read(self, key: str) -> bytes:
        """Download an object."""
        with self._in_words():
            return (self._folder / key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        """Open an object, to be read a piece at a time."""
        with self._in_words():
            return (self._folder / key).open("rb")

    def has(self, key: str) -> bool:
        """Return whether an object is there."""
        with self._in_words():
            try:
                os.stat(self._folder / key)
            except FileNotFoundError:
                if not self._folder.is_dir():
                    raise
                return False
            return True

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no error."""
        with self._in_words():
            (self._folder / key).unlink(missing_ok=True)

    def listed(self, prefix: str) -> dict[str, int]:
        """Return every object whose key begins with a prefix, and its size."""
        return {key: size for key, size, _ in self._files(prefix) if not _is_part(key)}

    def abandoned(self, prefix: str) -> dict[str, int]:
        """Return what uploads have left that ended long ago, by key, with its size."""
        long_ago = time.time() - LONG
        return {key: size for key, size, used in self._files(prefix) if _is_part(key) and used < long_ago}

    def _files(self, prefix: str) -> Iterator[tuple[str, int, float]]:
        """Return each file's key, size, and the time at which it was written."""
        with self._in_words():
            if not self._folder.is_dir():
                raise FileNotFoundError(2, "No such folder")
            for place, _, names in os.walk(self._folder / prefix.rpartition("/")[0]):
                for name in names:
                    path = Path(place, name)
                    key = path.relative_to(self._folder).as_posix()
                    if key.startswith(prefix):
                        with suppress(FileNotFoundError):
                            status = path.stat()
                            yield key, status.st_size, status.st_mtime


def _is_part(key: str) -> bool:
    return key.rpartition("/")[2].startswith(".")
