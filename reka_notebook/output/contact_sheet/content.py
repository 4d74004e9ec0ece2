"""Arrange a contact sheet, for the screen and for paper: what varies, what does not, and the order."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from reka_notebook.catalogue import Catalogue
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.jobs.take import library_of
from reka_notebook.kinds import counted
from reka_notebook.library import Library, LibraryError
from reka_notebook.media.measures import flags
from reka_notebook.output.captions import marked_prompts
from reka_notebook.output.compared.differences import NOT_SET, Fact, facts_of
from reka_notebook.study.records import LIKELY, Ranked, chance_of
from reka_notebook.study.study import Study
from reka_notebook.text import day, dollars, shown_name

VALUES = 8
"""Values that are listed of what varies; if there are more, only their number is."""

NOTHING = frozenset({"", "none", NOT_SET})
"""Values of a fact that mean that a take does not have it."""

ASIDE = frozenset({"Size", "Cost"})
"""Facts that are results, not something that was varied."""

MOST_WON = 6
"""Sentences on what made the difference."""

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
        ranking: The takes, best first: their IDs, the takes themselves, a study, or its ranking.
        told: Removes from a text what others may not read.
    """

    title: str
    takes: Sequence[Take]
    catalogue: Catalogue
    labels: Sequence[str] = ()
    missing: Sequence[Missing] = field(default=())
    note: str = ""
    groups: Sequence[str] = ()
    ranking: Any = ()
    told: Callable[[str], str] = str

    @cached_property
    def _facts(self) -> list[Fact]:
        return facts_of(self.takes, self.catalogue)

    @cached_property
    def varied(self) -> list[Fact]:
        """Return the settings that varied."""
        return [fact for fact in self._facts if fact.differs and fact.name not in ASIDE]

    @cached_property
    def _ranked(self) -> list[Any]:
        """Return what was given for each place of the ranking, best first: records, takes or IDs."""
        given: Any = self.ranking.findings.ranking if isinstance(self.ranking, Study) else self.ranking
        if hasattr(given, "columns"):  # a frame
            names = [name for name in Ranked.__struct_fields__ if name in given.columns]
            rows = zip(*(given[name] for name in names), strict=True)
            given = [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows]
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise RekaError(
                f"ranking= is a study, the result of study.ranking(), takes or their IDs, not a {type(given).__name__}."
            )
        ranked = list(given)
        judged = [one.wins + one.losses + one.ties for one in ranked if _is_record(one)]
        return [] if judged and not any(judged) else ranked

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Return the place in the ranking of each take that has one, by its ID: ``#1``."""
        return {take: f"#{place}" for place, take in enumerate(map(_id_of, self._ranked), 1)}

    @cached_property
    def scores(self) -> Mapping[str, str]:
        """Return how each ranked take does against the others, in words, by its ID; without a study, nothing."""
        return {
            one.take: f"{_percent(one.strength)} ({_percent(one.low)} to {_percent(one.high)})"
            + f" · won {one.wins}, lost {one.losses}"
            + (f", tied {one.ties}" if one.ties else "")
            for one in self._ranked
            if _is_record(one) and one.wins + one.losses + one.ties
        }

    @cached_property
    def flagged(self) -> Mapping[str, str]:
        """Return in words what is probably wrong with takes, by their IDs; a take that was not measured has nothing."""
        words = dict[str, str]()
        for library, takes in _by_library(self.takes):
            with suppress(LibraryError):
                measures = library.measures.some([take.id for take in takes])
                for take in takes:
                    found = flags(measures[take.id], take.file.duration) if take.id in measures else []
                    if found:
                        words[take.id] = ", ".join(one[0].lower() + one[1:] for one in found)
        return words

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
        if self.scores:
            told.append(("Ranking", "How often a take is preferred to the others, with the 90% interval"))
        if won := self._won():
            told.append(("What won", won))
        if len(prompts) == 1 and len(self.takes) > 1:
            told.append(("Prompt", next(iter(prompts)) or "No prompt"))
        if shared:
            name = "In common" if len(self.takes) > 1 else "Settings"
            told.append((name, " · ".join(dict.fromkeys(shared))))
        if 1 < len(prompts) < len(self.takes):
            told.append(("Prompts", str(len(prompts))))
        for fact in self.varied:
            values = list(dict.fromkeys(value for value in fact.values if value not in NOTHING))
            with suppress(ValueError):  # Not all of them are numbers.
                values = sorted(values, key=lambda value: float(value.removesuffix(" s")))
            more = f" and {len(values) - VALUES} more" if len(values) > VALUES else ""
            told.append((fact.name, " · ".join(values[:VALUES]) + more))
        return told

    def _won(self) -> str:
        """Return what has likely made the difference, if a study is given."""
        effects = self.ranking.findings.effects if isinstance(self.ranking, Study) else []
        likely = [self.told(effect.sentence) for effect in effects if effect.verdict == LIKELY]
        return " ".join(likely[:MOST_WON]) or ("Nothing is certain yet." if effects else "")

    @cached_property
    def said_above(self) -> bool:
        """Return whether all takes have the same prompt, which is then shown once above."""
        return len(self.takes) > 1 and len({one.prompt for one in self.takes}) == 1

    @cached_property
    def _marked(self) -> list[str]:
        return marked_prompts([take.prompt for take in self.takes])

    def prompt_html(self, at: int) -> str:
        """Return a take's prompt, marking the words that those like it lack; empty if it is shown above."""
        return "" if self.said_above else self._marked[at] or "No prompt"


def _is_record(ranked: Any) -> bool:
    """Return whether this is a study's record of a take, and not only a take."""
    return all(hasattr(ranked, name) for name in Ranked.__struct_fields__)


def _id_of(ranked: Any) -> str:
    one = getattr(ranked, "take", ranked)
    return one.id if isinstance(one, Take) else str(one)


def _by_library(takes: Sequence[Take]) -> Iterator[tuple[Library, list[Take]]]:
    found: dict[Path, list[Take]] = {}
    for take in takes:
        found.setdefault(library_of(take).home, []).append(take)
    yield from ((library_of(some[0]), some) for some in found.values())


def _percent(strength: float) -> str:
    return f"{chance_of(strength):.0%}"


def _with_name(fact: Fact, value: str) -> str:
    """Return a value of what varies as a heading."""
    return value if fact.plain and fact.name != "Length" else f"{fact.name} {value}"
