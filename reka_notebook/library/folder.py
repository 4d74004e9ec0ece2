"""Write files that are private to the person, and each of them whole or not at all."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.records import TakeRecord
from reka_notebook.whole_file import put_in_place

SIDECAR = ".take.json"
POSTER = ".poster.jpg"
SPRITE = ".sprite.jpg"
_PRIVATE = 0o700
_WORD = re.compile(r"[a-z0-9]+")


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


def slug(text: str, words: int = 4) -> str:
    """Return a few words of a text as part of a file's name: lower-case letters and digits only."""
    return "-".join(_WORD.findall(text.lower())[:words])[:60]


def media_path(home: Path, name: str) -> Path:
    """Return where a file of a take lies, in the library in a folder."""
    return home / "media" / name


class MediaFolder:
    """Hold finished media with their posters and sidecars, by month, and the parts that are still arriving."""

    def __init__(self, home: Path) -> None:
        self._media = private_folder(home / "media")
        self._incoming = private_folder(home / "incoming")

    def path(self, name: str) -> Path:
        """Return where a file of a take lies."""
        return self._media / name

    def sprite(self, name: str) -> Path:
        """Return where the sprite of a take's file lies once it was made; no row names it, and it can be made again."""
        return self.path(name).with_suffix(SPRITE)

    def part(self, job: str, index: int, epoch: int) -> Path:
        """Return the file to write to while a take's file arrives; it exists, and is empty if nothing has arrived.

        Each owner writes to a part of its own, which begins with what an earlier owner has got. A process
        that was taken for dead and wakes up goes on writing to its own part, not to its successor's.

        Raises:
            LibraryError: If it cannot be made.
        """
        part = self._incoming / f"{job}-{index}-{epoch}.part"
        with disk_in_words(part):
            if not part.exists():
                self._begin(part, [part.with_stem(f"{job}-{index}-{before}") for before in range(epoch)])
        return part

    def scratch(self, name: str) -> Path:
        """Return a file for something that is made here, and that is a leftover if nobody finishes it."""
        return self._incoming / f"{name}.part"

    def _begin(self, part: Path, earlier: list[Path]) -> None:
        copy = part.with_suffix(".copy")
        create_private(copy)
        there = [path for path in earlier if path.exists()]
        if there:
            shutil.copyfile(max(there, key=lambda path: path.stat().st_size), copy)
        copy.replace(part)

    def clear_parts(self, job: str) -> None:
        """Remove what is left of a job's arrival.

        Raises:
            LibraryError: If it cannot be removed.
        """
        with disk_in_words(self._incoming):
            for path in self._incoming.glob(f"{job}-*"):
                path.unlink(missing_ok=True)

    def parts(self) -> list[Path]:
        """Return every file that has arrived, wholly or in part, and is not yet in its place."""
        return list(self._incoming.iterdir())

    def name(self, job: str, created: float, title: str, index: int, suffix: str) -> str:
        """Return the name for a job's file, the same each time, so that a repeated fetch replaces itself."""
        month = time.strftime("%Y-%m", time.gmtime(created))
        number = f"-{index + 1}" if index else ""
        private_folder(self._media / month)
        return f"{month}/{slug(title, 6) or 'take'}-{job}{number}{suffix}"

    def arrived(self, job: str, created: float, title: str, index: int) -> Path | None:
        """Return a job's file if it is in its place already, whatever its ending, else ``None``."""
        base = self.path(self.name(job, created, title, index, ""))
        with (
            suppress(FileNotFoundError),
            os.scandir(base.parent) as entries,
        ):  # glob takes long among thousands
            for entry in entries:
                own = entry.name.startswith(f"{base.name}.") and not entry.name.endswith(
                    (SIDECAR, POSTER, SPRITE)
                )
                if own and entry.is_file():
                    return Path(entry.path)
        return None

    def write(self, name: str, data: bytes) -> str:
        """Write a small file of a take (a poster, an output without files), and return its name."""
        write_whole(self.path(name), data)
        return name

    def write_sidecar(self, take: TakeRecord) -> None:
        """Write everything about a take beside its main file, so that the folder alone can restore it."""
        path = self.path(take.files[0].name).with_suffix(SIDECAR)
        write_whole(path, msgspec.json.format(msgspec.json.encode(take)))

    def sidecars(self) -> Iterator[TakeRecord]:
        """Return every take that has a readable sidecar, even without its files: it was paid for."""
        for path in sorted(self._media.glob(f"*/*{SIDECAR}")):
            try:
                yield msgspec.json.decode(path.read_bytes(), type=TakeRecord)
            except (OSError, msgspec.DecodeError):
                continue

    def move_in(self, part: Path, name: str) -> None:
        """Move an arrived and checked file into the library."""
        with disk_in_words(self.path(name)):
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(self.path(name))
        sync_folder(self.path(name).parent)
