"""Divide what led to a take and what came from it into steps.

A step is all takes that came from the same step before it and have the same output. The first one is an image that a
person gave, or takes that were made from words alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reka_notebook.kinds import kind_of
from reka_notebook.library import ImageUse, Library
from reka_notebook.library.lineage.lineage import Node
from reka_notebook.text import beginning, one_line

MOST = 24
"""Steps that are shown; nobody looks along more of them."""

LOOKED_AT = 150
"""Takes of words alone among which those with a like prompt are looked for."""

LIKE = 0.5
"""Share of the words that two prompts have in common, so that the second counts as a change of the first."""

WORDS = 40
"""Characters of a prompt that a step shows."""

WITH_SOUND = "with-sound"
"""The task of a video that a sound was put under."""


@dataclass(eq=False)
class Step:
    """Hold a step; see above.

    Attributes:
        digest: The image's, where the step is one that a person gave.
        nodes: The takes, newest first.
        before: The step that it came from.
        title: Such as ``Shot 1``.
        words: What sets it apart.
        older: Whether all of it came from another take than the one that is picked now, somewhere further up.
    """

    output: str
    with_sound: bool = False
    digest: str | None = None
    nodes: list[Node] = field(default_factory=list)
    before: "Step | None" = None
    title: str = ""
    words: str = ""
    older: bool = False

    @property
    def id(self) -> str:
        """Return a name that stays while takes are added: that of its oldest take."""
        return f"{self.output}:{self.nodes[-1].id}" if self.nodes else f"image:{self.digest}"

    @property
    def shown(self) -> list[Node]:
        """Return the takes that a person can look at and has not rejected."""
        return [node for node in self.nodes if not node.removed and node.verdict != "rejected"]

    @property
    def picked(self) -> Node | None:
        """Return the take that is picked; of several, the newest."""
        return next((node for node in self.shown if node.verdict == "picked"), None)

    @property
    def picture(self) -> Node | None:
        """Return the take that stands for the step: the picked one, else the best rated, else the newest."""
        if self.picked is not None:
            return self.picked
        among = self.shown or self.nodes
        return max(among, key=lambda node: (node.rating, node.kept), default=None)

    @property
    def number(self) -> int:
        """Return which shot it is, counted from the first along the way that led to it; 0 where there is none yet."""
        before = self.before.number if self.before else 0
        return before + (kind_of(self.output).has_frames and not self.with_sound)


@dataclass(frozen=True)
class Chain:
    """Hold the steps around a take, each behind the one that it came from.

    Attributes:
        here: The step of the take, or of the image, that was asked for.
        more: How many steps are left out.
    """

    steps: list[Step]
    here: Step | None
    more: int = 0

    def step(self, name: str) -> Step | None:
        """Return a step by its ID."""
        return next((step for step in self.steps if step.id == name), None)


def chain_of_take(library: Library, take: str) -> Chain:
    """Return the chain that a take belongs to; empty if there is no such take."""
    library.lineage.catch_up()
    line = _line(library, take)
    if not line:
        return Chain([], None)
    first = line[-1]
    digest = library.lineage.untaken_image(first.id)
    if digest is not None:
        root = Step("image", digest=digest)
        given = {node.id: node for node in (*library.lineage.made_with(digest), first)}
        steps = _grown(library, root, list(given.values()))
    else:
        nodes = _like(library, first)
        root = Step(first.kind, with_sound=_has_sound(first), nodes=_newest_first(nodes))
        steps = _grown(library, root, [])
    here = next((step for step in steps if any(node.id == take for node in step.nodes)), None)
    return _named(library, steps, here)


def chain_of_image(library: Library, digest: str) -> Chain:
    """Return the chain of an image, by its digest: of the take that it is of, or of what was made with it."""
    library.lineage.catch_up()
    take = library.lineage.take_of(digest)
    if take is not None:
        return chain_of_take(library, take)
    root = Step("image", digest=digest)
    return _named(library, _grown(library, root, library.lineage.made_with(digest)), root)


def given_image(library: Library, digest: str) -> ImageUse | None:
    """Return how a request had an image, by its digest; ``None`` if nothing that is kept was made with it."""
    made = library.lineage.made_with(digest)
    for record in library.takes.some([node.id for node in made[:1]]):
        for uses in record.job.request.images.values():
            for use in uses:
                if use.digest == digest:
                    return use
    return None


def are_alike(prompt: str, other: str) -> bool:
    """Return whether a prompt reads as a change of another one."""
    return _share(_words(prompt), _words(other)) >= LIKE


def _line(library: Library, take: str) -> list[Node]:
    """Return a take and what it mainly came from, back to the first."""
    line, seen = list[Node](), set[str]()
    wanted: str | None = take
    while wanted is not None and wanted not in seen:
        seen.add(wanted)
        found = library.lineage.nodes([wanted])
        if not found:
            break
        line.append(found[0])
        wanted = found[0].main.take if found[0].main else None
    return line


def _grown(library: Library, root: Step, given: Sequence[Node]) -> list[Step]:
    """Return a step and all that came from it, each behind the one that it came from.

    Args:
        given: The takes that came from the root, where that is an image that a person gave.
    """
    step_of = {node.id: root for node in root.nodes}
    steps, level = [root], [root]
    coming = [(root, node) for node in given if node.main is None]
    while level:
        new: dict[tuple[int, str, bool], Step] = {}
        if coming:
            pairs, coming = coming, []
        else:
            every = [node.id for step in level for node in step.nodes]
            pairs = [
                (step_of[node.main.take], node)
                for node in library.lineage.children_of(every)
                if node.main is not None and node.main.take in step_of
            ]
        for before, node in pairs:
            if node.id in step_of:
                continue
            key = (id(before), node.kind, _has_sound(node))
            step = new.setdefault(key, Step(node.kind, with_sound=_has_sound(node), before=before))
            step.nodes.append(node)
            step_of[node.id] = step
        for step in new.values():
            step.nodes = _newest_first(step.nodes)
        level = list(new.values())
        steps += level
    return _in_order(steps)


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Return steps so that each one stands behind what it came from, and before what came from another."""
    after: dict[Step | None, list[Step]] = defaultdict(list)
    for step in steps:
        after[step.before].append(step)
    ordered, stack = list[Step](), list(reversed(after[None]))
    while stack:
        step = stack.pop()
        ordered.append(step)
        # What goes on furthest comes last, next to what it goes on to.
        stack += sorted(after[step], key=lambda one: (one in after, one.nodes[-1].kept), reverse=True)
    return ordered


