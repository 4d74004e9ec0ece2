"""Keep files of takes in the library's own folder."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from reka_notebook.library.folder import (
    create_private,
    disk_in_words,
    private_folder,
    sync_folder,
    write_whole,
)
from reka_notebook.library.records import MediaFile, TakeRecord
from reka_notebook.library.store.names import POSTER, SIDECAR, SPRITE, beside, is_safe, name_of, stored_name


class MediaFolder:
    """Hold finished media with their posters and sidecars, by month, and the parts that are still arriving.

    A store that a team shares is a ``MediaStore``, which offers the same.
    """

    address: str | None = None
    """The store's address; ``None`` for a folder of this library alone."""

    def __init__(self, home: Path) -> None:
        self._media = private_folder(home / "media")
        self._incoming = private_folder(home / "incoming")

    # What is kept

    def path(self, name: str) -> Path:
        """Return where a file lies on this machine by its name, or would lie if it were here."""
        return self._media / name

    def local(self, file: MediaFile) -> Path:
        """Return a take's file on this machine, fetched if it is in the store alone; it may be gone altogether.

        Raises:
            LibraryError: If it cannot be fetched now.
        """
        return self.path(file.name)

    def poster(self, file: MediaFile) -> Path | None:
        """Return the still of a file on this machine, fetched like the file; ``None`` if it has none.

        Raises:
            LibraryError: If it cannot be fetched now.
        """
        return self.path(file.poster) if file.poster else None

    def has(self, file: MediaFile) -> bool:
        """Return whether a take's file can be had; true if that cannot be found out now."""
        return self.path(file.name).is_file()

    def where(self, file: MediaFile) -> str:
        """Return, for a person, where a take's file lies: its path, or its address if it is not on this machine."""
        return str(self.path(file.name))

    def where_poster(self, file: MediaFile) -> str | None:
        """Return, for a person, where the still of a file lies; ``None`` if it has none."""
        return str(self.path(file.poster)) if file.poster else None

    def open(self, file: MediaFile) -> BinaryIO:
        """Open a take's file to read it from its start; what is in a store alone is streamed.

        Raises:
            OSError: If it is gone.
            LibraryError: If the store does not give it.
        """
        return self.path(file.name).open("rb")

    def sprite(self, name: str) -> Path:
        """Return where the sprite of a take's file lies once it was made; no row names it, and it can be made again."""
        return self.path(beside(name, SPRITE))

    def made_sprite(self, name: str) -> bytes | None:
        """Return the sprite of a take's file if somebody has made it."""
        with suppress(OSError):
            return self.sprite(name).read_bytes()
        return None

    def keep_sprite(self, name: str, data: bytes) -> None:
        """Keep the sprite of a take's file.

        Raises:
            LibraryError: If it cannot be written.
        """
        write_whole(self.sprite(name), data)

    def sidecars(self) -> Iterator[TakeRecord]:
        """Return every take that has a readable sidecar, even without its files: it was paid for."""
        yield from read_sidecars(self._media)

    # What arrives

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
        """Return the name for a job's file, the same each time, and make the folder that it arrives in."""
        name = name_of(job, created, title, index, suffix)
        private_folder(self.arriving(name).parent)
        return name

    def arriving(self, name: str) -> Path:
        """Return where a file is put that has arrived whole."""
        return self._media / name

    def arrived(self, job: str, created: float, title: str, index: int) -> Path | None:
        """Return a job's file if it has arrived whole already, whatever its ending, else ``None``."""
        base = self.arriving(self.name(job, created, title, index, ""))
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
        write_whole(self.arriving(name), data)
        return name

    def move_in(self, part: Path, name: str) -> None:
        """Move an arrived and checked file to where whole files are."""
        path = self.arriving(name)
        with disk_in_words(path):
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(path)
        sync_folder(path.parent)

    def publish(self, take: TakeRecord) -> TakeRecord:
        """Put a take's files where all who use this library find them, before its row names them.

        Returns:
            The take, with the digests of its files.

        Raises:
            LibraryError: If that is not possible now. The files have arrived, and stay until it is.
        """
        return self._sealed(take)

    def settle(self, take: TakeRecord) -> None:
        """Do what is left to do with a take's files now that its row is written.

        Raises:
            LibraryError: If the disk refuses it. Nothing is lost by that.
        """

    def _sealed(self, take: TakeRecord) -> TakeRecord:
        """Return a take with the digests of its files, as far as they have just arrived."""
        return replace(take, files=[self._sealed_file(file) for file in take.files])

    def _sealed_file(self, file: MediaFile) -> MediaFile:
        with suppress(FileNotFoundError):
            file = replace(file, sha256=digest_of(self.arriving(file.name)))
        with suppress(FileNotFoundError):
            if file.poster:
                file = replace(file, poster_sha256=digest_of(self.arriving(file.poster)))
        return file

    def write_sidecar(self, take: TakeRecord) -> None:
        """Write everything about a take beside its main file, so that the media alone can restore it."""
        write_whole(self.path(beside(take.files[0].name, SIDECAR)), sidecar_of(take))

    # What goes

    def own(self, name: str) -> Path | None:
        """Return where a file lies on this machine that is no copy of what is in a store."""
        return self.path(name)

    def waiting(self) -> dict[Path, str | None]:
        """Return every file that has arrived and is not in the store yet, with its job."""
        return {}

    def stored(self) -> dict[str, int]:
        """Return what all files in the store are called there, with their sizes; a folder has none."""
        return {}

    def abandoned(self) -> dict[str, int]:
        """Return what uploads have left in the store that ended long ago, called and sized as by `stored`."""
        return {}

    def delete(self, stored: str) -> None:
        """Delete a file from the store, by what it is called there.

        Raises:
            LibraryError: If it cannot be deleted now.
        """


def files_of(take: TakeRecord) -> list[str]:
    """Return the names of a take's files, posters and sprites included and its sidecar not."""
    names = [name for file in take.files for name in (file.name, file.poster) if name]
    names += [beside(file.name, SPRITE) for file in take.files]
    return [name for name in names if is_safe(name)]


def stored_of(take: TakeRecord) -> set[str]:
    """Return what a take's files, posters and sprites are called in a store."""
    digests = {file.name: file.sha256 for file in take.files}
    digests |= {file.poster: file.poster_sha256 for file in take.files if file.poster}
    return {stored_name(name, digests.get(name)) for name in files_of(take)}


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sidecar_of(take: TakeRecord) -> bytes:
    """Return what a take's sidecar holds."""
    return msgspec.json.format(msgspec.json.encode(take))


def read_sidecars(folder: Path) -> Iterator[TakeRecord]:
    """Return every take with a readable sidecar in a folder that has one for each month."""
    for path in sorted(folder.glob(f"*/*{SIDECAR}")):
        with suppress(OSError, msgspec.DecodeError):
            yield msgspec.json.decode(path.read_bytes(), type=TakeRecord)
