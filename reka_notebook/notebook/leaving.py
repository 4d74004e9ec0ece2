"""The MIME bundles that a job or a batch leaves in an output: at its end, or where nobody waits for it any more."""

from collections.abc import Mapping
from html import escape
from typing import Any

from reka_notebook.jobs import Job
from reka_notebook.notebook.batch import Batch
from reka_notebook.notebook.batch_html import batch_bundle, posters_html, text
from reka_notebook.notebook.output import BOX, SMALL, bundle, detached_html, ended_html
from reka_notebook.notebook.text import cut, many, one_line

NOTHING = {"text/html": "", "text/plain": ""}
"""What an output is emptied with: hosts cannot take a single one away."""


def left_by(
    work: Job | Batch, namespace: Mapping[str, Any], *, alone: bool = False, embed: bool | None = None
) -> dict[str, Any]:
    """What stays of it.

    :param alone: no cell waits for it, whose error would say why there is no take.
    :param embed: ``True`` puts its files into the notebook whatever their size, ``False`` beside it.
    """
    if isinstance(work, Batch):
        return batch_bundle(work, namespace, embed)
    if work.take is not None:
        return bundle(work.take, work.title, namespace, embed)
    html = ended_html(work)
    if alone and work.status.error:
        html += f'<div style="{SMALL};max-width:640px">{escape(work.status.error)}</div>'
    return {"text/html": html, "text/plain": repr(work)}


def ended(job: Job, cancels: bool) -> dict[str, Any]:
    """What an interrupted cell says of its job, which goes on."""
    return {"text/html": detached_html(job, cancels), "text/plain": repr(job)}


def unfinished(work: Job | Batch, *, alone: bool = False) -> dict[str, Any]:
    """Return what is read beside a progress: without its kernel, as in a saved notebook, these words are all there is.

    They stay true when the work has ended, for hosts that cannot update an output.

    :param alone: no cell waits for it, so that its result can only come as an update.
    """
    batch = isinstance(work, Batch)
    prompts = list(dict.fromkeys(work.prompts)) if isinstance(work, Batch) else [work.request.prompt]
    asked = cut(one_line(prompts[0]), 80) if len(prompts) == 1 else ""
    what = many(len(work.prompts), "take") if isinstance(work, Batch) else f"{work.title} · job {work.id}"
    video = "videos" if batch else "video"
    when = f"No {video} here yet?" if alone else f"No {video} when this cell has ended?"
    words = f"{what}. {when} Run the cell again: nothing is charged twice."
    if alone:
        words += " Some notebook servers cannot update an output after its cell has ended."
    if isinstance(work, Job):
        words += f" %reka resume {work.id} shows the video, too."
    quoted = f"“{asked}” · " if asked else ""
    return {
        "text/html": f'<div style="{BOX};{SMALL}">{escape(quoted + words)}</div>',
        "text/plain": f"{quoted}{words}",
    }


def detached_batch(batch: Batch, cancels: bool) -> dict[str, Any]:
    """What an interrupted cell says of its batch: what is begun goes on, and nothing more is sent."""
    words = (
        "Interrupted. The service is asked to cancel what it has begun; nothing more is sent."
        if cancels
        else "Interrupted. What is begun goes on and appears here when it is done; nothing more is sent. Run the cell "
        "again for the rest."
    )
    return {
        "text/html": f'{posters_html(batch)}<div style="{SMALL}">{words}</div>',
        "text/plain": text(batch),
    }
