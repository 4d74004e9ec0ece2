"""Find out which takes a request was made from, and write that beside its row."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import msgspec

from reka_notebook.library.lineage.known import Still, noted
from reka_notebook.library.lineage.parent import Parent
from reka_notebook.library.request import GenerationRequest, ImageUse

TAKE = "take:"
"""How a request that is made here, without the service, names the takes that it was made from."""

HERE = "here/"
"""What the endpoints of such requests begin with."""


Rows: TypeAlias = Callable[[str, tuple[object, ...]], Sequence[Any]]
"""Reads what a query finds: within a transaction, or what is committed."""


def rows_of(connection: sqlite3.Connection) -> Rows:
    """Return what reads within a transaction."""
    return lambda query, values: connection.execute(query, values).fetchall()


def find_parents(rows: Rows, request: GenerationRequest) -> list[Parent]:
    """Return the takes that a new request is made from, as far as its images are known by their digests."""
    found = []
    for role, place, use in _uses(request):
        still = None if use.url else _still_of(rows, use.digest)
        if still is not None:
            found.append(
                Parent(
                    role=role,
                    place=place,
                    digest=use.digest,
                    take=still.take,
                    file=still.file,
                    at=still.at,
                    last=still.last,
                )
            )
    if request.endpoint.startswith(HERE):
        for role, value in request.input.items():
            if isinstance(value, str) and value.startswith(TAKE):
                take = value.removeprefix(TAKE).partition("@")[0].partition("#")[0]
                if _is_take(rows, take):
                    found.append(Parent(role=role, take=take))
    return found


def write_links(
    connection: sqlite3.Connection, job: str, request: GenerationRequest, parents: Sequence[Parent]
) -> None:
    """Write which images a job's request has, and which takes it was made from."""
    given = {(parent.role, parent.place): parent for parent in parents}
    rows = {(role, place): (use.digest, None) for role, place, use in _uses(request)}
    linked = {key: (parent.digest or None, parent.take) for key, parent in given.items()}
    connection.executemany(
        "INSERT OR REPLACE INTO links (job, role, place, digest, parent) VALUES (?, ?, ?, ?, ?)",
        [(job, *key, *values) for key, values in (rows | linked).items()],
    )


def write_parents(connection: sqlite3.Connection, job: str, parents: Sequence[Parent]) -> None:
    """Write into a job's row which takes it was made from."""
    connection.execute("UPDATE jobs SET parents = ? WHERE id = ?", (msgspec.json.encode(parents), job))


def take_of(rows: Rows, digest: str) -> str | None:
    """Return the take that an image is of, if that is known."""
    still = _still_of(rows, digest)
    return still.take if still else None


def _uses(request: GenerationRequest) -> Iterator[tuple[str, int, ImageUse]]:
    for role, uses in request.images.items():
        yield from ((role, place, use) for place, use in enumerate(uses))


def _still_of(rows: Rows, digest: str) -> Still | None:
    """Return which take an image is of: as this process has made it, as an earlier request had it, or as a file."""
    for still in noted(digest):
        if _is_take(rows, still.take):
            return still
    found = rows(
        "SELECT jobs.parents FROM links JOIN jobs ON jobs.id = links.job WHERE links.digest = ? "
        "AND links.parent IS NOT NULL ORDER BY jobs.created DESC LIMIT 1",
        (digest,),
    )
    if found and found[0][0] is not None:
        for parent in msgspec.json.decode(found[0][0], type=list[Parent]):
            if parent.digest == digest:
                return Still(parent.take, parent.file, parent.at, parent.last)
    found = rows(
        "SELECT digests.take, digests.file FROM digests JOIN takes ON takes.job = digests.take "
        "WHERE digests.digest = ? ORDER BY takes.kept LIMIT 1",
        (digest,),
    )
    return Still(found[0][0], found[0][1]) if found else None


def _is_take(rows: Rows, take: str) -> bool:
    return bool(rows("SELECT 1 FROM takes WHERE job = ?", (take,)))
