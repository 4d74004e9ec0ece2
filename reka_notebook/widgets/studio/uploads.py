"""Receive images from the browser in chunks, bounded in size and in number."""

import base64
import secrets
import sys
from dataclasses import dataclass, field

from reka_notebook.media import ImageError
from reka_notebook.media.images.picture import LARGEST_FILE

CHUNK = 512 * 1024
"""Bytes of a chunk: Colab fails from about 1 MB in a message."""

TOGETHER = 8
"""Chunks in a message elsewhere: one of 10 MiB drops the kernel's websocket, and Databricks fails from 5 MB."""

MAX_AT_ONCE = 4


def together() -> int:
    """Return how many chunks the browser may send in one message."""
    return 1 if "google.colab" in sys.modules else TOGETHER


def read_text(chunk: str) -> bytes:
    """Return the bytes of a chunk that comes as base64.

    Raises:
        ImageError: If it is not base64.
    """
    try:
        return base64.b64decode(chunk, validate=True)
    except ValueError:
        raise ImageError("A part of the image arrived damaged. Send it again.") from None


@dataclass
class Upload:
    """Hold an image that is arriving."""

    slot: str
    name: str
    size: int
    known: bytes | None = None
    chunks: dict[int, bytes] = field(default_factory=dict)

    @property
    def received(self) -> int:
        """Return how many bytes have arrived."""
        if self.known is not None:
            return len(self.known)
        return sum(len(chunk) for chunk in self.chunks.values())


class Uploads:
    """Hold the images that are arriving at one widget."""

    def __init__(self) -> None:
        self._uploads: dict[str, Upload] = {}

    def begin(self, slot: str, name: str, size: int) -> str:
        """Expect an image, and return its upload's name.

        Raises:
            ImageError: If it is empty, or too large.
        """
        if size <= 0:
            raise ImageError(f"{name} is empty. Choose another image.")
        if size > LARGEST_FILE:
            raise ImageError(
                f"{name} has {size / 1e6:.0f} MB; up to {LARGEST_FILE // 10**6} MB are taken. Make it smaller first."
            )
        while len(self._uploads) >= MAX_AT_ONCE:  # the oldest was given up without a word
            self._uploads.pop(next(iter(self._uploads)))
        upload = secrets.token_hex(6)
        self._uploads[upload] = Upload(slot, name, size)
        return upload

    def size(self, upload: str) -> int:
        """Return how many bytes are expected."""
        return self._get(upload).size

    def known(self, upload: str, data: bytes) -> None:
        """Take these bytes as the whole image; no chunks will come."""
        self._get(upload).known = data

    def chunk(self, upload: str, index: int, data: bytes) -> int:
        """Take a chunk, and return how many bytes are here; a chunk that comes twice counts once."""
        found = self._get(upload)
        if not 0 <= index * CHUNK < found.size or len(data) != min(CHUNK, found.size - index * CHUNK):
            raise ImageError(f"A part of {found.name} arrived in the wrong size. Send it again.")
        found.chunks[index] = data
        return found.received

    def end(self, upload: str) -> tuple[Upload, bytes]:
        """Return the whole image. It stays expected until it is aborted, because looking at it takes a while.

        Raises:
            ImageError: If a part of it is missing.
        """
        found = self._get(upload)
        if found.received != found.size:
            del self._uploads[upload]
            raise ImageError(f"{found.name} arrived with a part missing. Send it again.")
        if found.known is not None:
            return found, found.known
        return found, b"".join(found.chunks[index] for index in range(len(found.chunks)))

    def expects(self, upload: str) -> bool:
        """Return whether an upload is still wanted."""
        return upload in self._uploads

    def abort(self, upload: str) -> None:
        """Forget an upload."""
        self._uploads.pop(upload, None)

    def _get(self, upload: str) -> Upload:
        try:
            return self._uploads[upload]
        except KeyError:
            raise ImageError("Upload lost. Choose the image again.") from None
