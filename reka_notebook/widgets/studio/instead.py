"""Write what is read in place of a studio; its front end hides the words where it is drawn."""

from html import escape
from typing import Any

from reka_notebook.output.html import BOX, SMALL

_RUN = "The studio isn't here? Run this cell to open it: takes and jobs are kept."
_BLOCKED = (
    "If it stays away, this page shows no widgets, or its security policy blocks them (script-src needs blob:). "
    "%%reka_video and submit() work without."
)


def instead_of_studio(name: str) -> dict[str, Any]:
    """Return the output that stands beside a studio.

    Args:
        name: The class by which the front end hides it.
    """
    html = f'<div class="{name}" style="{BOX};{SMALL}">{escape(_RUN)} {escape(_BLOCKED)}</div>'
    return {"text/html": html, "text/plain": ""}
