"""Compare the rows of two libraries after one was copied into the other."""

import hashlib
from dataclasses import dataclass
from itertools import zip_longest

import msgspec
from msgspec import structs

from reka_notebook.library.library import Library
from reka_notebook.library.records import MediaFile
from reka_notebook.library.transfer.tables import EVERY, Copied, Renaming, Values, known, pages

_OF_FILES = ("sha256", "poster_sha256")

_NO_FILE = MediaFile(name="", kind="", media_type="", bytes=0)


@dataclass(frozen=True)
class Compared:
    """Hold what became of the rows of a table.

    Args:
        rows: How many the source has.
        missing: How many of them the target does not have.
        differing: How many are another at the target.
        digest: Of the source's rows.
        digest_there: Of the same rows at the target.
    """

    table: str
    rows: int
    missing: int
    differing: int
    digest: str
    digest_there: str


def compare(source: Library, target: Library, renaming: Renaming) -> list[Compared]:
    """Compare every row of the source with the target's."""
    return [_compare(copied, source, target, renaming) for copied in EVERY]


def _compare(copied: Copied, source: Library, target: Library, renaming: Renaming) -> Compared:
    digests = hashlib.sha256(), hashlib.sha256()
    count = missing = differing = 0
    for page in pages(source.database, copied):
        rows = [renaming(copied, row) for row in page]
        there = known(target.database, copied, rows)
        for row in rows:
            count += 1
            other = there.get(copied.key(row))
            mine = _canonical(row, other or row)
            digests[0].update(mine)
            if other is None:
                missing += 1
                continue
            theirs = _canonical(other, row)
            digests[1].update(theirs)
            differing += mine != theirs
    return Compared(
        copied.table.name, count, missing, differing, digests[0].hexdigest(), digests[1].hexdigest()
    )


def _canonical(row: Values, other: Values) -> bytes:
    """Return a row as it is compared with another: the same for both databases."""
    if row.get("files") is not None:
        row = {**row, "files": _files(row["files"], other["files"])}
    return msgspec.json.encode(row, order="sorted") + b"\n"


def _files(files: bytes, other: bytes) -> list[MediaFile]:
    """Return the files of a take with the digests that both know: earlier versions wrote none, and a copy adds them."""
    mine, theirs = (msgspec.json.decode(one, type=list[MediaFile]) for one in (files, other))
    return [
        structs.replace(
            file, **{name: None for name in _OF_FILES if None in (getattr(file, name), getattr(twin, name))}
        )
        for file, twin in zip_longest(mine, theirs[: len(mine)], fillvalue=_NO_FILE)
    ]
