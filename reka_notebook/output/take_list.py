"""Show a list of takes in a cell: a grid."""

from typing import Any

from reka_notebook.config import settings
from reka_notebook.jobs import Take, Takes, controller
from reka_notebook.output.captions import captions
from reka_notebook.output.embed import size_of
from reka_notebook.output.front_end import has_front_end
from reka_notebook.output.grid import picture_of, take_grid_html
from reka_notebook.output.html import plain
from reka_notebook.output.marks import marks_of
from reka_notebook.output.notebook_file import main_namespace
from reka_notebook.text import many, short_moment

SHOWN = 24
"""Takes that a grid shows at most: each holds a picture, and all of them lie in the notebook."""


def takes_bundle(takes: Takes) -> dict[str, Any]:
    """Return the MIME bundle of a list of takes: a grid, or lines where no front end is."""
    if not has_front_end():
        return {"text/plain": repr(takes)}
    text = {"text/plain": "\n".join([f"<{many(len(takes), 'take')}>", *map(plain, takes)])}
    if not takes:
        return text
    first = takes[:SHOWN]
    hidden = len(takes) - len(first)
    more = f", of which the first {len(first)} are shown" if hidden else ""
    size = size_of(first)
    html = take_grid_html(
        first,
        [
            (words, " · ".join(filter(None, (facts, *_marks(take)))))
            for take, (words, facts) in zip(first, captions(first, controller().catalogue), strict=True)
        ],
        f"{many(len(takes), 'take')}{more}",
        main_namespace(),
        # To look through them is no reason to copy all of them beside the notebook.
        moving=size <= settings().embed_limit,
    )
    picture = picture_of(first, 4)
    return text | {"text/html": html} | ({"image/jpeg": picture} if picture else {})


def _marks(take: Take) -> list[str]:
    return [short_moment(take.record.kept).strip(), *marks_of(take)]
