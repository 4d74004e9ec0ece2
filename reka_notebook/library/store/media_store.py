"""Keep files of takes in a store that a team shares, and copies of them on this machine."""

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from reka_notebook.library.folder import private_folder, write_whole
from reka_notebook.library.records import MediaFile, TakeRecord
from reka_notebook.library.store.bucket import Bucket
from reka_notebook.library.store.cache import Cache
from reka_notebook.library.store.errors import StoreError, in_words
from reka_notebook.library.store.media_folder import MediaFolder, digest_of, read_sidecars, sidecar_of
from reka_notebook.library.store.names import (
    SIDECAR,
    SPRITE,
    beside,
    is_in_month,
    job_of,
    name_of_stored,
    stored_name,
)

log = logging.getLogger("reka_notebook")

PREFIX = "media"
"""Of the keys of files of takes."""

SILENT = 5.0
"""Seconds for which a store that gave no file is not asked for another one."""


class MediaStore(MediaFolder):
    """Hold finished media in a store.

    What arrives whole is put into ``outgoing`` first, and becomes a copy in the cache when the store has it: what is
    in ``outgoing`` is not in the store, as far as this machine knows, and is never evicted. A library that was a
    folder before goes on showing the files in it.
    """

    def __init__(self, home: Path, bucket: Bucket, cache: Cache) -> None:
        super().__init__(home)
        self._bucket = bucket
        self._cache = cache
        self._outgoing = private_folder(home / "outgoing")
        self._sidecars_wait = True
        """Whether sidecars may wait in ``outgoing``."""
        self._silence, self._silent_until = "", 0.0
        self.address: str = bucket.address

    def path(self, name: str) -> Path:
        """Return where a file lies on this machine by its name, or would lie if it were here."""
        return self.own(name) or self._cache.path(name)

    def own(self, name: str) -> Path | None:
        """Return where a file lies on this machine that is no copy of what is in the store."""
        if not is_in_month(name):
            raise StoreError(f"{name[:100]!r} is no name of a file of a take. Nothing was read or written.")
        return next((path for path in (self._outgoing / name, self._media / name) if path.is_file()), None)

    def local(self, file: MediaFile) -> Path:
        """Return a take's file on this machine, fetched if it is in the store alone; it may be gone altogether."""
        return self._fetched(file.name, file.sha256, file.bytes)

    def poster(self, file: MediaFile) -> Path | None:
        """Return the still of a file on this machine, fetched if that is possible now; ``None`` if it has none."""
        if not file.poster or not is_in_month(file.poster):
            return None
        try:
            return self._fetched(file.poster, file.poster_sha256, None)
        except StoreError as error:  # a film is worth more than its picture
            log.warning("%s", error)
            return self._cache.path(file.poster)

    def _fetched(self, name: str, sha256: str | None, size: int | None) -> Path:
        def is_whole(path: Path) -> bool:
            return (size is None or path.stat().st_size == size) and sha256 in (None, digest_of(path))

        def fetch(part: Path) -> None:
            stored = stored_name(name, sha256)
            for _ in range(2):
                self._get(stored, part)
                if is_whole(part):
                    return
            raise StoreError(
                f"{_key(stored)} in the store {self.address} is damaged: it is not what was kept there. Bring it back "
                "from a backup of the store. Nothing is charged by this."
            )

        own = self.own(name)
        if own is not None:
            return own
        try:
            return self._cache.get(name, fetch, is_whole, sha256 or "")
        except FileNotFoundError:
            return self._cache.path(name)

    def _get(self, stored: str, part: Path) -> None:
        """Download a file; while the store is out of reach, who wants sixty posters waits for one of them."""
        if time.monotonic() < self._silent_until:
            raise StoreError(self._silence)
        try:
            self._bucket.get(_key(stored), part)
        except StoreError as error:
            self._silence, self._silent_until = str(error), time.monotonic() + SILENT
            raise

    def has(self, file: MediaFile) -> bool:
        """Return whether a take's file can be had; true if that cannot be found out now."""
        if not is_in_month(file.name):
            return False
        if self.path(file.name).is_file():
            return True
        try:
            return self._bucket.has(_key(stored_name(file.name, file.sha256)))
        except StoreError:
            return True

    def where(self, file: MediaFile) -> str:
        """Return, for a person, where a take's file lies: its path, or its address if it is not on this machine."""
        return self._where(file.name, file.sha256)

    def where_poster(self, file: MediaFile) -> str | None:
        """Return, for a person, where the still of a file lies; ``None`` if it has none."""
        return self._where(file.poster, file.poster_sha256) if file.poster else None

    def _where(self, name: str, sha256: str | None) -> str:
        path = self.path(name) if is_in_month(name) else None
        return (
            str(path)
            if path is not None and path.is_file()
            else f"{self.address}/{_key(stored_name(name, sha256))}"
        )

    def open(self, file: MediaFile) -> BinaryIO:
        """Open a take's file to read it from its start; what is in the store alone is streamed."""
        path = self.path(file.name)
        with suppress(FileNotFoundError):
            return path.open("rb")
        return self._bucket.open(_key(stored_name(file.name, file.sha256)))

    def made_sprite(self, name: str) -> bytes | None:
        """Return the sprite of a take's file if somebody has made it."""
        with suppress(StoreError, FileNotFoundError):
            sprite = beside(name, SPRITE)
            return self._cache.get(
                sprite, lambda part: self._get(sprite, part), lambda path: path.stat().st_size > 0
            ).read_bytes()
        return None

    def keep_sprite(self, name: str, data: bytes) -> None:
        """Keep the sprite of a take's file."""
        sprite = beside(name, SPRITE)
        self._bucket.write(_key(sprite), data)
        self._cache.get(sprite, lambda part: _write(part, data), lambda _: False)

    def sidecars(self) -> Iterator[TakeRecord]:
        """Return every take that has a readable sidecar, here or in the store: it was paid for."""
        yield from read_sidecars(self._media)
        for key in sorted(self._bucket.listed(f"{PREFIX}/")):
            if key.endswith(SIDECAR):
                with suppress(FileNotFoundError, msgspec.DecodeError):
                    yield msgspec.json.decode(self._bucket.read(key), type=TakeRecord)
        yield from read_sidecars(self._outgoing)  # newer than what the store has

    def arriving(self, name: str) -> Path:
        """Return where a file is put that has arrived whole."""
        return self._outgoing / name

    def publish(self, take: TakeRecord) -> TakeRecord:
        """Upload a take's files, each whole or not at all, before its row names them."""
        take = self._sealed(take)
        files = [(file.poster, file.poster_sha256) for file in take.files]
        files += [(file.name, file.sha256) for file in take.files]
        try:
            for name, sha256 in files:
                if name and sha256 and (path := self.arriving(name)).is_file():
                    self._bucket.put(path, _key(stored_name(name, sha256)))
        except FileNotFoundError as error:
            raise in_words(self.address, error) from None
        return take

    def settle(self, take: TakeRecord) -> None:
        """Make what was uploaded copies in the cache: until the take's row is there, only this machine knows of it."""
        for file in take.files:
            for name, sha256 in ((file.name, file.sha256), (file.poster, file.poster_sha256)):
                if name and sha256 and (path := self.arriving(name)).is_file():
                    self._cache.adopt(path, name, sha256)

    def write_sidecar(self, take: TakeRecord) -> None:
        """Upload everything about a take; if the store cannot be reached, it waits here for the next one that can."""
        name, data = beside(take.files[0].name, SIDECAR), sidecar_of(take)
        waiting = self._outgoing / name
        try:
            self._bucket.write(_key(name), data)
        except (StoreError, FileNotFoundError) as error:
            log.warning("%s What is known of take %s is uploaded later.", error, take.id)
            private_folder(waiting.parent)
            write_whole(waiting, data)
            self._sidecars_wait = True
            return
        waiting.unlink(missing_ok=True)
        if self._sidecars_wait:
            self.send_waiting()

    def send_waiting(self) -> None:
        """Upload the sidecars that wait here; where the store cannot be reached, they go on waiting."""
        with suppress(StoreError, FileNotFoundError):
            for path in self._outgoing.glob(f"*/*{SIDECAR}"):
                data = path.read_bytes()
                self._bucket.write(_key(path.relative_to(self._outgoing).as_posix()), data)
                with suppress(OSError):
                    if path.read_bytes() == data:
                        path.unlink()
            self._sidecars_wait = False

    def waiting(self) -> dict[Path, str | None]:
        """Return every file that has arrived and is not in the store yet, with its job."""
        every = self._outgoing.glob("*/*")
        return {path: job_of(path.name) for path in every if not path.name.endswith(SIDECAR)}

    def stored(self) -> dict[str, int]:
        """Return what all files in the store are called there, with their sizes."""
        return _without_prefix(self._bucket.listed(f"{PREFIX}/"))

    def abandoned(self) -> dict[str, int]:
        """Return what uploads have left in the store that ended long ago, called and sized as by `stored`."""
        return _without_prefix(self._bucket.abandoned(f"{PREFIX}/"))

    def delete(self, stored: str) -> None:
        """Delete a file from the store, by what it is called there, and its copy."""
        self._bucket.delete(_key(stored))
        self._cache.remove(name_of_stored(stored))


def _key(stored: str) -> str:
    return f"{PREFIX}/{stored}"


def _without_prefix(keys: dict[str, int]) -> dict[str, int]:
    return {key.removeprefix(f"{PREFIX}/"): size for key, size in keys.items()}


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
