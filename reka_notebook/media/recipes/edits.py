"""Change a file's metadata by a few edits, so that everything else in it stays as it is, byte for byte."""

import shutil
from collections.abc import Iterable
from typing import IO, NamedTuple


class NoPlace(Exception):
    """Report that a file has no place for a recipe: its kind has none, or its structure is not understood."""


class Edit(NamedTuple):
    """Replace bytes of a file.

    Attributes:
        at: Where they begin.
        drop: How many of the file's own are left out.
        put: What comes in their place.
    """

    at: int
    drop: int
    put: bytes


def apply(source: IO[bytes], edits: Iterable[Edit], target: IO[bytes]) -> None:
    """Copy a file with its edits, which do not overlap.

    Raises:
        OSError: If it cannot be read or written.
    """
    source.seek(0)
    position = 0
    for edit in sorted(edits):
        _copy(source, target, edit.at - position)
        target.write(edit.put)
        source.seek(edit.drop, 1)
        position = edit.at + edit.drop
    shutil.copyfileobj(source, target, 2**20)


def _copy(source: IO[bytes], target: IO[bytes], count: int) -> None:
    while count > 0:
        part = source.read(min(count, 2**20))
        if not part:
            raise NoPlace
        target.write(part)
        count -= len(part)


def read_at(file: IO[bytes], at: int, count: int) -> bytes:
    """Return bytes of a file.

    Raises:
        NoPlace: If it ends before.
    """
    file.seek(at)
    data = file.read(count)
    if len(data) != count:
        raise NoPlace
    return data


def size_of(file: IO[bytes]) -> int:
    """Return a file's size."""
    return file.seek(0, 2)
