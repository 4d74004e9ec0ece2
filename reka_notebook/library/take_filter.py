"""Describe which takes a person looks for."""

import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import msgspec
from sqlalchemy import ColumnElement, Text, and_, bindparam, exists, func, or_, select

from reka_notebook.library.records import searched
from reka_notebook.library.rows.tables import collected, jobs, marks, measures, takes
from reka_notebook.media.measures.flags import FLAGS, Flag

WantedVerdict: TypeAlias = Literal["picked", "rejected", "unjudged"]
"""What takes are looked for by: a verdict, or that they are neither picked nor rejected nor rated."""

VERDICTS: tuple[WantedVerdict, ...] = get_args(WantedVerdict)

JUDGED = or_(marks.c.rating > 0, marks.c.verdict.is_not(None))
"""The condition of what a person has rated, picked or rejected."""


class Shape(NamedTuple):
    """Hold what a filter asks, whatever its values are: filters of one shape have the same statements."""

    given: frozenset[str]
    words: int
    verdict: WantedVerdict | None
    hide_rejected: bool
    pinned: bool
    flagged: bool | None

    @property
    def of_jobs(self) -> bool:
        """Return whether it asks something that the job knows, and the take does not."""
        return not self.given.isdisjoint({"model", "notebook", "asker"})

    @property
    def fits_most(self) -> bool:
        """Return whether it asks only what most takes have: of a sorted list, few are then looked at in vain."""
        return not (self.given or self.words or self.verdict or self.pinned or self.flagged)


class TakeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Describe what takes must be like to be found; what is not set fits all of them.

    Attributes:
        words: Each must be somewhere in the prompt, in any case.
        model: ``kling-v3-pro``, or with a task ``kling-v3-pro/text-to-video``.
        since: Kept at that time or later, in seconds since 1970.
        until: Kept before that time.
        rating: Rated at least this high.
        verdict: Which of `VERDICTS` they have.
        hide_rejected: Whether takes that are rejected are left out.
        pinned: Whether only pinned takes are meant.
        flagged: Whether something is probably wrong with them, by what was measured; ``None`` for all.
        notebook_file: The notebook they were asked from.
        kind: What their first file is, such as ``image``.
        person: Who asked for them.
        collection: The name of a collection that they are in.
    """

    words: Sequence[str] = ()
    model: str | None = None
    since: float | None = None
    until: float | None = None
    rating: int = 0
    verdict: WantedVerdict | None = None
    hide_rejected: bool = False
    pinned: bool = False
    flagged: bool | None = None
    notebook_file: str | None = None
    kind: str | None = None
    person: str | None = None
    collection: str | None = None

    def values(self, dialect: str) -> dict[str, Any]:
        """Return the values that it asks for, by name."""
        values = {
            "model": self.model,
            "since": self.since,
            "until": self.until,
            "least": self.rating or None,
            "notebook": self.notebook_file,
            "kind": self.kind,
            "asker": self.person,
            "collection": self.collection,
        }
        given = {name: value for name, value in values.items() if value is not None}
        words = map(_pattern if dialect == "postgresql" else searched, self.words)
        return given | {f"word{place}": word for place, word in enumerate(words)}

    @property
    def searched(self) -> list[str]:
        """Return its words as they are searched."""
        return [searched(word) for word in self.words]

    @property
    def shape(self) -> Shape:
        """Return what it asks, whatever its values are."""
        given = frozenset(self.values("sqlite"))
        return Shape(given, len(self.words), self.verdict, self.hide_rejected, self.pinned, self.flagged)


def conditions(shape: Shape, dialect: str) -> list[ColumnElement[bool]]:
    """Return the conditions for takes whose files are there, and for their jobs."""
    every = {
        "since": takes.c.kept >= bindparam("since"),
        "until": takes.c.kept < bindparam("until"),
        "kind": takes.c.kind == bindparam("kind"),
        "asker": jobs.c.person == bindparam("asker"),
        "collection": takes.c.job.in_(
            select(collected.c.take).where(collected.c.collection == bindparam("collection"))
        ),
        "notebook": jobs.c.notebook == bindparam("notebook"),
        "model": _is_of(bindparam("model", type_=Text)),
        "least": _marked(_own.c.rating >= bindparam("least")),
    }
    found = [takes.c.removed.is_(None), *(test for name, test in every.items() if name in shape.given)]
    if shape.verdict == "unjudged":
        found.append(~_marked(or_(_own.c.rating > 0, _own.c.verdict.is_not(None))))
    elif shape.verdict is not None:
        found.append(_marked(_own.c.verdict == shape.verdict))
    if shape.hide_rejected:
        found.append(~_marked(_own.c.verdict == "rejected"))
    if shape.pinned:
        found.append(_marked(_own.c.starred != 0))
    if shape.flagged is not None:
        found.append(_FLAGGED if shape.flagged else ~_FLAGGED)
    # The dearest last: what does not fit otherwise is not read.
    for place in range(shape.words):
        word = bindparam(f"word{place}", type_=Text)
        found.append(
            takes.c.words.like(word) if dialect == "postgresql" else func.instr(takes.c.words, word) > 0
        )
    return found


_own = marks.alias("own")
_seen = measures.alias("seen")


def _fits(flag: Flag) -> ColumnElement[bool]:
    """Return the condition of what a flag fits, as `Flag.fits` has it."""
    value: ColumnElement[float] = _seen.c[flag.measure]
    if flag.minus is not None:
        value -= func.coalesce(_seen.c[flag.minus], 0.0)
    return and_(
        flag.compare(value, flag.limit),
        *(_seen.c[name].is_not(None) for name in flag.only_with),
        *(_seen.c[name].is_(None) for name in flag.only_without),
    )


_FLAGGED = exists(
    select(_seen.c.take).where(_seen.c.take == takes.c.job, or_(*map(_fits, FLAGS.values()))).correlate(takes)
)
"""The condition of what `flags` says something of."""


def _marked(test: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition of a take that a person has marked so.

    It is asked of each take, in the order in which they are listed: where few are wanted, few are looked at.
    """
    mine = select(_own.c.take).where(_own.c.take == takes.c.job, _own.c.person == bindparam("person"), test)
    return exists(mine.correlate(takes))


def _is_of(model: ColumnElement[str]) -> ColumnElement[bool]:
    task = func.substr(jobs.c.endpoint, 1, func.length(model) + 1)
    return or_(jobs.c.endpoint == model, task == model.concat("/"))


def _pattern(word: str) -> str:
    """Return what a text with a word in it is like, for PostgreSQL."""
    return "%" + re.sub(r"([%_\\])", r"\\\1", searched(word)) + "%"
