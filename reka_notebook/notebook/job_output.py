"""A job as it stands, as HTML: what a cell shows that ends with one."""

from html import escape
from urllib.parse import quote

from reka_notebook.jobs import Job, JobStatus, duration_words
from reka_notebook.notebook.output import BOX, SMALL

_WIDTH, _HEIGHT = 320, 6
_BAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    '<rect width="100%" height="100%" rx="3" fill="#8886"/>'
    '<rect width="{part:.0%}" height="100%" rx="3" fill="{colour}"/></svg>'
)
_GOING_ON, _ENDED_BADLY = "#2f6fde", "#c0392b"
_NEARLY = 0.97
"""What is shown of a job that takes longer than expected: full is what is done."""


def job_html(job: Job) -> str:
    """A job's prompt, stage and time, with a bar where it is known how long such jobs take."""
    status = job.status
    expected = status.expected if not status.done else None
    of = f" of about {duration_words(expected)}" if expected else ""
    words = [job.title, f"{status.stage}, {duration_words(status.elapsed)}{of}", f"job {job.id}"]
    more = [text for text in (status.note, status.error) if text]
    return (
        f'<div style="{BOX}"><div>{escape(job.request.prompt) or "No prompt"}</div>{_bar(status)}'
        f'<div style="{SMALL}">{escape(" · ".join(words))}</div>'
        + "".join(f'<div style="{SMALL}">{escape(text)}</div>' for text in more)
        + "</div>"
    )


def _bar(status: JobStatus) -> str:
    """A picture: what is drawn with styles alone is lost in a notebook that is not trusted."""
    if status.done:
        part, colour, words = 1.0, _ENDED_BADLY, status.stage
    elif status.expected:
        part = min(_NEARLY, status.elapsed / status.expected)
        colour, words = _GOING_ON, f"{part:.0%} of the time that it takes as a rule"
    else:
        return ""
    drawn = quote(_BAR.format(width=_WIDTH, height=_HEIGHT, part=part, colour=colour))
    return (
        f'<img style="display:block;margin-top:6px;width:100%;max-width:{_WIDTH}px;height:{_HEIGHT}px" '
        f'alt="{escape(words, quote=True)}" src="data:image/svg+xml,{drawn}">'
    )
