"""Tell which takes led to which."""

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Executable, and_, bindparam, exists, select, union

from reka_notebook.forks import renew_in_child
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.lineage.late import LateFinder
from reka_notebook.library.lineage.links import take_of
from reka_notebook.library.lineage.parent import Parent, main_parent
from reka_notebook.library.rows.database import AnyRow, Database
from reka_notebook.library.rows.tables import IS_KEPT, jobs, links, marks, takes

MOST = 5_000
"""Takes that are followed from one take; there may be more, which nobody could look at."""

_MANY = 500
"""Values in one query: SQLite takes 999 in its older versions."""

PATIENCE = 0.5
"""Seconds that somebody who asks waits for what has to be found out first; the rest is done meanwhile."""


class Edge(NamedTuple):
    """Lead from a take to one that came from it; without ``parent``, its settings were reused."""

    before: str
    after: str
    parent: Parent | None

    @property
    def how(self) -> str:
        """Return in words what of the earlier take was used."""
        return self.parent.how if self.parent else "Settings reused"


class Node(NamedTuple):
    """Hold of a take what its place among others follows from."""

    id: str
    endpoint: str
    kind: str
    kept: float
    rating: int
    verdict: str | None
    removed: bool
    parents: list[Parent]
    reused: str | None
    notebook: str | None

    @property
    def main(self) -> Parent | None:
        """Return what it mainly came from."""
        return main_parent(self.parents)


class Around(NamedTuple):
    """Hold the takes that led to a take and those that came from it, itself included, the nearest first.

    Attributes:
        more: How many were found beyond those that were wanted.
    """

    takes: list[str]
    edges: list[Edge]
    more: int


_reusing = jobs.alias("reusing")
_NODE = select(
    *(jobs.c[name] for name in ("id", "endpoint", "parents", "reused", "notebook")),
    *(takes.c[name] for name in ("kind", "kept", "removed")),
    *(marks.c[name] for name in ("rating", "verdict")),
).select_from(
    jobs.join(takes, takes.c.job == jobs.c.id).outerjoin(
        marks, and_(marks.c.take == takes.c.job, marks.c.person == bindparam("person"))
    )
)
_GIVEN = bindparam("takes", type_=jobs.c.id.type, expanding=True)
_NODES = _NODE.where(jobs.c.id.in_(_GIVEN))
_CHILDREN = _NODE.where(
    jobs.c.id.in_(
        union(
            select(links.c.job).where(links.c.parent.in_(_GIVEN)),
            select(_reusing.c.id).where(_reusing.c.reused.in_(_GIVEN)),
        )
    )
)
_MADE_WITH = _NODE.where(
    jobs.c.id.in_(
        select(links.c.job).where(
            links.c.digest == bindparam("digest"),
            links.c.parent.is_(None),
            links.c.place == 0,
            links.c.role != "end",
        )
    )
).order_by(takes.c.kept, jobs.c.id)
_MADE_OF_WORDS = (
    _NODE.where(
        IS_KEPT,
        jobs.c.notebook.is_not_distinct_from(bindparam("notebook", type_=jobs.c.notebook.type)),
        jobs.c.parents == b"[]",
        takes.c.kind == bindparam("kind"),
        ~exists().where(links.c.job == jobs.c.id),
    )
    .order_by(takes.c.kept.desc())
    .limit(bindparam("limit", type_=takes.c.requests.type))
)
_THERE = select(takes.c.job).where(takes.c.job.in_(_GIVEN))
_UNTAKEN = (
    select(links.c.digest)
    .where(links.c.job == bindparam("take"), links.c.parent.is_(None), links.c.digest.is_not(None))
    .order_by((links.c.role == "start").desc(), links.c.role, links.c.place)
    .limit(1)
)


