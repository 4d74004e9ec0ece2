"""The MIME bundles that a job or a batch leaves in an output: at its end, or where nobody waits for it any more."""

from collections.abc import Mapping
from html import escape
from typing import Any

from reka_notebook.jobs import Job
from reka_notebook.notebook.batch import Batch
from reka_notebook.notebook.batch_html import batch_bundle, posters_html, text
from reka_notebook.notebook.output import BOX, SMALL, bundle, detached_html, ended_html
from reka_notebook.notebook.text import many


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


def unfinished(work: Job | Batch) -> dict[str, Any]:
    """What is read in the place of its progress in a notebook that was saved before the end.

    A widget needs its kernel; this comes with it and needs nothing.
    """
    again = (
        "Run the cell again to see what came of it: what is kept or being made is not paid for a second time."
    )
    if isinstance(work, Batch):
        prompt = work.prompts[0] if len(set(work.prompts)) == 1 else ""
        words = f"{many(len(work.prompts), 'take')}, not all of them there when this was saved. {again}"
    else:
        prompt = work.request.prompt
        since = f"{work.title} · job {work.id} · not there yet when this was saved."
        words = f"{since} {again} %reka resume {work.id} shows it, too."
    asked = f"<div>{escape(prompt)}</div>" if prompt else ""
    return {
        "text/html": f'<div style="{BOX}">{asked}<div style="{SMALL}">{escape(words)}</div></div>',
        "text/plain": f"{prompt}\n{words}".strip(),
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
