"""A grid as a cell leaves it: ordinary HTML with inline styles, which survives in an untrusted notebook."""

from collections.abc import Sequence
from html import escape

_HEADING = "font-size:12px;font-weight:600;opacity:.8;padding:0 0 4px;overflow-wrap:anywhere"
_CELL = (
    "padding:0 10px 12px 0;vertical-align:top;text-align:left;min-width:150px;background:transparent;border:0"
)
_SIDE = "width:120px;min-width:90px"
NARROWEST, WIDEST = 180, 300
"""Pixels of a cell's width."""


def grid_html(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """A row that wraps where there is one, and a table with headings for more.

    :param rows: what stands before each row, as text; one row has none.
    :param columns: what stands over each column, as text.
    :param cells: row by row, each as HTML.
    """
    if len(rows) == 1:
        width = WIDEST if len(columns) < 4 else NARROWEST + 40
        panes = (
            f'<div style="display:inline-block;vertical-align:top;width:{width}px;max-width:100%;margin:0 10px 12px 0">'
            f'<div style="{_HEADING}">{escape(heading)}</div>{cell}</div>'
            for heading, cell in zip(columns, cells[0], strict=True)
        )
        return "".join(panes)
    widest = len(columns) * WIDEST + 120
    head = "".join(f'<th style="{_CELL};{_HEADING}">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr style="background:transparent"><th style="{_CELL};{_HEADING};{_SIDE}">{escape(row)}</th>'
        + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in line)
        + "</tr>"
        for row, line in zip(rows, cells, strict=True)
    )
    return (
        f'<div style="overflow:auto"><table style="border:0;border-collapse:collapse;table-layout:fixed;width:100%;'
        f'max-width:{widest}px;min-width:{len(columns) * NARROWEST + 90}px">'
        f"<thead><tr><td style='{_CELL};{_SIDE}'></td>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
