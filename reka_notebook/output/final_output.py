"""Write what a cell leaves, by how its job ended or its sweep went, and a sweep's grid while it fills.

One take's HTML is written in ``html``; ``embed`` says where its file is.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from reka_notebook import media
from reka_notebook.jobs import Job, Sweep, SweepPosition, Take
from reka_notebook.kinds import kind_of
from reka_notebook.output.embed import embed_files
from reka_notebook.output.grid import SIDE, picture_of
from reka_notebook.output.headings import heading_of
from reka_notebook.output.html import (
    AS_IT_IS,
    BOX,
    FINE,
    SMALL,
    bar_html,
    bundle,
    detached_html,
    ended_html,
    kept_html,
    kept_words,
    remark_html,
)
from reka_notebook.output.player import player
from reka_notebook.prompts.diff import diff_prompts
from reka_notebook.text import cut, many, one_line

NOTHING = {"text/html": "", "text/plain": ""}
"""What an output is emptied with: hosts cannot take a single one away."""


def final_bundle(
    work: Job | Sweep, namespace: Mapping[str, Any], *, alone: bool = False, embed: bool | None = None
) -> dict[str, Any]:
    """Return what stays in the output of a job or sweep.

    Args:
        alone: Whether no cell waits for it, whose error would say why there is no take.
        embed: ``True`` embeds its files whatever their size, ``False`` puts them beside the notebook.
    """
    if isinstance(work, Sweep):
        return sweep_bundle(work, namespace, embed)
    if work.take is not None:
        return bundle(work.take, work.title, namespace, embed)
    html = ended_html(work)
    if alone and work.status.error:
        html += f'<div class="{AS_IT_IS}" style="{SMALL};max-width:640px">{escape(work.status.error)}</div>'
    return {"text/html": html, "text/plain": repr(work)}


def ended(job: Job, cancels: bool) -> dict[str, Any]:
    """Return what an interrupted cell says of its job, which goes on."""
    return {"text/html": detached_html(job, cancels), "text/plain": repr(job)}


def unfinished(work: Job | Sweep, *, alone: bool = False) -> dict[str, Any]:
    """Return the words beside a progress, which are all that a saved notebook shows without its kernel.

    They stay true when the work has ended, for hosts that cannot update an output.

    Args:
        alone: Whether no cell waits for it, so that its result can only come as an update.
    """
    prompts = list(dict.fromkeys(work.request.prompts)) if isinstance(work, Sweep) else [work.request.prompt]
    asked = cut(one_line(prompts[0]), 80) if len(prompts) == 1 else ""
    what = many(len(work.request.prompts), "take") if isinstance(work, Sweep) else work.title
    made = _made(work)
    when = f"No {made} here yet?" if alone else f"No {made} when this cell has ended?"
    words = f"{what}. {when} Run the cell again: nothing is charged twice."
    if alone:
        words += " Some notebook servers cannot update an output after its cell has ended."
    plain = f"{words} %reka resume {work.id} shows the {made}, too." if isinstance(work, Job) else words
    quoted = f"“{asked}” · " if asked else ""
    return {
        "text/html": f'<div class="{AS_IT_IS}" style="{BOX};{SMALL}">{escape(quoted + words)}</div>',
        "text/plain": f"{quoted}{plain}",
    }


def _made(work: Job | Sweep) -> str:
    """Return what is to be made, in a word: one of a job, several of a sweep."""
    if isinstance(work, Sweep):
        return kind_of(work.request.requests[0].endpoint.output).plural
    return kind_of(work.status.kind).noun.rpartition(" ")[2]


def detached_sweep(sweep: Sweep, cancels: bool) -> dict[str, Any]:
    """Return what an interrupted cell says of its sweep: what is begun goes on, and nothing more is sent."""
    words = (
        "Interrupted. Cancelling what was begun; nothing more is sent."
        if cancels
        else "Interrupted. What is begun goes on and appears here when it is done; nothing more is sent. Run the cell "
        "again for the rest."
    )
    return {
        "text/html": f'{posters_html(sweep)}<div style="{SMALL}">{words}</div>',
        "text/plain": text(sweep),
    }


_EMPTY = (
    "border:1px dashed #8886;border-radius:6px;box-sizing:border-box;aspect-ratio:16/9;padding:8px;"
    "font-size:12px;overflow:hidden"
)


def sweep_bundle(
    sweep: Sweep, namespace: Mapping[str, Any] | None = None, embed: bool | None = None
) -> dict[str, Any]:
    """Return a sweep's MIME bundle: each take in its player under its headings, and one picture of all.

    Args:
        embed: ``True`` embeds the files whatever their size, ``False`` puts them beside the notebook.
    """
    takes = list({take.id: take for take in sweep.takes}.values())
    placed = embed_files(takes, namespace or {}, embed)
    sources = {take.id: source for take, source in zip(takes, placed.sources, strict=True)}
    drawn = _grid(sweep, lambda take: player(take, sources[take.id], SIDE))
    files = f" {escape(placed.words)}" if placed.words else ""
    bundle = {
        "text/html": f'{drawn[:-6]}<div style="{FINE}">{_foot(sweep)}{files}</div></div>',
        "text/plain": text(sweep),
    }
    positions = sweep.status.positions
    made = [take for at in sweep.request.order if at is not None and (take := positions[at].take)]
    picture = picture_of(made, len(sweep.request.columns()))
    return bundle | ({"image/jpeg": picture} if picture else {})


def posters_html(sweep: Sweep) -> str:
    """Return an unfinished sweep's grid: posters, and the state of the other positions."""
    return _grid(sweep, poster_html)


