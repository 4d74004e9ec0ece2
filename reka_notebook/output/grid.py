"""Show many takes in one output, one after the other as there is room.

This is ordinary HTML that stays, like the output of one; what all of them weigh together counts against
``embed_limit``.
"""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from reka_notebook import media
from reka_notebook.jobs import Take
from reka_notebook.output.embed import Embedded, embed_files
from reka_notebook.output.player import player, still

SIDE = 320
"""Pixels of a player's larger side, and of its poster."""

_SMALL = "font-size:12px;opacity:.75"
_PANE = "display:inline-block;vertical-align:top;width:220px;max-width:100%;margin:0 12px 12px 0"
_SHEET_WIDTH = 240


def take_grid_html(
    takes: Sequence[Take],
    words: Sequence[tuple[str, str]],
    title: str = "",
    namespace: Mapping[str, Any] | None = None,
    *,
    moving: bool = True,
) -> str:
    """Return takes as HTML, with words below each.

    Args:
        words: For each its prompt and its facts, in plain text.
        title: A line above all, in plain text.
        namespace: The person's variables, in which VS Code says where the notebook lies.
        moving: Whether videos are players; else they are their posters.
    """
    nothing = ("",) * len(takes)
    placed = embed_files(takes, namespace or {}) if moving else Embedded(nothing, nothing)
    panes = "".join(
        f'<div style="{_PANE}">{player(take, source, SIDE)}'
        f'<div style="margin-top:4px;font-size:13px">{escape(prompt)}</div>'
        f'<div style="{_SMALL}">{escape(facts)}</div></div>'
        for take, source, (prompt, facts) in zip(takes, placed.sources, words, strict=True)
    )
    above = f'<div style="margin-bottom:6px;{_SMALL}">{escape(title)}</div>' if title else ""
    where = f'<div style="{_SMALL}">{escape(placed.words)}</div>' if placed.words else ""
    return f'<div style="margin:4px 0">{above}{panes}{where}</div>'


def picture_of(takes: Sequence[Take], columns: int) -> str | None:
    """Return the posters of some takes as one JPEG in Base64; ``None`` if there is nothing to look at."""
    import io

    from PIL import Image

    stills = [Image.open(io.BytesIO(found)) for take in takes if (found := still(take, SIDE))]
    if not stills:
        return None
    buffer = io.BytesIO()
    media.sheet(stills, columns, _SHEET_WIDTH).save(buffer, "JPEG", quality=80)
    return base64.b64encode(buffer.getvalue()).decode()


_HEADING = "font-size:12px;font-weight:600;opacity:.8;padding:0 0 4px;overflow-wrap:anywhere"
_HEADED_CELL = (
    "padding:0 10px 12px 0;vertical-align:top;text-align:left;min-width:150px;background:transparent;border:0"
)
_SIDE = "width:120px;min-width:90px"
NARROWEST, WIDEST = 180, 300
"""Pixels of a cell's width."""


def labelled_grid_html(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a single row that wraps, or a table with headings for several rows.

    Args:
        rows: What stands before each row, as text; one row has none.
        columns: What stands over each column, as text.
        cells: Row by row, each as HTML.
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
    head = "".join(f'<th style="{_HEADED_CELL};{_HEADING}">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr style="background:transparent"><th style="{_HEADED_CELL};{_HEADING};{_SIDE}">{escape(row)}</th>'
        + "".join(f'<td style="{_HEADED_CELL}">{cell}</td>' for cell in line)
        + "</tr>"
        for row, line in zip(rows, cells, strict=True)
    )
    return (
        f'<div style="overflow:auto"><table style="border:0;border-collapse:collapse;table-layout:fixed;width:100%;'
        f'max-width:{widest}px;min-width:{len(columns) * NARROWEST + 90}px">'
        f"<thead><tr><td style='{_HEADED_CELL};{_SIDE}'></td>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
