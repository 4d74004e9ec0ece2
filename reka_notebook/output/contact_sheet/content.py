"""Arrange a contact sheet, for the screen and for paper: what varies, what does not, and the order."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reka_notebook.catalogue import Catalogue
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.kinds import counted
from reka_notebook.output.captions import marked_prompt
from reka_notebook.output.compared.differences import NOT_SET, Fact, facts_of
from reka_notebook.text import day, dollars, shown_name

VALUES = 8
"""Values that are listed of what varies; if there are more, only their number is."""

NOTHING = frozenset({"", "none", NOT_SET})
"""Values of a fact that mean that a take does not have it."""

ASIDE = frozenset({"Size", "Cost"})
"""Facts that are results, not something that was varied."""

FEWEST_HEADS, MOST_HEADS = 2, 8
"""How many values may be headings on paper, at least and at most."""


@dataclass(frozen=True)
class Missing:
    """Hold a take that was asked for but not made.

    Attributes:
        label: Where it was asked for, as in ``line 12``.
    """

    label: str
    prompt: str
    why: str


@dataclass(frozen=True)
class Content:
    """Hold the content of a contact sheet.

    Attributes:
        title: The title of the sheet.
        takes: The takes, in the order to show them.
        catalogue: Names models and options.
        labels: A label for each take, as in ``line 12``; empty to number them.
        missing: What was asked for but not made.
        note: What else there is to say, in a sentence.
        groups: The heading of each take; empty to choose headings by what varies.
        ranking: The takes, best first: their IDs, the takes themselves, or a study's ranking.
    """

    title: str
    takes: Sequence[Take]
    catalogue: Catalogue
    labels: Sequence[str] = ()
    missing: Sequence[Missing] = field(default=())
    note: str = ""
    groups: Sequence[str] = ()
    ranking: Any = ()

    @cached_property
    def _facts(self) -> list[Fact]:
        return facts_of(self.takes, self.catalogue)

    @cached_property
    def varied(self) -> list[Fact]:
        """Return the settings that varied."""
        return [fact for fact in self._facts if fact.differs and fact.name not in ASIDE]

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Return the place in the ranking of each take that has one, by its ID: ``#1``."""
        # A frame, as a study gives, has them in a column.
        given: Any = self.ranking["take"] if hasattr(self.ranking, "columns") else self.ranking
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise RekaError(
                f"ranking= is the result of study.ranking(), takes or their IDs, not a {type(given).__name__}."
            )
        ranked = [getattr(one, "take", one) for one in given]
        ids = [one.id if isinstance(one, Take) else str(one) for one in ranked]
        return {take: f"#{place}" for place, take in enumerate(ids, 1)}

    @cached_property
    def order(self) -> list[int]:
        """Return the takes' places in order: by heading, and best first if they are ranked."""
        places = list(range(len(self.takes)))
        if self.places:
            known = list(self.places)
            rank = {take: number for number, take in enumerate(known)}
            places.sort(key=lambda at: rank.get(self.takes[at].id, len(known)))
        if any(self.heads):
            first = {head: number for number, head in enumerate(dict.fromkeys(self.heads))}
            places.sort(key=lambda at: first[self.heads[at]])
        return places

    @cached_property
    def heads(self) -> Sequence[str]:
        """Return the heading of each take: a setting that varies with few values; empty if the takes are ranked."""
        if self.places:
            return [""] * len(self.takes)
        if self.groups:
            return self.groups
        for fact in self.varied:
            values = set(fact.values)
            if values & NOTHING:
                continue
            if FEWEST_HEADS <= len(values) <= MOST_HEADS and 2 * len(values) <= len(self.takes):
                return [_with_name(fact, value) for value in fact.values]
        return [""] * len(self.takes)

    def name(self, at: int) -> str:
        """Return a take's name on the sheet, with its length."""
        take = self.takes[at]
        length = f"{take.file.duration:.1f}".removesuffix(".0") + " s" if take.file.duration else ""
        number = self.places.get(take.id) or str(self.order.index(at) + 1)
        return " · ".join(filter(None, [self.labels[at] if self.labels else number, length]))

    def facts_runs(self, at: int) -> list[tuple[str, bool]]:
        """Return what varies, except what is in a take's heading, as runs of plain and bold text."""
        runs = list[tuple[str, bool]]()
        for fact in self.varied:
            value = fact.values[at]
            if fact.name == "Length" or value in NOTHING or _with_name(fact, value) == self.heads[at]:
                continue
            runs += [(" · ", False)] if runs else []
            runs += [(value, False)] if fact.plain else [(f"{fact.name} ", False), (value, True)]
        return runs

    @property
    def summary(self) -> str:
        """Return how many takes there are, from when, and what they cost, in a line."""
        kinds = Counter(take.kind for take in self.takes)
        billed = [take.billed for take in self.takes if take.billed is not None]
        days = sorted(take.record.kept for take in self.takes)
        first, last = day(days[0]), day(days[-1])
        parts = [
            ", ".join(counted(number, kind) for kind, number in kinds.most_common()),
            f"{len(self.missing)} not made" if self.missing else "",
            first if first == last else f"{first} to {last}",
            dollars(sum(billed)) if billed else "",
        ]
        sandbox = "by the local sandbox (not a real model)" if all(t.by_sandbox for t in self.takes) else ""
        return " · ".join(filter(None, [*parts, sandbox]))

    @cached_property
    def about(self) -> list[tuple[str, str]]:
        """Return what all takes have in common, and what varies, with its values."""
        prompts = {take.prompt for take in self.takes}
        same = [fact for fact in self._facts if not fact.differs and fact.values[0] not in NOTHING]
        shared = [fact.words for fact in same if not fact.name.endswith(" image")]
        shared += [
            shown_name(uses[0].name) or f"the same {slot} image"
            for slot, uses in self.takes[0].request.images.items()
            if uses and f"{slot.title()} image" in {fact.name for fact in same}
        ]
        told = list[tuple[str, str]]()
        if len(prompts) == 1 and len(self.takes) > 1:
            told.append(("Prompt", next(iter(prompts)) or "No prompt"))
        if shared:
            name = "In common" if len(self.takes) > 1 else "Settings"
            told.append((name, " · ".join(dict.fromkeys(shared))))
        if 1 < len(prompts) < len(self.takes):
            told.append(("Prompts", str(len(prompts))))
        for fact in self.varied:
            values = list(dict.fromkeys(value for value in fact.values if value not in NOTHING))
            more = f" and {len(values) - VALUES} more" if len(values) > VALUES else ""
            told.append((fact.name, " · ".join(values[:VALUES]) + more))
        return told

    @cached_property
    def said_above(self) -> bool:
        """Return whether all takes have the same prompt, which is then shown once above."""
        return len(self.takes) > 1 and len({one.prompt for one in self.takes}) == 1

    def prompt_html(self, at: int, order: Sequence[int]) -> str:
        """Return a take's prompt, marking the words that its neighbours lack; empty if it is shown above.

        Args:
            at: The take's place.
            order: The takes' places, as they are shown.
        """
        take, here = self.takes[at], order.index(at)
        if self.said_above:
            return ""
        if not take.prompt.strip():
            return "No prompt"
        beside = [*order[max(0, here - 1) : here], *order[here + 1 : here + 2]]
        return marked_prompt(take, [self.takes[place] for place in beside])


def _with_name(fact: Fact, value: str) -> str:
    """Return a value of what varies as a heading."""
    return value if fact.plain and fact.name != "Length" else f"{fact.name} {value}"
