"""Keep the images that requests use."""

import os
import re
from pathlib import Path

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import private_folder, write_whole


class ImageFolder:
    """Keep images by digest, so that a job can be submitted after a crash and recalled later."""

    def __init__(self, home: Path) -> None:
        self._folder = private_folder(home / "images")

    def path(self, digest: str) -> Path:
        """Return where an image lies.

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

    def find(self, start: str) -> str:
        """Return the whole digest of an image from its start: ``sha256:`` and at least eight hex digits.

        Raises:
            LibraryError: If that is not a digest, or no image or several images begin with it.
        """
        digits = start.partition(":")[2].lower()
        if not re.fullmatch(r"[0-9a-f]{8,64}", digits):
            raise LibraryError(f"{start!r} names no image: sha256: and at least eight hex digits do.")
        found = sorted(path.name for path in self._folder.glob(f"{digits}*") if len(path.name) == 64)
        if len(found) != 1:
            several = (
                "has several images whose digests begin" if found else "has no image whose digest begins"
            )
            raise LibraryError(f"The library {several} with {start}.")
        return f"sha256:{found[0]}"

    def has_one_of(self, size: int) -> bool:
        """Return whether an image of this many bytes is kept; false if that cannot be seen."""
        try:
            with os.scandir(self._folder) as files:
                return any(file.stat().st_size == size for file in files)
        except OSError:
            return False

    def files(self) -> list[Path]:
        """Return the file of every image that is kept."""
        return list(self._folder.iterdir())

    def read(self, digest: str) -> bytes:
        """Return an image's source bytes.

        Raises:
            LibraryError: If they are not there.
        """
        try:
            return self.path(digest).read_bytes()
        except OSError as error:
            raise LibraryError(f"The image {digest} is not in the library any more: {error}.") from error
