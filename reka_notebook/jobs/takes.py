"""Hold takes in a list that shows itself as a grid, and becomes a table on request."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from reka_notebook.display import Displayed, formatters
from reka_notebook.jobs.measuring.asked import measure_now
from reka_notebook.jobs.sweep_request import SweepRequest
from reka_notebook.jobs.take import Take, library_of
from reka_notebook.media.measures import Measures
from reka_notebook.text import many

_MEASURED = Measures.__struct_fields__

if TYPE_CHECKING:
    import pandas
    import polars


class Takes(Displayed, Sequence[Take]):
    """Hold takes in order; a slice of them is such a list, too.

    No ``list`` by descent: IPython would print one with each take's path, and so into every saved notebook.

    Args:
        takes: The takes.
        sweep: The sweep that made them, if known: a table of the takes then has its axes. Kept as an attribute.
    """

    def __init__(self, takes: Iterable[Take] = (), sweep: SweepRequest | None = None) -> None:
        self._takes = list(takes)
        self.sweep = sweep

    def __len__(self) -> int:
        return len(self._takes)

    @overload
    def __getitem__(self, index: int) -> Take: ...
    @overload
    def __getitem__(self, index: slice) -> "Takes": ...
    def __getitem__(self, index: int | slice) -> "Take | Takes":
        return Takes(self._takes[index], self.sweep) if isinstance(index, slice) else self._takes[index]

    def measure(self) -> "Takes":
        """Measure the takes that are not measured yet, show the progress, and return this list.

        This takes about a tenth of their length. If it is interrupted, call it again to continue.

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
        """Return one row for each take: its request, result, measures, what was varied, and ratings and notes.

        Times are in seconds, ``kept`` since 1970; what the model was given is ``input.…``, as the service names it.
        What a sweep varied is in columns ``axis.…``. Without a sweep, so are words in which the prompts differ.
        """
        columns = self._columns()
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the same as a data frame, with ``kept`` as a time in UTC.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        import pandas

        frame = pandas.DataFrame(self._columns())
        frame["kept"] = pandas.to_datetime(frame["kept"], unit="s", utc=True)
        return frame.astype(dict.fromkeys(_MEASURED, "float64"))  # also where no take has one

    def to_polars(self) -> "polars.DataFrame":
        """Return the same as a data frame, with ``kept`` as a time in UTC.

        Raises:
            ModuleNotFoundError: polars is not installed.
        """
        import polars

        frame = polars.DataFrame(self._columns(), strict=False)
        kept = (polars.col("kept").cast(polars.Float64) * 1e6).cast(polars.Datetime("us", "UTC"))
        return frame.with_columns(kept, *(polars.col(name).cast(polars.Float64) for name in _MEASURED))

    def contact_sheet(
        self,
        path: str | os.PathLike[str],
        *,
        title: str = "Takes",
        ranking: Any = (),
        copy: bool = False,
        paper: str = "A4",
    ) -> list[Path]:
        """Write a contact sheet, and return the paths of its files.

        Args:
            path: The file: ``.html`` for a page that plays, ``.pdf`` or ``.png`` for paper. Each page is a PNG of its
                own; several are numbered.
            title: The title of the sheet.
            ranking: A study, whose best takes come first; or takes or their IDs, best first.
            copy: Whether media that are too large to be in an HTML page are copied beside it.
            paper: ``A4`` or ``Letter``.

        Raises:
            RekaError: If there are no takes, or the sheet cannot be written.
        """
        written: list[Path] = formatters.sheet(title, self, path, ranking=ranking, copy=copy, paper=paper)
        return written

    def _columns(self) -> dict[str, list[Any]]:
        from reka_notebook.jobs.tables.columns import columns_of  # with what few cells need

        return columns_of(self._takes, self.sweep)

    def __repr__(self) -> str:
        return "\n".join([f"<{many(len(self), 'take')}>", *map(repr, self)])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.takes(self)


def _tell(done: int, of: int) -> None:
    end = "\n" if done == of else ""
    print(f"\rMeasured {done} of {many(of, 'take')}", end=end, flush=True)
