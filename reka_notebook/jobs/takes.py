"""Hold takes in a list that shows itself as a grid, and becomes a table on request."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from reka_notebook.display import Displayed, formatters
from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.boxes import BOXES
from reka_notebook.jobs.measuring.asked import measure_now
from reka_notebook.jobs.take import Take, library_of
from reka_notebook.text import many

if TYPE_CHECKING:
    import pandas
    import polars


class Takes(Displayed, Sequence[Take]):
    """Hold takes in order; a slice of them is such a list, too.

    No ``list`` by descent: IPython would print one with each take's path, and so into every saved notebook.
    """

    def __init__(self, takes: Iterable[Take] = ()) -> None:
        self._takes = list(takes)

    def __len__(self) -> int:
        return len(self._takes)

    @overload
    def __getitem__(self, index: int) -> Take: ...
    @overload
    def __getitem__(self, index: slice) -> "Takes": ...
    def __getitem__(self, index: int | slice) -> "Take | Takes":
        return Takes(self._takes[index]) if isinstance(index, slice) else self._takes[index]

    def measure(self) -> "Takes":
        """Measure those that are not measured yet, and return this list; it tells how far it is.

        It takes about a tenth of their length. Interrupted, it goes on where it was when it is called again.

        Raises:
            RekaError: If nothing can be measured on this machine.
        """
        of_libraries: dict[Path, list[Take]] = {}
        for take in self:
            of_libraries.setdefault(library_of(take).home, []).append(take)
        for takes in of_libraries.values():
            measure_now(library_of(takes[0]), [take.record for take in takes], _tell)
        return self

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one row for each take: its request, its result, and its rating, verdict and note.

        Times are in seconds, ``kept`` since 1970; what the model was given is ``input.…``, as the service names it.
        """
        return [_row(take) for take in self]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the rows of `to_dicts` as a frame, ``kept`` as a time in UTC.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        import pandas

        frame = pandas.DataFrame(self.to_dicts(), columns=None if self else _COLUMNS)
        frame["kept"] = pandas.to_datetime(frame["kept"], unit="s", utc=True)
        return frame

    def to_polars(self) -> "polars.DataFrame":
        """Return the rows of `to_dicts` as a frame, ``kept`` as a time in UTC.

        Raises:
            ModuleNotFoundError: polars is not installed.
        """
        import polars

        schema = None if self else _COLUMNS
        frame = polars.DataFrame(self.to_dicts(), schema=schema, infer_schema_length=None, strict=False)
        kept = (polars.col("kept").cast(polars.Float64) * 1e6).cast(polars.Datetime("us", "UTC"))
        return frame.with_columns(kept)

    def contact_sheet(
        self,
        path: str | os.PathLike[str],
        *,
        title: str = "Takes",
        ranking: Any = (),
        copy: bool = False,
        paper: str = "A4",
    ) -> list[Path]:
        """Write a contact sheet, and return its files' paths.

        Args:
            path: Where it goes: ``.html`` for a page that plays from the file, ``.pdf`` or ``.png`` for paper. A PNG
                has one page; several are numbered.
            title: What stands above.
            ranking: The takes, the best first: takes, their IDs, or what a study's ranking holds.
            copy: Whether the media are copied beside an HTML page, where they are too large to be in it.
            paper: ``A4`` or ``Letter``.

        Raises:
            RekaError: If there are no takes, or it cannot be written.
        """
        written: list[Path] = formatters.sheet(title, self, path, ranking=ranking, copy=copy, paper=paper)
        return written

    def __repr__(self) -> str:
        return "\n".join([f"<{many(len(self), 'take')}>", *map(repr, self)])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.takes(self)


def _tell(done: int, of: int) -> None:
    end = "\n" if done == of else ""
    print(f"\rMeasured {done} of {many(of, 'take')}", end=end, file=sys.stderr, flush=True)


def _row(take: Take) -> dict[str, Any]:
    file, record = take.file, take.record
    own = {
        "id": take.id,
        "kept": record.kept,
        "endpoint": take.request.endpoint,
        "prompt": take.prompt,
        "take": take.request.take,
        "images": ", ".join(use.name or use.digest for uses in take.request.images.values() for use in uses),
        "kind": take.kind,
        "files": len(record.files),
        "boxes": _count_boxes(take),
        "seconds": file.duration,
        "width": file.width,
        "height": file.height,
        "bytes": file.bytes,
        "took": record.took,
        "billed_usd": record.job.billed,
        "pinned": record.pinned,
        "rating": record.rating,
        "verdict": record.verdict,
        "note": record.note,
        "person": record.job.person,
        "notebook": record.job.notebook,
        "path": take.where,
    }
    given = take.request.input.items()
    return own | {
        f"input.{name}": value if isinstance(value, bool | int | float | str | type(None)) else str(value)
        for name, value in given
        if name not in ("prompt", "text")
    }


def _count_boxes(take: Take) -> int | None:
    """Return how many boxes a take holds; ``None`` if it is of another kind, or they cannot be read."""
    try:
        return len(take.boxes) if take.kind == BOXES else None
    except RekaError:
        return None


_COLUMNS = [
    *(
        "id",
        "kept",
        "endpoint",
        "prompt",
        "take",
        "images",
        "kind",
        "files",
        "boxes",
        "seconds",
        "width",
        "height",
        "bytes",
    ),
    *("took", "billed_usd", "pinned", "rating", "verdict", "note", "person", "notebook", "path"),
]
"""The columns of a table without rows."""