def _named(library: Library, steps: list[Step], here: Step | None) -> Chain:
    shown = steps[:MOST]
    if here is not None and here not in shown:  # the way to it, and then as many as there is room for
        way = _way_to(here)
        shown = [step for step in steps if step in way or steps.index(step) < MOST - len(way)]
    wanted = [step.picture.id for step in shown if step.picture is not None]
    requests = {record.id: record.job.request for record in library.takes.some(wanted)}
    current = _current(steps)
    for step in shown:
        request = requests.get(step.picture.id) if step.picture else None
        prompt = request.prompt if request else ""
        step.title = _title(step)
        step.words = _words_of(step, prompt) if step.nodes else _name_of(library, step)
        step.older = bool(step.nodes) and not any(current[node.id] for node in step.nodes)
    return Chain(shown, here, len(steps) - len(shown))


def _way_to(step: Step | None) -> set[Step]:
    way = set[Step]()
    while step is not None:
        way.add(step)
        step = step.before
    return way


def _current(steps: Iterable[Step]) -> Mapping[str, bool]:
    """Return for each take whether it came from what is picked now, all the way."""
    current: dict[str, bool] = {}
    for step in steps:
        pick = step.before.picked if step.before else None
        for node in step.nodes:
            parent = node.main.take if node.main and step.before and step.before.nodes else None
            current[node.id] = parent is None or (
                current.get(parent, True) and (pick is None or pick.id == parent)
            )
    return current


def is_current(steps: Iterable[Step], take: str) -> bool:
    """Return whether a take came from what is picked now, all the way."""
    return _current(steps).get(take, True)


def _title(step: Step) -> str:
    if kind_of(step.output).has_frames:
        return "Voice" if step.with_sound else f"Shot {step.number}"
    from_image = step.before is not None and kind_of(step.before.output).is_image
    names = {"image": "Edit" if from_image else "Image", "audio": "Speech", "boxes": "Boxes"}
    return names.get(step.output, "File")


def _words_of(step: Step, prompt: str) -> str:
    before = step.before
    if before is not None and step.with_sound:
        return f"under {before.title.lower()}"
    if before is not None and all(kind_of(one.output).has_frames for one in (step, before)):
        return f"continues {before.number}"
    return beginning(one_line(prompt), WORDS)


def _name_of(library: Library, step: Step) -> str:
    """Return what the image that a person gave is called."""
    use = given_image(library, step.digest) if step.digest else None
    return use.name if use else ""


def _has_sound(node: Node) -> bool:
    return node.endpoint.endswith(f"/{WITH_SOUND}")


def _newest_first(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (node.kept, node.id), reverse=True)


def _like(library: Library, first: Node) -> list[Node]:
    """Return the takes of words alone whose prompts are changes of one another, beginning with one of them."""
    among = {node.id: node for node in library.lineage.made_of_words(first, LOOKED_AT)}
    among[first.id] = first
    words = {record.id: _words(record.job.request.prompt) for record in library.takes.some(list(among))}
    found, level, left = {first.id}, [first.id], set(among) - {first.id}
    while level:
        one = level.pop()
        near = {
            other
            for other in left
            if among[other].reused == one
            or among[one].reused == other
            or _share(words[one], words[other]) >= LIKE
        }
        left -= near
        found |= near
        level += near
    return [among[take] for take in found]


def _words(prompt: str) -> frozenset[str]:
    return frozenset(prompt.casefold().split())


def _share(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / len(words | others) if words | others else 1.0
