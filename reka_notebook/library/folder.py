"""The folder: private to the person, and written so that a file in it is whole or not there."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.records import TakeRecord

SIDECAR = ".take.json"
_WORD = re.compile(r"[a-z0-9]+")


def private_folder(path: Path) -> Path:
    """A folder that only the person can look into, made where it is missing.

    :raises LibraryError: it cannot be made or written to.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
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

    :raises LibraryError: in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"{path} cannot be written: {error.strerror or error}. Make room on the disk, or make the folder writable; "
            "nothing is charged again."
        ) from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a crash.

    :raises LibraryError: the disk is full, or the folder cannot be written to.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with disk_in_words(path):
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


def slug(text: str, words: int = 4) -> str:
    """A few words of a text as part of a file's name: lower-case letters and digits only."""
    return "-".join(_WORD.findall(text.lower())[:words])[:60]


class MediaFolder:
    """Finished media with their posters and sidecars, by month, and the parts that are still arriving."""

    def __init__(self, home: Path) -> None:
        self._media = private_folder(home / "media")
        self._incoming = private_folder(home / "incoming")

    def path(self, name: str) -> Path:
        """Where a file of a take lies."""
        return self._media / name

    def part(self, job: str, index: int, epoch: int) -> Path:
        """Where a file is written while it arrives.

        Each owner writes into a part of its own, begun with what an earlier one has got: a process that was taken
        for dead and wakes up goes on writing into its own, and not into its successor's.
        """
        part = self._incoming / f"{job}-{index}-{epoch}.part"
        if not part.exists():
            earlier = [self._incoming / f"{job}-{index}-{before}.part" for before in range(epoch)]
            found = max(
                (path for path in earlier if path.exists()),
                key=lambda path: path.stat().st_size,
                default=None,
            )
            if found is not None:
                copy = part.with_suffix(".copy")
                shutil.copyfile(found, copy)
                copy.replace(part)
        return part

    def clear_parts(self, job: str) -> None:
        """Remove what is left of a job's arrival."""
        for path in self._incoming.glob(f"{job}-*"):
            path.unlink(missing_ok=True)

    def parts(self) -> list[Path]:
        """Everything that has arrived, wholly or in part, and is not yet in its place."""
        return list(self._incoming.iterdir())

    def name(self, job: str, created: float, title: str, index: int, suffix: str) -> str:
        """The name for a job's file: the same whenever it is asked, so that a repeated fetch replaces itself."""
        month = time.strftime("%Y-%m", time.gmtime(created))
        number = f"-{index + 1}" if index else ""
        private_folder(self._media / month)
        return f"{month}/{slug(title, 6) or 'take'}-{job}{number}{suffix}"

    def write(self, name: str, data: bytes) -> str:
        """Write a small file of a take (a poster, an output without files); its name."""
        write_whole(self.path(name), data)
        return name

    def write_sidecar(self, take: TakeRecord) -> None:
        """Write everything about a take beside its main file, so that the folder alone tells it again."""
        path = self.path(take.files[0].name).with_suffix(SIDECAR)
        write_whole(path, msgspec.json.format(msgspec.json.encode(take)))

    def sidecars(self) -> Iterator[TakeRecord]:
        """Every take that has a readable sidecar; where its files are gone, it was paid for all the same."""
        for path in sorted(self._media.glob(f"*/*{SIDECAR}")):
            try:
                yield msgspec.json.decode(path.read_bytes(), type=TakeRecord)
            except (OSError, msgspec.DecodeError):
                continue

    def move_in(self, part: Path, name: str) -> None:
        """Make an arrived and checked file part of the library."""
        with disk_in_words(self.path(name)):
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.chmod(0o600)
            part.replace(self.path(name))


class ImageFolder:
    """The images that requests use, by digest, so that a job can be submitted after a crash and recalled later."""

    def __init__(self, home: Path) -> None:
        self._folder = private_folder(home / "images")

    def path(self, digest: str) -> Path:
        """Where an image lies.

        :raises LibraryError: that is no digest.
        """
        kind, _, value = digest.partition(":")
        if kind != "sha256" or not re.fullmatch(r"[0-9a-f]{64}", value):
            raise LibraryError(f"{digest!r} names no image.")
        return self._folder / value

    def keep(self, digest: str, data: bytes) -> None:
        """Keep an image's source bytes; one that is there already is not written again.

        It counts as new from now on, so that it is not removed as left over before the request that uses it is there.
        """
        path = self.path(digest)
        try:
            os.utime(path)
        except OSError:
            write_whole(path, data)

    def files(self) -> list[Path]:
        """Every image that is kept."""
        return list(self._folder.iterdir())

    def read(self, digest: str) -> bytes:
        """An image's source bytes.

        :raises LibraryError: it is not there.
        """
        try:
            return self.path(digest).read_bytes()
        except OSError as error:
            raise LibraryError(f"The image {digest} is not in the library any more: {error}.") from error
