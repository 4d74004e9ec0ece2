"""Keep the measures of takes."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import and_, bindparam, func, or_, select

from reka_notebook.library.rows.database import Database, upsert
from reka_notebook.library.rows.tables import measures, takes
from reka_notebook.media.measures import Measures

_NAMES = Measures.__struct_fields__
_SOME = select(measures.c.take, measures.c.version, *(measures.c[name] for name in _NAMES)).where(
    measures.c.take.in_(bindparam("takes", expanding=True))
)
_OUTDATED = or_(measures.c.take.is_(None), measures.c.version < bindparam("version"))
_OF_TAKES = takes.outerjoin(measures, measures.c.take == takes.c.job)
_UNMEASURED = (
    select(takes.c.job)
    .select_from(_OF_TAKES)
    .where(takes.c.removed.is_(None), takes.c.kept >= bindparam("since"), _OUTDATED)
    .order_by(takes.c.kept.desc(), takes.c.job.desc())
    .limit(bindparam("limit", type_=takes.c.requests.type))
)
_RANGES = select(
    *(
        how(measures.c[name]).label(f"{name}_{which}")
        for name in _NAMES
        for which, how in (("least", func.min), ("most", func.max))
    )
).select_from(measures.join(takes, and_(takes.c.job == measures.c.take, takes.c.removed.is_(None))))
_COUNT = select(func.count()).select_from(_OF_TAKES).where(takes.c.removed.is_(None), _OUTDATED)


class MeasureTable:
    """Keep the measures of takes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, take: str, measured: Measures, version: int) -> None:
        """Write the measures of a take, in place of those of an earlier version."""
        values = {"take": take, "version": version, "measured": self._database.now()}
        self._database.change(
            upsert(self._database.dialect, measures), values | msgspec.structs.asdict(measured)
        )

    def some(self, jobs: Sequence[str]) -> dict[str, Measures]:
        """Return the measures of takes, by ID; takes that are not measured are left out."""
        found: dict[str, Measures] = {}
        for start in range(0, len(jobs), 500):
            for take, _, *values in self._database.rows(_SOME, {"takes": list(jobs[start : start + 500])}):
                found[take] = Measures(**dict(zip(_NAMES, values, strict=True)))
        return found

    def measured_by(self, version: int, jobs: Sequence[str]) -> set[str]:
        """Return the takes that this version, or a later one, has measured."""
        found: set[str] = set()
        for start in range(0, len(jobs), 500):
            wanted = {"takes": list(jobs[start : start + 500])}
            found |= {row.take for row in self._database.rows(_SOME, wanted) if row.version >= version}
        return found

    def ranges(self) -> dict[str, tuple[float | None, float | None]]:
        """Return the lowest and highest value of each measure among takes that are not removed, if there are any."""
        (row,) = self._database.rows(_RANGES)
        return {name: (getattr(row, f"{name}_least"), getattr(row, f"{name}_most")) for name in _NAMES}

    def unmeasured(self, version: int, limit: int, since: float = 0.0) -> list[str]:
        """Return takes that this version has not measured, newest first.

        Args:
            since: Leave out takes that were kept earlier, in seconds since 1970.
        """
        rows = self._database.rows(_UNMEASURED, {"version": version, "limit": limit, "since": since})
        return [row.job for row in rows]

    def count_unmeasured(self, version: int) -> int:
        """Return how many takes this version has not measured."""
        return int(self._database.rows(_COUNT, {"version": version})[0][0])