def text(sweep: Sweep) -> str:
    """Return a line for each take; files by name alone, as in a notebook that is handed on."""
    lines = (
        f"{name}: {position.take.file_name if position.take else one_line(position.error or position.stage)}"
        for name, position in zip(sweep.request.names, sweep.status.positions, strict=True)
    )
    kept = kept_words(sweep.takes)
    return "\n".join([repr(sweep), *lines, *([kept] if kept else [])])


def _foot(sweep: Sweep) -> str:
    status = sweep.status
    complete = all(position.take for position in status.positions)
    about = [*dict.fromkeys(sweep.request.titles), *([] if complete else [status.words])]
    kept = kept_html(sweep.takes)
    lines = [escape(_shared_prompt(sweep.request.prompts)), escape(" · ".join(about)), kept]
    return "".join(f"<div>{line}</div>" for line in lines if line)


def _shared_prompt(prompts: Sequence[str]) -> str:
    """Return what prompts have in common, with ``…`` for the words that the headings say."""
    different = list(dict.fromkeys(prompts))
    if len(different) == 1:
        return different[0]
    pieces = diff_prompts(different)[0]
    return "".join("…" if piece.differs else piece.text for piece in pieces) if len(pieces) > 1 else ""


def _grid(sweep: Sweep, show: Callable[[Take], str]) -> str:
    positions = sweep.status.positions
    drawn = ["" if at is None else _position_html(positions[at], show) for at in sweep.request.order]
    wide = len(sweep.request.columns())
    cells = [drawn[start : start + wide] for start in range(0, len(drawn), wide)]
    heading = heading_of(sweep.request.requests[0].endpoint)
    grid = labelled_grid_html(sweep.request.rows(heading), sweep.request.columns(heading), cells)
    # As wide as the card that it filled in.
    style = "box-sizing:border-box;max-width:920px;margin:4px 0;padding:0 15px"
    return f'<div class="{AS_IT_IS}" style="{style}">{grid}</div>'


