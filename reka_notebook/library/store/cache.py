"""Keep copies of a store's files on this machine, within a limit: whole ones only, and the last used ones."""

import os
import secrets
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import create_private, disk_in_words, private_folder, sync_folder

LIMIT = 10 * 10**9
"""Bytes that the copies may take, unless a person says otherwise."""

IN_USE = 600.0
"""Seconds for which a copy counts as in use after somebody has asked for its path."""

DOWN_TO = 0.9
"""Part of the limit that is left over when room is made."""

LOCKS = 64
"""Files are fetched under one of so many locks, that of their name."""

PATIENCE = 900.0
"""Seconds to wait for another process that fetches the same file."""


class Cache:
    """Hold copies by the names that their files have in the store.

    The time at which a copy was last used is its modification time. Processes that share the folder fetch a
    file once: the others wait for it. A part of a file never has a file's name.
    """

    def __init__(self, home: Path, limit: int = LIMIT) -> None:
        self._folder = private_folder(home / "cache")
        self._parts = private_folder(self._folder / "parts")
        self._limit = limit
        self._known: dict[str, tuple[int, str]] = {}
        """The copies that were found to be whole, by size and digest."""
        self._room = -1
        """Bytes that may be added before the folder is looked at again."""

    def path(self, name: str) -> Path:
        """Return where the copy of a file lies, or would lie."""
        return self._folder / name

    def get(
        self, name: str, fetch: Callable[[Path], None], is_whole: Callable[[Path], bool], digest: str = ""
    ) -> Path:
        """Return the copy of a file, fetched if there is none, or if it is damaged.

        Args:
            name: The file's name.
            fetch: Writes the file to a path, checks it, and raises if that is not possible.
            is_whole: Whether a copy is as it should be; asked once in each process, and when its size has changed.
            digest: The file's, if it is known.
        """
        if self._use(name, is_whole, digest):
            return self.path(name)
        with self._locked(name):
            if self._use(name, is_whole, digest, locked=True):
                return self.path(name)
            part = self._parts / f"{secrets.token_hex(8)}.part"
            try:
                with disk_in_words(part):
                    create_private(part)
                fetch(part)
                self._place(part, name, digest)
            finally:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
        self._make_room()
        return self.path(name)

    def adopt(self, path: Path, name: str, digest: str) -> None:
        """Make a file a copy, which the store has now."""
        with self._locked(name):
            self._place(path, name, digest)
        self._make_room()

    def remove(self, name: str) -> None:
        """Remove the copy of a file that is gone from the store."""
        self._known.pop(name, None)
        with suppress(OSError):
            self.path(name).unlink(missing_ok=True)

    def _place(self, path: Path, name: str, digest: str) -> None:
        target = self.path(name)
        with disk_in_words(target):
            private_folder(target.parent)
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            os.utime(path)
            path.replace(target)
        sync_folder(target.parent)
        size = target.stat().st_size
        self._known[name] = size, digest
        self._room -= size

    def _use(self, name: str, is_whole: Callable[[Path], bool], digest: str, *, locked: bool = False) -> bool:
        """Return whether there is a copy, which counts as in use from now on."""
        path = self.path(name)
        try:
            status = path.stat()
            if time.time() - status.st_mtime > IN_USE / 2:
                if not locked:  # it may be about to be evicted
                    with self._locked(name):
                        return self._use(name, is_whole, digest, locked=True)
                os.utime(path)
            seen = status.st_size, digest
            if self._known.get(name) != seen:
                if not is_whole(path):
                    return False
                self._known[name] = seen
        except OSError:
            return False
        return True

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Hold the lock of a name, which is let go of when a process dies; where there are no locks, go on without."""
        from filelock import FileLock, Timeout

        number = zlib.crc32(name.encode()) % LOCKS
        lock = FileLock(self._parts / f"{number:02}.lock", mode=0o600, thread_local=False)
        try:
            lock.acquire(timeout=PATIENCE, poll_interval=0.02)
        except Timeout:
            raise LibraryError(
                f"Another process has been fetching {name} for {PATIENCE / 60:.0f} minutes. Close it, and try again. "
                "Nothing is lost or charged by this."
            ) from None
        except (OSError, NotImplementedError):
            pass
        try:
            yield
        finally:
            lock.release()

    def _make_room(self) -> None:
        """Remove the copies that were not used for longest, if all together take more than they may."""
        if self._room >= 0:
            return
        copies = sorted(self._copies())
        total = sum(size for _, size, _ in copies)
        latest = time.time() - IN_USE
        if total > self._limit:
            for used, size, name in copies:
                if total <= DOWN_TO * self._limit or used > latest:
                    break
                if self._evict(name, latest):
                    total -= size
        # Other processes add copies too, so not all of what is left.
        self._room = max(0, self._limit - total) // 8

    def _copies(self) -> Iterator[tuple[float, int, str]]:
        """Return when each copy was used last, its size and its name; remove what a dead process began."""
        for folder in self._folder.iterdir():
            with suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    with suppress(OSError):
                        status = entry.stat()
                        if folder != self._parts:
                            yield status.st_mtime, status.st_size, f"{folder.name}/{entry.name}"
                        elif entry.name.endswith(".part") and time.time() - status.st_mtime > 2 * PATIENCE:
                            Path(entry.path).unlink(missing_ok=True)

    def _evict(self, name: str, latest: float) -> bool:
        path = self.path(name)
        with self._locked(name):
            try:
                if path.stat().st_mtime > latest:  # used meanwhile
                    return False
                path.unlink()
            except OSError:  # gone, or opened by somebody on Windows
                return False
        return True
