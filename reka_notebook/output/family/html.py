"""Write a family as HTML: posters from left to right, and on the way to each what changed.

It is a table, which keeps its shape in an untrusted notebook too, where most styles are lost. It is as wide as the
output and scrolls by itself.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

from reka_notebook.catalogue import Catalogue
from reka_notebook.jobs.lineage.family import Family, Link, Member
from reka_notebook.kinds import kind_of
from reka_notebook.output.family.text import change_words, count_words, family_text, member_words
from reka_notebook.output.html import AS_IT_IS, FINE
from reka_notebook.output.player import data_uri, still
from reka_notebook.text import beginning, one_line

SHOWN = 40
"""Takes that are shown: each holds a picture, and all of them lie in the notebook."""

SIDE = 132
"""Pixels of a poster's larger side."""

_WORDS = 80
WIDTH = SIDE + 20
"""Pixels of a take with its words, however narrow the output is: it scrolls."""

_TABLE = "border-collapse:separate;border-spacing:0;border:0;margin:0;font-size:13px;table-layout:auto"
_ROW = "background:transparent;border:0"
_CELL = "vertical-align:top;text-align:left;border:0;padding:2px 16px 4px 3px;background:transparent"
_BRANCH = "border-left:2px solid #8885;padding-left:12px;"
"""The style of what came from the take at its left, so that it is seen how far that reaches."""

_HERE = "outline:2px solid #2f6fde;outline-offset:2px;"
_FRAME = "display:block;border-radius:4px;background:#8883"


def family_bundle(family: Family, catalogue: Catalogue) -> dict[str, Any]:
    """Return the MIME bundle of a family."""
    shown = family.nearest(SHOWN)
    return {"text/html": family_html(shown, catalogue), "text/plain": family_text(family, catalogue)}


def family_html(family: Family, catalogue: Catalogue) -> str:
    """Return a family as HTML."""
    rows = "".join(f'<tr style="{_ROW}">{cells}</tr>' for cells in _rows(family, catalogue))
    title = f"Family of take {family.take.id}: {count_words(family)}"
    label = escape(title, quote=True)
    return (
        f'<div class="{AS_IT_IS}" style="margin:4px 0;max-width:100%">'
        f'<div style="margin-bottom:6px;{FINE}">{escape(title)}</div>'
        f'<div style="overflow-x:auto;max-width:100%" tabindex="0" role="group" aria-label="{label}">'
        f'<table style="{_TABLE}">{rows}</table></div></div>'
    )


def _rows(family: Family, catalogue: Catalogue) -> Iterator[str]:
    """Yield two rows of cells for each row of takes: what led to each, then the takes, so that the posters line up."""
    into = {link.child: link for link in family.links if link.tree}
    beside = [link for link in family.links if not link.tree]
    for row in range(family.rows):
        edges, cells, last = "", "", -1
        for member in family.members:
            if member.row != row:
                continue
            others = [link for link in beside if link.child == member.take.id]
            link = into.get(member.take.id)
            style = f"{_CELL};{_BRANCH if link else ''}"
            edges += (
                f'<td style="{style};vertical-align:bottom">{_edge(family, link, others, catalogue)}</td>'
            )
            # The row of what leads to those below it is beside it, too.
            span = f' rowspan="{2 * member.rows - 1}"' if member.rows > 1 else ""
            cells += f'<td style="{style}"{span}>{_member(family, member)}</td>'
            last = member.column
        left = family.columns - 1 - last
        if left and last >= 0:
            rest = f'<td style="{_CELL}" colspan="{left}"></td>'
            edges, cells = edges + rest, cells + rest
        yield from (edges, cells)


def _edge(family: Family, link: Link | None, others: list[Link], catalogue: Catalogue) -> str:
    """Return what led to a take."""
    led = ""
    if link is not None:
        how, *changed = change_words(family, link, catalogue, whole=False)
        led = f"→ {escape(how)}" + "".join(f" · <b>{escape(words)}</b>" for words in changed)
    led += "".join(f"<br>also {escape(one.how.lower())} of {one.parent}" for one in others)
    return f'<div style="width:{WIDTH}px;padding-top:8px;{FINE}">{led or "&nbsp;"}</div>'


def _member(family: Family, member: Member) -> str:
    take = member.take
    facts = " · ".join([take.id, *member_words(member)])
    prompt = beginning(one_line(take.prompt), _WORDS) or "No prompt"
    return (
        f'<div style="width:{WIDTH}px">{_picture(family, member)}'
        f'<div style="margin-top:4px"><b>{escape(member.title)}</b> {escape(prompt)}</div>'
        f'<div style="{FINE}">{escape(facts)}</div></div>'
    )


def _picture(family: Family, member: Member) -> str:
    take = member.take
    here = _HERE if take.id == family.take.id else ""
    label = escape(f"{member.title}: {take.prompt[:120] or take.id}", quote=True)
    picture = None if member.removed else still(take, SIDE)
    if picture is not None:
        width, height = _size(take.file.width, take.file.height)
        size = f' width="{width}" height="{height}"' if width and height else f' width="{SIDE}"'
        return f'<img alt="{label}"{size} style="{_FRAME};{here}" src="{data_uri(picture, "image/jpeg")}">'
    words = "Files removed" if member.removed else kind_of(take.file.kind).noun.capitalize()
    return f'<div style="{_FRAME};{here}width:{SIDE}px;padding:24px 0;text-align:center;{FINE}">{escape(words)}</div>'


def _size(width: int | None, height: int | None) -> tuple[int, int]:
    """Return how large a poster is shown, so that nothing moves when it arrives; zeros if that is not known."""
    if not width or not height:
        return 0, 0
    scale = min(1.0, SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
