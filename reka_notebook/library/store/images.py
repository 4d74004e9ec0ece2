"""Keep the images that requests use."""

import os
import re
from pathlib import Path

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import private_folder, write_whole
from reka_notebook.library.store.bucket import Bucket
from reka_notebook.library.store.errors import in_words

PREFIX = "images"
"""Of the keys of images."""

REMEMBERED = 10_000
"""So many images that the store has are known to be there without asking."""


class ImageFolder:
    """Keep images by digest, so that a job can be submitted after a crash and recalled later.

    In a team's library, those that requests use are in its store too, for whoever goes on with them.

    Args:
        bucket: The store, if the library is a team's.
    """

    def __init__(self, home: Path, bucket: Bucket | None = None) -> None:
        self._folder = private_folder(home / "images")
        self._bucket = bucket
        self._shared: set[str] = set()

    def path(self, digest: str) -> Path:
        """Return where an image lies on this machine.

        Raises:
            LibraryError: If that is not a digest.
        """
        kind, _, value = digest.partition(":")
        if kind != "sha256" or not re.fullmatch(r"[0-9a-f]{64}", value):
            raise LibraryError(f"{digest!r} names no image.")
        return self._folder / value

    def keep(self, digest: str, data: bytes) -> None:
        """Keep an image's source bytes, unless they are kept already.

        The file counts as new from now on, so that it is not removed as left over before the request that
        uses it is written.
        """
        path = self.path(digest)
        try:
            os.utime(path)
        except OSError:
            write_whole(path, data)

    def share(self, digest: str) -> None:
        """Upload an image that a request uses, unless the store has it.

        Raises:
            StoreError: If that is not possible now.
        """
        path = self.path(digest)
        if self._bucket is None or path.name in self._shared or not path.is_file():
            return
        try:
            if not self._bucket.has(_key(path)):
                self._bucket.put(path, _key(path))
        except FileNotFoundError as error:
            raise in_words(self._bucket.address, error) from None
        if len(self._shared) >= REMEMBERED:
            self._shared.clear()
        self._shared.add(path.name)

    def find(self, start: str) -> str:
        """Return the whole digest of an image from its start: ``sha256:`` and at least eight hex digits.

        Raises:
            LibraryError: If that is not a digest, or no image or several images begin with it.
        """
        digits = start.partition(":")[2].lower()
        if not re.fullmatch(r"[0-9a-f]{8,64}", digits):
            raise LibraryError(f"{start!r} names no image: sha256: and at least eight hex digits do.")
        found = {path.name for path in self._folder.glob(f"{digits}*")}
        if self._bucket is not None and digits not in found:
            found |= {key.rpartition("/")[2] for key in self._bucket.listed(f"{PREFIX}/{digits}")}
        found = {name for name in found if len(name) == 64}
        if len(found) != 1:
            several = (
                "has several images whose digests begin" if found else "has no image whose digest begins"
            )
            raise LibraryError(f"The library {several} with {start}.")
        return f"sha256:{found.pop()}"

    def has_one_of(self, size: int) -> bool:
        """Return whether an image of this many bytes is kept; false if that cannot be seen."""
        try:
            with os.scandir(self._folder) as files:
                return any(file.stat().st_size == size for file in files)
        except OSError:
            return False

    def files(self) -> list[Path]:
        """Return the file of every image that is kept on this machine."""
        return list(self._folder.iterdir())

    def read(self, digest: str) -> bytes:
        """Return an image's source bytes.

        Raises:
            LibraryError: If they are not there.
        """
        path = self.path(digest)
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            gone = error
        except OSError as error:
            raise _gone(digest, error) from error
        if self._bucket is None:
            raise _gone(digest, gone) from gone
        try:
            data = self._bucket.read(_key(path))
        except FileNotFoundError:
            raise _gone(digest, gone) from gone
        write_whole(path, data)
        self._shared.add(path.name)
        return data


def _key(path: Path) -> str:
    return f"{PREFIX}/{path.name}"


def _gone(digest: str, error: OSError) -> LibraryError:
    return LibraryError(f"The image {digest} is not in the library any more: {error}.")
