"""Hold the takes that led to a take and those that came from it, placed as a tree from left to right."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reka_notebook.display import Displayed, formatters
from reka_notebook.jobs.lineage.steps import WITH_SOUND
from reka_notebook.jobs.take import Take
from reka_notebook.kinds import kind_of
from reka_notebook.library import Library
from reka_notebook.library.lineage.lineage import Edge
from reka_notebook.text import many

MOST = 200
"""Takes that a family shows."""


@dataclass(frozen=True)
class Member:
    """Place a take in the tree.

    Attributes:
        title: Its step, such as ``Edit`` or ``Shot 1``.
        column: From the left, from 0.
        row: From above, from 0.
        rows: How many rows the take and what came from it take up.
    """

    take: Take
    title: str
    column: int
    row: int
    rows: int = 1

    @property
    def removed(self) -> bool:
        """Return whether its files were removed to make room."""
        return self.take.record.removed is not None


@dataclass(frozen=True)
class Link:
    """Lead from a take to one that came from it.

    Attributes:
        how: What of the earlier take was used, in words.
        tree: Whether it is a line of the tree; a take has one such at most, and others beside it.
    """

    parent: str
    child: str
    how: str
    tree: bool


class Family(Displayed):
    """Show the takes that led to a take, and those that came from it.

    Attributes:
        take: The take whose family it is.
        members: The takes by their places, from left to right and from above.
        links: What leads from each to the next.
        more: How many takes are left out, because they are too many.
        hidden: How many are left out, because they are rejected or rated low.
    """

    def __init__(
        self,
        take: Take,
        members: Sequence[Member],
        links: Sequence[Link],
        more: int,
        hidden: int,
        nearest: "Callable[[int], Family]",
    ) -> None:
        self.take = take
        self.members = list(members)
        self.links = list(links)
        self.more = more
        self.hidden = hidden
        self._nearest = nearest

    @property
    def takes(self) -> list[Take]:
        """Return the takes from left to right."""
        return [member.take for member in self.members]

    @property
    def columns(self) -> int:
        """Return how many columns the tree has."""
        return 1 + max((member.column for member in self.members), default=-1)

    @property
    def rows(self) -> int:
        """Return how many rows the tree has."""
        return max((member.row + member.rows for member in self.members), default=0)

    def nearest(self, count: int) -> "Family":
        """Return this family with so many takes at most, those that are the fewest steps away."""
        return self if len(self.members) <= count else self._nearest(count)

    def __len__(self) -> int:
        return len(self.members)

    def __repr__(self) -> str:
        return f"<Family of {self.take.id}: {many(len(self.members) + self.more, 'take')}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.tree(self)


def family_of(take: Take, library: Library, *, most: int = MOST, hide_low: bool = False) -> Family:
    """Return the family of a take.

    Args:
        most: Takes at most, the nearest first.
        hide_low: Whether what is rejected or rated 1 is left out, unless something better came from it.
    """

    def nearest(count: int) -> Family:
        return family_of(take, library, most=count, hide_low=hide_low)

    library.lineage.catch_up()
    around = library.lineage.around(take.id, most)
    records = {record.id: record for record in library.takes.some(around.takes)}
    takes = {name: Take(record, library) for name, record in records.items()}
    takes[take.id] = take
    edges = [edge for edge in around.edges if edge.after in takes and edge.before in takes]
    lines = _lines([(edge.before, edge.after, edge.parent is not None) for edge in edges])
    gone = _low(takes, lines, take.id) if hide_low else set[str]()
    left = {name: one for name, one in takes.items() if name not in gone}
    above = {child: parent for child, parent in lines.items() if child in left}
    links, drawn = list[Link](), set[str]()
    for edge in edges:
        if edge.before in left and edge.after in left:
            tree = above.get(edge.after) == edge.before and edge.after not in drawn
            if tree:
                drawn.add(edge.after)
            links.append(Link(edge.before, edge.after, _how(edge, takes[edge.after]), tree))
    return Family(take, _placed(left, above, _reused(edges)), links, around.more, len(gone), nearest)


def _how(edge: Edge, after: Take) -> str:
    """Say what of the earlier take was used, and whether only a part of it was."""
    parent = edge.parent
    uses = after.request.images.get(parent.role, []) if parent else []
    use = uses[parent.place] if parent and parent.place < len(uses) else None
    return f"{edge.how}, cropped" if use is not None and use.crop else edge.how


def _lines(edges: Sequence[tuple[str, str, bool]]) -> dict[str, str]:
    """Return for each take which one stands before it in the tree: what it mainly came from, else what was reused."""
    above: dict[str, str] = {}
    for before, after, _ in sorted(edges, key=lambda edge: not edge[2]):
        if after not in above and before != after and not _leads_to(above, before, after):
            above[after] = before
    return above


def _leads_to(above: dict[str, str], take: str, other: str) -> bool:
    """Return whether a take stands behind another one: a line back would be a circle."""
    seen = set[str]()
    while take in above and take not in seen:
        seen.add(take)
        take = above[take]
        if take == other:
            return True
    return False


def _low(takes: dict[str, Take], above: dict[str, str], here: str) -> set[str]:
    """Return the takes that are rejected or rated 1 and led to nothing better."""
    needed = set[str]()
    for name, take in takes.items():
        if name == here or not (take.verdict == "rejected" or take.rating == 1):
            one: str | None = name
            while one is not None and one not in needed:
                needed.add(one)
                one = above.get(one)
    return set(takes) - needed


def _reused(edges: Sequence[Edge]) -> set[tuple[str, str]]:
    """Return which takes lead to which by their settings alone: that is no further shot."""
    of_images = {(edge.before, edge.after) for edge in edges if edge.parent is not None}
    return {(edge.before, edge.after) for edge in edges} - of_images


def _placed(takes: dict[str, Take], above: dict[str, str], reused: set[tuple[str, str]]) -> list[Member]:
    """Return takes at their places: each to the right of what it came from, and no two at one place."""
    after: dict[str | None, list[str]] = defaultdict(list)
    for name in sorted(takes, key=lambda name: (takes[name].record.kept, name)):
        after[above.get(name)].append(name)
    order, stack = list[tuple[str, int, int]](), [(name, 0, 0) for name in reversed(after[None])]
    while stack:
        name, column, shots = stack.pop()
        shots += _is_shot(takes[name]) and (above.get(name), name) not in reused
        order.append((name, column, shots))
        stack += [(child, column + 1, shots) for child in reversed(after[name])]
    rows: dict[str, int] = {}
    for name, _, _ in reversed(order):  # from what came last
        rows[name] = max(1, sum(rows[child] for child in after[name]))
    row_of, next_row = dict[str, int](), 0
    for name, _, _ in order:
        row_of[name] = next_row
        next_row += 0 if after[name] else 1
    members = [
        Member(takes[name], _title(takes[name], shots), column, row_of[name]) for name, column, shots in order
    ]
    sized = [replace(member, rows=rows[member.take.id]) for member in members]
    return sorted(sized, key=lambda member: (member.column, member.row))


def _is_shot(take: Take) -> bool:
    return kind_of(take.file.kind).has_frames and not take.request.endpoint.endswith(f"/{WITH_SOUND}")


def _title(take: Take, shots: int) -> str:
    if take.request.endpoint.endswith(f"/{WITH_SOUND}"):
        return "Voice"
    if take.request.endpoint.endswith("/edit"):
        return "Edit"
    if take.request.endpoint.endswith("/image-to-bbox"):
        return "Boxes"
    kind = take.file.kind
    names = {"image": "Image", "video": f"Shot {shots}", "audio": "Speech", "boxes": "Boxes"}
    return names.get(kind, "File")
