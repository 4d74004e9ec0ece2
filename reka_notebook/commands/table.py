"""Draw a table of plain text that fits the terminal."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from reka_notebook.commands.terminal import columns as terminal_columns
from reka_notebook.output.terminal import as_text, console
from reka_notebook.text import one_line

GAP = 2
"""Columns of the terminal between two columns of a table."""


@dataclass(frozen=True)
class Column:
    """Describe a column of a table.

    Args:
        heading: Its name, in capitals.
        right: Whether its values are numbers, to be aligned right.
        least: The width it is narrowed down to before other columns are dropped; ``None`` is never
            narrowed.
        spare: If the terminal is too narrow, columns go in this order, the highest first; 0 stays.
    """

    heading: str
    right: bool = False
    least: int | None = None
    spare: int = 0


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with its headings, no wider than the terminal; for a pipe nothing is cut."""
    from rich.table import Table

    room = terminal_columns()
    out = console(sys.stdout)
    bold = "" if out.legacy_windows else "bold"  # such a console has no escape sequences
    cells = [[as_text(one_line(value), out) for value in row] for row in rows]
    wanted = [
        max(len(column.heading), *(row[index].cell_len for row in cells), 0)
        for index, column in enumerate(columns)
    ]
    shown = _fitting(columns, wanted, room)
    grid = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="")
    for index in shown:
        column = columns[index]
        grid.add_column(
            as_text(column.heading, out, bold),
            justify="right" if column.right else "left",
            no_wrap=column.least is None,
        )
    for row in cells:
        grid.add_row(*(row[index] for index in shown))
    out.width = room or sum(wanted) + GAP * len(wanted)
    with out.capture() as captured:
        out.print(grid)
    return "\n".join(text.rstrip() for text in captured.get().rstrip("\n").split("\n"))


def _fitting(columns: Sequence[Column], wanted: Sequence[int], room: int | None) -> list[int]:
    """Return the columns for which there is room, by their place."""
    shown = list(range(len(columns)))
    least = [min(width, column.least or width) for width, column in zip(wanted, columns, strict=True)]
    while room is not None and sum(least[index] + GAP for index in shown) - GAP > room:
        spare = max(shown, key=lambda index: columns[index].spare)
        if not columns[spare].spare:
            break
        shown.remove(spare)
    return shown
