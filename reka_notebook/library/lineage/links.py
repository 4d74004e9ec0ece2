"""Find out which takes a request was made from, and write that beside its row."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, select

from reka_notebook.library.lineage.known import Still, noted
from reka_notebook.library.lineage.parent import Parent
from reka_notebook.library.request import GenerationRequest, ImageUse
from reka_notebook.library.rows.database import Rows, upsert
from reka_notebook.library.rows.tables import digests, jobs, links, takes

TAKE = "take:"
"""How a request that is made here, without the service, names the takes that it was made from."""

HERE = "here/"
"""What the endpoints of such requests begin with."""


_IS_TAKE = select(takes.c.job).where(takes.c.job == bindparam("take"))
_BEFORE = (
    select(jobs.c.parents)
    .select_from(links.join(jobs, jobs.c.id == links.c.job))
    .where(links.c.digest == bindparam("digest"), links.c.parent.is_not(None))
    .order_by(jobs.c.created.desc())
    .limit(1)
)
"""What an earlier request with the same image was made from."""

_FILE = (
    select(digests.c.take, digests.c.file)
    .select_from(digests.join(takes, takes.c.job == digests.c.take))
    .where(digests.c.digest == bindparam("digest"))
    .order_by(takes.c.kept)
    .limit(1)
)
_WRITE_PARENTS = jobs.update().where(jobs.c.id == bindparam("job"))


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
    connection: Connection, job: str, request: GenerationRequest, parents: Sequence[Parent]
) -> None:
    """Write which images a job's request has, and which takes it was made from."""
    given = {(parent.role, parent.place): parent for parent in parents}
    rows = {(role, place): (use.digest, None) for role, place, use in _uses(request)}
    linked = {key: (parent.digest or None, parent.take) for key, parent in given.items()}
    values = [
        {"job": job, "role": role, "place": place, "digest": digest, "parent": parent}
        for (role, place), (digest, parent) in (rows | linked).items()
    ]
    if values:
        connection.execute(upsert(connection.dialect.name, links), values)


def write_parents(connection: Connection, job: str, parents: Sequence[Parent]) -> None:
    """Write into a job's row which takes it was made from."""
    connection.execute(_WRITE_PARENTS, {"parents": msgspec.json.encode(parents), "job": job})


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
    found = rows(_BEFORE, {"digest": digest})
    if found and found[0][0] is not None:
        for parent in msgspec.json.decode(found[0][0], type=list[Parent]):
            if parent.digest == digest:
                return Still(parent.take, parent.file, parent.at, parent.last)
    found = rows(_FILE, {"digest": digest})
    return Still(found[0][0], found[0][1]) if found else None


def _is_take(rows: Rows, take: str) -> bool:
    return bool(rows(_IS_TAKE, {"take": take}))
