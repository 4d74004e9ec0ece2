"""Use object storage (S3, Google, Azure) through fsspec, which finds its credentials as each store's tools do."""

import base64
import hashlib
import os
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar, cast

from reka_notebook.forks import renew_in_child
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.store.errors import (
    StoreError,
    code_of,
    disk_full,
    in_words,
    is_about_credentials,
    is_full_here,
)

T = TypeVar("T")

AT_ONCE = 50 * 2**20
"""Bytes of a part; a file of less than two goes up in a single request."""

WAIT = {"connect_timeout": 5, "read_timeout": 60, "retries": {"mode": "standard", "total_max_attempts": 3}}


class Kind(NamedTuple):
    """Hold what a kind of store needs."""

    package: str
    options: dict[str, Any]


KINDS = {
    "s3": Kind("s3fs", {"use_listings_cache": False}),
    "gs": Kind("gcsfs", {"use_listings_cache": False, "consistency": "md5"}),
    "az": Kind("adlfs", {"use_listings_cache": False}),
}
"""By the scheme of an address."""


def check_package(scheme: str) -> None:
    """Check that the package for a kind of store is installed.

    Raises:
        StoreError: If it is not.
    """
    package = KINDS[scheme].package
    install = "'reka-notebook[team]'" if scheme == "s3" else package
    for name in ("fsspec", package):
        try:
            import_module(name)
        except ImportError:
            raise StoreError(
                f"Media at {scheme}:// need the package {package}, which is not installed. "
                f"pip install {install}. Nothing was sent."
            ) from None


class ObjectStorage:
    """Use a bucket, or what is under a prefix of one.

    Raises:
        StoreError: If the package for it is missing.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._scheme, _, root = address.partition("://")
        self._root = root.strip("/")
        check_package(self._scheme)
        self._opened: Any = None
        self._again = False
        self._opening = threading.Lock()
        renew_in_child(self._renew)

    def __repr__(self) -> str:
        return f"<ObjectStorage {self.address}>"

    def _renew(self) -> None:
        self._opened, self._opening = None, threading.Lock()

    def _forget(self) -> None:
        """Read the credentials anew the next time: a person may have signed in by then."""
        self._opened, self._again = None, True

    @property
    def _files(self) -> Any:
        """Return the file system of fsspec, one for each process: its connections do not outlast a fork."""
        with self._opening:
            if self._opened is None:
                import fsspec

                options = dict(KINDS[self._scheme].options)
                if self._scheme == "s3":
                    known = fsspec.config.conf.get("s3", {}).get("config_kwargs", {})
                    options["config_kwargs"] = {**WAIT, **known}
                self._opened = fsspec.filesystem(self._scheme, skip_instance_cache=self._again, **options)
            return self._opened

    def _do(self, what: Callable[[Any], T]) -> T:
        """Do something with the file system, and say its errors in words.

        Raises:
            FileNotFoundError: If there is no such key.
            StoreError: If anything else is wrong.
        """
        try:
            return what(self._files)
        except FileNotFoundError as error:
            if code_of(error) in ("NoSuchBucket", "ContainerNotFound"):
                raise in_words(self.address, error) from None
            raise FileNotFoundError("There is no such key.") from None
        except LibraryError:
            raise
        except Exception as error:  # each store's package has errors of its own
            if code_of(error) in ("NoSuchKey", "BlobNotFound"):
                raise FileNotFoundError("There is no such key.") from None
            if is_about_credentials(error):
                self._forget()
            raise in_words(self.address, error) from None

    def _key(self, key: str) -> str:
        return f"{self._root}/{key}"

    def put(self, path: Path, key: str) -> None:
        """Upload a file; the store checks what has come by its digest, or the size is compared afterwards."""
        size = path.stat().st_size
        options: dict[str, Any] = {}
        if self._scheme == "s3":
            options["chunksize"] = AT_ONCE
            if size < 2 * AT_ONCE:
                with path.open("rb") as file:
                    md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
                options["ContentMD5"] = base64.b64encode(md5.digest()).decode()

        def upload(files: Any) -> None:
            files.put_file(os.fspath(path), self._key(key), **options)
            if "ContentMD5" not in options and (there := files.info(self._key(key))["size"]) != size:
                raise StoreError(
                    f"Of {path.name}, {there} of {size} bytes are in {self.address}. Nothing is lost; try again."
                )

        self._do(upload)

    def write(self, key: str, data: bytes) -> None:
        """Upload bytes."""
        options = {}
        if self._scheme == "s3":
            md5 = hashlib.md5(data, usedforsecurity=False).digest()
            options["ContentMD5"] = base64.b64encode(md5).decode()
        self._do(lambda files: files.pipe_file(self._key(key), data, **options))

    def get(self, key: str, path: Path) -> None:
        """Download an object into a file."""

        def download(files: Any) -> None:
            try:
                files.get_file(self._key(key), os.fspath(path))
            except OSError as error:
                if is_full_here(error):
                    raise disk_full(path) from None
                raise

        self._do(download)

    def read(self, key: str) -> bytes:
        """Download an object."""
        return cast("bytes", self._do(lambda files: files.cat_file(self._key(key))))

    def open(self, key: str) -> BinaryIO:
        """Open an object, to be read a piece at a time."""
        return cast("BinaryIO", self._do(lambda files: files.open(self._key(key), "rb")))

    def has(self, key: str) -> bool:
        """Return whether an object is there, by its first byte: to ask for its size may cost a listing as well."""
        try:
            self._do(lambda files: files.cat_file(self._key(key), start=0, end=1))
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no error."""
        try:
            self._do(lambda files: files.rm_file(self._key(key)))
        except FileNotFoundError:
            return

    def listed(self, prefix: str) -> dict[str, int]:
        """Return every object whose key begins with a prefix, and its size."""
        folder, _, start = self._key(prefix).rpartition("/")
        given = {"prefix": start} if self._scheme == "s3" and start else {}
        try:
            found = self._do(lambda files: files.find(folder, detail=True, **given))
        except FileNotFoundError:
            return {}
        return {
            name.removeprefix(f"{self._root}/"): int(about.get("size") or 0)
            for name, about in found.items()
            if name.startswith(self._key(prefix))
        }

    def abandoned(self, prefix: str) -> dict[str, int]:
        """Return nothing: of an upload that has not ended, a store shows nothing, and its own rules remove it."""
        return {}
