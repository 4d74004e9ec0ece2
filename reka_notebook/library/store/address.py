"""Read the address of a team's media, and open what is there."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from reka_notebook.errors import RekaError
from reka_notebook.library.store.bucket import Bucket, SharedFolder

SCHEMES = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "az": "az", "abfs": "az", "abfss": "az"}

EXAMPLE = (
    "Write it as s3://bucket/reka, gs://bucket/reka, az://container/reka, or the path of a shared folder."
)


def read_media(value: object) -> str:
    """Return the address of a team's media as it is used from now on: ``s3://bucket/prefix``, or an absolute path.

    Raises:
        RekaError: If it is none.
    """
    try:
        text = os.fspath(value)  # type: ignore[call-overload]
    except TypeError:
        text = None
    if not isinstance(text, str) or not text.strip() or re.search(r"[\x00-\x1f\x7f]", text):
        raise RekaError(f"media is the address of a store, and this is not one. {EXAMPLE}")
    text = text.strip()
    if "://" not in text:
        return str(Path(text).expanduser().absolute())
    flaw, address = _read(text)
    if flaw:
        del value, text  # a traceback may print this frame's variables
        raise RekaError(f"The address of the media {flaw}. {EXAMPLE}")
    return address


def _read(text: str) -> tuple[str, str]:
    """Return what keeps a text from being an address, which may hold a secret; and the address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return "cannot be read", ""
    if "@" in parts.netloc or ":" in parts.netloc:
        return (
            "has credentials or a port in it, which belong in the configuration of the store's own tool",
            "",
        )
    if parts.query or parts.fragment:
        return "has more than a bucket and a prefix in it", ""
    if parts.scheme == "file":
        if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
            return "is no path: file:// is followed by an absolute one, as in file:///mnt/team/reka", ""
        return "", str(Path(unquote(parts.path)))
    if parts.scheme not in SCHEMES:
        return f"begins with {parts.scheme[:20]}://, which is no store that is known here", ""
    if not parts.netloc or ".." in parts.path.split("/"):
        return "names no bucket", ""
    return "", f"{SCHEMES[parts.scheme]}://{parts.netloc}{parts.path.rstrip('/')}"


def bucket_at(address: str) -> Bucket:
    """Return the store at an address.

    Raises:
        LibraryError: If a package that it needs is missing.
    """
    if "://" not in address:
        return SharedFolder(Path(address))
    from reka_notebook.library.store.object_storage import ObjectStorage

    return ObjectStorage(address)
