"""Draw a table of plain text that fits the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from reka_notebook.commands.terminal import columns as terminal_columns
from reka_notebook.commands.terminal import paint
from reka_notebook.text import cut, one_line, width

GAP = "  "


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
    """Return the lines of a table with its headings."""
    return "\n".join(draw(columns, rows, terminal_columns()))


def draw(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int | None) -> list[str]:
    """Return the lines of a table, none wider than ``room``."""
    cells = [[one_line(value) for value in row] for row in rows]
    shown = list(range(len(columns)))
    wanted = [
        max(width(column.heading), *(width(row[index]) for row in cells), 0)
        for index, column in enumerate(columns)
    ]
    if room is not None:
        while _least(columns, wanted, shown) > room and any(columns[index].spare for index in shown):
            shown.remove(max(shown, key=lambda index: columns[index].spare))
        wanted = _narrowed(columns, wanted, shown, room)
    heading = _line([column.heading for column in columns], columns, wanted, shown)
    return [paint(heading, "bold"), *(_line(row, columns, wanted, shown) for row in cells)]


def _least(columns: Sequence[Column], wanted: Sequence[int], shown: Sequence[int]) -> int:
    least = [min(wanted[index], columns[index].least or wanted[index]) for index in shown]
    return sum(least) + len(GAP) * (len(shown) - 1)


def _narrowed(columns: Sequence[Column], wanted: Sequence[int], shown: Sequence[int], room: int) -> list[int]:
    """Return widths that fit: the excess is taken from the columns that can be narrowed, the widest first."""
    widths = list(wanted)
    over = sum(widths[index] for index in shown) + len(GAP) * (len(shown) - 1) - room
    can = [index for index in shown if columns[index].least is not None]
    while over > 0 and (wide := [index for index in can if widths[index] > (columns[index].least or 0)]):
        widths[max(wide, key=lambda index: widths[index])] -= 1
        over -= 1
    return widths


def _line(
    values: Sequence[str], columns: Sequence[Column], widths: Sequence[int], shown: Sequence[int]
) -> str:
    parts = []
    for index in shown:
        text = cut(values[index], widths[index])
        space = " " * (widths[index] - width(text))
        parts.append(space + text if columns[index].right else text + space)
    return GAP.join(parts).rstrip()