class Lineage:
    """Tell which takes led to which, and find out what earlier versions did not write down.

    Args:
        found: Told of a take whose parents were found late.
    """

    def __init__(
        self, database: Database, home: Path, found: Callable[[str], object], person: str = ""
    ) -> None:
        self._database, self._person = database, person
        self._late = LateFinder(database, home, found)
        self._looking = threading.Lock()
        renew_in_child(self._renew)

    def _renew(self) -> None:
        self._looking = threading.Lock()

    def catch_up(self, seconds: float = PATIENCE) -> None:
        """Look at what was not looked at yet; what takes longer than so many seconds goes on in a thread of its own."""
        if not self._looking.acquire(blocking=False):
            return  # somebody else does
        whole = True
        try:
            with suppress(LibraryError):  # what is known is shown; who writes next is told what is wrong
                whole = self._late.look(seconds)
        finally:
            self._looking.release()
        if not whole:
            threading.Thread(target=self._go_on, args=(self._looking,), daemon=True).start()

    def _go_on(self, looking: threading.Lock) -> None:
        with looking, suppress(LibraryError):
            while not self._late.look(1.0):
                pass

    def take_of(self, digest: str) -> str | None:
        """Return the take that an image is of, by its digest; ``None`` if it is of none that is known."""
        return take_of(self._database.rows, digest)

    def parents(self, take: str) -> list[str]:
        """Return the takes that led to a take: of its images first, then the one whose settings were reused."""
        return list(dict.fromkeys(edge.before for edge in self._edges([take], up=True)))

    def children(self, take: str) -> list[str]:
        """Return the takes that came from a take, oldest first."""
        return list(dict.fromkeys(edge.after for edge in self._edges([take], up=False)))

    def around(self, take: str, limit: int) -> Around:
        """Return the family of a take; see `Around`."""
        before, after = self._follow(take, up=True), self._follow(take, up=False)
        every = list(dict.fromkeys([take, *before, *after]))
        takes = every[:limit]
        chosen = set(takes)
        edges = [edge for edge in self._edges(takes, up=True) if edge.before in chosen]
        return Around(takes, edges, len(every) - len(takes))

    def _follow(self, take: str, *, up: bool) -> list[str]:
        seen, level = {take: None}, [take]
        while level and len(seen) < MOST:
            edges = self._edges(level, up=up)
            level = list(dict.fromkeys(edge.before if up else edge.after for edge in edges))
            level = [one for one in level if one not in seen]  # a sidecar may say anything, a circle too
            seen |= dict.fromkeys(level)
        return list(seen)[1:]

    def _edges(self, takes: Sequence[str], *, up: bool) -> list[Edge]:
        """Return what leads to some takes, or from them, of takes that were kept."""
        found, given = list[Edge](), set(takes)
        for node in self.nodes(takes) if up else self.children_of(takes):
            linked = [Edge(parent.take, node.id, parent) for parent in node.parents]
            linked += [Edge(node.reused, node.id, None)] if node.reused else []
            found += linked if up else [edge for edge in linked if edge.before in given]
        if up:
            there = self._there({edge.before for edge in found})
            found = [edge for edge in found if edge.before in there]
        return found

    def _there(self, takes: Collection[str]) -> set[str]:
        return {row.job for some in _some(takes) for row in self._database.rows(_THERE, {"takes": some})}

    def nodes(self, takes: Collection[str]) -> list[Node]:
        """Return takes as what their places follow from, in the order given; what is no take is left out."""
        found = {node.id: node for some in _some(takes) for node in self._found(_NODES, takes=some)}
        return [found[take] for take in takes if take in found]

    def children_of(self, takes: Collection[str]) -> list[Node]:
        """Return the takes that came from any of these, oldest first."""
        found = {node.id: node for some in _some(takes) for node in self._found(_CHILDREN, takes=some)}
        return sorted(found.values(), key=lambda node: (node.kept, node.id))

    def made_with(self, digest: str) -> list[Node]:
        """Return the takes that were made from an image that is of no take, oldest first."""
        return self._found(_MADE_WITH, digest=digest)

    def made_of_words(self, like: Node, limit: int) -> list[Node]:
        """Return the newest takes of the same kind and notebook that were made without an image."""
        return self._found(_MADE_OF_WORDS, notebook=like.notebook, kind=like.kind, limit=limit)

    def _found(self, statement: Executable, **values: object) -> list[Node]:
        rows = self._database.rows(statement, {"person": self._person, **values})
        return [_node(row) for row in rows]

    def untaken_image(self, take: str) -> str | None:
        """Return the digest of the first image that a take was made with and that is of no take."""
        rows = self._database.rows(_UNTAKEN, {"take": take})
        return str(rows[0][0]) if rows else None


def _node(row: AnyRow) -> Node:
    task = row.endpoint.rpartition("/")[2]
    return Node(
        id=row.id,
        endpoint=row.endpoint,
        kind="boxes" if task == "image-to-bbox" else row.kind or "other",
        kept=row.kept,
        rating=row.rating or 0,
        verdict=row.verdict,
        removed=row.removed is not None,
        parents=_decoder.decode(row.parents) if row.parents is not None else [],
        reused=row.reused,
        notebook=row.notebook,
    )


_decoder = msgspec.json.Decoder(list[Parent])


def _some(values: Collection[str]) -> Iterable[list[str]]:
    listed = deque(values)
    while listed:
        yield [listed.popleft() for _ in range(min(_MANY, len(listed)))]