_HEADING = "font-size:12px;font-weight:600;padding:0 0 4px;overflow-wrap:anywhere"
_HEADED_CELL = "padding:0 0 8px 8px;vertical-align:top;text-align:left;background:transparent;border:0"
NARROWEST, WIDEST, BETWEEN = 124, 300, 8
"""Pixels of a cell's width, and of what is between two: as in the grid while it fills, so that nothing jumps."""

_LETTER, _ROOM, _HEAD = 7, 8, (40, 132)
"""Pixels of a letter of a row's heading, of the room behind it, and the least and most of all: as in that grid."""


def labelled_grid_html(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a single row that wraps, or a table with headings for several rows.

    Args:
        rows: What stands before each row, as text; one row has none.
        columns: What stands over each column, as text.
        cells: Row by row, each as HTML.
    """
    each = WIDEST + BETWEEN
    if len(rows) == 1:
        panes = (
            f'<div style="min-width:0;max-width:{WIDEST}px"><div style="{_HEADING}">{escape(heading)}</div>{cell}</div>'
            for heading, cell in zip(columns, cells[0], strict=True)
        )
        across = "repeat(auto-fit,minmax(min(170px,calc(50% - 4px)),1fr))"
        return (
            f'<div style="display:grid;grid-template-columns:{across};gap:10px 8px;'
            f'max-width:{len(columns) * each - BETWEEN}px;margin-bottom:8px">{"".join(panes)}</div>'
        )
    longest = max(len(word) for heading in rows for word in heading.split(" · "))
    side = min(_HEAD[1], max(_HEAD[0], longest * _LETTER + _ROOM))
    beside = f"{_HEADED_CELL};{_HEADING};box-sizing:border-box;width:{side}px;padding:0 4px 8px 0;vertical-align:middle"
    head = "".join(
        f'<th style="{_HEADED_CELL};{_HEADING};padding-left:8px">{escape(column)}</th>' for column in columns
    )
    body = "".join(
        f'<tr style="background:transparent"><th style="{beside}">{_in_lines(row)}</th>'
        + "".join(f'<td style="{_HEADED_CELL}">{cell}</td>' for cell in line)
        + "</tr>"
        for row, line in zip(rows, cells, strict=True)
    )
    return (
        f'<div style="overflow:auto"><table style="margin:0;border:0;border-collapse:separate;border-spacing:0;'
        f"table-layout:fixed;width:100%;max-width:{side + len(columns) * each}px;"
        f'min-width:{side + len(columns) * (NARROWEST + BETWEEN)}px">'
        f"<thead style='border:0'><tr><td style='{beside};padding-bottom:4px'></td>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _in_lines(heading: str) -> str:
    """Return a row's heading with a line for each of its axes."""
    return "<br>".join(map(escape, heading.split(" · ")))


def _position_html(position: SweepPosition, show: Callable[[Take], str]) -> str:
    if position.take is not None:
        odd = "".join(f'<div style="{FINE}">{remark_html(remark)}</div>' for remark in position.take.remarks)
        return show(position.take) + odd
    status = position.status
    going_on = f'{bar_html(status)}<div style="{SMALL}">{status.time_words}</div>' if status else ""
    error = f'<div style="{FINE}">{escape(position.error)}</div>' if position.error else ""
    return f'<div style="{_EMPTY}"><div>{escape(position.stage)}</div>{going_on}{error}</div>'


def poster_html(take: Take) -> str:
    """Return a small still of a take, or words that there is none."""
    if take.poster is None or not take.poster.exists():
        return f'<div style="{_EMPTY}">Kept</div>'
    label = escape(one_line(take.prompt)[:120], quote=True)
    return (
        f'<img style="display:block;width:100%;border-radius:6px" alt="{label}" '
        f'src="data:image/jpeg;base64,{_small(take.poster)}">'
    )


@lru_cache(maxsize=200)
def _small(poster: Path) -> str:
    """Return a poster's bytes for a grid that is sent again at every change."""
    return base64.b64encode(media.thumbnail(media.load(poster), 240)).decode()
