"""Make data frames of records, where pandas or polars is there; else a list that prints as a table."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec

from reka_notebook.text import cut, width

_WIDEST = 60


class Records(list[Any]):
    """Hold records, and print them as a table."""

    def __repr__(self) -> str:
        if not self:
            return "[]"
        rows = [list(self[0].__struct_fields__), *([_shown(value) for value in _values(one)] for one in self)]
        widths = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))]
        return "\n".join(
            "  ".join(
                text + " " * (wide - width(text)) for text, wide in zip(row, widths, strict=True)
            ).rstrip()
            for row in rows
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def frame_of(records: Sequence[msgspec.Struct], kind: type[msgspec.Struct]) -> Any:
    """Return records as a pandas data frame, else a polars one, else as `Records`."""
    columns = {name: [getattr(record, name) for record in records] for name in kind.__struct_fields__}
    # A package that is installed but broken counts as missing.
    with suppress(ImportError):
        import pandas

        return pandas.DataFrame(columns)
    with suppress(ImportError):
        import polars

        return polars.DataFrame(columns)
    return Records(records)


def _values(record: msgspec.Struct) -> list[Any]:
    return [getattr(record, name) for name in record.__struct_fields__]


def _shown(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else cut(" ".join(str(value).split()), _WIDEST)
