"""Answer a subcommand of ``%reka``: with text for a terminal, and a table or pictures where HTML can be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from IPython.core.getipython import get_ipython

from reka_notebook.commands.table import Column, table
from reka_notebook.jobs import Job
from reka_notebook.magic.live_output import LiveOutput
from reka_notebook.output.front_end import has_front_end
from reka_notebook.output.html import AS_IT_IS, FINE

_CELL = "text-align:left;vertical-align:top;padding:3px 10px 3px 0;border:0;overflow-wrap:break-word"
_PLAIN = "background:transparent"
ONE_LINE = 16
"""Characters of a value that is not broken; a request's ID or a model's path takes too much of a cell's width."""
_LONG = "overflow-wrap:anywhere;min-width:14ch"
LEAST = 12
"""Characters that fit into a column which a terminal narrows; here there may be more lines."""
PICTURE = 96
"""Pixels of a picture's width in a table."""


@dataclass(frozen=True)
class Answer:
    """Hold an answer, as text and as HTML."""

    text: str
    html: str | None = None

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        html = self.html or f'<div style="white-space:pre-wrap">{escape(self.text)}</div>'
        return {"text/plain": self.text, "text/html": f'<div class="{AS_IT_IS}">{html}</div>'}


def facts(rows: Sequence[tuple[str, str]], note: str = "") -> Answer:
    """Return an answer of names and values."""
    wide = max(len(name) for name, _ in rows)
    lines = [f"{name:<{wide}}  {value}" for name, value in rows]
    body = "".join(
        f'<tr style="{_PLAIN}"><th style="{_CELL};white-space:nowrap;font-weight:600">{escape(name)}</th>'
        f'<td style="{_CELL}">{escape(value)}</td></tr>'
        for name, value in rows
    )
    return Answer("\n".join([*lines, *([note] if note else [])]), _table(body, note))


def listed(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], note: str = "", pictures: Sequence[str] = ()
) -> Answer:
    """Return an answer that is a table with headings.

    Args:
        columns: What is told of each.
        rows: The values, as text.
        note: What stands below.
        pictures: HTML that stands before each row; none where all of them are empty.
    """
    if not any(pictures):
        pictures = [""] * len(rows)
        first = ""
    else:
        first = f'<th style="{_CELL};{FINE}"></th>'
    head = first + "".join(
        f'<th style="{_CELL};{FINE}">{escape(_heading(column))}</th>' for column in columns
    )
    body = "".join(
        f'<tr style="{_PLAIN}">'
        + (f'<td style="{_CELL};width:{PICTURE}px;min-width:{PICTURE}px">{picture}</td>' if first else "")
        + "".join(
            f'<td style="{_cell(column, value)}">{escape(value)}</td>'
            for column, value in zip(columns, row, strict=True)
        )
        + "</tr>"
        for picture, row in zip(pictures, rows, strict=True)
    )
    text = "\n".join([table(columns, rows), *([note] if note else [])])
    return Answer(text, _table(body, note, f'<thead><tr style="{_PLAIN}">{head}</tr></thead>'))


def _heading(column: Column) -> str:
    """Return the heading in small letters but for the first; an abbreviation stays as it is."""
    return column.heading if len(column.heading) < 3 else column.heading.capitalize()


def _cell(column: Column, value: str) -> str:
    """Return the style of a value: what a terminal does not narrow stays on one line, unless it is long."""
    if column.least:
        return f"{_CELL};min-width:{min(column.least, len(value), LEAST)}ch"
    return f"{_CELL};white-space:nowrap" if len(value) <= ONE_LINE else f"{_CELL};{_LONG}"


def _table(body: str, note: str, head: str = "") -> str:
    below = f'<div style="{FINE};margin-top:4px">{escape(note)}</div>' if note else ""
    style = "border:0;border-collapse:collapse;margin:0"
    return (
        f'<div style="margin:4px 0;overflow:auto"><table style="{style}">{head}<tbody>{body}</tbody></table>'
        f"{below}</div>"
    )


def follow(job: Job) -> bool:
    """Show a job if its progress can be shown; return ``False`` in a plain terminal."""
    shell = get_ipython()
    if shell is None or not has_front_end():
        return False
    shown = LiveOutput(shell, job, alone=True)
    shown.begin()
    shown.go_on_alone()
    return True
