"""Show what a job left in a page that no update of the cell's output reaches, with all that it needs."""

from html import escape

from reka_notebook.config import settings
from reka_notebook.jobs import Job, Sweep
from reka_notebook.output.embed import MOST, size_of
from reka_notebook.output.final_output import posters_html, sweep_bundle
from reka_notebook.output.html import AS_IT_IS, BOX, SMALL, take_html
from reka_notebook.output.player import player
from reka_notebook.text import file_size


def whole_html(job: Job) -> str:
    """Return a job's take as HTML with its file in it; the empty text where it left none."""
    take = job.take
    if take is None:
        return ""
    size = size_of([take])
    if size <= MOST:
        return take_html(take, job.title, embed=True)
    words = (
        f"{file_size(size)} is too large to show here. Run this cell again to see it; it is not charged "
        f"again. The library has it as {take.file_name}."
    )
    return (
        f'<div class="{AS_IT_IS}" style="{BOX}">{player(take)}<div>{escape(take.prompt)}</div>'
        f'<div style="{SMALL}">{escape(words)}</div></div>'
    )


def whole_sweep_html(sweep: Sweep) -> str:
    """Return a sweep's takes as HTML: players with their files in them, or posters where those are too large."""
    if size_of(sweep.takes) > settings().embed_limit:
        return posters_html(sweep)
    html: str = sweep_bundle(sweep, {}, True)["text/html"]
    return html
