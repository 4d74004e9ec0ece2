"""Write down what a benchmark found."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Hold rows under columns, the first of which names the row; ``notes`` say how it was measured."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        """Return the table as Markdown that reads well as plain text too."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]

        def line(cells: Sequence[str]) -> str:
            first, *others = (
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
            )
            return f"| {' | '.join([first, *others])} |"

        ruler = line(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
        parts = [
            f"# {self.title}",
            "\n".join([line(self.columns), ruler, *map(line, self.rows)]),
            *self.notes,
        ]
        return "\n\n".join(parts) + "\n"
