"""Write many takes as one output, side by side as far as there is room.

The output is ordinary HTML that stays, like that of one take; the size of all takes together counts against
``embed_limit``.
"""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from reka_notebook import media
from reka_notebook.jobs import Take
from reka_notebook.output.embed import Embedded, embed_files
from reka_notebook.output.html import AS_IT_IS, FINE
from reka_notebook.output.player import contact, player

SIDE = 320
"""Pixels of a player's larger side, and of its poster."""

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
        words: For each its prompt and its facts, as HTML.
        title: A line above all, in plain text.
        namespace: The person's variables, in which VS Code says where the notebook lies.
        moving: Whether videos are players; else they are their posters.
    """
    nothing = ((),) * len(takes)
    placed = embed_files(takes, namespace or {}) if moving else Embedded(nothing, nothing)
    panes = "".join(
        f'<div style="{_PANE}">{player(take, sources, SIDE)}'
        f'<div style="margin-top:4px;font-size:13px">{prompt}</div>'
        f'<div style="{FINE}">{facts}</div></div>'
        for take, sources, (prompt, facts) in zip(takes, placed.sources, words, strict=True)
    )
    above = f'<div style="margin-bottom:6px;{FINE}">{escape(title)}</div>' if title else ""
    where = f'<div style="{FINE}">{escape(placed.words)}</div>' if placed.words else ""
    return f'<div class="{AS_IT_IS}" style="margin:4px 0">{above}{panes}{where}</div>'


def picture_of(takes: Sequence[Take], columns: int) -> str | None:
    """Return the posters of some takes as one JPEG in Base64; ``None`` if there is nothing to look at."""
    import io

    from PIL import Image

    stills = [Image.open(io.BytesIO(found)) for take in takes if (found := contact(take, SIDE))]
    if not stills:
        return None
    buffer = io.BytesIO()
    media.sheet(stills, columns, _SHEET_WIDTH).save(buffer, "JPEG", quality=80)
    return base64.b64encode(buffer.getvalue()).decode()
